/** The public entry of @anbud/adapter-pg. */
export {
  BackupDamaged,
  type BackupOptions,
  type BackupProgress,
  type Backups,
  FileExists,
  type SqlStore,
  StoreNotEmpty,
} from "@anbud/adapter-sql"
export { type DistributionOptions, distributionStatements } from "./distribution.ts"
export { type PgBossOptions, pgBoss, type StartedPgBoss } from "./pgBoss.ts"
export { type PostgresOptions, postgres } from "./postgres.ts"

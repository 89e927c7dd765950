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
export { type PostgresOptions, postgres } from "./postgres.ts"

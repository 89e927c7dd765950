/** The public entry of @anbud/adapter-sql. */
export type { BackupOptions, BackupProgress, Backups } from "./backup/backups.ts"
export { flush } from "./backup/flush.ts"
export { BackupDamaged, FileExists, StoreNotEmpty } from "./backup/refusals.ts"
export * from "./differences.ts"
export { identifier } from "./identifier.ts"
export { type KyselyTransaction, kyselyTransaction, runOnKysely } from "./joined.ts"
export { type Patience, systemPatience } from "./patience.ts"
export { runIn, type SqlStore, sqlStore } from "./store.ts"

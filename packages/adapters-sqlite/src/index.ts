/** The public entry of @anbud/adapter-sqlite. */
export type { BackupOptions, Backups } from "./backup.ts"
export type { CopyOptions, CopyProgress } from "./copyFile.ts"
export { BackupDamaged, FileExists, FileInUse } from "./refusals.ts"
export { type SqliteOptions, type SqliteStore, sqlite } from "./sqlite.ts"

/** The public entry of @anbud/adapter-sqlite. */
export { BackupDamaged, type BackupOptions, type BackupProgress, type Backups, FileExists } from "@anbud/adapter-sql"
export { FileInUse } from "./refusals.ts"
export { type SqliteOptions, type SqliteStore, sqlite } from "./sqlite.ts"

/** Backups: the face that a store offers for a copy of all that it holds, whatever the database. */

/** How far a copy is. */
export interface BackupProgress {
  readonly done: number
  readonly total: number
  /** What is counted. */
  readonly unit: "pages" | "rows"
}

/** How to back up or restore. */
export interface BackupOptions {
  /** Whether what is there already is replaced. */
  readonly overwrite?: boolean
  /** Is told how far the copy is. */
  readonly onProgress?: (progress: BackupProgress) => void
  /** Ends the copy; nothing is left of it. */
  readonly signal?: AbortSignal
}

/** Backup and restore of a store. */
export interface Backups {
  /**
   * Writes the whole store as it is now to the file `to`, while others go on writing; `to` appears when the copy is
   * whole and on the disk.
   *
   * Refuses with `FileExists` unless `overwrite` is set.
   */
  backup(to: string, options?: BackupOptions): Promise<BackupProgress>
  /**
   * Puts what a backup holds in the place of the store: all of it, checked, or nothing.
   *
   * Refuses with `BackupDamaged` what is not whole, and with `FileExists` or `StoreNotEmpty` where something is already.
   */
  restore(from: string, options?: BackupOptions): Promise<BackupProgress>
}

/** Copying: a whole, checked copy of a SQLite file as it was at one moment, while others go on writing to it. */
import { rmSync } from "node:fs"
import { BackupDamaged, type BackupOptions, type BackupProgress, flush } from "@anbud/adapter-sql"
import { StorageFailed } from "@anbud/core"
import type Database from "better-sqlite3"
import { openDatabase } from "./driver.ts"
import { sqliteFailure } from "./sqliteFailure.ts"

/** 4 MB between two turns of the event loop. */
const PAGES_PER_TURN = 1_000
const BUSY_MILLISECONDS = 5_000

/**
 * Copies `from` to `to`, which must not be in use, and checks the copy page by page. It is on the disk when this
 * returns.
 *
 * Refuses with `BackupDamaged` what is not a whole database; throws the signal's reason when it aborts.
 */
export const copyFile = async (from: string, to: string, options: BackupOptions): Promise<BackupProgress> => {
  removeFile(to)
  try {
    const progress = await copied(from, to, options)
    options.signal?.throwIfAborted()
    check(to)
    flush(to)
    return progress
  } catch (error) {
    removeFile(to)
    throw error
  }
}

/** Removes a database with what SQLite keeps beside it. */
export const removeFile = (file: string): void => {
  for (const ending of ["", "-wal", "-shm", "-journal"]) rmSync(file + ending, { force: true })
}

const copied = async (from: string, to: string, { onProgress, signal }: BackupOptions): Promise<BackupProgress> => {
  signal?.throwIfAborted()
  const source = opened(from)
  try {
    // Inside a transaction the source is one snapshot; otherwise each write by another connection starts the copy over.
    source.exec("begin")
    source.prepare("select 1 from sqlite_schema limit 1").get()
    const report = ({ totalPages, remainingPages }: Database.BackupMetadata): BackupProgress => {
      const progress = { done: totalPages - remainingPages, total: totalPages, unit: "pages" as const }
      onProgress?.(progress)
      return progress
    }
    const result = await source.backup(to, {
      progress: (metadata) => {
        signal?.throwIfAborted()
        report(metadata)
        return PAGES_PER_TURN
      },
    })
    return report(result)
  } catch (error) {
    throw damaged(error)
  } finally {
    source.close()
  }
}

const opened = (file: string): Database.Database => {
  try {
    return openDatabase(file, { fileMustExist: true, timeout: BUSY_MILLISECONDS })
  } catch (error) {
    throw error instanceof StorageFailed ? error : new StorageFailed({ reason: "the file cannot be opened" })
  }
}

const check = (file: string): void => {
  const copy = opened(file)
  try {
    const found = copy.pragma("integrity_check(1)", { simple: true })
    if (found !== "ok") throw new BackupDamaged({ reason: "its pages do not fit together" })
    const [dangling] = copy.pragma("foreign_key_check") as readonly unknown[]
    if (dangling !== undefined) throw new BackupDamaged({ reason: "a reference in it points nowhere" })
    // The copy is one file, to be moved as such.
    copy.pragma("journal_mode = delete")
  } catch (error) {
    throw damaged(error)
  } finally {
    copy.close()
  }
}

const damaged = (error: unknown): unknown => {
  const failure = sqliteFailure(error)
  if (failure.kind !== "storage") return error
  const isDamaged = failure.reason === "the file is damaged" || failure.reason === "the file is not a database"
  return isDamaged ? new BackupDamaged({ reason: failure.reason }) : new StorageFailed({ reason: failure.reason })
}

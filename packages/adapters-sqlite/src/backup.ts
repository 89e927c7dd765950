/** Backup and restore of a store in a file. */
import { existsSync, renameSync, rmSync } from "node:fs"
import { type Backups, FileExists, flush } from "@anbud/adapter-sql"
import { StorageFailed } from "@anbud/core"
import type Database from "better-sqlite3"
import { copyFile } from "./copyFile.ts"
import { openDatabase } from "./driver.ts"
import { FileInUse } from "./refusals.ts"
import { isBusy } from "./sqliteFailure.ts"

/**
 * Backup and restore of this file: a copy of its pages, checked page by page. At any moment of a restore the file is the
 * old one or the new one.
 *
 * Restoring refuses with `FileInUse` while anybody has the file open, the store itself included; the file is then as it was.
 */
export const backups = (file: string): Backups => ({
  backup: async (to, options = {}) => {
    if (file === ":memory:") throw new StorageFailed({ reason: "a store in memory has no file" })
    if (existsSync(to) && options.overwrite !== true) throw new FileExists({})
    const part = `${to}.part`
    const progress = await copyFile(file, part, options)
    for (const ending of ["-wal", "-shm"]) rmSync(to + ending, { force: true })
    renameSync(part, to)
    flush(to)
    return progress
  },
  restore: async (from, options = {}) => {
    if (file === ":memory:") throw new StorageFailed({ reason: "a store in memory has no file" })
    if (existsSync(file) && options.overwrite !== true) throw new FileExists({})
    const part = `${file}.restoring`
    const progress = await copyFile(from, part, options)
    replace(file, part)
    flush(file)
    return progress
  },
})

/** What SQLite keeps beside the old file must not be read as the new one's. */
const replace = (file: string, by: string): void => {
  const held = existsSync(file) ? alone(file) : null
  try {
    if (held === null) for (const ending of ["-wal", "-shm"]) rmSync(file + ending, { force: true })
    renameSync(by, file)
  } finally {
    held?.close()
  }
}

/**
 * The old file, held by nobody else. Leaving the log mode needs the file for oneself, writes the log into the file and
 * removes it, so that the file is whole before it is replaced. A file too damaged for that gives null.
 */
const alone = (file: string): Database.Database | null => {
  const database = openDatabase(file, { timeout: 0 })
  try {
    database.pragma("journal_mode = delete")
    database.exec("begin exclusive")
    return database
  } catch (error) {
    database.close()
    if (isBusy((error as { readonly code?: unknown }).code)) throw new FileInUse({})
    return null
  }
}

/**
 * The file of a logical backup: lines of JSON. The first says which tables follow, the others hold rows, and the last
 * one counts them and holds the hash of all lines before it.
 */
import { createHash, type Hash } from "node:crypto"
import { createReadStream, existsSync } from "node:fs"
import { type FileHandle, open, rename, rm } from "node:fs/promises"
import { createInterface } from "node:readline"
import type { Cell, Table } from "@anbud/core"
import type { KeptColumn } from "../schema/tableSql.ts"
import { flush } from "./flush.ts"
import { BackupDamaged, FileExists } from "./refusals.ts"

const FORMAT = "anbud-backup/1"

/** A table in a backup. */
export interface BackedUpTable {
  readonly definition: Table
  /** Columns that it has beside the defined ones. */
  readonly kept: readonly KeptColumn[]
  /** Whether no plugin defines it any more. */
  readonly isRetired: boolean
}

/** What a backup says of itself. */
export interface BackupHeader {
  readonly tables: readonly BackedUpTable[]
  /** The store's ledger: what it was built from. */
  readonly ledger: readonly (readonly [key: string, value: string])[]
  readonly rows: number
}

/** Rows of one table, their cells in the order of its columns: the tenant, the defined ones, the kept ones. */
export interface BackedUpRows {
  /** The table's place in the header. */
  readonly table: number
  readonly rows: readonly (readonly Cell[])[]
}

/** Writes a backup that appears under its name when it is whole and on the disk. */
export const writeBackup = async (
  to: string,
  overwrite: boolean,
  header: BackupHeader,
  pages: AsyncIterable<BackedUpRows>,
): Promise<void> => {
  if (existsSync(to) && !overwrite) throw new FileExists({})
  const part = `${to}.part`
  const file = await open(part, "w", 0o600)
  try {
    const hash = createHash("sha256")
    await writeLine(file, hash, { format: FORMAT, ...header })
    for await (const page of pages) await writeLine(file, hash, page)
    await file.write(`${JSON.stringify({ rows: header.rows, sha256: hash.digest("hex") })}\n`)
    await file.close()
    flush(part)
    await rename(part, to)
    flush(to)
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(part, { force: true })
    throw error
  }
}

const writeLine = async (file: FileHandle, hash: Hash, value: unknown): Promise<void> => {
  const line = `${JSON.stringify(value)}\n`
  hash.update(line)
  await file.write(line)
}

/** Reads a backup to its end, a line at a time. Refuses with `BackupDamaged`, at the latest at the end. */
export const readBackup = async (
  from: string,
  begin: (header: BackupHeader) => Promise<void>,
  take: (page: BackedUpRows) => Promise<void>,
): Promise<void> => {
  if (!existsSync(from)) throw new BackupDamaged({ reason: "there is no such file" })
  const hash = createHash("sha256")
  let header: BackupHeader | null = null
  let rows = 0
  // One line late: the last is not part of what it vouches for.
  let before: string | null = null
  const one = async (line: string): Promise<void> => {
    hash.update(`${line}\n`)
    const value = parsed(line)
    if (header === null) {
      if (value["format"] !== FORMAT) throw new BackupDamaged({ reason: "it is no backup of this format" })
      header = value as unknown as BackupHeader
      return begin(header)
    }
    const page = value as unknown as BackedUpRows
    if (!header.tables[page.table] || !Array.isArray(page.rows))
      throw new BackupDamaged({ reason: "a line is not whole" })
    rows += page.rows.length
    return take(page)
  }
  for await (const line of createInterface({ input: createReadStream(from), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (before !== null) await one(before)
    before = line
  }
  const end = parsed(before ?? "")
  if (header === null || end["rows"] !== rows || end["sha256"] !== hash.digest("hex"))
    throw new BackupDamaged({ reason: "it is cut off, or was changed" })
}

const parsed = (line: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>
  } catch {
    // What is no JSON is as damaged as what is no object.
  }
  throw new BackupDamaged({ reason: "a line is not whole" })
}

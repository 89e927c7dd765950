/** What an error of SQLite means. */
import type { Failure } from "@anbud/adapter-sql"

/** Reasons in plain words: the driver's own text may hold a path. */
const STORAGE: Readonly<Record<string, string>> = {
  SQLITE_FULL: "the disk is full",
  SQLITE_IOERR: "reading or writing the file failed",
  SQLITE_READONLY: "the file is read-only",
  SQLITE_CORRUPT: "the file is damaged",
  SQLITE_NOTADB: "the file is not a database",
  SQLITE_CANTOPEN: "the file cannot be opened",
  SQLITE_PERM: "access to the file is denied",
  SQLITE_AUTH: "access to the file is denied",
  SQLITE_NOMEM: "there is not enough memory",
  SQLITE_TOOBIG: "a value is too large",
}

/** The meaning of an error by SQLite's code; the tables of a unique key are in its message. */
export const sqliteFailure = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { kind: "unknown" }
  const code = (error as Error & { readonly code?: unknown }).code
  if (typeof code !== "string") return { kind: "unknown" }
  if (code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY")
    return uniqueFailure(error.message)
  if (code === "SQLITE_CONSTRAINT_FOREIGNKEY") return { kind: "reference" }
  if (code.startsWith("SQLITE_CONSTRAINT")) return { kind: "value", reason: error.message }
  if (isBusy(code)) return { kind: "conflict" }
  if (code === "SQLITE_ERROR" && error.message === "integer overflow") return { kind: "overflow" }
  const reason = STORAGE[code.split("_").slice(0, 2).join("_")]
  return reason === undefined ? { kind: "unknown" } : { kind: "storage", reason }
}

/** Whether another connection holds what this one needs. */
export const isBusy = (code: unknown): boolean =>
  typeof code === "string" && (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"))

/**
 * Whether a commit that failed like this has left nothing behind. The log counts once its last page is in it whole, so a
 * write that failed says so; a flush that failed does not say what is on the disk, and what fails later is too late.
 */
export const isNotWritten = (error: unknown): boolean => {
  const { code } = error as { readonly code?: unknown }
  return code === "SQLITE_FULL" || code === "SQLITE_IOERR_WRITE"
}

/** `UNIQUE constraint failed: anbud_company.tenant, anbud_company.number` */
const uniqueFailure = (message: string): Failure => {
  const columns = message.slice(message.indexOf(": ") + 2).split(", ")
  const table = columns[0]?.slice(0, columns[0].lastIndexOf("."))
  const names = columns.map((column) => column.slice(column.lastIndexOf(".") + 1))
  return { kind: "unique", columns: names, ...(table === undefined ? {} : { table }) }
}

/** What an error of PostgreSQL, of its driver or of the network means. */
import type { Failure } from "@anbud/adapter-sql"

/** Reasons in plain words, by SQLSTATE or its class: the server's own text may hold names and paths. */
const STORAGE: Readonly<Record<string, string>> = {
  "08": "the connection was lost",
  "25006": "the server only reads",
  "25P03": "the transaction was idle for too long",
  "28": "the server refused the login",
  "3D": "the database does not exist",
  "42501": "access is denied",
  "53100": "the disk is full",
  "53300": "the server has too many connections",
  "53": "the server is short of resources",
  "57P": "the server is stopping or starting",
  "58": "reading or writing failed",
  F0: "reading or writing failed",
  XX001: "the data is damaged",
  XX002: "an index is damaged",
}
/** serialization_failure, deadlock_detected. */
const CONFLICT = new Set(["40001", "40P01"])
/** invalid_sql_statement_name, duplicate_prepared_statement. */
const UNPREPARED = new Set(["26000", "42P05"])
const OUTDATED_MESSAGE = /^cached plan must not change result type/
/** lock_not_available, query_canceled. */
const CONTENTION = new Set(["55P03", "57014"])
/** Bad data and checks of values: what a column does not accept. A program limit is, say, a text too long for an index. */
const VALUE = /^(22|23|54)/
const LOST = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED", "ERR_STREAM_DESTROYED", "ETIMEDOUT", "EHOSTUNREACH"])
const UNREACHABLE = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "ENOENT", "EACCES"])
/** The driver gives these no code. */
const LOST_MESSAGE = /^(Connection terminated|Client has encountered a connection error|Client was closed)/
const POOL_FULL_MESSAGE = /^timeout exceeded when trying to connect/

interface DriverError extends Error {
  readonly code?: unknown
  readonly table?: string
  readonly constraint?: string
}

/** The meaning of an error by its SQLSTATE, or by the code that Node gives it. */
export const pgFailure = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { kind: "unknown" }
  const { code, table, constraint }: DriverError = error
  if (isConnectionLost(error)) return { kind: "storage", reason: "the connection was lost" }
  if (POOL_FULL_MESSAGE.test(error.message)) return { kind: "contention", waitedMilliseconds: 0 }
  if (typeof code !== "string") return { kind: "unknown" }
  if (UNREACHABLE.has(code)) return { kind: "storage", reason: "the server cannot be reached" }
  if (code === "23505")
    return {
      kind: "unique",
      ...(constraint === undefined ? {} : { constraint }),
      ...(table === undefined ? {} : { table }),
    }
  if (code === "23503") return { kind: "reference", ...(table === undefined ? {} : { table }) }
  if (code === "25P01") return { kind: "noTransaction" }
  if (CONFLICT.has(code) || isUnprepared(error)) return { kind: "conflict" }
  if (CONTENTION.has(code)) return { kind: "contention", waitedMilliseconds: 0 }
  const reason = STORAGE[code] ?? STORAGE[code.slice(0, 3)] ?? STORAGE[code.slice(0, 2)]
  if (reason !== undefined) return { kind: "storage", reason }
  return VALUE.test(code) ? { kind: "value", reason: error.message } : { kind: "unknown" }
}

/** Whether the server knows no statement by that name, or another one than was meant: sent as it is, it would have run. */
export const isUnprepared = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  const { code, message }: DriverError = error
  return typeof code === "string" && (UNPREPARED.has(code) || OUTDATED_MESSAGE.test(message))
}

/** Whether the connection is gone, so that nobody knows what the server made of the last message. */
export const isConnectionLost = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  const { code, message }: DriverError = error
  if (typeof code !== "string") return LOST_MESSAGE.test(message)
  return LOST.has(code) || code.startsWith("08") || code.startsWith("57P") || code === "25P03"
}

/** Handles: one open connection of SQLite with its settings asserted and its statements kept. */
import type { Bound } from "@anbud/adapter-sql"
import { StorageFailed, type StoredRow } from "@anbud/core"
import type Database from "better-sqlite3"
import { openDatabase } from "./driver.ts"
import { isOlder } from "./versions.ts"

/** Older libraries can corrupt a file when two connections write or checkpoint at once. */
const OLDEST_SQLITE = "3.51.3"
/** How long SQLite itself waits for another process: short, because it blocks the event loop. */
const BUSY_MILLISECONDS = 10
const STATEMENTS = 1_000
const LOG_BYTES = 67_108_864

/** One connection. */
export interface Handle {
  readonly database: Database.Database
  run(sql: string, parameters: readonly Bound[]): readonly StoredRow[]
  runEach(sql: string, each: readonly (readonly Bound[])[]): readonly number[]
}

/**
 * Opens a connection: WAL, `synchronous=FULL` so that a commit survives a loss of power, foreign keys on. Each setting
 * is read back, because SQLite ignores what it cannot do. A reader refuses to write.
 */
export const openHandle = (file: string, use: "write" | "read"): Handle => {
  const database = openDatabase(file, { timeout: BUSY_MILLISECONDS })
  try {
    checkVersion(database)
    for (const [name, value, shown] of settings(database.memory, use)) {
      database.pragma(`${name} = ${value}`)
      const actual = database.pragma(name, { simple: true })
      if (actual !== shown) throw new StorageFailed({ reason: `SQLite keeps ${name} at ${String(actual)}` })
    }
  } catch (error) {
    database.close()
    throw error
  }
  return { database, ...statementRunner((sql) => database.prepare<unknown[], StoredRow>(sql)) }
}

/** A prepared statement, told by what is needed of it. */
export interface Prepared {
  readonly reader: boolean
  all(...parameters: readonly Bound[]): readonly StoredRow[]
  run(...parameters: readonly Bound[]): { readonly changes: number }
}

/** Runs statements, each prepared once: a prepared one is run again for a fraction of the cost. */
export const statementRunner = (prepare: (sql: string) => Prepared): Pick<Handle, "run" | "runEach"> => {
  const statements = new Map<string, Prepared>()
  const prepared = (sql: string): Prepared => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = prepare(sql)
    // The texts come from bounded caches; starting over is cheaper than keeping an order of use here.
    if (statements.size >= STATEMENTS) statements.clear()
    statements.set(sql, statement)
    return statement
  }
  return {
    run: (sql, parameters) => {
      const statement = prepared(sql)
      if (statement.reader) return statement.all(...parameters)
      statement.run(...parameters)
      return []
    },
    runEach: (sql, each) => {
      const statement = prepared(sql)
      return each.map((parameters) => statement.run(...parameters).changes)
    },
  }
}

/** SQLite cannot keep a memory database in WAL, and has no power to lose there. */
const settings = (isMemory: boolean, use: "write" | "read"): readonly (readonly [string, string, unknown])[] => [
  ["journal_mode", isMemory ? "memory" : "wal", isMemory ? "memory" : "wal"],
  ["synchronous", "full", 2],
  ["foreign_keys", "on", 1],
  ["busy_timeout", String(BUSY_MILLISECONDS), BUSY_MILLISECONDS],
  ["trusted_schema", "off", 0],
  // The log of a large import is cut again, not kept at its largest.
  ["journal_size_limit", String(LOG_BYTES), LOG_BYTES],
  ["query_only", use === "read" ? "on" : "off", use === "read" ? 1 : 0],
]

const checkVersion = (database: Database.Database): void => {
  const version = String(database.prepare("select sqlite_version()").pluck().get())
  if (isOlder(version, OLDEST_SQLITE)) {
    throw new StorageFailed({ reason: `SQLite ${version} can corrupt a file; ${OLDEST_SQLITE} or later is needed` })
  }
}

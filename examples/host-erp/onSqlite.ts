/** The ERP on SQLite: a handle of its own on the file that holds the engine's tables too. */
import { setTimeout as pause } from "node:timers/promises"
import { sqlite } from "@anbud/adapter-sqlite"
import { Contention } from "@anbud/core"
import SqliteFile from "better-sqlite3"
import { type Database, type Row, TABLES } from "./database.ts"

const WAIT_MILLISECONDS = 5_000
const PAUSE_MILLISECONDS = 5

/** Opens the file, and makes it if there is none. */
export const onSqlite = (file: string): Database => {
  const handle = new SqliteFile(file, { timeout: 0 })
  handle.pragma("journal_mode = wal")
  handle.pragma("synchronous = full")
  // The engine's rows refer to one another, and SQLite looks at that only where it is told to.
  handle.pragma("foreign_keys = on")
  const run = async (sql: string, values: readonly (string | number)[] = []): Promise<readonly Row[]> => {
    const statement = handle.prepare(sql.replaceAll(/\$\d+/g, "?"))
    if (statement.reader) return statement.all(...values) as Row[]
    statement.run(...values)
    return []
  }
  const transaction = inTurn(async (work) => {
    await begin(handle)
    try {
      const value = await work({ client: handle, run })
      handle.exec("commit")
      return value
    } catch (error) {
      if (handle.inTransaction) handle.exec("rollback")
      throw error
    }
  })
  return {
    store: sqlite({ file }),
    prepare: async () => {
      for (const table of TABLES) handle.exec(table)
    },
    transaction,
    close: async () => void handle.close(),
  }
}

/** One connection holds one transaction: the next one waits until the one before has ended. */
const inTurn = (transaction: Database["transaction"]): Database["transaction"] => {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(() => transaction(work))
    last = turn.catch(() => undefined)
    return turn
  }
}

/**
 * Begins to write as soon as nobody else does. SQLite's own wait (`timeout`) would stop the whole process, and with it
 * the engine's transaction that is waited for.
 */
const begin = async (handle: SqliteFile.Database): Promise<void> => {
  for (let waited = 0; ; waited += PAUSE_MILLISECONDS) {
    try {
      handle.exec("begin immediate")
      return
    } catch (error) {
      if ((error as { readonly code?: string }).code !== "SQLITE_BUSY") throw error
      if (waited >= WAIT_MILLISECONDS) throw new Contention({ waitedMilliseconds: waited })
    }
    await pause(PAUSE_MILLISECONDS)
  }
}

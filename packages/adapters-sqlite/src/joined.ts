/** Joined: a connection on which a host has begun a transaction, of better-sqlite3 or of kysely. */
import { type Bound, type Connection, kyselyTransaction, runOnKysely } from "@anbud/adapter-sql"
import { NoTransaction, StorageFailed, type StoredRow } from "@anbud/core"

/** A handle of better-sqlite3, told by what is needed of it: the host may have another copy of the package. */
interface Handle {
  readonly inTransaction: boolean
  prepare(sql: string): Statement
}

interface Statement {
  readonly reader: boolean
  safeIntegers(isSafe: boolean): unknown
  all(...parameters: readonly Bound[]): readonly StoredRow[]
  run(...parameters: readonly Bound[]): { readonly changes: number }
}

/**
 * The host's connection to the same file; it is never begun, committed or closed. Refuses with `NoTransaction`, and
 * with `StorageFailed` a connection that does not enforce references.
 */
export const joined = async (client: object): Promise<Connection> => {
  const connection = connectionOn(client)
  const [setting] = await connection.run("select foreign_keys as is_on from pragma_foreign_keys", [])
  if (Number(setting?.["is_on"]) !== 1)
    throw new StorageFailed({ reason: "the host's connection must enforce references: set its pragma foreign_keys" })
  return connection
}

const connectionOn = (client: object): Connection => {
  const transaction = kyselyTransaction(client)
  if (transaction)
    return {
      run: async (sql, parameters) => (await runOnKysely(transaction, sql, parameters)).rows,
      runEach: async (sql, each) => {
        const changed: number[] = []
        for (const parameters of each) changed.push((await runOnKysely(transaction, sql, parameters)).changed)
        return changed
      },
    }
  // A savepoint outside of a transaction would begin one that nobody commits.
  if (!("inTransaction" in client && "prepare" in client) || client.inTransaction !== true) throw new NoTransaction({})
  return onHandle(client as Handle)
}

const onHandle = (handle: Handle): Connection => {
  const prepared = (sql: string): Statement => {
    const statements = STATEMENTS.get(handle) ?? new Map<string, Statement>()
    STATEMENTS.set(handle, statements)
    const known = statements.get(sql)
    if (known) return known
    const statement = handle.prepare(sql)
    // The host may have set big integers for all its statements.
    statement.safeIntegers(false)
    if (statements.size >= MOST_STATEMENTS) statements.clear()
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

const MOST_STATEMENTS = 1000
/** What was prepared on a host's handle, for as long as the host has it. */
const STATEMENTS = new WeakMap<Handle, Map<string, Statement>>()

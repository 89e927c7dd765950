/** Joined: a connection on which a host has begun a transaction, of better-sqlite3 or of kysely. */
import { type Connection, kyselyTransaction, runOnKysely } from "@anbud/adapter-sql"
import { NoTransaction, StorageFailed } from "@anbud/core"
import { type Prepared, statementRunner } from "./handle.ts"

/** A handle of better-sqlite3, told by what is needed of it: the host may have another copy of the package. */
interface Handle {
  readonly inTransaction: boolean
  prepare(sql: string): Statement
}

interface Statement extends Prepared {
  safeIntegers(isSafe: boolean): unknown
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
  const known = RUNNERS.get(handle)
  if (known) return known
  const runner = statementRunner((sql) => {
    const statement = handle.prepare(sql)
    // The host may have set big integers for all its statements.
    statement.safeIntegers(false)
    return statement
  })
  RUNNERS.set(handle, runner)
  return runner
}

/** What was prepared on a host's handle, for as long as the host has it. */
const RUNNERS = new WeakMap<Handle, Connection>()

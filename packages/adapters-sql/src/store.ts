/** The SQL store: the port on any database whose adapter lists its differences. */
import {
  missingIn,
  type SchemaAbout,
  type Store,
  StoreClosed,
  type StoredRow,
  type Table,
  type Transaction,
  UseContext,
} from "@anbud/core"
import type { Backups } from "./backup/backups.ts"
import { logicalBackups } from "./backup/logicalBackup.ts"
import { compiler } from "./compiler.ts"
import type { Bound, Connection, Differences, OpenTransaction } from "./differences.ts"
import { engineName, rethrow, translator } from "./failure.ts"
import { GaveWay, MAX_TRIES, patiently, systemPatience } from "./patience.ts"
import { readStatements } from "./readStatements.ts"
import { openSchema } from "./schema/openSchema.ts"
import { inSchema, schemaOf } from "./schema/storeSchema.ts"
import { isInside, scopeOn } from "./scope.ts"
import { storedTables } from "./storedTable.ts"
import { storeStatements } from "./storeStatements.ts"
import { type RunningTransaction, runningTransaction, type Statements } from "./transaction.ts"
import { writeStatements } from "./writeStatements.ts"

/** A store on a database, with backup and restore of all that it holds. */
export interface SqlStore extends Store, Backups {}

/**
 * A store on a database, from the list of what is different about it.
 *
 * @example
 * export const sqlite = (options: SqliteOptions): Store => sqlStore({ name: "sqlite", lists: jsonLists, … })
 */
export const sqlStore = (differences: Differences): SqlStore => {
  const state: State = { running: new Set() }
  const run = <T>(asked: Asked<T>): Promise<T> => inTurn(state, () => transact(differences, state, asked))
  const whenConnected = <T>(start: () => Promise<T>): Promise<T> =>
    inTurn(state, async () => {
      await connected(differences, state)
      return start()
    })
  return {
    dialect: differences.name,
    open: (tables, about) => inTurn(state, () => open(differences, state, tables, about ?? {})),
    schema: schemaOf(differences, whenConnected),
    ...logicalBackups(differences, whenConnected),
    read: (work) =>
      run({
        mode: "read",
        work: ({ select, count, sum, tenants, tabulate }) => work({ select, count, sum, tenants, tabulate }),
      }),
    write: (work, options) => run({ mode: "write", work, signal: options?.signal }),
    join: (client, work) => inTurn(state, () => join(differences, state, client, work)),
    close: () => close(differences, state),
  }
}

/** What a transaction is to do. */
interface Asked<T> {
  readonly mode: "read" | "write"
  readonly work: (tx: Transaction) => Promise<T>
  readonly signal?: AbortSignal | undefined
}

interface State {
  /** The closing of the store, once, however many call `close`. */
  closing?: Promise<void>
  /** The opening of the connections, once, however many call `open` at the same time. */
  connected?: Promise<void> | undefined
  statements?: Statements
  /** What `close` waits for. */
  readonly running: Set<Promise<unknown>>
}

/** Starts a call unless the store is closed or the call could only wait for itself. */
const inTurn = <T>(state: State, start: () => Promise<T>): Promise<T> => {
  if (state.closing) return Promise.reject(new StoreClosed({}))
  if (isInside(state)) return Promise.reject(new UseContext({}))
  const call = start()
  const done = call.catch(() => undefined).finally(() => state.running.delete(done))
  state.running.add(done)
  return call
}

const open = async (
  differences: Differences,
  state: State,
  tables: readonly Table[],
  about: SchemaAbout,
): Promise<void> => {
  const stored = storedTables(tables, differences)
  const compile = compiler(differences)
  const translate = translator(stored, differences)
  await connected(differences, state)
  await inSchema(differences, translate, "schema", (connection) =>
    openSchema(connection, stored, differences, compile, about),
  )
  state.statements = {
    tables: stored,
    read: readStatements(stored, differences, compile),
    write: writeStatements(stored, differences, compile),
    store: storeStatements(stored, compile),
    compile,
    translate,
    failureOf: differences.failureOf,
    belt: differences.tenantBelt ?? null,
  }
}

const transact = <T>(differences: Differences, state: State, asked: Asked<T>): Promise<T> => {
  const once = () => inTransaction(differences, state, asked)
  // What a read has given to its caller on its way cannot be taken back.
  const tries = asked.mode === "read" ? 1 : MAX_TRIES
  return patiently(once, tries, differences.patience ?? systemPatience, asked.signal)
}

/** Throws `GaveWay` if the transaction was rolled back in favour of another one. */
const inTransaction = async <T>(
  differences: Differences,
  state: State,
  { mode, work, signal }: Asked<T>,
): Promise<T> => {
  const { statements } = state
  if (!statements) throw new Error("The store is not open: call open first.")
  const connection = await differences.connections.begin(mode, signal).catch(rethrow(differences))
  const running = runningTransaction(connection, statements)
  below.set(running.transaction, connection)
  const scope = scopeOn(state)
  try {
    const result = await scope.run(() => work(running.transaction))
    running.end()
    running.complete()
    await commit(connection, running, differences, statements)
    return result
  } catch (error) {
    await connection.rollback()
    throw running.hasGivenWay() ? new GaveWay() : error
  } finally {
    running.end()
    scope.end()
  }
}

/** The connections that transactions run on. */
const below = new WeakMap<Transaction, Connection>()

/**
 * Runs a statement of an adapter's own in a transaction of the store: it commits or rolls back with it. A transaction
 * that has ended, or of another store, is a bug.
 */
export const runIn = async (
  tx: Transaction,
  sql: string,
  parameters: readonly unknown[],
): Promise<readonly StoredRow[]> => {
  const connection = below.get(tx)
  if (!connection) throw new Error("The transaction is none of this store's.")
  return connection.run(sql, parameters as readonly Bound[])
}

/** Who has a turn on which client of a host. */
const joins = new WeakMap<object, Promise<unknown>>()

const join = <T>(
  differences: Differences,
  state: State,
  client: object,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> => {
  const before = joins.get(client) ?? Promise.resolve()
  const turn = before.then(() => joinNow(differences, state, client, work))
  joins.set(
    client,
    turn.catch(() => undefined),
  )
  return turn
}

const joinNow = async <T>(
  differences: Differences,
  state: State,
  client: object,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> => {
  const { statements } = state
  if (!statements) throw new Error("The store is not open: call open first.")
  const connection = await differences.joined(client)
  const running = runningTransaction(connection, statements)
  const { transaction } = running
  below.set(transaction, connection)
  const scope = scopeOn(state)
  await transaction.savepoint(JOINED)
  try {
    const result = await scope.run(() => work(transaction))
    running.complete()
    await tellOfNone(connection, statements)
    return result
  } catch (error) {
    // Where even this fails the database has given up the whole transaction, and the host can only roll back.
    await transaction.rollbackTo(JOINED).catch(() => undefined)
    throw error
  } finally {
    running.end()
    scope.end()
  }
}

const JOINED = "joined"

/** The host's transaction goes on without what the database was told in it. */
const tellOfNone = async (connection: Connection, { belt, compile }: Statements): Promise<void> => {
  if (!belt) return
  const { sql, parameters } = compile(belt.tell(""))
  await connection.run(sql, parameters)
}

const commit = async (
  connection: OpenTransaction,
  running: RunningTransaction,
  differences: Differences,
  { translate, tables }: Statements,
): Promise<void> => {
  try {
    await connection.commit()
  } catch (error) {
    const failure = differences.failureOf(error)
    if (failure.kind === "conflict") throw new GaveWay()
    if (failure.kind !== "reference" || failure.table !== undefined) throw translate(error)
    const table = await differences.danglingTable(connection, running.suspects())
    throw missingIn(engineName(table, tables))
  }
}

const close = async (differences: Differences, state: State): Promise<void> => {
  if (isInside(state)) throw new UseContext({})
  state.closing ??= closeWhenIdle(differences, state)
  return state.closing
}

const closeWhenIdle = async (differences: Differences, state: State): Promise<void> => {
  await Promise.all(state.running)
  if (state.connected) await differences.connections.close()
}

/** Opens the connections once; a failure may be tried again. */
const connected = (differences: Differences, state: State): Promise<void> => {
  state.connected ??= differences.connections.open().catch((error: unknown) => {
    state.connected = undefined
    return rethrow(differences)(error)
  })
  return state.connected
}

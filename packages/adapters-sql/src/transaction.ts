/** Transactions: the store's port on one connection. Begin, commit and rollback are not here, so a host can own them. */
import {
  type Claim,
  type Claimed,
  type Condition,
  type RowPatch,
  type StoredRow,
  SumOutOfRange,
  type Tabulation,
  type Transaction,
} from "@anbud/core"
import { sql } from "kysely"
import type { Compile } from "./compiler.ts"
import { matchesNothing } from "./condition.ts"
import type { Connection, Differences, Statement, TenantBelt } from "./differences.ts"
import { isFinal, type Translate } from "./failure.ts"
import type { Matching, ReadStatements } from "./readStatements.ts"
import type { StoredTables } from "./storedTable.ts"
import type { StoreStatements } from "./storeStatements.ts"
import { belted } from "./tenantBelt.ts"
import type { EachStatement, PatchStatement, WriteStatements } from "./writeStatements.ts"

/** The statements of one store, and what their errors mean. */
export interface Statements {
  readonly tables: StoredTables
  readonly read: ReadStatements
  readonly write: WriteStatements
  readonly store: StoreStatements
  readonly compile: Compile
  readonly translate: Translate
  readonly failureOf: Differences["failureOf"]
  readonly belt: TenantBelt | null
}

/** A transaction in use. */
export interface RunningTransaction {
  readonly transaction: Transaction
  /** Throws what must keep the transaction from being committed: an error that was not undone, an open claim. */
  complete(): void
  /** Whether the database has ended the transaction in favour of another one, whatever the work made of that. */
  hasGivenWay(): boolean
  /** Refuses all further calls. */
  end(): void
  /** The tables in which a reference may now point nowhere, by their names in the database. */
  suspects(): readonly string[]
}

/** A transaction's port on a connection that is inside a transaction. */
export const runningTransaction = (connection: Connection, statements: Statements): RunningTransaction => {
  const state = newState()
  const run = runner(connection, statements, state)
  const transaction = {
    ...reads(run, statements),
    ...claims(run, statements, state),
    ...savepoints(connection, run, statements, state),
    ...writes(run, statements, state),
  }
  const { belt, compile } = statements
  return {
    transaction: belt ? belted(transaction, (tenant) => run(compile(belt.tell(tenant)))) : transaction,
    complete: () => {
      if (state.failure !== undefined) throw state.failure.error
      if (state.claims.some(({ isOpen }) => isOpen))
        throw new Error("A claim was not settled before its transaction committed.")
    },
    hasGivenWay: () => state.failure?.isConflict === true,
    end: () => {
      state.hasEnded = true
    },
    suspects: () => suspectsOf(state.touched, statements.tables),
  }
}

interface State {
  hasEnded: boolean
  /** The first error; until it is undone the transaction does nothing more, as PostgreSQL has it. */
  failure?: { readonly error: unknown; readonly isConflict: boolean } | undefined
  readonly savepoints: string[]
  claims: readonly MadeClaim[]
  readonly touched: Set<string>
}

/** A claim, how many savepoints came before it, and whether its outcome is stored. */
interface MadeClaim {
  readonly claim: Claim
  readonly depth: number
  readonly isOpen: boolean
}

const newState = (): State => ({ hasEnded: false, savepoints: [], claims: [], touched: new Set() })

interface Run {
  (statement: Statement): Promise<readonly StoredRow[]>
  /** Throws what every call throws after an error or the end; for calls that may have nothing to run. */
  check(): void
  each(statement: EachStatement): Promise<readonly number[]>
}

const runner = (connection: Connection, statements: Statements, state: State): Run => {
  const check = (): void => {
    if (state.hasEnded) throw new Error("The transaction has ended.")
    if (state.failure !== undefined) throw state.failure.error
  }
  const fail = (error: unknown): never => {
    const { kind } = statements.failureOf(error)
    // A sum that overflows is refused by the read alone.
    if (kind === "overflow") throw error
    state.failure = { error: statements.translate(error), isConflict: kind === "conflict" }
    throw state.failure.error
  }
  /** A driver that answers at once is not waited for longer than the caller's own wait. */
  const guarded = <T>(call: () => T | Promise<T>): Promise<T> => {
    try {
      check()
      const answer = attempt(call)
      return answer instanceof Promise ? answer.catch(fail) : Promise.resolve(answer)
    } catch (error) {
      return Promise.reject(error)
    }
  }
  const attempt = <T>(call: () => T | Promise<T>): T | Promise<T> => {
    try {
      return call()
    } catch (error) {
      return fail(error)
    }
  }
  const run = (statement: Statement): Promise<readonly StoredRow[]> =>
    guarded(() => connection.run(statement.sql, statement.parameters))
  return Object.assign(run, {
    check,
    each: (statement: EachStatement) => guarded(() => connection.runEach(statement.sql, statement.each)),
  })
}

const reads = (run: Run, { read, failureOf }: Statements) => ({
  select: async (query: Parameters<ReadStatements["select"]>[0]): Promise<readonly StoredRow[]> => {
    const statement = read.select(query)
    if (!query.where || !matchesNothing(query.where)) return run(statement)
    run.check()
    return []
  },
  count: async (query: Matching) => Number((await run(read.count(query)))[0]?.["n"] ?? 0),
  sum: async (query: Matching, column: string): Promise<number> => {
    const refused = new SumOutOfRange({ table: query.table, column })
    const rows = await run(read.sum(query, column)).catch((error: unknown) => {
      throw failureOf(error).kind === "overflow" ? refused : error
    })
    const total = Number(rows[0]?.["n"] ?? 0)
    if (!Number.isSafeInteger(total)) throw refused
    return total
  },
  tenants: async (query: Pick<Matching, "table" | "where">): Promise<readonly string[]> =>
    (await run(read.tenants(query))).map((row) => String(row["tenant"])),
  tabulate: async (query: Tabulation): Promise<readonly StoredRow[]> => {
    const { numbers, ...statement } = read.tabulate(query)
    const refused = (column: string) => new SumOutOfRange({ table: query.table, column })
    const rows = await run(statement).catch((error: unknown) => {
      throw failureOf(error).kind === "overflow" ? refused(numbers.join(", ")) : error
    })
    return rows.map((row) => {
      const exact = numbers.filter((name) => row[name] !== null).map((name) => [name, Number(row[name])] as const)
      for (const [name, value] of exact) if (!Number.isSafeInteger(value)) throw refused(name)
      return { ...row, ...Object.fromEntries(exact) }
    })
  },
})

const claims = (run: Run, { store }: Statements, state: State) => ({
  claim: async (claim: Claim): Promise<Claimed | null> => {
    if ((await run(store.claim(claim))).length > 0) {
      state.claims = [...state.claims, { claim, depth: state.savepoints.length, isOpen: true }]
      return null
    }
    const row = (await run(store.claimed(claim)))[0]
    if (typeof row?.["outcome"] !== "string") throw new Error("A key was claimed twice in one transaction.")
    return { requestHash: String(row["request_hash"]), outcome: row["outcome"] }
  },
  settle: async (claim: Claim, outcome: string): Promise<void> => {
    if (!state.claims.some((made) => isSame(made.claim, claim))) {
      throw new Error("Only a claim made in this transaction can be settled.")
    }
    await run(store.settle(claim, outcome))
    state.claims = state.claims.map((made) => (isSame(made.claim, claim) ? { ...made, isOpen: false } : made))
  },
  next: async (tenant: string, counter: string): Promise<number> =>
    Number((await run(store.next(tenant, counter)))[0]?.["value"]),
})

const isSame = (a: Claim, b: Claim): boolean =>
  a.tenant === b.tenant && a.actor === b.actor && a.command === b.command && a.key === b.key

const savepoints = (connection: Connection, run: Run, { compile, translate }: Statements, state: State) => ({
  savepoint: async (name: string): Promise<void> => {
    await run(compile(sql`savepoint ${sql.id(name)}`))
    state.savepoints.push(name)
  },
  rollbackTo: async (name: string): Promise<void> => {
    if (state.hasEnded) throw new Error("The transaction has ended.")
    if (state.failure !== undefined && isFinal(state.failure.error)) throw state.failure.error
    const position = state.savepoints.lastIndexOf(name)
    if (position < 0) throw new Error(`The transaction has no savepoint "${name}".`)
    const statement = compile(sql`rollback to savepoint ${sql.id(name)}`)
    try {
      await connection.run(statement.sql, statement.parameters)
    } catch (error) {
      throw translate(error)
    }
    state.savepoints.length = position + 1
    state.claims = state.claims.filter(({ depth }) => depth <= position)
    state.failure = undefined
  },
})

const writes = (run: Run, { read, write, tables }: Statements, state: State) => {
  const touch = (table: string): void => {
    state.touched.add(tables.table(table).stored)
  }
  return {
    take: async (query: Parameters<ReadStatements["take"]>[0]) => run(read.take(query)),
    lock: async (table: string, tenant: string, ids: readonly string[]): Promise<void> => {
      run.check()
      const statement = write.lock(table, tenant, ids)
      if (statement) await run(statement)
    },
    insert: async (table: string, tenant: string, rows: readonly StoredRow[]): Promise<void> => {
      run.check()
      touch(table)
      for (const statement of write.insert(table, tenant, rows)) {
        await ("each" in statement ? run.each(statement) : run(statement))
      }
    },
    update: async (table: string, tenant: string, patches: readonly RowPatch[]): Promise<readonly string[]> => {
      run.check()
      touch(table)
      const matched = new Set<unknown>()
      for (const statement of write.update(table, tenant, patches)) {
        for (const id of await matchedIds(run, statement)) matched.add(id)
      }
      return patches.map(({ id }) => id).filter((id) => matched.has(id))
    },
    removeWhere: async (table: string, tenant: string, where: Condition): Promise<void> => {
      run.check()
      touch(table)
      await run(read.removeWhere({ table, tenant, where }))
    },
    remove: async (table: string, tenant: string, ids: readonly string[]): Promise<void> => {
      touch(table)
      await run(write.remove(table, tenant, ids))
    },
  }
}

const matchedIds = async (run: Run, { ids, statement }: PatchStatement): Promise<readonly unknown[]> => {
  if (!("each" in statement)) return (await run(statement)).map((row) => row["id"])
  const changed = await run.each(statement)
  return ids.filter((_, position) => (changed[position] ?? 0) > 0)
}

/** A removed row is missed by the tables that refer to its table, a written one refers by itself. */
const suspectsOf = (touched: ReadonlySet<string>, tables: StoredTables): readonly string[] =>
  tables.all
    .filter(
      ({ stored, definition }) =>
        definition.foreignKeys.length > 0 &&
        (touched.has(stored) || definition.foreignKeys.some((key) => touched.has(tables.table(key.table).stored))),
    )
    .map(({ stored }) => stored)

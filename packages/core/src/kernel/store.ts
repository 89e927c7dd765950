/**
 * The store port: what an adapter for a database promises. Each sentence in a docstring here that says what
 * happens is one case of `storeContract` in the testkit.
 *
 * A store knows tables and columns, never entities, rights or rules. Every call names a tenant, and no call can
 * reach another tenant's rows. (`tenants` names none, since it asks which of them have work to do: it gives no rows.)
 */

import type { SchemaAbout, SchemaPlan } from "./schemaPlan.ts"
import type { Tabulation } from "./tabulation.ts"

/** A value as a store holds it: booleans are 0 and 1, decimals and instants are text, money is minor units. */
export type Cell = string | number | null
/** A row by column name. */
export type StoredRow = Readonly<Record<string, Cell>>

/** A column: its storage class, whether it may be empty and which values it takes. */
export interface Column {
  readonly name: string
  /** `integer` holds ±(2^53 − 1) exactly, `boolean` 0 or 1, `json` a JSON text that comes back as it went in. */
  readonly type: "text" | "integer" | "boolean" | "json"
  readonly nullable: boolean
  /** Only these values are accepted. */
  readonly values?: readonly string[]
  /** The least value that is accepted. */
  readonly min?: number
  /** The name of the column before it was renamed. */
  readonly was?: string
  /** What rows hold that are older than the column. */
  readonly fill?: string | number
  /** What rows hold that are older than the column, made of another column of the table that is not empty. */
  readonly fillFrom?: { readonly column: string; readonly make: (value: Cell) => Cell }
}

/** A foreign key: `columns` (after the tenant) name the key columns (after the tenant) of `table`. */
export interface ForeignKey {
  readonly columns: readonly string[]
  readonly table: string
  readonly references: readonly string[]
}

/**
 * A table. Every table has a first column `tenant` (text, not listed in `columns`), and the primary key, the unique
 * keys, the foreign keys and the indexes all start with it. The adapter adds no index of its own: a table that is
 * referred to and loses rows wants an index on the referring columns.
 */
export interface Table {
  readonly name: string
  /** The plugin that owns the table; `kernel` for the engine's own. */
  readonly owner: string
  /** The name of the table before it was renamed. */
  readonly was?: string
  /** Columns that stay in the table with what they hold, though no definition names them any more. */
  readonly retired?: readonly string[]
  readonly columns: readonly Column[]
  readonly primaryKey: readonly string[]
  readonly uniques: readonly (readonly string[])[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly indexes: readonly (readonly string[])[]
}

const MEMBER = /^([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]{0,60}):(text|integer)$/

/** A member of the JSON object that a column holds. */
export interface Member {
  readonly column: string
  readonly key: string
  readonly type: "text" | "integer"
}

/**
 * The name of a member of a column of JSON, for conditions and orders. A member is compared and sorted like a column
 * that holds its value; a row without the member is empty there.
 *
 * The key is a name from a registry, never a text of a caller's. Other characters than letters, digits and `_` are a bug.
 *
 * @example member("custom", "machines", "integer")
 */
export const member = (column: string, key: string, type: Member["type"]): string => {
  const name = `${column}.${key}:${type}`
  if (!MEMBER.test(name)) throw new Error(`"${name}" is not the name of a member`)
  return name
}

/** What the name of a member stands for, null for the name of a column. */
export const memberOf = (name: string): Member | null => {
  const [, column, key, type] = MEMBER.exec(name) ?? []
  return column === undefined || key === undefined ? null : { column, key, type: type === "integer" ? type : "text" }
}

/** A condition is at most this deep. */
export const MAX_CONDITION_DEPTH = 32
/** A condition has at most this many parts, itself included. */
export const MAX_CONDITIONS = 500

/**
 * A condition on the columns of a table; each is true or false of a row, never unknown.
 *
 * Texts compare by code point. A comparison with an empty column is false, `ne` too, and `not` of it is true. `in`
 * with no values is false, `and` of nothing is true, `or` of nothing is false. A list of values may be of any length.
 *
 * `byRow` says that few rows will be asked about, one after the other, so that each is looked at whatever the database
 * believes of its tables; the answer is the same.
 *
 * Deeper than 32 or larger than 500, the parts of `exists` included, is refused with `QueryTooComplex`.
 */
export type Condition =
  | { readonly op: "and"; readonly of: readonly Condition[] }
  | { readonly op: "or"; readonly of: readonly Condition[]; readonly byRow?: true }
  | { readonly op: "not"; readonly of: Condition }
  | { readonly op: "eq" | "ne" | "lt" | "lte" | "gt" | "gte"; readonly column: string; readonly value: string | number }
  | { readonly op: "in"; readonly column: string; readonly values: readonly (string | number)[] }
  | { readonly op: "isNull"; readonly column: string }
  /** The text holds `value` anywhere; case counts, `%` and `_` mean themselves. */
  | { readonly op: "contains"; readonly column: string; readonly value: string }
  /**
   * The tenant has a row of `table` that matches `where` and in which the first column of each pair of `on` equals
   * the second column of this row. An empty column equals nothing.
   */
  | {
      readonly op: "exists"
      readonly table: string
      /** Pairs of a column of `table` and a column of the table that the condition is on. */
      readonly on: readonly (readonly [column: string, outer: string])[]
      readonly where?: Condition
      readonly byRow?: true
    }

/** What to read from a table. */
export interface Select {
  readonly table: string
  readonly tenant: string
  readonly where?: Condition
  /**
   * Sorted by these columns, texts by code point, `null` as the least value; ties, and all rows without it, are in
   * the order of the primary key.
   */
  readonly order?: readonly { readonly column: string; readonly descending?: boolean }[]
  /** At most this many rows. */
  readonly limit?: number
}

/** A patch of one row: the values to set where the id and the expected version match. */
export interface RowPatch {
  readonly id: string
  /** The version that the row must have; null matches any. */
  readonly expectedVersion: number | null
  readonly set: StoredRow
}

/** A command's claim on an idempotency key. */
export interface Claim {
  readonly tenant: string
  readonly actor: string
  readonly command: string
  readonly key: string
  readonly requestHash: string
}

/** What an earlier command with the same key left behind. */
export interface Claimed {
  readonly requestHash: string
  /** The stored outcome as JSON text. */
  readonly outcome: string
}

/** Reads inside one consistent snapshot. */
export interface Reader {
  /** Returns the rows that match, with every column but `tenant`, and only the tenant's. */
  select(query: Select): Promise<readonly StoredRow[]>
  /** Returns how many rows match. */
  count(query: Pick<Select, "table" | "tenant" | "where">): Promise<number>
  /** Returns the exact sum of an integer column over the rows that match, 0 for none; beyond ±(2^53 − 1) it throws `SumOutOfRange`. */
  sum(query: Pick<Select, "table" | "tenant" | "where">, column: string): Promise<number>
  /** Returns the tenants that have a row that matches, in order, each once. */
  tenants(query: Pick<Select, "table" | "where">): Promise<readonly string[]>
  /**
   * Returns the columns of the rows that match, by their names in the query. With an aggregate there is one row for
   * each combination of the other columns, and with nothing but aggregates exactly one.
   */
  tabulate(query: Tabulation): Promise<readonly StoredRow[]>
}

/**
 * Reads and writes inside one transaction that commits when the work returns and rolls back when it throws.
 *
 * It reads its own writes. Once a call has thrown, every further call throws the same until `rollbackTo` undoes it; a
 * transaction that returns without that rolls back and throws it. After its end every call throws.
 */
export interface Transaction extends Reader {
  /**
   * Records the claim and returns null when its key is new; returns what the earlier command left when it is not.
   * A claim by a parallel transaction makes this one wait until that one ends. A claim that is not settled by the
   * end keeps the transaction from committing.
   */
  claim(claim: Claim): Promise<Claimed | null>
  /** Stores the outcome of a claim made in this transaction. */
  settle(claim: Claim, outcome: string): Promise<void>
  /** Marks a point; `rollbackTo` undoes all that came after it and the transaction goes on. */
  savepoint(name: string): Promise<void>
  rollbackTo(name: string): Promise<void>
  /** Locks the rows with these ids until the transaction ends, in the order given. */
  lock(table: string, tenant: string, ids: readonly string[]): Promise<void>
  /** Locks and returns the rows that match and that no other transaction has locked, and waits for none of them. */
  take(query: Select): Promise<readonly StoredRow[]>
  /**
   * Inserts all rows or none, however many; a column that a row does not name is empty. A taken key throws
   * `UniqueTaken` with the table and the columns. A missing reference throws `ReferenceMissing` with the table, at the
   * latest at commit: rows may refer to one another in any order.
   */
  insert(table: string, tenant: string, rows: readonly StoredRow[]): Promise<void>
  /**
   * Patches rows and returns the ids whose id and version matched, in the order given. A matched row's column
   * `version`, where the table has one, grows by one. A patch that sets `version` gives it that value instead.
   */
  update(table: string, tenant: string, patches: readonly RowPatch[]): Promise<readonly string[]>
  /** Removes the rows with these ids. A row that others still refer to at commit throws `ReferenceMissing`. */
  remove(table: string, tenant: string, ids: readonly string[]): Promise<void>
  /** Removes every row that matches, of this tenant only. */
  removeWhere(table: string, tenant: string, where: Condition): Promise<void>
  /** Returns the counter's next value, from 1, without gaps: a rolled-back transaction gives its value back. */
  next(tenant: string, counter: string): Promise<number>
}

/** The schema of a store. */
export interface StoreSchema {
  /** Says what `apply` would do and what it refuses, and changes nothing. */
  plan(tables: readonly Table[], about?: SchemaAbout): Promise<SchemaPlan>
  /**
   * Does the whole plan or nothing and returns what it did; a plan with refusals throws `SchemaOutOfDate`. Of several
   * at once one does it, and the others find it done. Rows keep what they hold.
   */
  apply(tables: readonly Table[], about?: SchemaAbout): Promise<SchemaPlan>
  /** Returns every difference between the store and the tables, none if they agree. */
  verify(tables: readonly Table[], about?: SchemaAbout): Promise<readonly string[]>
}

/**
 * A store. What a caller can do something about is a refusal (`UniqueTaken`, `ReferenceMissing`, `Contention`,
 * `StorageFailed`, which has written nothing, `CommitUnknown`, …); a value that a column does not accept is a bug and throws a plain error.
 */
export interface Store {
  /** `sqlite` or `postgresql`. */
  readonly dialect: string
  /**
   * Builds the tables in an empty store; in any other store it verifies them and throws `SchemaOutOfDate` with the
   * differences. Opening again changes nothing. A store that was brought to a later definition throws `SchemaNewer`.
   */
  open(tables: readonly Table[], about?: SchemaAbout): Promise<void>
  /** The way from the tables that the store has to those that the plugins define; the store need not be open. */
  readonly schema: StoreSchema
  /** Runs reads in one snapshot that sees every transaction committed before it began, and none committed later. */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>
  /**
   * Runs a transaction. Writers that must wait for one another go on in order of arrival. The wait ends with
   * `Contention` when it takes too long, and with the signal's reason when the signal aborts. A call of `read` or
   * `write` inside the work of another throws `UseContext`: it would wait for itself. Work that the database ends in
   * favour of another's (a deadlock, a failed serialisation) is rolled back and run again from its beginning, at most
   * five times, then it is `Contention`: so it does nothing outside of the transaction that must not be done twice.
   */
  write<T>(work: (tx: Transaction) => Promise<T>, options?: { readonly signal?: AbortSignal }): Promise<T>
  /**
   * Runs work in the transaction that a host has begun on its own client, a connection of the same database. The host
   * commits or rolls back; work that throws leaves nothing in the transaction, which can go on. A client without a
   * transaction throws `NoTransaction`. Of several on one client each waits for the one before.
   */
  join<T>(client: object, work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Waits for running work, then closes; later calls throw `StoreClosed`. Closing again does nothing. */
  close(): Promise<void>
}

/** The tables that the engine itself needs; adapters create them with the entities' tables. */
export const CLAIM_TABLE = "claim"
/** Counters: the tenant's `seq` and its number series. */
export const COUNTER_TABLE = "counter"

/** The kernel's own tables that adapters write by themselves (`claim`, `settle`, `next`). */
export const STORE_TABLES: readonly Table[] = [
  {
    name: CLAIM_TABLE,
    owner: "kernel",
    columns: [
      { name: "actor", type: "text", nullable: false },
      { name: "command", type: "text", nullable: false },
      { name: "key", type: "text", nullable: false },
      { name: "request_hash", type: "text", nullable: false },
      { name: "outcome", type: "json", nullable: true },
    ],
    primaryKey: ["actor", "command", "key"],
    uniques: [],
    foreignKeys: [],
    indexes: [],
  },
  {
    name: COUNTER_TABLE,
    owner: "kernel",
    columns: [
      { name: "name", type: "text", nullable: false },
      { name: "value", type: "integer", nullable: false, min: 0 },
    ],
    primaryKey: ["name"],
    uniques: [],
    foreignKeys: [],
    indexes: [],
  },
]

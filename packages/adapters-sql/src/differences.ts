/**
 * Differences: all that a database adapter says about its database. The rest is shared.
 *
 * An adapter has no rule of business and no branch on a table's name.
 */
import type { Cell, Column, StoredRow } from "@anbud/core"
import type { DialectAdapter, QueryCompiler, RawBuilder } from "kysely"
import type { Patience } from "./patience.ts"

/** A value that a statement binds; only the adapter that made it looks inside. */
export type Bound = Cell | readonly Cell[]

/** A compiled statement with its values. */
export interface Statement {
  readonly sql: string
  readonly parameters: readonly Bound[]
}

/** Runs statements on one connection of the database. */
export interface Connection {
  /** Runs one statement and returns its rows, none for a statement without rows; the driver's errors come as they are. */
  run(sql: string, parameters: readonly Bound[]): readonly StoredRow[] | Promise<readonly StoredRow[]>
  /** Runs one statement once for each list of values, and returns how many rows each run changed. */
  runEach(sql: string, each: readonly (readonly Bound[])[]): readonly number[] | Promise<readonly number[]>
}

/** A connection inside a transaction of its own. Exactly one of `commit` (that succeeds) and `rollback` ends it. */
export interface OpenTransaction extends Connection {
  /** Commits and gives the connection back; when it throws, the transaction is still to be rolled back. */
  commit(): Promise<void>
  /** Rolls back what is open and gives the connection back; it never throws. */
  rollback(): Promise<void>
}

/** The connections of one store. */
export interface Connections {
  /** Opens the database and asserts its settings. */
  open(): Promise<void>
  /**
   * Waits for a turn and begins a transaction: `write` may change rows, `read` is one snapshot, `schema` may change
   * tables, and whoever began it checks references itself.
   *
   * Turns are given in order of arrival. Throws `Contention` when the wait takes too long and the signal's reason
   * when the signal ends it.
   */
  begin(mode: "read" | "write" | "schema", signal?: AbortSignal): Promise<OpenTransaction>
  /** Closes all connections; no transaction is open. */
  close(): Promise<void>
}

/** What an error of the driver means. Names are those of the database. */
export type Failure =
  | {
      readonly kind: "unique"
      readonly constraint?: string
      readonly table?: string
      readonly columns?: readonly string[]
    }
  | { readonly kind: "reference"; readonly table?: string }
  | { readonly kind: "contention"; readonly waitedMilliseconds: number }
  /** The database ended the transaction in favour of another one: begun again, it may well succeed. */
  | { readonly kind: "conflict" }
  | { readonly kind: "storage"; readonly reason: string }
  | { readonly kind: "overflow" }
  /** A savepoint outside of a transaction. */
  | { readonly kind: "noTransaction" }
  | { readonly kind: "value"; readonly reason: string }
  | { readonly kind: "unknown" }

/** How a list of values is bound as one parameter, however long it is. */
export interface Lists {
  /** The values of one list. */
  bind(values: readonly (string | number)[], type: Column["type"]): Bound
  /** True where `value` is one of the bound list. */
  includes(value: RawBuilder<unknown>, list: Bound, type: Column["type"]): RawBuilder<unknown>
}

/** How many rows travel in one statement. */
export interface RowSets {
  /** The values of rows; each row holds the cells of `columns` in order. */
  bind(columns: readonly Column[], rows: readonly (readonly Cell[])[]): readonly Bound[]
  /** A derived table named `j` with the columns `c0`, `c1`, … of the bound rows. */
  rows(columns: readonly Column[], bound: readonly Bound[]): RawBuilder<unknown>
}

/** A foreign key as the database has it: its columns, the table and the columns that it names. */
export interface ActualForeignKey {
  readonly columns: readonly string[]
  readonly table: string
  readonly references: readonly string[]
}

/** A table as the database has it, with the database's names. */
export interface ActualTable {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[]
  readonly primaryKey: readonly string[]
  readonly uniques: readonly (readonly string[])[]
  readonly foreignKeys: readonly ActualForeignKey[]
  readonly indexes: readonly (readonly string[])[]
  /** What else is wrong with the table, in plain words. */
  readonly flaws: readonly string[]
  /** Whether the database keeps the tenants of the table apart by itself. */
  readonly isGuarded?: boolean
}

/** How the definition of the tables differs. */
export interface SchemaDifferences {
  /** The type of a column as it is declared, and as the database reports it. */
  readonly columns: Readonly<Record<Column["type"], { readonly declared: string; readonly reported: string }>>
  /** What follows the closing bracket of `create table`. */
  readonly tableOptions: string
  /** Whether foreign keys stand in `create table` (else they are added when all tables exist). */
  readonly foreignKeysInline: boolean
  /** Whether the key that is declared last is checked first; the primary key is to be checked first, then the others. */
  readonly checksLastKeyFirst: boolean
  /** Whether an index must say `nulls first` to serve a read that sorts null first. */
  readonly nullsFirstInIndexes: boolean
  /** Comes before the first look: of several that open a store at once, it lets one build. */
  begin(connection: Connection): Promise<void>
  /** Comes before the first table, such as `create schema`. */
  prepare(connection: Connection): Promise<void>
  /** Statements that come after the last table; they are given the names of all tables in the database. */
  finish(tables: readonly string[]): readonly RawBuilder<unknown>[]
  /** Whether a table changes where it is; otherwise it is replaced by a new one, except for new columns and indexes. */
  readonly altersInPlace: boolean
  /** Does the work that replaces a table, and makes again what others have attached to it: indexes, triggers. */
  replace(connection: Connection, table: string, work: () => Promise<void>): Promise<void>
  /** What the database has under this name, or null. */
  introspect(connection: Connection, name: string): Promise<ActualTable | null>
}

/** Stands for every tenant: for what the schema needs, and for the question which tenants there are. */
export const TENANT_OF_ALL = "*"

/** How a database keeps tenants apart by itself. */
export interface TenantBelt {
  /** Tells the database, for the rest of the transaction, whose rows it may show and take. */
  tell(tenant: string): RawBuilder<unknown>
  /** The statements that guard a table; they may run again. */
  guard(table: RawBuilder<unknown>): readonly RawBuilder<unknown>[]
}

/** Everything in which a database differs from the shared half. */
export interface Differences {
  /** `sqlite` or `postgresql`. */
  readonly name: string
  /** Kysely's side of the dialect: quoting and placeholders. */
  readonly compiler: QueryCompiler
  readonly adapter: DialectAdapter
  /** The schema (if the database has schemas) and the prefix of every table's name. */
  readonly names: { readonly schema?: string; readonly prefix: string }
  /** `create` builds an empty store, `apply` brings any other up to date too, `verify` only looks. */
  readonly openMode: "create" | "apply" | "verify"
  readonly schema: SchemaDifferences
  readonly lists: Lists
  /** How rows are written as sets, or null where a statement per row costs no round trip and is faster. */
  readonly rowSets: RowSets | null
  /** The Monday of the week that a date, kept as text, lies in. */
  mondayOf(date: RawBuilder<unknown>): RawBuilder<unknown>
  /** The value of a member of the JSON text that a column holds, null where it has none; the key holds only a-z, 0-9, _. */
  member(column: RawBuilder<unknown>, key: string, type: "text" | "integer"): RawBuilder<unknown>
  /** The text function (text, part) that is above 0 where the text holds the part. */
  readonly positionFunction: string
  /** What ends a subquery that the planner is not to make a join of, or nothing. */
  readonly fence: string
  /** What keeps the planner from looking up by an index what it stands before, or nothing. */
  readonly asideFromIndexes: string
  /** The statement that locks rows in the order of the list, or null where one writer at a time makes it needless. */
  lock(table: RawBuilder<unknown>, tenant: string, ids: Bound): RawBuilder<unknown> | null
  /** What follows a `select` that locks its rows and passes over those that others have locked. */
  readonly takes: string
  readonly connections: Connections
  /** How the database keeps tenants apart by itself, besides the condition that every statement has; null if it does not. */
  readonly tenantBelt?: TenantBelt | null
  /** How a transaction that had to give way waits; the machine's own time and chance by default. */
  readonly patience?: Patience
  /** A connection on the client of a host that has begun a transaction there; throws `NoTransaction` if it has not. */
  joined(client: object): Connection | Promise<Connection>
  /** What an error of the driver means. */
  failureOf(error: unknown): Failure
  /** Which of these tables holds a reference that points nowhere; asked when the error does not say. */
  danglingTable(connection: Connection, tables: readonly string[]): Promise<string | undefined>
}

/** The ERP's own database, told by what the ERP needs of it: statements, and transactions of its own. */
import type { Store } from "@anbud/core"

/** A row by column name; whole numbers come as numbers on both databases. */
export type Row = Readonly<Record<string, string | number | null>>

/** A transaction that the ERP has begun. */
export interface Transaction {
  /** The connection that it runs on: what `session.join` takes. */
  readonly client: object
  /** Runs one statement, whose values are `$1`, `$2`, … in this order, and gives its rows. */
  run(sql: string, values?: readonly (string | number)[]): Promise<readonly Row[]>
}

/** The database in which the ERP's tables and the engine's lie side by side. */
export interface Database {
  /** Where the engine keeps its tables. */
  readonly store: Store
  /** Makes the ERP's tables where there are none. */
  prepare(): Promise<void>
  /** Begins a transaction, and commits what the work did, or rolls it back if the work throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Comes after the engine was closed. */
  close(): Promise<void>
}

/** The ERP's tables, the same on both databases. */
export const TABLES: readonly string[] = [
  `create table if not exists erp_customer (
    number text primary key, company text not null unique, name text not null,
    credit_minor bigint not null, owed_minor bigint not null default 0)`,
  `create table if not exists erp_order (
    number text primary key, quote text not null,
    customer text references erp_customer, engine_order text unique, total_minor bigint)`,
  `create table if not exists erp_dispatch (engine_order text primary key, note text not null)`,
]

/** PostgreSQL: the list of its differences. */
import { type Connection, type Differences, type Patience, type SqlStore, sqlStore } from "@anbud/adapter-sql"
import { PostgresAdapter, PostgresQueryCompiler, type RawBuilder, sql } from "kysely"
import type { Pool } from "pg"
import { arrayLists, arrayRowSets } from "./arrays.ts"
import { connections } from "./connections.ts"
import { introspectPostgres } from "./introspect.ts"
import { joined } from "./joined.ts"
import { pgFailure } from "./pgFailure.ts"
import { rowSecurity } from "./rowSecurity.ts"

/** A pool of node-postgres (`new pg.Pool()`), told by what the store needs of it: no types of `pg` are needed. */
export interface PgPool {
  connect(): Promise<{ query(text: string, values?: unknown[]): Promise<unknown>; release(destroy?: boolean): void }>
  query(text: string, values?: unknown[]): Promise<unknown>
  end(): Promise<void>
}

/** How to open a store in PostgreSQL. */
export interface PostgresOptions {
  /** The host's own pool; it stays open when the store closes. Either this or `connectionString`. */
  readonly pool?: PgPool
  /** `postgres://user:password@host:5432/database`, for a pool of the store's own. */
  readonly connectionString?: string
  /** The most connections of the store's own pool; 10 by default. */
  readonly maxConnections?: number
  /** The schema that holds the tables; `anbud` by default. Any name will do, `"Firm Data"` too. */
  readonly schema?: string
  /** What the names of all tables begin with; nothing by default. */
  readonly prefix?: string
  /**
   * `create` (default) builds the schema and its tables if there are none and otherwise verifies them; `apply` also
   * brings older tables up to date; `verify` only looks.
   */
  readonly mode?: "create" | "apply" | "verify"
  /** How long a call waits for a connection, and then for a lock, before it is refused with `Contention`; 5 000 by default. */
  readonly waitMilliseconds?: number
  /**
   * Lets PostgreSQL itself keep tenants apart too, with a policy on each table: a statement that forgot its tenant would
   * find no rows of others. Off by default, as it costs a message per transaction. The role of the pool may own the
   * tables, but a superuser and one with BYPASSRLS pass by every policy, and are refused at `open`.
   */
  readonly rowSecurity?: boolean
  /**
   * Whether statements that come again are prepared, on connections of the server itself: on by default. They stay on
   * the connection, under names that begin with `anbud_`; behind a pooler none is prepared.
   */
  readonly preparedStatements?: boolean
  /** Time and chance of the pauses before a transaction that gave way is begun again; a simulation brings its own. */
  readonly patience?: Patience
}

const MAX_NAME_BYTES = 63
const TEXT = { declared: `pg_catalog.text collate pg_catalog."C"`, reported: `text collate "C"` } as const
const INTEGER = { declared: "bigint", reported: "bigint" } as const

/**
 * A store in one schema of a PostgreSQL database (13 or later, UTF8), which many processes may share.
 *
 * Each transaction takes one connection and leaves nothing on it that another one could notice: no setting, no lock
 * that outlives it, and no prepared statement behind a pooler. It therefore works there, and with a pool of one. A
 * commit whose connection is lost before the answer is looked up by its number, and is then either done or refused.
 *
 * @example
 * const engine = await createEngine({ store: postgres({ pool: new pg.Pool() }), plugins: standard })
 */
export const postgres = (options: PostgresOptions): SqlStore => sqlStore(postgresDifferences(options))

/** In what PostgreSQL differs from other databases. */
export const postgresDifferences = (options: PostgresOptions): Differences => {
  const schema = checkedSchema(options.schema ?? "anbud")
  return {
    name: "postgresql",
    compiler: new PostgresQueryCompiler(),
    adapter: new PostgresAdapter(),
    names: { schema, prefix: options.prefix ?? "" },
    openMode: options.mode ?? "create",
    schema: {
      columns: { text: TEXT, json: TEXT, integer: INTEGER, boolean: INTEGER },
      tableOptions: "",
      foreignKeysInline: false,
      checksLastKeyFirst: false,
      nullsFirstInIndexes: true,
      begin: (connection) => oneAtATime(connection, schema),
      prepare: (connection) => createSchema(connection, schema),
      finish: () => [],
      altersInPlace: true,
      replace: (_connection, _table, work) => work(),
      introspect: introspectPostgres(schema),
    },
    lists: arrayLists,
    rowSets: arrayRowSets,
    mondayOf: (date) =>
      sql`pg_catalog.to_char(pg_catalog.date_trunc('week', ${date}::pg_catalog.timestamp), 'YYYY-MM-DD')`,
    member: memberOfJson,
    positionFunction: "pg_catalog.strpos",
    // Measured: of 410 companies that were just written, and of which the server had counted none yet, a search for two
    // words took 31 s with its subqueries as joins and 70 ms row by row.
    fence: " offset 0",
    asideFromIndexes: "",
    lock: lockRows,
    takes: " for no key update skip locked",
    joined,
    tenantBelt: options.rowSecurity ? rowSecurity : null,
    connections: connections({
      pool: (options.pool as Pool | undefined) ?? ownPool(options),
      waitMilliseconds: checkedWait(options.waitMilliseconds ?? 5_000),
      ...(options.patience === undefined ? {} : { patience: options.patience }),
      isGuarded: options.rowSecurity ?? false,
      isPreparing: options.preparedStatements ?? true,
    }),
    ...(options.patience === undefined ? {} : { patience: options.patience }),
    failureOf: pgFailure,
    // An error about a reference always names its table.
    danglingTable: async () => undefined,
  }
}

/** The text of a JSON member compares by code point, as a column of text does. */
const memberOfJson: Differences["member"] = (column, key, type) => {
  const value = sql`pg_catalog.json_extract_path_text(${column}::pg_catalog.json, ${sql.lit(key)})`
  return type === "integer" ? sql`${value}::pg_catalog.int8` : sql`(${value} collate pg_catalog."C")`
}

/**
 * Locks rows in the order of the list.
 *
 * Not `for update`, which also keeps out those who only refer to the row: references are checked at commit, when the
 * tenant's counter is held already, and two commands would wait for each other. Ids never change, so this is enough.
 */
const lockRows: Differences["lock"] = (table, tenant, ids): RawBuilder<unknown> => sql`
  select 1 as "locked" from ${table} as "t"
  join pg_catalog.unnest(${ids}::pg_catalog.text[]) with ordinality as "w" ("id", "n") on "t"."id" = "w"."id"
  where "t"."tenant" = ${tenant} order by "w"."n" for no key update of "t"`

/** Of several processes that open a schema at once, one builds it. The lock ends with the transaction. */
const oneAtATime = async (connection: Connection, schema: string): Promise<void> => {
  await connection.run("select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))::pg_catalog.text", [
    `anbud schema ${schema}`,
  ])
}

/** Asks first: `create schema if not exists` needs the right to create one even where it exists. */
const createSchema = async (connection: Connection, schema: string): Promise<void> => {
  const found = await connection.run("select 1 as found from pg_catalog.pg_namespace where nspname = $1", [schema])
  if (found.length === 0) await connection.run(`create schema "${schema.replaceAll('"', '""')}"`, [])
}

const ownPool = ({ connectionString, maxConnections }: PostgresOptions) => {
  if (connectionString === undefined) throw new Error("Give postgres() a pool or a connectionString.")
  return { connectionString, max: maxConnections ?? 10 }
}

// PostgreSQL would cut a longer name without a word.
const checkedSchema = (schema: string): string => {
  const isName = schema !== "" && !schema.includes("\0") && Buffer.byteLength(schema, "utf8") <= MAX_NAME_BYTES
  if (!isName) throw new Error(`A schema's name has 1 to ${MAX_NAME_BYTES} bytes.`)
  return schema
}

const checkedWait = (milliseconds: number): number => {
  if (!Number.isSafeInteger(milliseconds) || milliseconds < 1)
    throw new Error("waitMilliseconds is a whole number from 1.")
  return milliseconds
}

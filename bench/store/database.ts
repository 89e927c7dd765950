/** The two databases of the benchmark: houses with the engine's tables in them, and a hand that writes by itself. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import type { Store } from "@anbud/core"
import Database from "better-sqlite3"
import pg from "pg"
import { startPostgres } from "../../test/startPostgres.ts"
import { type Ran, recorder } from "../command/recorder.ts"

/** A row as the database gives it. */
export type Row = Readonly<Record<string, unknown>>

/** A table that is written by hand. */
export interface HandTable {
  readonly name: string
  readonly columns: readonly string[]
}

/** A connection of a program without an engine. */
export interface Hand {
  run(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** The same for a statement that comes again: it is prepared once. */
  again(sql: string, values: readonly unknown[]): Promise<readonly Row[]>
  /** Inserts rows as a good program does: prepared on SQLite, as arrays on PostgreSQL. Rows that are there stay. */
  insert(table: HandTable, rows: readonly Row[]): Promise<void>
  tables(): Promise<readonly HandTable[]>
  close(): Promise<void>
}

/** One place for the engine's tables. */
export interface House {
  /** Where it is, for other processes: see `storeAt`. */
  readonly place: string
  /** A store on it; the engine that opens it closes it. */
  store(): Store
  hand(): Promise<Hand>
  /** A statement that ran in another house, as it is here. */
  here(sql: string): string
  /** A table of the engine by the name that the house gives it. */
  table(name: string): string
}

/** A database, and what it runs while it is listened to. */
export interface BenchDatabase {
  readonly name: string
  house(): House
  record(): { stop(): readonly Ran[] }
  stop(): Promise<void>
}

/** A store in a house that another process has made: a file, or an address with the schema behind its `#`. */
export const storeAt = (place: string): Store => {
  const [connectionString, schema] = place.split("#")
  if (connectionString === undefined || schema === undefined) return sqlite({ file: place })
  return postgres({ connectionString, schema })
}

/** SQLite: each house is a file. */
export const sqliteDatabase = (): BenchDatabase => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-bench-"))
  let houses = 0
  return {
    name: "sqlite",
    house: () => {
      const file = join(folder, `${houses++}.db`)
      return {
        place: file,
        store: () => storeAt(file),
        hand: async () => sqliteHand(file),
        here: (sql) => sql,
        table: (name) => `"anbud_${name}"`,
      }
    },
    record: recorder,
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

const sqliteHand = (file: string): Hand => {
  const database = new Database(file)
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"]) database.pragma(pragma)
  const statements = new Map<string, Database.Statement>()
  const prepared = (sql: string): Database.Statement => {
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  const run = async (sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> => {
    const statement = prepared(sql)
    if (statement.reader) return statement.all(...values) as Row[]
    statement.run(...values)
    return []
  }
  return {
    run,
    again: run,
    insert: async ({ name, columns }, rows) => {
      const marks = columns.map(() => "?").join()
      const statement = prepared(`insert or ignore into ${name} (${columns.map(quoted).join()}) values (${marks})`)
      for (const row of rows) statement.run(...columns.map((column) => row[column]))
    },
    tables: async () => {
      const names = database.prepare("select name from sqlite_schema where type = 'table' and name like 'anbud_%'")
      return (names.all() as { name: string }[]).map(({ name }) => ({
        name: quoted(name),
        columns: (database.pragma(`table_info(${quoted(name)})`) as { name: string }[]).map((column) => column.name),
      }))
    },
    close: async () => {
      database.close()
    },
  }
}

/** PostgreSQL: each house is a schema of one server, which is started for the benchmark unless `DATABASE_URL` says where. */
export const postgresDatabase = async (): Promise<BenchDatabase> => {
  const server = await startPostgres()
  let houses = 0
  return {
    name: "postgresql",
    house: () => {
      const schema = `house${houses++}`
      const place = `${server.url}#${schema}`
      return {
        place,
        store: () => storeAt(place),
        hand: () => postgresHand(server.url, schema),
        here: (sql) => sql.replaceAll(/"house\d+"\./g, `"${schema}".`),
        table: (name) => `"${schema}"."${name}"`,
      }
    },
    record: postgresRecorder,
    stop: () => server.stop(),
  }
}

const postgresHand = async (connectionString: string, schema: string): Promise<Hand> => {
  const client = new pg.Client({ connectionString })
  await client.connect()
  const run = async (sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> =>
    (await client.query<Row>(sql, [...values])).rows
  const names = new Map<string, string>()
  const again = async (text: string, values: readonly unknown[]): Promise<readonly Row[]> => {
    const name = names.get(text) ?? `hand_${names.size}`
    names.set(text, name)
    return (await client.query<Row>({ name, text, values: [...values] })).rows
  }
  const types = new Map<string, string>()
  return {
    run,
    again,
    insert: async ({ name, columns }, rows) => {
      if (rows.length === 0) return
      const arrays = columns.map((column, at) => `$${at + 1}::${types.get(`${name}.${column}`)}[]`)
      const text = `insert into ${name} (${columns.map(quoted).join()}) select * from unnest(${arrays.join()}) on conflict do nothing`
      await again(
        text,
        columns.map((column) => rows.map((row) => row[column])),
      )
    },
    tables: async () => {
      const found = await run(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = $1 order by ordinal_position",
        [schema],
      )
      const tables = new Map<string, string[]>()
      for (const { table_name, column_name, data_type } of found) {
        const name = `"${schema}".${quoted(String(table_name))}`
        types.set(`${name}.${column_name}`, String(data_type))
        tables.set(name, [...(tables.get(name) ?? []), String(column_name)])
      }
      return [...tables].map(([name, columns]) => ({ name, columns }))
    },
    close: () => client.end(),
  }
}

/** Records what every connection of node-postgres runs. */
const postgresRecorder = (): { stop(): readonly Ran[] } => {
  const ran: Ran[] = []
  const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown }
  const original = prototype.query
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const [first, values] = args
    const asked = typeof first === "string" ? { text: first, values } : (first as { text: string; values?: unknown })
    if (/^\s*(?:select|insert|update|delete|with)/i.test(asked.text))
      ran.push({ sql: asked.text, values: (asked.values ?? []) as readonly unknown[] })
    return original.apply(this, args)
  }
  return {
    stop: () => {
      prototype.query = original
      return ran
    },
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

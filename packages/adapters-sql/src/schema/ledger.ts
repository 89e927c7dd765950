/**
 * Ledger: what a store was built from, kept in the store itself, so that a later version can tell the difference.
 *
 * One entry per table (its definition and its owner), and one per plugin: the hashes of all definitions that it went
 * through, in order. A definition that stands there, but not last, is old code; plugins come and go in any order.
 */
import { createHash } from "node:crypto"
import type { SchemaAbout, Table } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import type { Compile } from "../compiler.ts"
import type { Connection, Differences } from "../differences.ts"
import { storedTableName, tableRef } from "../storedTable.ts"

/** The version of the way in which this package lays out tables; it grows with every change of it. */
export const FORMAT = "1"

const FORMAT_KEY = "format"
const TABLE_KEY = "table:"
const KEPT_KEY = "kept:"
const RETIRED_KEY = "retired:"
const PLUGIN_KEY = "plugin:"

/** What one plugin went through. */
export interface PluginEntry {
  /** The hashes of its definitions, the present one last. */
  readonly hashes: readonly string[]
  readonly release: string
}

/** What the store says about itself. */
export interface Ledger {
  /** Undefined in an empty store. */
  readonly format: string | undefined
  /** The definitions by the engine's name of the table. */
  readonly tables: ReadonlyMap<string, Table>
  /** The columns that stay though no definition names them, by table, with the database's names. */
  readonly kept: ReadonlyMap<string, readonly string[]>
  /** The tables that stay though no definition names them. */
  readonly retired: ReadonlyMap<string, Table>
  readonly plugins: ReadonlyMap<string, PluginEntry>
}

/** The name of the ledger's table in the database. */
export const ledgerName = (names: Differences["names"]): string => storedTableName("meta", names)

/** Creates the ledger's table. */
export const createLedger = ({ names, schema }: Differences): RawBuilder<unknown> => {
  const text = sql.raw(schema.columns.text.declared)
  return sql`create table ${tableRef(ledgerName(names), names)} ("key" ${text} not null primary key, "value" ${text} not null)${sql.raw(schema.tableOptions)}`
}

/** Reads the ledger; in an empty store it is empty. */
export const readLedger = async (
  connection: Connection,
  differences: Differences,
  compile: Compile,
): Promise<Ledger> => {
  const { names, schema } = differences
  const isEmpty = (await schema.introspect(connection, ledgerName(names))) === null
  const statement = compile(sql`select "key", "value" from ${tableRef(ledgerName(names), names)}`)
  const rows = isEmpty ? [] : await connection.run(statement.sql, statement.parameters)
  const entries = new Map(rows.map((row) => [String(row["key"]), String(row["value"])]))
  const under = <T>(prefix: string): ReadonlyMap<string, T> =>
    new Map(
      [...entries]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), JSON.parse(value) as T]),
    )
  return {
    format: isEmpty ? undefined : (entries.get(FORMAT_KEY) ?? "none"),
    tables: under<Table>(TABLE_KEY),
    kept: under<readonly string[]>(KEPT_KEY),
    retired: under<Table>(RETIRED_KEY),
    plugins: under<PluginEntry>(PLUGIN_KEY),
  }
}

/** What the ledger is to say from now on. */
export interface NextLedger {
  readonly tables: readonly Table[]
  readonly kept: ReadonlyMap<string, readonly string[]>
  readonly retired: ReadonlyMap<string, Table>
  readonly about: SchemaAbout
}

/** The statements that bring the ledger from what it says to what it is to say; entries that agree are left alone. */
export const ledgerStatements = (
  before: Ledger,
  next: NextLedger,
  names: Differences["names"],
): readonly RawBuilder<unknown>[] => {
  const now = entriesOf(before, next)
  const old = oldEntries(before)
  const table = tableRef(ledgerName(names), names)
  const removed = [...old.keys()].filter((key) => !now.has(key))
  const changed = [...now].filter(([key, value]) => old.get(key) !== value)
  return [
    ...removed.map((key) => sql`delete from ${table} where "key" = ${key}`),
    ...changed.map(
      ([key, value]) =>
        sql`insert into ${table} ("key", "value") values (${key}, ${value}) on conflict ("key") do update set "value" = excluded."value"`,
    ),
  ]
}

const entriesOf = (before: Ledger, { tables, kept, retired, about }: NextLedger): ReadonlyMap<string, string> => {
  const owners = new Set(tables.map(({ owner }) => owner))
  const names = new Set(tables.map(({ name }) => name))
  // The tables of a plugin that is not loaded stay as they are.
  const others = [...before.tables.values()].filter(({ owner, name }) => !owners.has(owner) && !names.has(name))
  const plugins = new Map(before.plugins)
  for (const owner of owners) plugins.set(owner, nextEntry(before.plugins.get(owner), owner, tables, about))
  return new Map([
    [FORMAT_KEY, FORMAT],
    ...[...others, ...tables].map((table): [string, string] => [TABLE_KEY + table.name, definitionText(table)]),
    ...[...kept]
      .filter(
        ([name, columns]) => columns.length > 0 && (names.has(name) || others.some((table) => table.name === name)),
      )
      .map(([name, columns]): [string, string] => [KEPT_KEY + name, JSON.stringify(columns)]),
    ...[...retired].map(([name, table]): [string, string] => [RETIRED_KEY + name, definitionText(table)]),
    ...[...plugins].map(([id, entry]): [string, string] => [PLUGIN_KEY + id, JSON.stringify(entry)]),
  ])
}

const oldEntries = ({ format, tables, kept, retired, plugins }: Ledger): ReadonlyMap<string, string> =>
  new Map([
    ...(format === undefined ? [] : [[FORMAT_KEY, format] as [string, string]]),
    ...[...tables].map(([name, table]): [string, string] => [TABLE_KEY + name, JSON.stringify(table)]),
    ...[...kept].map(([name, columns]): [string, string] => [KEPT_KEY + name, JSON.stringify(columns)]),
    ...[...retired].map(([name, table]): [string, string] => [RETIRED_KEY + name, JSON.stringify(table)]),
    ...[...plugins].map(([id, entry]): [string, string] => [PLUGIN_KEY + id, JSON.stringify(entry)]),
  ])

const nextEntry = (
  before: PluginEntry | undefined,
  owner: string,
  tables: readonly Table[],
  about: SchemaAbout,
): PluginEntry => {
  const hash = definitionHash(owner, tables)
  const release = about.releases?.[owner] ?? UNKNOWN_RELEASE
  if (before?.hashes.at(-1) === hash) return before
  return { hashes: [...(before?.hashes ?? []).filter((known) => known !== hash), hash], release }
}

const UNKNOWN_RELEASE = "unknown"

/** A plugin that the store has seen in a later definition. */
export interface NewerPlugin {
  readonly plugin: string
  readonly release: string
  readonly storeRelease: string
}

/**
 * The plugin, if any, of which this code is older than the store: its release is lower, or, where releases say
 * nothing, its definition is one that the store has left behind.
 */
export const newerPlugin = (ledger: Ledger, tables: readonly Table[], about: SchemaAbout): NewerPlugin | null => {
  for (const plugin of new Set(tables.map(({ owner }) => owner))) {
    const entry = ledger.plugins.get(plugin)
    const hash = definitionHash(plugin, tables)
    if (entry === undefined || entry.hashes.at(-1) === hash) continue
    const release = about.releases?.[plugin] ?? UNKNOWN_RELEASE
    const order = releaseOrder(release, entry.release)
    if (order < 0 || (order === 0 && entry.hashes.includes(hash))) {
      return { plugin, release, storeRelease: entry.release }
    }
  }
  return null
}

/** Below 0 where the first release is the earlier one, 0 where they are the same or say nothing. */
const releaseOrder = (a: string, b: string): number => {
  const [left, right] = [a, b].map((release) => /^(\d+)\.(\d+)\.(\d+)/.exec(release)?.slice(1).map(Number))
  if (left === undefined || right === undefined) return 0
  const position = left.findIndex((part, index) => part !== right[index])
  return position < 0 ? 0 : (left[position] ?? 0) - (right[position] ?? 0)
}

const definitionHash = (owner: string, tables: readonly Table[]): string =>
  createHash("sha256")
    .update(
      tables
        .filter((table) => table.owner === owner)
        .map(definitionText)
        .sort()
        .join("\n"),
    )
    .digest("hex")

/** A definition as one text: equal definitions give equal texts. What only concerns older rows is no part of it. */
export const definitionText = (table: Table): string => {
  const columns = table.columns.map(({ name, type, nullable, values, min }) => ({
    name,
    type,
    nullable,
    ...(values === undefined ? {} : { values }),
    ...(min === undefined ? {} : { min }),
  }))
  const { name, owner, primaryKey, uniques, foreignKeys, indexes } = table
  return JSON.stringify({ name, owner, columns, primaryKey, uniques, foreignKeys, indexes })
}

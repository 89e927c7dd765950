/** Stored tables: the definitions with the names that the database uses, looked up by the names that the engine uses. */
import { type Column, memberOf, STORE_TABLES, type Table } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import type { Differences } from "./differences.ts"
import { identifier } from "./identifier.ts"

/** A column and its name in the database. */
export interface StoredColumn extends Column {
  readonly stored: string
  readonly ref: RawBuilder<unknown>
  /** The value of a member of JSON, from a reference to the column that holds it. */
  readonly valueIn?: (column: RawBuilder<unknown>) => RawBuilder<unknown>
}

/** A table and its name in the database. */
export interface StoredTable {
  readonly definition: Table
  readonly stored: string
  readonly ref: RawBuilder<unknown>
  readonly columns: readonly StoredColumn[]
  /** The column or the member of that name; an unknown name is a bug and throws. */
  column(name: string): StoredColumn
  readonly hasVersion: boolean
}

/** The tables of a store. */
export interface StoredTables {
  readonly all: readonly StoredTable[]
  /** The table of that name; an unknown name is a bug and throws. */
  table(name: string): StoredTable
  /** The table that has this name in the database. */
  byStoredName(stored: string): StoredTable | undefined
}

/** The first column of every table and of every key. */
export const TENANT = "tenant"

/** The engine's tables and the store's own, with their names in the database. */
export const storedTables = (
  tables: readonly Table[],
  { names, member }: Pick<Differences, "names" | "member">,
): StoredTables => {
  const own = STORE_TABLES.filter((table) => !tables.some((given) => given.name === table.name))
  const all = [...tables, ...own].map((table) => storedTable(table, names, member))
  const byName = mapped(all, (table) => table.definition.name)
  const byStored = mapped(all, (table) => table.stored)
  return {
    all,
    table: (name) => found(byName.get(name), `The store has no table "${name}".`),
    byStoredName: (stored) => byStored.get(stored),
  }
}

/** A table's name in the database, qualified with the schema where there is one. */
export const tableRef = (stored: string, names: Differences["names"]): RawBuilder<unknown> =>
  names.schema === undefined ? sql.id(stored) : sql.id(names.schema, stored)

/** The name in the database of a table. */
export const storedTableName = (name: string, names: Differences["names"]): string => identifier(names.prefix + name)

const storedTable = (
  definition: Table,
  names: Differences["names"],
  memberValue: Differences["member"],
): StoredTable => {
  const stored = storedTableName(definition.name, names)
  const columns = definition.columns.map((column): StoredColumn => {
    const name = identifier(column.name)
    return { ...column, stored: name, ref: sql.id(name) }
  })
  const byName = mapped(columns, (column) => column.name)
  return {
    definition,
    stored,
    ref: tableRef(stored, names),
    columns,
    column: (name) => {
      const member = memberOf(name)
      const column = byName.get(member?.column ?? name)
      if (!column || (member && column.type !== "json"))
        throw new Error(`The table "${definition.name}" has no column "${name}".`)
      if (!member) return column
      const { key, type } = member
      const valueIn = (ref: RawBuilder<unknown>): RawBuilder<unknown> => memberValue(ref, key, type)
      return { name, type, nullable: true, stored: column.stored, ref: valueIn(column.ref), valueIn }
    },
    hasVersion: byName.has("version"),
  }
}

const mapped = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, T> => {
  const map = new Map<string, T>()
  for (const item of items) {
    if (map.has(keyOf(item))) throw new Error(`Two definitions share the name "${keyOf(item)}".`)
    map.set(keyOf(item), item)
  }
  return map
}

const found = <T>(value: T | undefined, otherwise: string): T => {
  if (value === undefined) throw new Error(otherwise)
  return value
}

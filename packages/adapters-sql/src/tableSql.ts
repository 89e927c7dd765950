/** Table SQL: the statements that create a table with its checks, keys and indexes. */
import type { Column, ForeignKey } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import type { Differences } from "./differences.ts"
import { identifier } from "./identifier.ts"
import { type StoredColumn, type StoredTable, type StoredTables, TENANT } from "./storedTable.ts"

const MAX_SAFE = Number.MAX_SAFE_INTEGER

/** The name of the constraint behind a primary key. */
export const primaryKeyName = (table: string): string => identifier(`${table}_pkey`)
/** The name of the constraint behind a unique key. */
export const uniqueName = (table: string, columns: readonly string[]): string =>
  identifier([table, ...columns, "key"].join("_"))
/** The name of an index. */
export const indexName = (table: string, columns: readonly string[]): string =>
  identifier([table, ...columns, "idx"].join("_"))
/** The name of a foreign key. */
export const foreignKeyName = (table: string, columns: readonly string[]): string =>
  identifier([table, ...columns, "fkey"].join("_"))

/** The statements that create all tables, in the order in which they run. */
export const createTables = (tables: StoredTables, differences: Differences): readonly RawBuilder<unknown>[] => {
  const { foreignKeysInline } = differences.schema
  return [
    ...tables.all.map((table) => createTable(table, tables, differences)),
    ...tables.all.flatMap((table) => createIndexes(table, differences)),
    ...(foreignKeysInline ? [] : tables.all.flatMap((table) => addForeignKeys(table, tables))),
  ]
}

const createTable = (table: StoredTable, tables: StoredTables, differences: Differences): RawBuilder<unknown> => {
  const { definition } = table
  const parts = [
    sql`${sql.id(TENANT)} ${sql.raw(differences.schema.columns.text.declared)} not null`,
    ...table.columns.map((column) => columnSql(column, differences)),
    ...(differences.schema.checksLastKeyFirst ? keysOf(table).toReversed() : keysOf(table)),
    ...(differences.schema.foreignKeysInline
      ? definition.foreignKeys.map((key) => foreignKeySql(table, key, tables))
      : []),
  ]
  return sql`create table ${table.ref} (${sql.join(parts)})${sql.raw(differences.schema.tableOptions)}`
}

// The order decides which key is named when a row takes two that are taken.
const keysOf = (table: StoredTable): readonly RawBuilder<unknown>[] => [
  sql`constraint ${sql.id(primaryKeyName(table.stored))} primary key ${keyOf(table, table.definition.primaryKey)}`,
  ...table.definition.uniques.map((unique) => {
    const name = uniqueName(
      table.stored,
      unique.map((column) => table.column(column).stored),
    )
    return sql`constraint ${sql.id(name)} unique ${keyOf(table, unique)}`
  }),
]

const columnSql = (column: StoredColumn, differences: Differences): RawBuilder<unknown> => {
  const type = sql.raw(differences.schema.columns[column.type].declared)
  const nullable = sql.raw(column.nullable ? "" : " not null")
  const checks = checksOf(column).map((check) => sql` check (${check})`)
  return sql`${column.ref} ${type}${nullable}${sql.join(checks, sql``)}`
}

const checksOf = (column: StoredColumn): readonly RawBuilder<unknown>[] => {
  if (column.type === "boolean") return [sql`${column.ref} in (0, 1)`]
  if (column.type === "integer") return [rangeOf(column)]
  if (column.values === undefined) return []
  return [sql`${column.ref} in (${sql.join(column.values.map((value) => sql.lit(value)))})`]
}

// Within ±(2^53 − 1) an integer reads exactly as a number, whatever the host's driver is set to.
const rangeOf = (column: StoredColumn): RawBuilder<unknown> =>
  sql`${column.ref} between ${sql.lit(Math.max(column.min ?? -MAX_SAFE, -MAX_SAFE))} and ${sql.lit(MAX_SAFE)}`

const createIndexes = (table: StoredTable, differences: Differences): readonly RawBuilder<unknown>[] =>
  table.definition.indexes.map((columns) => {
    const name = indexName(
      table.stored,
      columns.map((column) => table.column(column).stored),
    )
    const terms = columns.map((name) => indexTerm(table.column(name), differences))
    return sql`create index ${sql.id(name)} on ${table.ref} (${sql.join([sql.id(TENANT), ...terms])})`
  })

// Reads sort null first; an index serves that order only if it says the same.
const indexTerm = (column: StoredColumn, differences: Differences): RawBuilder<unknown> =>
  column.nullable && differences.schema.nullsFirstInIndexes ? sql`${column.ref} asc nulls first` : column.ref

const addForeignKeys = (table: StoredTable, tables: StoredTables): readonly RawBuilder<unknown>[] =>
  table.definition.foreignKeys.map((key) => sql`alter table ${table.ref} add ${foreignKeySql(table, key, tables)}`)

// Deferred: a set of rows may refer to one another in any order, and is checked when it is complete.
const foreignKeySql = (table: StoredTable, key: ForeignKey, tables: StoredTables): RawBuilder<unknown> => {
  const target = tables.table(key.table)
  const name = foreignKeyName(
    table.stored,
    key.columns.map((column) => table.column(column).stored),
  )
  return sql`constraint ${sql.id(name)} foreign key ${keyOf(table, key.columns)} references ${target.ref} ${keyOf(
    target,
    key.references,
  )} deferrable initially deferred`
}

const keyOf = (table: StoredTable, columns: readonly Column["name"][]): RawBuilder<unknown> =>
  sql`(${sql.join([sql.id(TENANT), ...columns.map((name) => table.column(name).ref)])})`

/** Table SQL: the statements that create a table with its checks, keys and indexes. */
import type { Column, ForeignKey } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import type { Differences } from "../differences.ts"
import { identifier } from "../identifier.ts"
import { type StoredColumn, type StoredTable, type StoredTables, TENANT } from "../storedTable.ts"

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

/** The name of the check of a column. */
export const checkName = (table: string, column: string): string => identifier(`${table}_${column}_check`)

/** A column that stays in a table though no definition names it. */
export interface KeptColumn {
  readonly name: string
  /** As the database reports it. */
  readonly type: string
}

/** The statement that creates a table, under another name where `as` is given. */
export const createTable = (
  table: StoredTable,
  tables: StoredTables,
  differences: Differences,
  { as = table.ref, kept = [] }: { readonly as?: RawBuilder<unknown>; readonly kept?: readonly KeptColumn[] } = {},
): RawBuilder<unknown> => {
  const { definition } = table
  const parts = [
    sql`${sql.id(TENANT)} ${sql.raw(differences.schema.columns.text.declared)} not null`,
    ...table.columns.map((column) => columnSql(table, column, differences)),
    ...kept.map(({ name, type }) => sql`${sql.id(name)} ${sql.raw(type)}`),
    ...(differences.schema.checksLastKeyFirst ? keysOf(table).toReversed() : keysOf(table)),
    ...(differences.schema.foreignKeysInline
      ? definition.foreignKeys.map((key) => referenceSql(table, key, tables))
      : []),
  ]
  return sql`create table ${as} (${sql.join(parts)})${sql.raw(differences.schema.tableOptions)}`
}

// The order decides which key is named when a row takes two that are taken.
const keysOf = (table: StoredTable): readonly RawBuilder<unknown>[] => [
  sql`constraint ${sql.id(primaryKeyName(table.stored))} primary key ${keyOf(table, table.definition.primaryKey)}`,
  ...table.definition.uniques.map((unique) => uniqueSql(table, unique)),
]

/** A unique key as a constraint. */
export const uniqueSql = (table: StoredTable, columns: readonly string[]): RawBuilder<unknown> => {
  const name = uniqueName(
    table.stored,
    columns.map((column) => table.column(column).stored),
  )
  return sql`constraint ${sql.id(name)} unique ${keyOf(table, columns)}`
}

/**
 * A column as it is declared. With `fill`, older rows hold that value; it stays as the column's default, so that code
 * of before, which still runs while a host changes over, can go on writing rows.
 */
export const columnSql = (
  table: StoredTable,
  column: StoredColumn,
  differences: Differences,
  fill?: string | number,
): RawBuilder<unknown> => {
  const type = sql.raw(differences.schema.columns[column.type].declared)
  const nullable = sql.raw(column.nullable ? "" : " not null")
  const value = fill === undefined ? sql`` : sql` default ${sql.lit(fill)}`
  const check = checkOf(column)
  return sql`${column.ref} ${type}${nullable}${value}${check === null ? sql`` : sql` ${checkSql(table, column, check)}`}`
}

/** The check of a column as a constraint. */
export const checkSql = (table: StoredTable, column: StoredColumn, check: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`constraint ${sql.id(checkName(table.stored, column.stored))} check (${check})`

/** What must be true of a column's values, null where everything goes. */
export const checkOf = (column: StoredColumn, ref: RawBuilder<unknown> = column.ref): RawBuilder<unknown> | null => {
  if (column.type === "boolean") return sql`${ref} in (0, 1)`
  if (column.type === "integer") return rangeOf(column, ref)
  if (column.values === undefined) return null
  return sql`${ref} in (${sql.join(column.values.map((value) => sql.lit(value)))})`
}

// Within ±(2^53 − 1) an integer reads exactly as a number, whatever the host's driver is set to.
const rangeOf = (column: StoredColumn, ref: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`${ref} between ${sql.lit(Math.max(column.min ?? -MAX_SAFE, -MAX_SAFE))} and ${sql.lit(MAX_SAFE)}`

/** The statements that create indexes of a table, all of them if none are named. */
export const createIndexes = (
  table: StoredTable,
  differences: Differences,
  indexes: readonly (readonly string[])[] = table.definition.indexes,
): readonly RawBuilder<unknown>[] =>
  indexes.map((columns) => {
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

/** A reference as a constraint. It is deferred: rows may refer to one another in any order, and are checked together. */
export const referenceSql = (table: StoredTable, key: ForeignKey, tables: StoredTables): RawBuilder<unknown> => {
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

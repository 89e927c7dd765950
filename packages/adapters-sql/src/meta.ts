/** Meta: the table in which a store keeps what it was built from, so that a later version can tell the difference. */
import type { Table } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import type { Differences } from "./differences.ts"
import { storedTableName, tableRef } from "./storedTable.ts"

/** The version of the way in which this package lays out tables; it grows with every change of it. */
export const FORMAT = "1"
/** The key of the format. */
export const FORMAT_KEY = "format"
/** The key of a table's definition begins with this. */
export const TABLE_KEY = "table:"

/** The name of the meta table in the database. */
export const metaName = (names: Differences["names"]): string => storedTableName("meta", names)

/** Creates the meta table. */
export const createMeta = ({ names, schema }: Differences): RawBuilder<unknown> => {
  const text = sql.raw(schema.columns.text.declared)
  return sql`create table ${tableRef(metaName(names), names)} ("key" ${text} not null primary key, "value" ${text} not null)${sql.raw(schema.tableOptions)}`
}

/** Stores one entry. */
export const insertMeta = (key: string, value: string, names: Differences["names"]): RawBuilder<unknown> =>
  sql`insert into ${tableRef(metaName(names), names)} ("key", "value") values (${key}, ${value})`

/** Reads all entries. */
export const selectMeta = (names: Differences["names"]): RawBuilder<unknown> =>
  sql`select "key", "value" from ${tableRef(metaName(names), names)}`

/** A definition as one text: equal definitions give equal texts. */
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

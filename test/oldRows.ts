/** Old rows: for any tables, rows that keep every key, check and reference. */
import type { Cell, Column, Store, StoredRow, Table } from "@anbud/core"

/** The tenants that have rows. */
export const TENANTS = ["fjall", "skog"] as const
const ROWS = 3

/** Rows of a table; row `n` refers to row `n` of every other table. */
export const rowsOf = (table: Table, tables: readonly Table[]): readonly StoredRow[] =>
  Array.from({ length: ROWS }, (_, n) =>
    Object.fromEntries(table.columns.map((column) => [column.name, cellOf(table, column, n, tables)])),
  )

const cellOf = (table: Table, column: Column, n: number, tables: readonly Table[]): Cell => {
  for (const { columns, table: name, references } of table.foreignKeys) {
    const target = tables.find((other) => other.name === name)
    const referred = target?.columns.find((other) => other.name === references[columns.indexOf(column.name)])
    if (target === undefined || referred === undefined) continue
    if (target !== table || referred !== column) return cellOf(target, referred, n, tables)
  }
  if (column.nullable && n === ROWS - 1) return null
  if (column.values !== undefined) return column.values[n % column.values.length] ?? null
  if (column.type === "boolean") return n % 2
  if (column.type === "integer") return Math.max(column.min ?? 0, 0) + n
  return column.type === "json" ? JSON.stringify({ of: table.name, n }) : `${table.name}.${column.name} ${n} Å'"`
}

/** Writes the rows of all tables for each tenant. */
export const writeRows = async (store: Store, tables: readonly Table[]): Promise<void> => {
  for (const tenant of TENANTS) {
    await store.write(async (tx) => {
      for (const table of tables) await tx.insert(table.name, tenant, rowsOf(table, tables))
    })
  }
}

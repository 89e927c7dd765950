/** Inserts: the text of a statement that adds one row or a set, and the values of a row. */
import type { Cell, StoredRow } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import { checkedCell } from "./cell.ts"
import { type StoredTable, TENANT } from "./storedTable.ts"

/** Adds one row; it binds the tenant, then the cells of the table's columns. */
export const insertRow = (table: StoredTable): RawBuilder<unknown> =>
  sql`insert into ${table.ref} (${names(table)}) values (${sql.join(["", ...table.columns.map(() => null)])})`

/** Adds the rows of a derived table `j`; it binds the tenant, then what the derived table binds. */
export const insertSet = (table: StoredTable, rows: RawBuilder<unknown>): RawBuilder<unknown> => {
  const cells = table.columns.map((_, position) => sql.id("j", `c${position}`))
  return sql`insert into ${table.ref} (${names(table)}) select ${sql.join(["", ...cells])} from ${rows}`
}

/** The cells of a row in the order of the table's columns, null where the row names none. */
export const insertValues = (row: StoredRow, table: StoredTable): readonly Cell[] => {
  // A row with a name that the table does not have is a bug, which would otherwise lose a value.
  for (const name of Object.keys(row)) table.column(name)
  return table.columns.map((column) => checkedCell(row[column.name], column))
}

const names = (table: StoredTable): RawBuilder<unknown> =>
  sql.join([sql.id(TENANT), ...table.columns.map(({ ref }) => ref)])

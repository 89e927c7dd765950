/** Arrays: lists of values and sets of rows travel as one parameter per list or column, whatever their length. */
import type { Lists, RowSets } from "@anbud/adapter-sql"
import type { Column } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"

/** One array per list. */
export const arrayLists: Lists = {
  bind: (values) => values,
  includes: (value, list, type) => sql`${value} = any(${list}::${arrayType(type)})`,
}

/** One array per column, taken apart side by side. (`unnest` of several arrays at once exists only by its short name.) */
export const arrayRowSets: RowSets = {
  bind: (columns, rows) => columns.map((_, position) => rows.map((row) => row[position] ?? null)),
  rows: (columns, bound) => {
    const arrays = columns.map(({ type }, position) => sql`pg_catalog.unnest(${bound[position]}::${arrayType(type)})`)
    const names = columns.map((_, position) => sql.id(`c${position}`))
    return sql`rows from (${sql.join(arrays)}) as "j" (${sql.join(names)})`
  },
}

const arrayType = (type: Column["type"]): RawBuilder<unknown> =>
  sql.raw(type === "text" || type === "json" ? "pg_catalog.text[]" : "pg_catalog.int8[]")

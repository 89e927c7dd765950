/** Lists in SQLite: one JSON text, however long, because a statement takes at most 32 766 values. */
import type { Lists } from "@anbud/adapter-sql"
import { sql } from "kysely"

/** Values and rows as JSON, taken apart with `json_each`. Whole numbers within ±(2^53 − 1) stay exact. */
export const jsonLists: Lists = {
  bindValues: (values) => JSON.stringify(values),
  includes: (value, list) => sql`${value} in (select value from json_each(${list}))`,
  bindRows: (_, rows) => [JSON.stringify(rows)],
  rows: (columns, [bound]) => {
    const cells = columns.map((_, position) => sql`value ->> ${sql.lit(position)} as ${sql.id(`c${position}`)}`)
    return sql`(select ${sql.join(cells)} from json_each(${bound})) as "j"`
  },
}

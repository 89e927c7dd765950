/** Rows as sets in SQLite: slower here than a statement per row, and the way in which other databases write. */
import type { RowSets } from "@anbud/adapter-sql"
import { sql } from "kysely"

/** Rows as one JSON text of arrays. */
export const jsonRowSets: RowSets = {
  bind: (_, rows) => [JSON.stringify(rows)],
  rows: (columns, [bound]) => {
    const cells = columns.map((_, position) => sql`value ->> ${sql.lit(position)} as ${sql.id(`c${position}`)}`)
    return sql`(select ${sql.join(cells)} from json_each(${bound})) as "j"`
  },
}

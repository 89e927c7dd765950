/** Lists in SQLite: one JSON text, however long, because a statement takes at most 32 766 values. */
import type { Lists } from "@anbud/adapter-sql"
import { sql } from "kysely"

/** Values as JSON, taken apart with `json_each`. Whole numbers within ±(2^53 − 1) stay exact. */
export const jsonLists: Lists = {
  bind: (values) => JSON.stringify(values),
  includes: (value, list) => sql`${value} in (select value from json_each(${list}))`,
}

// A product of its own embeds the engine: deploy, serve, back up, read with SQL, leave. On a SQLite file, or on PostgreSQL
// with `--postgres URL`; the two differ where the product's own driver speaks.
import { parseArgs } from "node:util"

const { values } = parseArgs({ options: { postgres: { type: "string" } } })
await import(values.postgres === undefined ? "./onSqlite.ts" : "./onPostgres.ts")

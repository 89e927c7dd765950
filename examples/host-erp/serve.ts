// Serves the ERP until Ctrl-C: on PostgreSQL with --postgres URL, otherwise on a SQLite file (--file erp.db).
import { parseArgs } from "node:util"
import { openErp } from "./erp.ts"
import { onPostgres } from "./onPostgres.ts"
import { onSqlite } from "./onSqlite.ts"
import { listen } from "./server.ts"

const { values } = parseArgs({
  options: {
    postgres: { type: "string" },
    file: { type: "string", default: "erp.db" },
    port: { type: "string", default: "3000" },
  },
})
const database = values.postgres === undefined ? onSqlite(values.file) : onPostgres(values.postgres)
const server = await listen(await openErp(database), { port: Number(values.port) })
console.log(`The ERP listens on ${server.url}`)
process.once("SIGINT", () => void server.stop())

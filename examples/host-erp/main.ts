// An ERP with tables of its own sells a heat pump: its order and the engine's are committed together, or neither is.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { openErp } from "./erp.ts"
import { emptied, onPostgres } from "./onPostgres.ts"
import { onSqlite } from "./onSqlite.ts"
import { listen } from "./server.ts"
import { tell } from "./story.ts"

const { values } = parseArgs({ options: { postgres: { type: "string" } } })
const folder = mkdtempSync(join(tmpdir(), "anbud-host-erp-"))
if (values.postgres !== undefined) await emptied(values.postgres)
const database = values.postgres === undefined ? onSqlite(join(folder, "erp.db")) : onPostgres(values.postgres)

const erp = await openErp(database)
const server = await listen(erp)
await tell({ url: server.url, database, engine: erp.engine, print: console.log })
await server.stop()
rmSync(folder, { recursive: true })

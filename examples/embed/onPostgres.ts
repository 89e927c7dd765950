// The product on PostgreSQL: deploy, serve, commit together, read with SQL, leave, all on the product's own pool.
import type { AddressInfo } from "node:net"
import { postgres } from "@anbud/adapter-pg"
import { createEngine, planText, schemaOf, standard } from "@anbud/core"
import pg from "pg"
import { emptySchema } from "../store.ts"
import { clientAt, granen, tryServer } from "./client.ts"
import { serve } from "./server.ts"

const connectionString = process.argv[process.argv.indexOf("--postgres") + 1] ?? ""
const schema = await emptySchema(connectionString, "example_embed")
const pool = new pg.Pool({ connectionString })

// On deployment, before the first process of the new release starts: plan, and apply if nothing is refused.
const deployed = schemaOf({ store: postgres({ pool, schema }), plugins: standard })
const plan = await deployed.plan()
if (plan.state === "refused") throw new Error(planText(plan))
await deployed.apply()
console.log("deployed:", (await deployed.status()).text)

// One engine per process, on the pool that the product has anyway.
const engine = await createEngine({ store: postgres({ pool, schema, mode: "verify" }), plugins: standard })
await engine.tenants.create({ id: "acme", name: "Acme AB", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
const server = serve(engine)
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
const client = clientAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
await tryServer(client)

// The product's own table in the same database: its row and the engine's command are committed together, or neither is.
const carts = `${schema}.shop_cart`
await pool.query(`create table ${carts} (number text primary key, company text not null)`)
const connection = await pool.connect()
await connection.query("begin")
try {
  await engine.as({ tenant: "acme", user: "ada" }).join(connection, async (joined) => {
    const { id } = await joined.parties.companies.create({ ...granen, number: "K2", name: "Brf Björken" })
    await connection.query(`insert into ${carts} values ($1, $2)`, ["C-1", id])
  })
  await connection.query("commit")
} catch (error) {
  await connection.query("rollback")
  throw error
} finally {
  connection.release()
}
const { rows: inCarts } = await pool.query(`select number from ${carts}`)
console.log("together:", inCarts.length, "cart,", await client.count(), "companies")

// Beside the requests: events, jobs and batches, in this process or in processes of their own.
const stop = new AbortController()
const work = engine.work({ signal: stop.signal })
while ((await engine.health()).workers.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
const { isWell, schema: shape, jobs, workers } = await engine.health()
console.log("well:", isWell, "· schema:", shape, "· jobs waiting:", jobs.waiting, "· workers:", workers.length)

// Backups are those of the database: the engine's tables are in the same dump as the product's.
console.log("backed up: with everything else in the database")

// Reading with SQL of one's own; docs/reference/tables.md has every table.
const found = await pool.query(`select number, name from ${schema}.company where tenant = $1 order by number`, ["acme"])
console.log("read with SQL:", found.rows)

// Leaving with everything, table by table.
const files = new Set<string>()
await engine.export({ tenant: "acme", format: "csv" }, ({ file }) => void files.add(file))
console.log("exported:", files.has("company.csv"))

// Stop listening, let running calls end, close the store, and then the pool, which is the product's.
await new Promise((resolve) => server.close(resolve))
stop.abort()
await work
await engine.close()
await pool.end()

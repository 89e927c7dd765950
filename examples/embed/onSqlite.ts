// The product on a SQLite file: deploy, serve, back up, read with SQL, leave.
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { appendFile, mkdir } from "node:fs/promises"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, planText, schemaOf, standard } from "@anbud/core"
import Database from "better-sqlite3"
import { clientAt, granen, tryServer } from "./client.ts"
import { serve } from "./server.ts"

const folder = mkdtempSync(join(tmpdir(), "anbud-embed-"))
const file = join(folder, "firm.db")

// On deployment, before the first process of the new release starts: plan, and apply if nothing is refused.
const deployed = sqlite({ file })
const schema = schemaOf({ store: deployed, plugins: standard })
const plan = await schema.plan()
if (plan.state === "refused") throw new Error(planText(plan))
await schema.apply()
await deployed.close()
console.log("deployed:", (await schemaStatus()).text)

// One engine per process. It starts on a store that fits, and never changes one.
const store = sqlite({ file, schema: "verify" })
const engine = await createEngine({ store, plugins: standard })
await engine.tenants.create({ id: "acme", name: "Acme AB", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })

const server = serve(engine)
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const client = clientAt(url)
await tryServer(client)

// The product's own tables in the same file: its row and the engine's command are committed together, or neither is.
const shop = new Database(file)
shop.pragma("foreign_keys = on")
shop.exec("create table shop_cart (number text primary key, company text not null) strict")
const session = engine.as({ tenant: "acme", user: "ada" })
shop.exec("begin immediate")
try {
  await session.join(shop, async (joined) => {
    const { id } = await joined.parties.companies.create({ ...granen, number: "K2", name: "Brf Björken" })
    shop.prepare("insert into shop_cart values (?, ?)").run("C-1", id)
  })
  shop.exec("commit")
} catch (error) {
  shop.exec("rollback")
  throw error
}
console.log(
  "together:",
  shop.prepare("select count(*) from shop_cart").pluck().get(),
  "cart,",
  await client.count(),
  "companies",
)
shop.close()

// Beside the requests: events, jobs and batches, in this process or in processes of their own.
const stop = new AbortController()
const work = engine.work({ signal: stop.signal })
await untilSeen()
const { isWell, schema: shape, jobs, workers } = await engine.health()
console.log("well:", isWell, "· schema:", shape, "· jobs waiting:", jobs.waiting, "· workers:", workers.length)

// A backup while requests go on. The file appears when it is whole and checked.
await store.backup(join(folder, "backup.db"))
console.log("backed up:", readdirSync(folder).includes("backup.db"))

// Reading with SQL of one's own; docs/reference/tables.md has every table.
const reader = new Database(file, { readonly: true })
const rows = reader.prepare("select number, name from anbud_company where tenant = ?").all("acme")
reader.close()
console.log("read with SQL:", rows)

// Leaving with everything: a file per table.
const target = join(folder, "export")
await mkdir(target)
await engine.export({ tenant: "acme", format: "csv" }, ({ file: name, text }) => appendFile(join(target, name), text))
console.log("exported:", readdirSync(target).includes("company.csv"))

// Stop listening, let running calls end, close the store.
await new Promise((resolve) => server.close(resolve))
stop.abort()
await work
await engine.close()
rmSync(folder, { recursive: true })

async function schemaStatus() {
  const looked = sqlite({ file })
  return schemaOf({ store: looked, plugins: standard })
    .status()
    .finally(() => looked.close())
}

/** A worker shows itself when it begins. */
async function untilSeen(): Promise<void> {
  while ((await engine.health()).workers.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Row 86: no connection is free. Who waits for one waits no longer than they may, and nobody waits for themselves. */
import { postgres } from "@anbud/adapter-pg"
import { createEngine, standard } from "@anbud/core"
import { CONTRACT_TABLES } from "@anbud/core/testkit"
import pg from "pg"
import { expect, onTestFinished, test } from "vitest"
import { databaseUrl, schemaName } from "./temporarySchema.ts"

const tagOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "done",
    (error: { readonly _tag?: string }) => error._tag ?? error,
  )

const opened = async (config: pg.PoolConfig, waitMilliseconds: number) => {
  const pool = new pg.Pool({ connectionString: databaseUrl(), ...config })
  const store = postgres({ pool, schema: schemaName(), waitMilliseconds })
  onTestFinished(async () => {
    await store.close()
    await pool.end()
  })
  return { pool, store }
}

test("row 86: while the host holds every connection of its pool, calls end with Contention; then they go on", async () => {
  const { pool, store } = await opened({ max: 2 }, 150)
  await store.open(CONTRACT_TABLES)
  const held = [await pool.connect(), await pool.connect()]
  for (const client of held) await client.query("begin")
  const calls = () => [
    tagOf(store.write((tx) => tx.next("fjall", "seq"))),
    tagOf(store.read((reader) => reader.count({ table: "company", tenant: "fjall" }))),
  ]
  expect(await Promise.all([...calls(), ...calls()])).toEqual(Array.from({ length: 4 }, () => "Contention"))
  for (const client of held) {
    await client.query("rollback")
    client.release()
  }
  expect(await Promise.all(calls())).toEqual(["done", "done"])
})

test("row 86: a pool that gives up sooner than the store is Contention too", async () => {
  const { pool, store } = await opened({ max: 1, connectionTimeoutMillis: 500 }, 30_000)
  await store.open(CONTRACT_TABLES)
  const client = await pool.connect()
  expect(await tagOf(store.write((tx) => tx.next("fjall", "seq")))).toBe("Contention")
  client.release()
})

test("row 86: forty commands at once share one connection, and a call inside another is refused, not kept waiting", async () => {
  const { store } = await opened({ max: 1 }, 60_000)
  const engine = await createEngine({ store, plugins: standard })
  const firm = { id: "fjall", name: "Fjäll", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" }
  await engine.tenants.create(firm)
  const { companies } = engine.as({ tenant: firm.id, user: "anna" }).parties
  const made = Array.from({ length: 40 }, (_, n) =>
    tagOf(companies.create({ number: `K${n}`, name: `K${n}`, country: "SE", currency: "SEK" })),
  )
  expect(new Set(await Promise.all(made))).toEqual(new Set(["done"]))
  const nested = await store.write(async () => [
    await tagOf(companies.count({})),
    await tagOf(store.write(async () => undefined)),
  ])
  expect(nested).toEqual(["UseContext", "UseContext"])
})

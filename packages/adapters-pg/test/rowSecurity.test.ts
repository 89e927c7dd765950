/** Row-level security: what a forgotten condition on the tenant would see, and how a store comes to be guarded. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type PostgresOptions, postgres } from "@anbud/adapter-pg"
import { createEngine, standard } from "@anbud/core"
import { CONTRACT_TABLES } from "@anbud/core/testkit"
import pg from "pg"
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest"
import { asOwner, databaseUrl, schemaName } from "./temporarySchema.ts"

const role = schemaName("tenants")
let pool: pg.Pool

beforeAll(async () => {
  await asOwner(`create role ${role} login password 'secret'`)
  const url = new URL(databaseUrl())
  Object.assign(url, { username: role, password: "secret" })
  pool = new pg.Pool({ connectionString: url.href, max: 1 })
})
afterAll(async () => {
  await pool.end()
  await asOwner(`drop owned by ${role}`, `drop role ${role}`)
})

const company = (id: string) => ({ id, version: 1, number: id, rank: 1, is_active: 1, kind: "customer" })
const newSchema = async (): Promise<string> => {
  const schema = schemaName()
  await asOwner(`create schema ${schema} authorization ${role}`)
  return schema
}
const opened = async (options: PostgresOptions) => {
  const store = postgres(options)
  onTestFinished(() => store.close())
  await store.open(CONTRACT_TABLES)
  return store
}

test("a statement that forgot its tenant sees the transaction's tenant only, and without one nothing", async () => {
  const schema = await newSchema()
  const store = await opened({ pool, schema, rowSecurity: true })
  for (const tenant of ["fjall", "skog"])
    await store.write((tx) => tx.insert("company", tenant, [company("a"), company("b")]))
  const forgotten = async () => (await pool.query(`select tenant, id from ${schema}.company order by id`)).rows
  expect(await forgotten()).toEqual([])
  await pool.query("begin; set local anbud.tenant = 'skog'")
  expect(await forgotten()).toEqual([
    { tenant: "skog", id: "a" },
    { tenant: "skog", id: "b" },
  ])
  const changed = await pool.query(`update ${schema}.company set name = 'theirs'`)
  expect(changed.rowCount).toBe(2)
  const foreign = pool.query(`insert into ${schema}.counter (tenant, name, value) values ('fjall', 'seq', 7)`)
  await expect(foreign).rejects.toMatchObject({ code: "42501" })
  await pool.query("rollback")
  // The setting reads as an empty text on this connection now, which is no tenant's name either.
  expect(await forgotten()).toEqual([])
})

test("a backup holds the rows of every tenant, and what is restored is guarded too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-guarded-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, "all.backup")
  const store = postgres({ pool, schema: await newSchema(), rowSecurity: true })
  onTestFinished(() => store.close())
  await store.open(CONTRACT_TABLES)
  for (const tenant of ["fjall", "skog"]) await store.write((tx) => tx.insert("company", tenant, [company("a")]))
  await store.backup(file)
  const schema = await newSchema()
  const restored = postgres({ pool, schema, rowSecurity: true, mode: "verify" })
  onTestFinished(() => restored.close())
  await restored.restore(file)
  await restored.open(CONTRACT_TABLES)
  for (const tenant of ["fjall", "skog"])
    expect(await restored.read((reader) => reader.count({ table: "company", tenant }))).toBe(1)
  expect((await pool.query(`select * from ${schema}.company`)).rows).toEqual([])
})

test("two tenants in one transaction, savepoints between them, and the question who has rows", async () => {
  const store = await opened({ pool, schema: await newSchema(), rowSecurity: true })
  const seen = await store.write(async (tx) => {
    const count = (tenant: string) => tx.count({ table: "company", tenant })
    await tx.insert("company", "fjall", [company("a")])
    await tx.savepoint("here")
    await tx.insert("company", "skog", [company("b"), company("c")])
    await tx.rollbackTo("here")
    await tx.insert("company", "skog", [company("d")])
    const both = await Promise.all([count("fjall"), count("skog"), count("fjall"), count("nobody")])
    return { both, tenants: await tx.tenants({ table: "company" }), after: await count("skog") }
  })
  expect(seen).toEqual({ both: [1, 1, 1, 0], tenants: ["fjall", "skog"], after: 1 })
})

test("a whole engine on one connection: two tenants' commands at once, reads, work and verified journals", async () => {
  const engine = await createEngine({
    store: postgres({ pool, schema: await newSchema(), rowSecurity: true }),
    plugins: standard,
  })
  onTestFinished(() => engine.close())
  const firms = ["fjall", "skog"].map((id) => ({
    id,
    name: id,
    currency: "SEK",
    zone: "Europe/Stockholm",
    admin: "anna",
  }))
  for (const firm of firms) await engine.tenants.create(firm)
  const companies = firms.map(({ id }) => engine.as({ tenant: id, user: "anna" }).parties.companies)
  const make = (number: string) => ({ number, name: `Company ${number}`, country: "SE", currency: "SEK" })
  await Promise.all(companies.flatMap((some) => ["K1", "K2", "K3"].map((number) => some.create(make(number)))))
  for (const some of companies) {
    expect((await some.list()).items.map(({ number }) => number).sort()).toEqual(["K1", "K2", "K3"])
    expect((await some.search({ text: "company" })).items).toHaveLength(3)
  }
  for (const { id } of firms) expect(await engine.journal.verify({ tenant: id })).toMatchObject({ broken: null })
  expect(await engine.health()).toMatchObject({ schema: "current" })
})

test("an existing store is guarded by a plan: refused until it is applied, then verified", async () => {
  const schema = await newSchema()
  const plain = await opened({ pool, schema })
  await plain.write((tx) => tx.insert("company", "fjall", [company("a")]))
  const guarded = postgres({ pool, schema, rowSecurity: true, mode: "verify" })
  onTestFinished(() => guarded.close())
  const difference = "table company: the database does not keep tenants apart by itself"
  await expect(guarded.open(CONTRACT_TABLES)).rejects.toMatchObject({
    _tag: "SchemaOutOfDate",
    params: { differences: expect.arrayContaining([difference]) },
  })
  const { state, steps } = await guarded.schema.plan(CONTRACT_TABLES)
  expect([state, new Set(steps.map(({ text }) => text))]).toEqual([
    "pending",
    new Set(["let the database itself keep tenants apart"]),
  ])
  await guarded.schema.apply(CONTRACT_TABLES)
  expect(await guarded.schema.verify(CONTRACT_TABLES)).toEqual([])
  await guarded.open(CONTRACT_TABLES)
  expect(await guarded.read((reader) => reader.count({ table: "company", tenant: "fjall" }))).toBe(1)
  expect((await pool.query(`select * from ${schema}.company`)).rows).toEqual([])
})

test("a role for which no policy holds is refused", async () => {
  const store = postgres({ connectionString: databaseUrl(), schema: await newSchema(), rowSecurity: true })
  onTestFinished(() => store.close())
  await expect(store.open(CONTRACT_TABLES)).rejects.toMatchObject({ _tag: "StorageFailed" })
})

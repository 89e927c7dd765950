import { type PostgresOptions, postgres } from "@anbud/adapter-pg"
import { isRefusal } from "@anbud/core"
import { CONTRACT_TABLES } from "@anbud/core/testkit"
import pg from "pg"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { asOwner, databaseUrl, schemaName } from "./temporarySchema.ts"

const refusalOf = async (options: PostgresOptions): Promise<readonly unknown[]> => {
  const store = postgres(options)
  const error = await store.open(CONTRACT_TABLES).catch((thrown: unknown) => thrown)
  await store.close()
  return isRefusal(error) ? [error._tag, error.params] : [error]
}

const elsewhere = (change: (url: URL) => void): string => {
  const url = new URL(databaseUrl())
  change(url)
  return url.href
}

const built = async (): Promise<string> => {
  const schema = schemaName()
  const store = postgres({ connectionString: databaseUrl(), schema })
  await store.open(CONTRACT_TABLES)
  await store.close()
  return schema
}

const differencesAfter = async (statement: (schema: string) => string): Promise<readonly string[]> => {
  const schema = await built()
  await asOwner(statement(schema))
  const [tag, params] = await refusalOf({ connectionString: databaseUrl(), schema })
  expect(tag).toBe("SchemaOutOfDate")
  return (params as { readonly differences: readonly string[] }).differences
}

describe("a server that cannot be used is StorageFailed, without its address", () => {
  test.each<readonly [string, (url: URL) => void, string]>([
    ["nobody listens", (url) => Object.assign(url, { port: "1" }), "the server cannot be reached"],
    [
      "the database does not exist",
      (url) => Object.assign(url, { pathname: "/nowhere" }),
      "the database does not exist",
    ],
  ])("%s", async (_, change, reason) => {
    expect(await refusalOf({ connectionString: elsewhere(change) })).toEqual(["StorageFailed", { reason }])
  })

  test("the role may not create a schema", async () => {
    const role = schemaName("guest")
    await asOwner(`create role ${role} login password 'secret'`)
    onTestFinished(async () => void (await asOwner(`drop role ${role}`)))
    const connectionString = elsewhere((url) => Object.assign(url, { username: role, password: "secret" }))
    expect(await refusalOf({ connectionString, schema: schemaName() })).toEqual([
      "StorageFailed",
      { reason: "access is denied" },
    ])
  })
})

describe("a schema that is not what the plugins define is SchemaOutOfDate", () => {
  test("verify does not build an empty schema", async () => {
    const differences = ["the store is empty, and it was opened to be verified only"]
    const options = { connectionString: databaseUrl(), schema: schemaName(), mode: "verify" } as const
    expect(await refusalOf(options)).toMatchObject(["SchemaOutOfDate", { differences, plan: { isEmpty: true } }])
  })

  test.each([
    ["alter table S.company add column extra text", "table company: column extra is in the store but not defined"],
    ["alter table S.company rename column name to title", "table company: column name is missing"],
    [
      `alter table S.company alter column name type text collate "und-x-icu"`,
      'table company: column name is text collate "und-x-icu", not text collate "C"',
    ],
    ["drop index S.company_name_idx", "table company: index (tenant, name) is missing"],
    ["create unique index u on S.company (rank)", "table company: unique key (rank) is in the store but not defined"],
    ["drop table S.invoice", "table invoice: is missing"],
    [
      "alter table S.invoice alter constraint invoice_company_fkey not deferrable",
      "table invoice: reference (tenant, company) to company is not deferred or not validated",
    ],
    [
      "alter table S.counter set unlogged",
      "table counter: is not kept safe (UNLOGGED or TEMPORARY): a crash empties it",
    ],
  ])("%s", async (statement, difference) => {
    expect(await differencesAfter((schema) => statement.replaceAll("S.", `${schema}.`))).toContain(difference)
  })

  test("a table of our name that is not ours keeps the store from being built", async () => {
    const schema = schemaName()
    await asOwner(`create schema ${schema}`, `create table ${schema}.company (id text)`)
    expect(await refusalOf({ connectionString: databaseUrl(), schema })).toMatchObject([
      "SchemaOutOfDate",
      { differences: ["table company: a table of this name exists, but it is not ours"] },
    ])
  })
})

test("row 91: eight stores that open one schema at once: one builds it, and all are open", async () => {
  const schema = schemaName()
  const stores = Array.from({ length: 8 }, () =>
    postgres({ connectionString: databaseUrl(), schema, maxConnections: 1 }),
  )
  await Promise.all(stores.map((store) => store.open(CONTRACT_TABLES)))
  const numbers = await Promise.all(stores.map((store) => store.write((tx) => tx.next("fjall", "seq"))))
  expect(numbers.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  await Promise.all(stores.map((store) => store.close()))
})

test("row 87: a transaction leaves nothing on its connection, and the store leaves nothing on the host's pool", async () => {
  const pool = new pg.Pool({ connectionString: databaseUrl(), max: 1 })
  const state = async () => {
    const { rows } = await pool.query(`select pg_backend_pid() as pid,
      (select count(*)::int from pg_prepared_statements) as prepared,
      (select count(*)::int from pg_locks where pid = pg_backend_pid() and locktype = 'advisory') as advisory,
      (select count(*)::int from pg_listening_channels()) as channels,
      (select json_object_agg(name, setting)::text from pg_settings where source = 'session') as settings`)
    return rows[0]
  }
  const before = await state()
  const store = postgres({ pool, schema: schemaName() })
  await store.open(CONTRACT_TABLES)
  await store.write(async (tx) => {
    await tx.lock("company", "fjall", ["a"])
    await tx.next("fjall", "seq")
  })
  await store.read((reader) => reader.count({ table: "company", tenant: "fjall" }))
  await store.close()
  expect(await state()).toEqual(before)
  expect(pool.listenerCount("error")).toBe(0)
  await pool.end()
})

test("row 87: a server that goes down while the store's own connections close does not take the process with it", async () => {
  const ended = vi.spyOn(pg.Pool.prototype, "end")
  onTestFinished(() => ended.mockRestore())
  const store = postgres({ connectionString: databaseUrl(), schema: schemaName() })
  await store.open(CONTRACT_TABLES)
  await store.close()
  const [pool] = ended.mock.contexts as readonly pg.Pool[]
  if (!pool) throw new Error("The store has closed no pool of its own")
  // What the server says to a connection that is about to close; an error that nobody hears ends the process.
  expect(() => pool.emit("error", new Error("terminating connection due to administrator command"))).not.toThrow()
})

test.each([
  ["no pool and no connection string", {}],
  ["a schema's name that PostgreSQL would cut", { connectionString: "postgres://x", schema: "s".repeat(64) }],
  ["a wait that is none", { connectionString: "postgres://x", waitMilliseconds: 0 }],
])("%s is refused at once", (_, options) => {
  expect(() => postgres(options)).toThrow()
})

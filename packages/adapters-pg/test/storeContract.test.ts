import { postgres } from "@anbud/adapter-pg"
import { storeContract } from "@anbud/core/testkit"
import pg from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type HostileHost, hostileHost, PREFIX } from "./hostileHost.ts"
import { databaseUrl, schemaName, warmPool } from "./temporarySchema.ts"

const runner = { describe, it, expect }
const waitMilliseconds = 1_000

describe("PostgreSQL as it comes", () => {
  let pool: pg.Pool
  beforeAll(async () => {
    pool = await warmPool({ connectionString: databaseUrl() })
  })
  afterAll(() => pool.end())

  storeContract(runner, "PostgreSQL", async () => ({
    store: postgres({ pool, schema: schemaName(), waitMilliseconds }),
  }))
})

describe("one connection for everything", () => {
  let pool: pg.Pool
  beforeAll(() => {
    pool = new pg.Pool({ connectionString: databaseUrl(), max: 1 })
  })
  afterAll(() => pool.end())

  storeContract(runner, "a host's pool of one", async () => ({
    store: postgres({ pool, schema: schemaName(), waitMilliseconds }),
  }))
})

describe("a hostile host", () => {
  let host: HostileHost
  beforeAll(async () => {
    host = await hostileHost()
  })
  afterAll(() => host.remove())

  storeContract(
    runner,
    "PostgreSQL under a quoted schema, a prefix, decoys, foreign settings and row security",
    async () => ({
      store: postgres({
        ...{ pool: host.pool, schema: await host.newSchema(), prefix: PREFIX, waitMilliseconds },
        rowSecurity: true,
      }),
    }),
  )

  it("finds its own tables of our names untouched", async () => {
    expect(await host.rowsInDecoys()).toBe(0)
  })
})

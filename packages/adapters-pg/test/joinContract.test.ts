/** A host's own transaction in the same database: on a client of `pg`, also in a hostile setting, and on kysely. */
import { postgres } from "@anbud/adapter-pg"
import { type JoinUnderTest, joinContract } from "@anbud/core/testkit"
import { Kysely, PostgresDialect, sql } from "kysely"
import pg from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type HostileHost, hostileHost, PREFIX } from "./hostileHost.ts"
import { asOwner, databaseUrl, schemaName } from "./temporarySchema.ts"

const runner = { describe, it, expect }
const waitMilliseconds = 1_000

/** A table of the host's, which every role may use. */
const hostTable = async (): Promise<string> => {
  const schema = schemaName("host")
  const table = `"${schema}".note`
  await asOwner(
    `create schema "${schema}"`,
    `create table ${table} (place bigserial, text text not null)`,
    `grant usage on schema "${schema}" to public`,
    `grant all on all tables in schema "${schema}" to public`,
    `grant all on all sequences in schema "${schema}" to public`,
  )
  return table
}

const onPool = async (
  pool: pg.Pool,
  names: { schema: string; prefix?: string; rowSecurity?: boolean },
): Promise<JoinUnderTest> => {
  const table = await hostTable()
  const clients: pg.PoolClient[] = []
  const taken = async (): Promise<pg.PoolClient> => {
    const client = await pool.connect()
    clients.push(client)
    return client
  }
  return {
    store: postgres({ pool, ...names, waitMilliseconds }),
    begin: async () => {
      const client = await taken()
      await client.query("begin isolation level read committed read write")
      return {
        client,
        note: async (text) => void (await client.query(`insert into ${table} (text) values ($1)`, [text])),
        commit: async () => void (await client.query("commit")),
        rollback: async () => void (await client.query("rollback")),
      }
    },
    idle: taken,
    notes: () => notesIn(table),
    dispose: async () => {
      for (const client of clients) client.release()
    },
  }
}

const notesIn = async (table: string): Promise<readonly string[]> => {
  const [found] = await asOwner(`select text from ${table} order by place`)
  return (found?.rows ?? []).map((row: { text: string }) => row.text)
}

describe("a client of pg", () => {
  let pool: pg.Pool
  beforeAll(() => {
    pool = new pg.Pool({ connectionString: databaseUrl(), max: 5 })
  })
  afterAll(() => pool.end())
  joinContract(runner, "a client of pg", () => onPool(pool, { schema: schemaName() }))
})

describe("a hostile host", () => {
  let host: HostileHost
  beforeAll(async () => {
    host = await hostileHost()
  })
  afterAll(() => host.remove())
  joinContract(runner, "a client under foreign settings", async () =>
    onPool(host.pool, { schema: await host.newSchema(), prefix: PREFIX, rowSecurity: true }),
  )
})

joinContract(runner, "a transaction of kysely", async () => {
  const pool = new pg.Pool({ connectionString: databaseUrl(), max: 3 })
  const kysely = new Kysely<Record<never, never>>({ dialect: new PostgresDialect({ pool }) })
  const table = await hostTable()
  const end = async (transaction: { commit(): { execute(): Promise<unknown> } }) =>
    void (await transaction.commit().execute())
  return {
    store: postgres({ connectionString: databaseUrl(), schema: schemaName(), waitMilliseconds }),
    begin: async () => {
      const transaction = await kysely.startTransaction().execute()
      return {
        client: transaction,
        note: async (text) =>
          void (await sql`insert into ${sql.raw(table)} (text) values (${text})`.execute(transaction)),
        commit: () => end(transaction),
        rollback: async () => void (await transaction.rollback().execute()),
      }
    },
    idle: async () => kysely,
    notes: () => notesIn(table),
    dispose: () => kysely.destroy(),
  }
})

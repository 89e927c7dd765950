/** A host's own transaction on PostgreSQL with the whole engine: no second connection, and no two wait in a ring. */
import { postgres } from "@anbud/adapter-pg"
import { createEngine, standard } from "@anbud/core"
import pg from "pg"
import { expect, onTestFinished, test } from "vitest"
import { databaseUrl, schemaName } from "./temporarySchema.ts"

const FIRM = {
  id: "fjall",
  name: "Fjällservice",
  currency: "SEK",
  zone: "Europe/Stockholm",
  admin: "anna",
}

const openFirm = async (max: number) => {
  const pool = new pg.Pool({ connectionString: databaseUrl(), max })
  const engine = await createEngine({ store: postgres({ pool, schema: schemaName() }), plugins: standard })
  onTestFinished(async () => {
    await engine.close()
    await pool.end()
  })
  await engine.tenants.create(FIRM)
  const anna = engine.as({ tenant: FIRM.id, user: "anna" })
  const company = (number: string) => ({ number, name: number, country: "SE", currency: "SEK" })
  const made = async (number: string) => (await anna.parties.companies.create(company(number))).id
  return { pool, engine, anna, company, made }
}

/** Runs work in a transaction of the host's own. */
const inTransaction = async <T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect()
  try {
    await client.query("begin")
    const value = await work(client)
    await client.query("commit")
    return value
  } catch (error) {
    await client.query("rollback")
    throw error
  } finally {
    client.release()
  }
}

test("the only connection of a pool is enough", async () => {
  const { pool, anna, company, engine } = await openFirm(1)
  await inTransaction(pool, (client) =>
    anna.join(client, async (s) => {
      await Promise.all(["K1", "K2"].map((number) => s.parties.companies.create(company(number))))
      return s.parties.companies.list()
    }),
  )
  expect((await anna.parties.companies.list()).items).toHaveLength(2)
  expect(await engine.journal.verify({ tenant: FIRM.id })).toMatchObject({ broken: null })
})

test("hosts with several commands in one transaction, and others with one, never wait in a ring", async () => {
  const { pool, anna, made, engine } = await openFirm(8)
  const ids = [await made("K1"), await made("K2"), await made("K3")] as const
  const patch = (session: Pick<typeof anna, "parties">, id: (typeof ids)[number], nickname: string) =>
    session.parties.companies.patch({ id, set: { nickname } })
  const joined = (round: number) =>
    inTransaction(pool, (client) =>
      anna.join(client, async (s) => {
        await patch(s, ids[round % 3] ?? ids[0], `first ${round}`)
        await s.parties.companies.create({ number: `J${round}`, name: "Joined", country: "SE", currency: "SEK" })
      }),
    )
  const alone = (round: number) => patch(anna, ids[round % 3] ?? ids[0], `alone ${round}`)
  const rounds = Array.from({ length: 12 }, (_, round) => round)
  await Promise.all(rounds.flatMap((round) => [joined(round), alone(round)]))
  expect(await anna.parties.companies.count({ where: { name: "Joined" } })).toBe(12)
  expect(await engine.journal.verify({ tenant: FIRM.id })).toMatchObject({ broken: null })
})

test("a statement of the host's that failed leaves nothing of the engine's to commit", async () => {
  const { pool, anna, company } = await openFirm(2)
  const broken = inTransaction(pool, async (client) => {
    await anna.join(client, (s) => s.parties.companies.create(company("K1")))
    await client.query("select * from no_such_table")
  })
  await expect(broken).rejects.toMatchObject({ code: "42P01" })
  expect(await anna.parties.companies.count()).toBe(0)
})

/** Jobs that pg-boss tells of: the same contract, in the same transaction, and a worker that hears of them at once. */
import { pgBoss, postgres } from "@anbud/adapter-pg"
import { afterCommit, command, create, createEngine, entity, job, plugin, standard, text } from "@anbud/core"
import { jobsContract } from "@anbud/core/testkit"
import PgBoss from "pg-boss"
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from "vitest"
import { asOwner, databaseUrl, schemaName } from "./temporarySchema.ts"

const bossSchema = schemaName("boss").replaceAll("-", "_")
const boss = new PgBoss({ connectionString: databaseUrl(), schema: bossSchema, max: 3 })
boss.on("error", () => undefined)
beforeAll(() => boss.start())
afterAll(() => boss.stop({ graceful: false }))

jobsContract({ describe, it, expect }, "PostgreSQL with pg-boss", async () => ({
  store: postgres({ connectionString: databaseUrl(), schema: schemaName(), maxConnections: 3 }),
  jobs: pgBoss({ boss, queue: "contract" }),
}))

test("a worker that looks once in ten minutes does at once what another process asks for; what is rolled back is not told", async () => {
  const done: string[] = []
  const greet = job<{ readonly who: string }>("greet", async (_, { who }) => void done.push(who))
  const ask = command({
    input: { who: text() },
    refuses: [],
    decide: async (ctx, { who }) => {
      ctx.enqueue(greet, { who })
      if (who === "nobody") throw new Error("a bug")
      return { changes: [], outcome: {} }
    },
    answer: async () => "asked",
  })
  const Guest = entity("guest", { name: text() })
  const enter = command({
    input: { name: text() },
    refuses: [],
    decide: async (ctx, { name }) => {
      const id = ctx.newId(Guest)
      return { changes: [create(Guest, id, { name })], outcome: { guest: id } }
    },
    answer: async () => "entered",
  })
  const noticed = afterCommit(enter, async () => void done.push("somebody entered"))
  const hall = plugin("hall", { entities: [Guest], commands: { ask, enter }, jobs: [greet], hooks: [noticed] })
  const schema = schemaName()
  const opened = async () => {
    const store = postgres({ connectionString: databaseUrl(), schema, waitMilliseconds: 30_000 })
    const jobs = pgBoss({ boss, queue: "told", pollingIntervalSeconds: 0.5 })
    const engine = await createEngine({ store, jobs, plugins: { organisation: standard.organisation, hall } })
    onTestFinished(() => engine.close())
    return engine
  }
  const asking = await opened()
  const working = await opened()
  await asking.tenants.create({ id: "acme", name: "Acme", currency: "SEK", zone: "UTC", admin: "ada" })
  const ada = asking.as({ tenant: "acme", user: "ada" })
  const stop = new AbortController()
  const until = async (count: number): Promise<void> => {
    while (done.length < count) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const work = working.work({ signal: stop.signal, pollMilliseconds: 600_000 })
  while ((await asking.health()).workers.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  await expect(ada.hall.ask({ who: "nobody" })).rejects.toThrow("a bug")
  await ada.hall.ask({ who: "Per" })
  await until(1)
  await ada.hall.enter({ name: "Eva" })
  await until(2)
  stop.abort()
  await work
  expect(done).toEqual(["Per", "somebody entered"])
  const [told] = await asOwner(`select count(*)::int as messages from "${bossSchema}".job where name = 'told'`)
  expect(told?.rows).toEqual([{ messages: 2 }])
})

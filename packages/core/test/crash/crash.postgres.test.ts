/** The small budget of the proof of crashes on PostgreSQL: here only players are killed, since others use the server. */
import { expect, inject, test } from "vitest"
import { inSchema } from "./database.ts"
import { killing } from "./killing.ts"

test("kill -9 at random points of twenty commands on PostgreSQL: what was answered is there, nothing is half applied", async () => {
  const url = inject("databaseUrl")
  const schema = `crash_${process.pid}`
  const turns = [0.3, 0.9, 0.2, 0.5, 0.7]
  const found = await killing({
    kills: 1,
    random: () => turns.shift() ?? 0.4,
    newDatabase: async () => ({ target: ["postgres", url, schema], open: () => inSchema(url, schema) }),
  })
  expect(found.answered).toBeGreaterThan(0)
  const damage = { lost: 0, halfApplied: 0, unsound: 0, untyped: [], different: 0 }
  expect(found).toMatchObject({ kills: 1, databases: 1, ...damage })
})

/** The simulation on both databases: the same list, the same answers, the same journal. */
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import { expect, inject, test } from "vitest"
import { simulating } from "./simulating.ts"

test("the same list on SQLite and PostgreSQL, with failures and repetitions, gives the same answers and journal", async () => {
  const [connectionString, schema] = [inject("databaseUrl"), `simulation_${process.pid}`]
  const stores = [sqlite({ file: ":memory:" }), postgres({ connectionString, schema })]
  const found = await simulating({ stores, seed: 2, runs: 2, maxCommands: 80 })
  expect(found.failure).toBeNull()
  expect(found.commands).toBeGreaterThan(10)
})

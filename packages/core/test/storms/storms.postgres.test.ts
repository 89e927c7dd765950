/** Many at once on PostgreSQL, through two engines with pools of their own. */
import { postgres } from "@anbud/adapter-pg"
import { expect, inject, test } from "vitest"
import { seeded } from "../journalProof/tamper.ts"
import { faultsOf, storming } from "./storming.ts"

test("rows 80, 82 and 85: debits, acceptances, retries and readers of changes at once: no overdraft, no deadlock heard of", async () => {
  const sizes = { storms: 1, workers: 24, debits: 2, seconds: 100, quotes: 1, accepts: 8, schedules: 12 }
  const feed = { feedSeconds: 0.2, writers: 6, readers: 2 }
  const [connectionString, schema] = [inject("databaseUrl"), `storms_${process.pid}`]
  const newStore = () => postgres({ connectionString, schema, maxConnections: 12, waitMilliseconds: 60_000 })
  const found = await storming({ newStore, random: seeded(1), ...sizes, ...feed })
  expect(faultsOf(found, sizes)).toEqual([])
  expect(found.debits["InsufficientBalance"]).toBeGreaterThan(0)
  expect(found.feed.read).toBe(2 * found.feed.commands)
})

/** Many at once on SQLite, through two engines on one file: a small budget of the proof of concurrency. */
import { sqlite } from "@anbud/adapter-sqlite"
import { expect, test } from "vitest"
import { seeded } from "../journalProof/tamper.ts"
import { temporaryFile } from "../workshop.ts"
import { faultsOf, storming } from "./storming.ts"

test("rows 80 and 82: debits, acceptances, retries and readers of changes at once: no overdraft, one winner, one effect, no gap", async () => {
  const file = temporaryFile()
  const sizes = { storms: 1, workers: 24, debits: 2, seconds: 100, quotes: 1, accepts: 8, schedules: 12 }
  const feed = { feedSeconds: 0.2, writers: 6, readers: 2 }
  const newStore = () => sqlite({ file, writeTimeoutMilliseconds: 60_000 })
  const found = await storming({ newStore, random: seeded(1), ...sizes, ...feed })
  expect(faultsOf(found, sizes)).toEqual([])
  expect(found.debits["InsufficientBalance"]).toBeGreaterThan(0)
  expect(found.retries.outcomes["replayed"]).toBeGreaterThan(0)
  expect(found.feed.read).toBe(2 * found.feed.commands)
})

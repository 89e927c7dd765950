/** Row 92 and kill -9 on PostgreSQL: two worker processes, killed inside their handlers and stopped beyond their lease. */
import { expect, inject, test, vi } from "vitest"
import { killing } from "./killing.ts"

// Each process starts anew and reads the sources; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 600_000 })

test("row 92: a worker stopped for longer than its lease, then continued, is fenced: every effect once, nothing stuck", async () => {
  const turns = [0.9, 0.1, 0.4]
  const options = { bookings: 30, kills: 1, turnsPerStop: 2, clockOffMilliseconds: 500 }
  const target = `${inject("databaseUrl")}?schema=workers_${process.pid}`
  const { doneByWorkers, stops, ...found } = await killing({ target, ...options, random: () => turns.shift() ?? 0.5 })
  expect(doneByWorkers).toBeGreaterThan(0)
  expect(stops).toBeGreaterThan(0)
  expect(found).toMatchObject({ effects: 150, missing: [], doubled: [], stuck: 0, isJournalWhole: true })
})

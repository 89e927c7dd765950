/** Row 92 and kill -9: two worker processes on one file, killed inside their handlers and stopped beyond their lease. */
import { expect, test, vi } from "vitest"
import { temporaryFile } from "../workshop.ts"
import { killing } from "./killing.ts"

// Each process starts anew and reads the sources; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 600_000 })

test("row 92: workers killed inside handlers, and one stopped for longer than its lease: every effect once, nothing stuck", async () => {
  const turns = [0.1, 0.9, 0.5, 0.3]
  const options = { bookings: 60, kills: 4, turnsPerStop: 5, random: () => turns.shift() ?? 0.5 }
  const target = temporaryFile()
  const { doneByWorkers, ...found } = await killing({ target, clockOffMilliseconds: 500, ...options })
  expect(doneByWorkers).toBeGreaterThan(0)
  expect(found).toEqual({
    kills: 6,
    stops: 1,
    effects: 300,
    retried: 0,
    missing: [],
    doubled: [],
    stuck: 0,
    isJournalWhole: true,
  })
})

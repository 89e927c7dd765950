/** Schedules over months with outages, in zones far apart: a small budget of the proof. */
import { expect, test } from "vitest"
import { seeded } from "../journalProof/tamper.ts"
import { outages } from "./outages.ts"

test("row 46: schedules of firms in four zones, workers that are away for weeks, a clock that jumps back: each period once", async () => {
  const found = await outages({ tenants: 4, months: 1, random: seeded(3) })
  expect(found.expected).toBeGreaterThan(150)
  expect(found.clockJumpsBack).toBeGreaterThan(0)
  expect(found).toMatchObject({ schedules: 52, missing: [], doubled: [], early: [], isJournalWhole: true })
})

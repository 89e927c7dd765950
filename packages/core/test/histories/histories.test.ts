/** The checker of histories finds what was planted and nothing else; and the engine's own histories are in order. */
import { sqlite } from "@anbud/adapter-sqlite"
import { expect, test } from "vitest"
import { seeded } from "../journalProof/tamper.ts"
import { temporaryFile } from "../workshop.ts"
import { anomaliesOf } from "./check.ts"
import { PLANTS } from "./plants.ts"
import { takeHistories } from "./taking.ts"
import { historyWith } from "./valid.ts"

test("there are twenty planted anomalies", () => {
  expect(PLANTS).toHaveLength(20)
})

test.each(PLANTS)("found among 200 others: $name", (plant) => {
  const found = anomaliesOf(historyWith(seeded(7), 200, plant)).map(({ kind }) => kind)
  expect(found.length).toBeGreaterThan(0)
  expect(plant.kinds).toEqual(expect.arrayContaining([...new Set(found)]))
})

test("nothing is found in 40 histories that are in order", () => {
  for (let seed = 1; seed <= 40; seed += 1) expect(anomaliesOf(historyWith(seeded(seed), 200)), `${seed}`).toEqual([])
})

test("commands and queries of two engines on one SQLite file are as one after the other", async () => {
  const file = temporaryFile()
  const newStore = () => sqlite({ file, writeTimeoutMilliseconds: 60_000 })
  const options = { newStore, histories: 1, transactions: 60, workers: 8, random: seeded(1) }
  for await (const history of takeHistories(options)) {
    expect(history.length).toBe(61)
    expect(anomaliesOf(history)).toEqual([])
  }
})

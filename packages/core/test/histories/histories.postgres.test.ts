/** Histories of commands and queries on PostgreSQL. */
import { postgres } from "@anbud/adapter-pg"
import { expect, inject, test } from "vitest"
import { seeded } from "../journalProof/tamper.ts"
import { anomaliesOf } from "./check.ts"
import { takeHistories } from "./taking.ts"

test("commands and queries of two engines on one PostgreSQL are as one after the other", async () => {
  const [connectionString, schema] = [inject("databaseUrl"), `histories_${process.pid}`]
  const newStore = () => postgres({ connectionString, schema, waitMilliseconds: 60_000 })
  const options = { newStore, histories: 1, transactions: 60, workers: 12, random: seeded(1) }
  for await (const history of takeHistories(options)) {
    expect(history.length).toBe(61)
    expect(anomaliesOf(history)).toEqual([])
  }
})

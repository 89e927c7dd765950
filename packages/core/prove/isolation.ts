/**
 * Proof: what commands and queries see is as if they came one after the other, each in its own time. Many at once append
 * to lists and read them, through two engines on one database; a checker that knows nothing of databases looks for rings
 * in who saw and overwrote whom. It finds twenty planted anomalies of twenty, and none in histories that are in order.
 *
 * A tenth by default: 10 histories of 1 000 transactions on each database; `--full` is 100.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import type { Store } from "@anbud/core"
import { startPostgres } from "../../../test/startPostgres.ts"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import { anomaliesOf } from "../test/histories/check.ts"
import type { Anomaly } from "../test/histories/history.ts"
import { PLANTS } from "../test/histories/plants.ts"
import { takeHistories } from "../test/histories/taking.ts"
import { historyWith } from "../test/histories/valid.ts"
import { seeded } from "../test/journalProof/tamper.ts"

const TRANSACTIONS = 1_000
const WORKERS = 16
const HISTORIES = 100
const WAIT_MILLISECONDS = 60_000

export const prove = async ({ seed, full }: MeasurementOptions): Promise<Measurement> => {
  const histories = full ? HISTORIES : HISTORIES / 10
  const random = seeded(seed)
  const isFound = PLANTS.map((plant) => anomaliesOf(historyWith(random, TRANSACTIONS, plant)).length > 0)
  const falseAlarms = Array.from({ length: histories }, () => anomaliesOf(historyWith(random, TRANSACTIONS)).length)
  const take = async (newStore: () => Store) => {
    const anomalies: Anomaly[] = []
    const counts = { histories: 0, committed: 0, refused: 0 }
    const options = { newStore, histories, transactions: TRANSACTIONS, workers: WORKERS, random }
    for await (const history of takeHistories(options)) {
      counts.histories += 1
      for (const { outcome } of history) counts[outcome === "committed" ? "committed" : "refused"] += 1
      anomalies.push(...anomaliesOf(history))
      console.log(JSON.stringify({ ...counts, anomalies: anomalies.length }))
    }
    return { ...counts, anomalies }
  }
  const folder = mkdtempSync(join(tmpdir(), "anbud-isolation-"))
  const database = await startPostgres()
  try {
    const file = join(folder, "lists.db")
    const onSqlite = await take(() => sqlite({ file, writeTimeoutMilliseconds: WAIT_MILLISECONDS }))
    const connectionString = database.url
    const pool = { maxConnections: 10, waitMilliseconds: WAIT_MILLISECONDS }
    const onPostgresql = await take(() => postgres({ connectionString, schema: "lists", ...pool }))
    const planted = isFound.filter(Boolean).length
    return {
      goal: "20 of 20 planted anomalies are found, none in histories that are in order, none in those of the engine",
      reached:
        planted === PLANTS.length &&
        falseAlarms.every((count) => count === 0) &&
        [onSqlite, onPostgresql].every(({ anomalies }) => anomalies.length === 0),
      planted,
      of: PLANTS.length,
      inOrder: falseAlarms.length,
      sqlite: onSqlite,
      postgresql: onPostgresql,
    }
  } finally {
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

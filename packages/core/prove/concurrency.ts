/**
 * Proof: many at once on one database, through two engines, give what they would have given one after the other. Workers
 * draw a time bank down far beyond what is in it, many accept one quote, keys are retried by schedules at random, and
 * readers follow the changes beside writers, on SQLite and on PostgreSQL.
 *
 * A tenth by default: 20 storms of 24 workers and 50 debits, 1 000 schedules, 6 s of changes; `--full` is all.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import type { Store } from "@anbud/core"
import { startPostgres } from "../../../test/startPostgres.ts"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import { seeded } from "../test/journalProof/tamper.ts"
import { faultsOf, storming } from "../test/storms/storming.ts"

const FULL = { storms: 200, schedules: 10_000, quotes: 50, feedSeconds: 60 }
const TENTH = { storms: 20, schedules: 1_000, quotes: 5, feedSeconds: 6 }
const SIZES = { workers: 24, debits: 50, seconds: 1_000, accepts: 50, writers: 16, readers: 4 }
const WAIT_MILLISECONDS = 60_000

export const prove = async ({ seed, full }: MeasurementOptions): Promise<Measurement> => {
  const sizes = { ...SIZES, ...(full ? FULL : TENTH) }
  const run = async (newStore: () => Store) => {
    const found = await storming({ newStore, random: seeded(seed), ...sizes })
    console.log(JSON.stringify(found))
    return { found, faults: faultsOf(found, sizes) }
  }
  const folder = mkdtempSync(join(tmpdir(), "anbud-storms-"))
  const database = await startPostgres()
  try {
    const file = join(folder, "firm.db")
    const onSqlite = await run(() => sqlite({ file, writeTimeoutMilliseconds: WAIT_MILLISECONDS }))
    const connectionString = database.url
    const onPostgresql = await run(() =>
      postgres({ connectionString, schema: "storms", maxConnections: 12, waitMilliseconds: WAIT_MILLISECONDS }),
    )
    return {
      goal: "no overdraft, no deadlock heard of, one winner per quote, one effect per key, no change missed",
      reached: onSqlite.faults.length + onPostgresql.faults.length === 0,
      ...sizes,
      sqlite: onSqlite,
      postgresql: onPostgresql,
    }
  } finally {
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

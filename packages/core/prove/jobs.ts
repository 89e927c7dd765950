/**
 * Proof: what is left for later is done exactly once. Two worker processes, on SQLite and on PostgreSQL, are killed again
 * and again while they run handlers, stopped for longer than their lease and continued, with clocks that are wrong by
 * seconds: every job and every event has had its effect once, and nothing is stuck. What twelve workers in a row died with
 * is given up, as it must be, and is then tried again by hand; the figure says how often. Schedules of firms in eight zones
 * run over 36 months with outages of weeks and clocks that jump back: each period has come once.
 *
 * A tenth by default: 100 kills and 104 schedules; `--full` is 1 000 of each.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startPostgres } from "../../../test/startPostgres.ts"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import { seeded } from "../test/journalProof/tamper.ts"
import { type Killed, killing } from "../test/work/killing.ts"
import { outages } from "../test/work/outages.ts"

const FULL = { kills: 1_000, seconds: 6 * 3_600, tenants: 77 }
const TENTH = { kills: 100, seconds: 400, tenants: 8 }
const MONTHS = 36
const BOOKINGS_PER_KILL = 6
const TURNS_PER_STOP = 20
/** Several times a lease: a worker whose clock is wrong takes what others hold, or leaves lying what nobody does. */
const CLOCK_OFF_MILLISECONDS = 3_000
/** The share of the kills that falls to PostgreSQL. */
const ON_POSTGRESQL = 0.3

export const prove = async ({ seed, full }: MeasurementOptions): Promise<Measurement> => {
  const size = full ? FULL : TENTH
  const random = seeded(seed)
  const run = async (target: string, kills: number): Promise<Killed> => {
    const rest = { turnsPerStop: TURNS_PER_STOP, clockOffMilliseconds: CLOCK_OFF_MILLISECONDS, random }
    const found = await killing({ target, kills, bookings: kills * BOOKINGS_PER_KILL, seconds: size.seconds, ...rest })
    console.log(JSON.stringify(found))
    return found
  }
  const folder = mkdtempSync(join(tmpdir(), "anbud-jobs-"))
  const database = await startPostgres()
  try {
    const onPostgresql = Math.round(size.kills * ON_POSTGRESQL)
    const sqlite = await run(join(folder, "firm.db"), size.kills - onPostgresql)
    const postgresql = await run(`${database.url}?schema=rooms`, onPostgresql)
    const scheduled = await outages({ tenants: size.tenants, months: MONTHS, random })
    const { missing, doubled, early, isJournalWhole, ...counts } = scheduled
    return {
      goal: "after kills, stops and outages every effect and every period is there exactly once, and nothing is stuck",
      reached:
        isWell(sqlite) && isWell(postgresql) && missing.length + doubled.length + early.length === 0 && isJournalWhole,
      sqlite: figures(sqlite),
      postgresql: figures(postgresql),
      schedules: { ...counts, missing: missing.length, doubled: doubled.length, early: early.length, isJournalWhole },
    }
  } finally {
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const isWell = ({ missing, doubled, stuck, isJournalWhole }: Killed): boolean =>
  missing.length + doubled.length + stuck === 0 && isJournalWhole

const figures = ({ missing, doubled, ...counts }: Killed) => ({
  ...counts,
  missing: missing.length,
  doubled: doubled.length,
})

/**
 * Proof: a crash loses no command that was answered and leaves none half applied. Processes that play twenty business
 * commands are killed at random moments, on SQLite and on PostgreSQL, where the server and its connections are killed,
 * too; and every write and every flush of SQLite fails in turn, at the system call.
 *
 * After each crash the tables are compared with the answers, and in the end all of them, row by row, with those of a run
 * without a crash. A tenth by default: 200 kills on SQLite, 50 on PostgreSQL, every tenth write; `--full` is all.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import { COMMANDS_PER_ROUND } from "../test/crash/business.ts"
import { inFile, inSchema } from "../test/crash/database.ts"
import { type Judged, sweepAll, sweepsOf } from "../test/crash/faults.ts"
import { type Killed, killing } from "../test/crash/killing.ts"
import { startMortalServer } from "../test/crash/server.ts"
import { cannotInject } from "../test/crash/strace.ts"
import { seeded } from "../test/journalProof/tamper.ts"

const FULL = { onSqlite: 2_000, onPostgresql: 500, stride: 1, secondsPerSweep: 3_600 }
const TENTH = { onSqlite: 200, onPostgresql: 50, stride: 10, secondsPerSweep: 20 }
/** How often the server is down for longer than the store waits for it. */
const LONG_OUTAGES = 0.1
const LONG_OUTAGE_MILLISECONDS = 6_500

export const prove = async ({ seed, full }: MeasurementOptions): Promise<Measurement> => {
  const size = full ? FULL : TENTH
  const folder = mkdtempSync(join(tmpdir(), "anbud-crash-"))
  try {
    const random = seeded(seed)
    const onSqlite = await killOnSqlite(folder, size.onSqlite, random)
    console.log(JSON.stringify(onSqlite))
    const onPostgresql = await killOnPostgresql(size.onPostgresql, random)
    console.log(JSON.stringify(onPostgresql))
    const missing = cannotInject()
    if (missing !== null) console.log(`No faults are injected: ${missing}`)
    const first = 1 + Math.floor(random() * size.stride)
    const sweeps = missing === null ? sweepsOf(first, size.stride, size.secondsPerSweep) : []
    const onSwept = (swept: unknown): void => console.log(JSON.stringify(swept))
    const swept = await sweepAll(folder, sweeps, { atOnce: availableParallelism(), onSwept })
    return {
      goal: "of what was answered nothing is lost, nothing is half applied, errors have types, every file opens again",
      reached: isWell(onSqlite) && isWell(onPostgresql) && missing === null && swept.every(isHarmless),
      kills: { sqlite: onSqlite.kills, postgresql: onPostgresql.kills, postgresqlVictims: onPostgresql.victims },
      answered: onSqlite.answered + onPostgresql.answered,
      lost: onSqlite.lost + onPostgresql.lost + sum(swept, ({ lost }) => lost),
      halfApplied: onSqlite.halfApplied + onPostgresql.halfApplied + sum(swept, ({ halfApplied }) => halfApplied),
      different: onSqlite.different + onPostgresql.different + sum(swept, ({ isSame }) => (isSame ? 0 : 1)),
      commandsHit: { sqlite: hit(onSqlite), postgresql: hit(onPostgresql), of: COMMANDS_PER_ROUND },
      faults: sum(swept, ({ faults }) => faults),
      faultsMissing: missing,
      sweeps: { count: swept.length, complete: sum(swept, ({ isComplete }) => (isComplete ? 1 : 0)) },
      stoppedAfterFault: sum(swept, ({ stopped }) => stopped),
      untrueAfterFault: sum(swept, ({ untrue }) => untrue),
      wroteAfterFault: sum(swept, ({ wroteOn }) => wroteOn),
      survivedFaults: sum(swept, ({ survived }) => survived),
      untyped: [...onSqlite.untyped, ...onPostgresql.untyped, ...swept.flatMap(({ untyped }) => untyped)],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((all, item) => all + of(item), 0)

const hit = ({ inFlight }: Killed): number => Object.keys(inFlight).length

const isWell = ({ lost, halfApplied, unsound, untyped, different, answered }: Killed): boolean =>
  lost + halfApplied + unsound + untyped.length + different === 0 && answered > 0

const isHarmless = ({ faults, wroteOn, untrue, untyped, lost, halfApplied, isSound, isSame }: Judged): boolean =>
  faults > 0 && wroteOn + untrue + untyped.length + lost + halfApplied === 0 && isSound && isSame

const killOnSqlite = (folder: string, kills: number, random: () => number): Promise<Killed> => {
  let files = 0
  const newDatabase = async () => {
    const file = join(folder, `kill-${files++}.db`)
    return { target: ["sqlite", file] as const, open: async () => inFile(file) }
  }
  return killing({ kills, random, newDatabase })
}

const killOnPostgresql = async (kills: number, random: () => number): Promise<Killed> => {
  const server = await startMortalServer()
  try {
    let schemas = 0
    const newDatabase = async () => {
      const schema = `crash_${schemas++}`
      const open = () => inSchema(server.url, schema)
      return { target: ["postgres", server.url, schema] as const, open }
    }
    const killElsewhere = async (): Promise<string> => {
      if (random() < 0.5) return (await server.killBackend()) ? "connection" : "player"
      await server.kill(random() < LONG_OUTAGES ? LONG_OUTAGE_MILLISECONDS : random() * 500)
      return "server"
    }
    return await killing({ kills, random, newDatabase, killElsewhere })
  } finally {
    await server.stop()
  }
}

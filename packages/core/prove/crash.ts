/**
 * Proof: a crash loses no command that was answered and leaves none half applied. Processes that play twenty business
 * commands are killed at random moments, on SQLite and on PostgreSQL, where the server and its connections are killed,
 * too; then the disk fails, which `faults` proves alone as well.
 *
 * After each crash the tables are compared with the answers, and in the end all of them, row by row, with those of a run
 * without a crash. A tenth by default: 200 kills on SQLite, 50 on PostgreSQL, every tenth write; `--full` is all.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import { COMMANDS_PER_ROUND } from "../test/crash/business.ts"
import { inFile, inSchema } from "../test/crash/database.ts"
import { type Killed, killing } from "../test/crash/killing.ts"
import { startMortalServer } from "../test/crash/server.ts"
import { seeded } from "../test/journalProof/tamper.ts"
import { prove as proveFaults } from "./faults.ts"

const FULL = { onSqlite: 2_000, onPostgresql: 500 }
const TENTH = { onSqlite: 200, onPostgresql: 50 }
/** How often the server is down for longer than the store waits for it. */
const LONG_OUTAGES = 0.1
const LONG_OUTAGE_MILLISECONDS = 6_500

export const prove = async (options: MeasurementOptions): Promise<Measurement> => {
  const size = options.full ? FULL : TENTH
  const random = seeded(options.seed)
  const onSqlite = await killOnSqlite(size.onSqlite, random)
  console.log(JSON.stringify(onSqlite))
  const onPostgresql = await killOnPostgresql(size.onPostgresql, random)
  console.log(JSON.stringify(onPostgresql))
  const { reached, ...faults } = await proveFaults(options)
  return {
    goal: "of what was answered nothing is lost, nothing is half applied, errors have types, every file opens again",
    reached: isWell(onSqlite) && isWell(onPostgresql) && reached,
    kills: { sqlite: onSqlite.kills, postgresql: onPostgresql.kills, postgresqlVictims: onPostgresql.victims },
    answered: onSqlite.answered + onPostgresql.answered,
    lost: onSqlite.lost + onPostgresql.lost,
    halfApplied: onSqlite.halfApplied + onPostgresql.halfApplied,
    unsound: onSqlite.unsound + onPostgresql.unsound,
    different: onSqlite.different + onPostgresql.different,
    commandsHit: { sqlite: hit(onSqlite), postgresql: hit(onPostgresql), of: COMMANDS_PER_ROUND },
    untyped: [...onSqlite.untyped, ...onPostgresql.untyped],
    faults,
  }
}

const hit = ({ inFlight }: Killed): number => Object.keys(inFlight).length

const isWell = ({ lost, halfApplied, unsound, untyped, different, answered }: Killed): boolean =>
  lost + halfApplied + unsound + untyped.length + different === 0 && answered > 0

const killOnSqlite = async (kills: number, random: () => number): Promise<Killed> => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-crash-"))
  let files = 0
  const newDatabase = async () => {
    const file = join(folder, `kill-${files++}.db`)
    return { target: ["sqlite", file] as const, open: async () => inFile(file) }
  }
  try {
    return await killing({ kills, random, newDatabase })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
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

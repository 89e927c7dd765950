/**
 * Proof: the ERP's server is killed with SIGKILL at random statements, on PostgreSQL and on SQLite. After every kill
 * the ERP's rows, the engine's and the outbox's say the same, the journal verifies, and no answered order is lost.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bundle } from "../../../test/bundle.ts"
import { startPostgres } from "../../../test/startPostgres.ts"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import { type Killings, killing } from "./host/killing.ts"
import type { Place } from "./host/place.ts"

const KILLS = 300
const CHILD = join(import.meta.dirname, "host", "child.ts")

/** 300 kills on each database with `--full`, and a tenth of them otherwise. */
export const prove = async ({ seed, full }: MeasurementOptions): Promise<Measurement> => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-host-"))
  const database = await startPostgres()
  const log = (text: string): void => void process.stdout.write(text)
  const kill = (place: Place): Promise<Killings> => proveAt(place, { kills: full ? KILLS : KILLS / 10, seed, log })
  try {
    const postgresql = await kill({ kind: "postgresql", url: database.url, schema: "host_proof" })
    const sqlite = await kill({ kind: "sqlite", file: join(folder, "erp.db") })
    return {
      goal: "after every kill host rows, engine rows and outbox rows agree, and the journal verifies",
      reached: postgresql.problems.length + sqlite.problems.length === 0,
      postgresql,
      sqlite,
    }
  } finally {
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Kills so many times at one place, which is empty at first. */
export const proveAt = async (
  place: Place,
  { kills, seed, log = () => undefined }: { kills: number; seed: number; log?: (text: string) => void },
): Promise<Killings> => killing({ place, kills, log, random: seeded(seed), child: await bundle(CHILD) })

/** Numbers from 0 to 1, the same ones for the same seed. */
const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/**
 * Proof: `kill -9` never loses what was acknowledged. Two processes write batches of 50 rows to one file and are killed
 * at random moments, the first ones about when they build the file; after each kill the file is opened and counted.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Database from "better-sqlite3"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import { sqlite } from "../src/index.ts"
import { batchSizes, ROWS_PER_BATCH, STEP } from "../test/batches.ts"
import { type WriterProcess, writerProcess } from "../test/writerProcess.ts"

const WRITERS = 2
const ENDLESS = 1_000_000
const MAX_MILLISECONDS_TO_LIVE = 400
/** The first writers start, read the sources and build the file within about this time. */
const MAX_MILLISECONDS_TO_BUILD = 3_000

/** What a file must never show. */
interface Damage {
  lostBatches: number
  splitBatches: number
  gaps: number
  corruptFiles: number
}

export const prove = async ({ seed, budgetSeconds }: MeasurementOptions): Promise<Measurement> => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-kill-"))
  const file = join(folder, "store.db")
  const random = seeded(seed)
  const damage: Damage = { lostBatches: 0, splitBatches: 0, gaps: 0, corruptFiles: 0 }
  const acknowledged: number[] = []
  const end = performance.now() + budgetSeconds * 1_000
  let kills = 0
  try {
    while (kills === 0 || performance.now() < end) {
      const writers = Array.from({ length: WRITERS }, (_, index) => writerProcess(file, `${kills}-${index}`, ENDLESS))
      const most = kills > 0 ? MAX_MILLISECONDS_TO_LIVE : MAX_MILLISECONDS_TO_BUILD
      await Promise.all(writers.map((writer) => killed(writer, kills > 0, random() * most)))
      acknowledged.push(...writers.flatMap(({ lines }) => lines().slice(1).map(Number)))
      kills += WRITERS
      await inspect(file, acknowledged, damage)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return {
    goal: "no acknowledged batch is lost, none is written in part, and the file is sound after every kill -9",
    reached: Object.values(damage).every((count) => count === 0) && acknowledged.length > 0,
    kills,
    acknowledgedBatches: acknowledged.length,
    ...damage,
  }
}

/** Kills a writer some time after it has opened the file or, before there is one, after it has started. */
const killed = async (writer: WriterProcess, isOpenFirst: boolean, milliseconds: number): Promise<void> => {
  if (isOpenFirst) await writer.printed(1)
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
  writer.process.kill("SIGKILL")
  await writer.ended
}

const inspect = async (file: string, acknowledged: readonly number[], damage: Damage): Promise<void> => {
  const store = sqlite({ file })
  await store.open([STEP])
  const sizes = await batchSizes(store)
  await store.close()
  damage.lostBatches += acknowledged.filter((seq) => !sizes.has(seq)).length
  damage.splitBatches += [...sizes.values()].filter((size) => size !== ROWS_PER_BATCH).length
  damage.gaps += [...sizes.keys()].filter((seq, index) => seq !== index + 1).length
  const database = new Database(file)
  if (database.pragma("integrity_check", { simple: true }) !== "ok") damage.corruptFiles += 1
  database.close()
}

/** Numbers from 0 to 1, the same ones for the same seed. */
const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

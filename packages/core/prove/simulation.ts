/**
 * Proof: whatever list of commands comes, with failures and repetitions between them and a clock that moves both ways, the
 * engine ends where a small model does, on SQLite and PostgreSQL alike: balances, quotes, orders, and a journal with one
 * entry per command. The failures are simulated; a failing list is shortened and printed with the seed that repeats it.
 *
 * 1 000 runs of some 200 commands by default, as many as fit into ten minutes; `--full` is 10 000, however long it takes.
 * Two processes share them; ten runs have a seed, so that a later call can go on where an earlier one ended.
 */
import { fork } from "node:child_process"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { startPostgres } from "../../../test/startPostgres.ts"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import type { Share, Told } from "./simulation/worker.ts"

/** The longest time is far more than a timer can count, and is only compared with the clock. */
const FULL = { runs: 10_000, seconds: 1e9 }
const TENTH = { runs: 1_000, seconds: 570 }
/** Lists are of any length up to this: their mean is about a half of it. */
const MAX_COMMANDS = 400
/** So many runs share two databases, which grow with them. */
const RUNS_PER_BLOCK = 10

export const prove = async ({ seed, full }: MeasurementOptions): Promise<Measurement> => {
  const { runs, seconds } = full ? FULL : TENTH
  const of = Math.min(2, availableParallelism())
  const sum = { runs: 0, commands: 0, failures: [] as string[] }
  const database = await startPostgres()
  try {
    const share = { databaseUrl: database.url, seed, maxCommands: MAX_COMMANDS, runsPerBlock: RUNS_PER_BLOCK }
    const note = (told: NonNullable<Told>): void => {
      sum.runs += told.runs
      sum.commands += told.commands
      if (told.failure !== null) sum.failures.push(told.failure)
      console.log(`seed ${told.seed}: ${sum.runs} runs, ${sum.commands} commands ${told.failure ?? ""}`)
    }
    const processes = Array.from({ length: of }, (_, process) =>
      inProcess({ ...share, blocks: runs / RUNS_PER_BLOCK, process, of, seconds }, note),
    )
    await Promise.all(processes)
  } finally {
    await database.stop()
  }
  const goal = "no run of commands at random ends otherwise than the model, or otherwise on the other database"
  return { goal, reached: sum.failures.length === 0 && sum.runs > 0, ...sum, of: runs }
}

const inProcess = (share: Share, note: (told: NonNullable<Told>) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("simulation/worker.ts", import.meta.url)))
    let isDone = false
    child.on("message", (told: Told) => {
      if (told !== null) return note(told)
      isDone = true
      resolve()
    })
    child.once("error", reject)
    child.once("exit", (code) => {
      if (!isDone) reject(new Error(`a process of the simulation ended with code ${code}`))
    })
    child.send(share)
  })

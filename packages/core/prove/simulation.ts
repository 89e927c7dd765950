/**
 * Proof: whatever list of commands comes, with failures and repetitions between them and a clock that moves both ways, the
 * engine ends where a small model does, on SQLite and PostgreSQL alike: balances, quotes, orders, and a journal with one
 * entry per command. The failures are simulated; a failing list is shortened and printed with the seed that repeats it.
 *
 * 1 000 runs of some 200 commands by default, as many as fit into ten minutes; `--full` is 10 000, however long it takes.
 * Two processes share them; ten runs have a seed, so that a later call can go on where an earlier one ended.
 */
import { availableParallelism } from "node:os"
import { startPostgres } from "../../../test/startPostgres.ts"
import { forked } from "../../../tools/forked.ts"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import type { Block, Share } from "./simulation/worker.ts"

/** Thirty years stand for any time: infinity does not survive the way to another process. */
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
    const shares = Array.from({ length: of }, (_, process): Share => {
      const size = { maxCommands: MAX_COMMANDS, runsPerBlock: RUNS_PER_BLOCK, blocks: runs / RUNS_PER_BLOCK, seconds }
      return { databaseUrl: database.url, seed, ...size, process, of }
    })
    const hear = ({ seed, runs, commands, failure }: Block): void => {
      sum.runs += runs
      sum.commands += commands
      if (failure !== null) sum.failures.push(failure)
      console.log(`seed ${seed}: ${sum.runs} runs, ${sum.commands} commands ${failure ?? ""}`)
    }
    const script = new URL("simulation/worker.ts", import.meta.url)
    await Promise.all(shares.map((share) => forked(script, share, (block) => hear(block as Block))))
  } finally {
    await database.stop()
  }
  const goal = "no run of commands at random ends otherwise than the model, or otherwise on the other database"
  return { goal, reached: sum.failures.length === 0 && sum.runs > 0, ...sum, of: runs }
}

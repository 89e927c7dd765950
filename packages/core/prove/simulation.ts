/**
 * Proof: whatever list of commands comes, with failures and repetitions between them and a clock that moves both ways, the
 * engine ends where a small model does, on SQLite and PostgreSQL alike: balances, quotes, orders, and a journal with one
 * entry per command. The failures are simulated; a failing list is shortened and printed with the seed that repeats it.
 *
 * 1 000 runs of some 200 commands by default, as many as fit into ten minutes; `--full` is 10 000, however long it takes.
 */
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import { startPostgres } from "../../../test/startPostgres.ts"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import { type Simulated, simulating } from "../test/simulation/simulating.ts"

const FULL = { runs: 10_000, seconds: Number.POSITIVE_INFINITY }
const TENTH = { runs: 1_000, seconds: 570 }
/** Lists are of any length up to this: their mean is about a half of it. */
const MAX_COMMANDS = 400
/** So many runs share two databases, which grow with them. */
const RUNS_PER_DATABASE = 10

export const prove = async ({ seed, full }: MeasurementOptions): Promise<Measurement> => {
  const size = full ? FULL : TENTH
  const endsAt = performance.now() + size.seconds * 1_000
  const database = await startPostgres()
  let sum: Simulated = { runs: 0, commands: 0, failure: null }
  try {
    for (let at = 0; sum.runs < size.runs && sum.failure === null && performance.now() < endsAt; at += 1) {
      const schema = `simulation_${at}`
      const stores = [sqlite({ file: ":memory:" }), postgres({ connectionString: database.url, schema })]
      const runs = Math.min(RUNS_PER_DATABASE, size.runs - sum.runs)
      const found = await simulating({ stores, seed: seed + at, runs, maxCommands: MAX_COMMANDS })
      const { failure } = found
      sum = { runs: sum.runs + found.runs, commands: sum.commands + found.commands, failure }
      console.log(`seed ${seed + at}: ${sum.runs} runs, ${sum.commands} commands`)
    }
  } finally {
    await database.stop()
  }
  if (sum.failure !== null) console.log(sum.failure)
  const goal = "no run of commands at random ends otherwise than the model, or otherwise on the other database"
  return { goal, reached: sum.failure === null && sum.runs > 0, ...sum, of: size.runs }
}

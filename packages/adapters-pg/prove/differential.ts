/**
 * Proof: one log of random operations gives the same on SQLite and on PostgreSQL, operation by operation and row by
 * row, for stores and for whole engines. A difference ends the run with its seed.
 */

import { startPostgres } from "../../../test/startPostgres.ts"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import { type Counts, shareOf } from "../test/differential/compare.ts"
import { compareEngines } from "../test/differential/compareEngines.ts"
import { compareStores } from "../test/differential/compareStores.ts"

const STORE_OPERATIONS = 1_000
const ENGINE_OPERATIONS = 300
const LEAST_SHARE = 0.6
const LEAST_OF_A_KIND = 100

export const prove = async ({ seed, budgetSeconds }: MeasurementOptions): Promise<Measurement> => {
  const database = await startPostgres()
  const stores: Counts = {}
  const engines: Counts = {}
  const giveUpAt = performance.now() + budgetSeconds * 1_000
  let seeds = 0
  let difference: string | null = null
  try {
    do {
      await compareStores(database.url, seed + seeds, STORE_OPERATIONS, stores)
      await compareEngines(database.url, seed + seeds, ENGINE_OPERATIONS, engines)
      seeds += 1
      console.log(`${seeds} seeds: ${JSON.stringify([shareOf(stores), shareOf(engines)])}`)
    } while (performance.now() < giveUpAt)
  } catch (error) {
    difference = `seed ${seed + seeds}: ${error instanceof Error ? error.message : String(error)}`
  } finally {
    await database.stop()
  }
  const rarest = leastOf({ ...stores, ...engines })
  return {
    goal: "equal state and equal refusals, 60 % of operations succeed, each kind occurs 100 times",
    reached:
      difference === null &&
      [stores, engines].every((counts) => shareOf(counts).succeededShare >= LEAST_SHARE) &&
      rarest >= LEAST_OF_A_KIND,
    difference,
    seeds,
    rarest,
    store: { ...shareOf(stores), kinds: stores },
    engine: { ...shareOf(engines), kinds: engines },
  }
}

const leastOf = (counts: Counts): number =>
  Math.min(...Object.values(counts).map(({ succeeded, refused }) => succeeded + refused))

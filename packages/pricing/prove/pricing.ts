/**
 * The long proof of the pricing package: every promise on 100 000 random cases, and every planted fault found out.
 */
import fc from "fast-check"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import * as engine from "../src/index.ts"
import { brokenPromise, mutants } from "../test/mutants.ts"
import { promises } from "../test/promises.ts"

const goalCases = 100_000
const leastCases = 1_000
const mutantCases = 2_000

/**
 * Runs every promise on a thousand cases, then until it has had all or its part of the budget; then plants every fault.
 *
 * `reached` only if no promise broke, each had at least a thousand cases (with `full`: all 100 000), and no fault
 * survived. The cases that each promise had are in the figures.
 *
 * @example npm run prove -- pricing --seed 1 --budget 600
 */
export const prove = async ({ seed, budgetSeconds, full }: MeasurementOptions): Promise<Measurement> => {
  const cases: Record<string, number> = {}
  const broken: string[] = []
  // A third of the budget is kept for the planted faults.
  const share = (budgetSeconds * 1000 * 2) / 3 / promises.length
  for (const { name, property } of promises) {
    // A thousand cases are due on any machine; the budget decides about the rest.
    const first = fc.check(property(engine), { numRuns: leastCases, seed, endOnFailure: true })
    const rest = first.failed
      ? first
      : fc.check(property(engine), {
          numRuns: goalCases - leastCases,
          seed: seed + 1,
          endOnFailure: true,
          ...(full ? {} : { interruptAfterTimeLimit: share, markInterruptAsFailure: false }),
        })
    const { failed, errorInstance } = rest
    const numRuns = first === rest ? first.numRuns : first.numRuns + rest.numRuns
    cases[name] = numRuns
    if (failed) broken.push(`${name}: ${String(errorInstance)}`)
    console.log(`${failed ? "BROKEN" : "kept  "} ${String(numRuns).padStart(6)} ${name}`)
  }
  const survivors: string[] = []
  for (const mutant of mutants) {
    const promise = await brokenPromise(mutant, mutantCases, seed)
    if (promise === undefined) survivors.push(mutant.what)
    console.log(`${promise === undefined ? "SURVIVED" : "found   "} ${mutant.what}`)
  }
  const fewest = Math.min(...Object.values(cases))
  const enough = full ? goalCases : leastCases
  return {
    goal: `${goalCases} cases of each of ${promises.length} promises without a miss, and all ${mutants.length} planted faults found`,
    reached: broken.length === 0 && survivors.length === 0 && fewest >= enough,
    promises: promises.length,
    fewestCases: fewest,
    allCases: Object.values(cases).reduce((sum, count) => sum + count, 0),
    isFull: fewest >= goalCases,
    broken,
    mutants: mutants.length,
    survivors,
  }
}

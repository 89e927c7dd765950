/**
 * The long proof of scheduling: every invariant with many more cases, and the calibration of P80.
 *
 * `npm run prove -- scheduling`: as many cases as the budget allows, up to 50 000 each (`--full`: 50 000 in any case).
 */
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"
import { coverage } from "../test/history.ts"
import { invariants } from "../test/invariants.ts"

const CASES = 50_000
/** Cases between two looks at the clock. */
const ROUND = 250
/** Histories behind the calibration figure. */
const HISTORIES = { usual: 400, full: 2000 }
const TOLERANCE = 0.03

/** Runs each invariant in rounds of fresh seeds until its share of what is left of the budget is used or all cases are done. */
export const prove = ({ seed, budgetSeconds, full }: MeasurementOptions): Measurement => {
  const names = Object.keys(invariants)
  const end = performance.now() + budgetSeconds * 1000 * 0.8
  const cases: Record<string, number> = {}
  const failures: string[] = []
  for (const [n, name] of names.entries()) {
    const started = performance.now()
    const share = (end - started) / (names.length - n)
    let done = 0
    while (done < CASES && (full || done === 0 || performance.now() - started < share)) {
      try {
        invariants[name]!({ seed: seed + done, numRuns: ROUND })
      } catch (error) {
        failures.push(`${name}: ${(error as Error).message.slice(0, 2000)}`)
        break
      }
      done += ROUND
    }
    cases[name] = done
    console.log(`${name}: ${done} cases${failures.some((each) => each.startsWith(name)) ? ", FAILED" : ""}`)
  }
  const covered = coverage(seed, full ? HISTORIES.full : HISTORIES.usual)
  console.log(`P80 held in ${(covered * 100).toFixed(1)} % of the histories`)
  const isCalibrated = Math.abs(covered - 0.8) <= TOLERANCE
  return {
    goal: `no counterexample to any invariant in ${CASES} cases each; P80 holds in 77 to 83 % of histories drawn by other rules`,
    reached: failures.length === 0 && isCalibrated && names.every((name) => cases[name]! >= CASES),
    noCounterexample: failures.length === 0,
    cases,
    coverageOfP80: Math.round(covered * 1000) / 1000,
    failures,
  }
}

/**
 * Profitability as a range: effort is a guess of three points, so the margin is a spread and not a number.
 */
import type { PricedQuote } from "./pricedQuote.ts"
import { ok, type Result, refuse } from "./result.ts"
import { marginPpm } from "./totals.ts"

/** Effort of one line in whole minutes, at a cost per hour in minor units of the company's currency. */
export interface EffortGuess {
  readonly lineId: string
  readonly minMinutes: number
  readonly likelyMinutes: number
  readonly maxMinutes: number
  readonly hourCostMinor: number
}

/** The margin over all trials, in the company's minor units and in ppm of a positive net (undefined without one). */
export interface MarginRange {
  readonly trials: number
  /** The margin that nine of ten trials exceed, that half do, and that one of ten does. */
  readonly p10Minor: number
  readonly p50Minor: number
  readonly p90Minor: number
  readonly p10Ppm: number | undefined
  readonly p50Ppm: number | undefined
  readonly p90Ppm: number | undefined
  /** How many trials of a million lose money. */
  readonly lossPpm: number
}

/** Not min ≤ likely ≤ max in whole minutes, a negative cost, a seed or number of trials out of range, or costs too large. */
export interface InvalidGuess {
  readonly _tag: "InvalidGuess"
  readonly path: string
}

const maxTrials = 1_000_000

/**
 * P10, P50 and P90 of the margin of `priced` when the effort of some lines is uncertain: seeded trials with a triangular
 * distribution each. The guessed effort takes the place of those lines' planned cost.
 *
 * The same seed gives the same bits on every machine: the generator and the distribution use only exact integers and
 * one correctly rounded square root.
 *
 * Refuses with `InvalidGuess`.
 *
 * @example marginRange(priced, [{ lineId: "a", minMinutes: 3600, likelyMinutes: 6000, maxMinutes: 12000,
 *   hourCostMinor: 450_00 }], { seed: 1, trials: 10_000 })
 */
export const marginRange = (
  priced: PricedQuote,
  guesses: readonly EffortGuess[],
  { seed, trials }: { readonly seed: number; readonly trials: number },
): Result<MarginRange, InvalidGuess> => {
  if (!Number.isSafeInteger(seed)) return refuse({ _tag: "InvalidGuess", path: "seed" })
  if (!Number.isInteger(trials) || trials < 1 || trials > maxTrials)
    return refuse({ _tag: "InvalidGuess", path: "trials" })
  const rows = new Map(priced.lines.map((line) => [line.id, line]))
  for (const [at, guess] of guesses.entries()) {
    if (!isGuess(guess) || rows.get(guess.lineId)?.isCounted !== true) {
      return refuse({ _tag: "InvalidGuess", path: `guesses[${at}]` })
    }
  }
  // The margin without the planned cost of the guessed lines; overhead stays as planned.
  const replaced = new Set(guesses.map(({ lineId }) => lineId))
  let certain = priced.totals.marginMinor
  for (const lineId of replaced) certain += rows.get(lineId)!.costMinor
  const next = generator(seed)
  const margins = new Float64Array(trials)
  for (let trial = 0; trial < trials; trial++) {
    let cost = 0
    for (const guess of guesses) cost += Math.round((triangular(guess, next()) * guess.hourCostMinor) / 60)
    margins[trial] = certain - cost
  }
  margins.sort()
  // Not a number sorts last: with both ends safe, so is everything between.
  const areSafe = Number.isSafeInteger(margins[0]) && Number.isSafeInteger(margins[trials - 1])
  return areSafe
    ? ok(summary(margins, priced.totals.companyNetMinor))
    : refuse({ _tag: "InvalidGuess", path: "guesses" })
}

const isGuess = ({ minMinutes, likelyMinutes, maxMinutes, hourCostMinor }: EffortGuess): boolean =>
  [minMinutes, likelyMinutes, maxMinutes, hourCostMinor].every((value) => Number.isSafeInteger(value) && value >= 0) &&
  minMinutes <= likelyMinutes &&
  likelyMinutes <= maxMinutes &&
  maxMinutes <= 100_000_000 &&
  hourCostMinor <= 10_000_000

/** The minutes at quantile `u` (0 to 1) of the triangle. */
const triangular = ({ minMinutes: low, likelyMinutes: mode, maxMinutes: high }: EffortGuess, u: number): number => {
  const width = high - low
  if (width === 0) return low
  const rising = mode - low
  return u * width < rising ? low + Math.sqrt(u * width * rising) : high - Math.sqrt((1 - u) * width * (high - mode))
}

/** A 32-bit generator (mulberry32): integer steps only, so every engine agrees. */
const generator = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296
  }
}

const summary = (sorted: Float64Array, revenue: number): MarginRange => {
  const at = (tenths: number): number => sorted[Math.min(Math.floor((sorted.length * tenths) / 10), sorted.length - 1)]!
  const [p10Minor, p50Minor, p90Minor] = [at(1), at(5), at(9)]
  const losses = sorted.findIndex((margin) => margin >= 0)
  const lost = losses < 0 ? sorted.length : losses
  return {
    trials: sorted.length,
    p10Minor,
    p50Minor,
    p90Minor,
    p10Ppm: marginPpm(p10Minor, revenue),
    p50Ppm: marginPpm(p50Minor, revenue),
    p90Ppm: marginPpm(p90Minor, revenue),
    lossPpm: Math.round((lost / sorted.length) * 1_000_000),
  }
}

/**
 * Percentiles: the date that holds in so many of a hundred futures, and how sure the number itself is.
 */
import type { Minute } from "./instant.ts"
import { WHOLE } from "./model.ts"

export interface Percentile {
  readonly ppm: number
  /** The smallest finish by which that share of the scenarios is done. Undefined beyond the horizon. */
  readonly finish: Minute | undefined
  /** Where the true percentile lies with 95 % confidence, from the binomial order statistics. */
  readonly low: Minute | undefined
  readonly high: Minute | undefined
}

/** Percentiles of finishes, in the order asked for. Never falling for rising shares. */
export const percentilesOf = (finishes: Float64Array, shares: readonly number[]): readonly Percentile[] => {
  const sorted = finishes.slice().sort()
  const { length } = sorted
  const at = (rank: number): Minute | undefined => {
    const value = sorted[Math.max(0, Math.min(length - 1, rank - 1))]
    return value === undefined || !Number.isFinite(value) ? undefined : value
  }
  return shares.map((ppm) => {
    const rank = Math.ceil((length * ppm) / WHOLE)
    const spread = 1.96 * Math.sqrt(((length * ppm) / WHOLE) * (1 - ppm / WHOLE))
    return { ppm, finish: at(rank), low: at(Math.floor(rank - spread)), high: at(Math.ceil(rank + spread)) }
  })
}

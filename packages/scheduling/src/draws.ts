/**
 * Draws: what may happen, one number per thing and scenario.
 *
 * Each thing (a win, an effort, a start) has its own Latin hypercube, keyed by seed, id and purpose: its N draws hit
 * each N-th of the unit interval once. Adding a quote therefore leaves all other draws as they are, and two plans
 * asked with the same seed meet the same luck.
 */
import type { EffortModel } from "./data.ts"
import { WHOLE } from "./model.ts"
import { streamOf } from "./search/random.ts"

/** N evenly spread numbers in (0, 1), shuffled for this thing alone. */
export const hypercube = (seed: number, id: string, purpose: string, count: number): Float64Array => {
  const stream = streamOf(seed, keyOf(`${purpose} ${id}`))
  const values = Float64Array.from({ length: count }, (_, n) => (n + stream()) / count)
  for (let n = count - 1; n > 0; n--) {
    const other = Math.floor(stream() * (n + 1))
    const value = values[n]!
    values[n] = values[other]!
    values[other] = value
  }
  return values
}

/** Standard normal numbers that share `rho` of their variance with a group's common factor. */
export const correlated = (own: Float64Array, group: Float64Array | undefined, rho: number): Float64Array =>
  own.map((value, n) => {
    const z = normalQuantile(value)
    return group === undefined ? z : Math.sqrt(rho) * normalQuantile(group[n]!) + Math.sqrt(1 - rho) * z
  })

/** Minutes of effort for a standard normal draw, rounded to whole minutes. */
export const effortAt = (
  effortMinutes: number,
  model: EffortModel | undefined,
  defaultCvPpm: number,
  z: number,
): number => {
  if (effortMinutes === 0) return 0
  if (model?.kind === "pert") return Math.round(pertQuantile(model, normalShare(z)))
  const cv = (model?.cvPpm ?? defaultCvPpm) / WHOLE
  if (cv === 0) return effortMinutes
  // A lognormal number with the given mean: its logarithm has variance ln(1 + cv²).
  const variance = Math.log(1 + cv * cv)
  return Math.max(1, Math.round(effortMinutes * Math.exp(Math.sqrt(variance) * z - variance / 2)))
}

/** Inverse of the standard normal distribution (Acklam's rational approximation, error below 1.2e-9 relative). */
export const normalQuantile = (share: number): number => {
  const low = 0.02425
  if (share < low) return tailQuantile(Math.sqrt(-2 * Math.log(share)))
  if (share > 1 - low) return -tailQuantile(Math.sqrt(-2 * Math.log(1 - share)))
  const q = share - 0.5
  const r = q * q
  const top =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239
  const bottom =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1
  return (top * q) / bottom
}

const tailQuantile = (q: number): number => {
  const top =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
      4.374664141464968) *
      q +
    2.938163982698783
  return (
    top / ((((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
  )
}

/** Share of a standard normal distribution below `z` (Zelen and Severo, error below 7.5e-8). */
export const normalShare = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const tail = 0.3989422804014327 * Math.exp((-z * z) / 2) * series
  return z < 0 ? tail : 1 - tail
}

/** Points of a beta-PERT distribution between which quantiles are interpolated. */
const STEPS = 128

/** Inverse of the beta-PERT distribution (λ = 4) by summing its density over a fine grid. */
const pertQuantile = (model: Extract<EffortModel, { kind: "pert" }>, share: number): number => {
  const { minMinutes, likelyMinutes, maxMinutes } = model
  const range = maxMinutes - minMinutes
  if (range === 0) return minMinutes
  const alpha = (4 * (likelyMinutes - minMinutes)) / range
  const beta = (4 * (maxMinutes - likelyMinutes)) / range
  let total = 0
  const sums = Array.from({ length: STEPS }, (_, n) => {
    const x = (n + 0.5) / STEPS
    total += x ** alpha * (1 - x) ** beta
    return total
  })
  const wanted = share * total
  const step = sums.findIndex((sum) => sum >= wanted)
  const before = sums[step - 1] ?? 0
  const within = (wanted - before) / (sums[step]! - before)
  return minMinutes + (range * (step + within)) / STEPS
}

const keyOf = (text: string): number => {
  let key = 0x811c9dc5
  for (let n = 0; n < text.length; n++) key = Math.imul(key ^ text.charCodeAt(n), 0x01000193)
  return key | 0
}

/**
 * Water-filling: a total over weights, each share within its bounds. What one share cannot take, the others do.
 */
import { apportion } from "./apportion.ts"

export interface Bounded {
  readonly weights: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly idOf: (at: number) => string
}

/**
 * Integer shares of `total` in proportion to the weights, within bounds; undefined if the bounds leave no room.
 *
 * A share that would leave its bounds is fixed there and the rest is divided anew, at most once per share.
 *
 * @example waterFill(100, { weights: [1, 1], lower: [0, 70], upper: [100, 100], idOf }) // 30, 70
 */
export const waterFill = (total: number, { weights, lower, upper, idOf }: Bounded): Float64Array | undefined => {
  const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)
  if (sumOf(lower) > total || sumOf(upper) < total) return undefined
  const shares = new Float64Array(weights.length)
  const isFixed = new Uint8Array(weights.length)
  let open = total
  for (let round = 0; round <= weights.length; round++) {
    const free = weights.map((weight, at) => (isFixed[at] === 1 ? 0 : weight))
    const divisor = sumOf(free)
    if (divisor === 0) return spill(open, { weights, lower, upper, idOf }, shares, isFixed)
    const fresh = apportion({ total: open, factor: open, divisor, weights: free, idOf })
    if (fresh === undefined) return undefined
    let below = 0
    let above = 0
    for (let at = 0; at < fresh.length; at++) {
      if (isFixed[at] === 1) continue
      shares[at] = fresh[at]!
      below += Math.max(lower[at]! - fresh[at]!, 0)
      above += Math.max(fresh[at]! - upper[at]!, 0)
    }
    if (below === 0 && above === 0) return shares
    // The side with the larger violation is settled first: fixing both at once could overshoot the total.
    for (let at = 0; at < fresh.length; at++) {
      if (isFixed[at] === 1) continue
      const bound = below >= above ? lower[at]! : upper[at]!
      const isOut = below >= above ? fresh[at]! < bound : fresh[at]! > bound
      if (!isOut) continue
      isFixed[at] = 1
      shares[at] = bound
      open -= bound
    }
  }
  return shares
}

/** Every weight is fixed or zero: what is still open goes wherever a bound leaves room. */
const spill = (open: number, bounded: Bounded, shares: Float64Array, isFixed: Uint8Array): Float64Array | undefined => {
  let left = open
  for (let at = 0; at < shares.length; at++) if (isFixed[at] === 0) shares[at] = Math.max(bounded.lower[at]!, 0)
  for (let at = 0; at < shares.length; at++) if (isFixed[at] === 0) left -= shares[at]!
  for (let at = 0; at < shares.length && left !== 0; at++) {
    const room = left > 0 ? bounded.upper[at]! - shares[at]! : bounded.lower[at]! - shares[at]!
    const taken = left > 0 ? Math.min(left, room) : Math.max(left, room)
    shares[at] = shares[at]! + taken
    left -= taken
  }
  return left === 0 ? shares : undefined
}

/**
 * Where a line's share of a charge stood among the remainders. Worked out once per charge, when first asked.
 */
import { type Apportionment, remainderOrder } from "./apportion.ts"
import type { ChargeDraft, Draft } from "./draft.ts"
import type { Allocation, ExactValue } from "./explanation.ts"

interface Ranking {
  readonly rankOf: Int32Array
  readonly of: number
  readonly leftOver: number
  readonly divisor: number
}

const rankings = new WeakMap<ChargeDraft, Ranking>()

/** The exact share and its place among the remainders; neither for shares that were given. */
export const allocationOf = (
  draft: Draft,
  charge: ChargeDraft,
  row: number,
): { readonly exact: ExactValue | undefined; readonly allocation: Allocation | undefined } => {
  const { weights, spread } = charge
  if (weights === undefined) return { exact: undefined, allocation: undefined }
  const ranking = rankings.get(charge) ?? rank(draft, charge, weights)
  const size = Math.abs(spread)
  const product = size * weights[row]!
  const isSafe = product <= Number.MAX_SAFE_INTEGER && product >= -Number.MAX_SAFE_INTEGER
  const sign = spread < 0 ? -1 : 1
  const floor = isSafe
    ? Math.floor(product / ranking.divisor)
    : Number((BigInt(size) * BigInt(weights[row]!)) / BigInt(ranking.divisor))
  return {
    exact: {
      numerator: isSafe ? product * sign + 0 : (BigInt(spread) * BigInt(weights[row]!)).toString(),
      denominator: ranking.divisor,
    },
    allocation: {
      floorMinor: floor * sign + 0,
      rank: ranking.rankOf[row]! + 1,
      of: ranking.of,
      leftOver: ranking.leftOver,
    },
  }
}

const rank = (draft: Draft, charge: ChargeDraft, weights: Float64Array): Ranking => {
  let divisor = 0
  for (const weight of weights) divisor += weight
  const { lines } = draft.quote
  const total = Math.abs(charge.spread)
  const request: Apportionment = {
    total,
    factor: total,
    divisor: Math.abs(divisor),
    weights,
    idOf: (row) => lines[row]!.id,
  }
  const order = remainderOrder(request)
  const rankOf = new Int32Array(weights.length)
  let leftOver = total
  for (let place = 0; place < order.length; place++) rankOf[order[place]!] = place
  let of = 0
  for (let row = 0; row < weights.length; row++) {
    if (weights[row] !== 0) of++
    const product = total * weights[row]!
    leftOver -= Number.isSafeInteger(product)
      ? Math.floor(product / request.divisor)
      : Number((BigInt(total) * BigInt(weights[row]!)) / BigInt(request.divisor))
  }
  const ranking = { rankOf, of, leftOver, divisor: request.divisor }
  rankings.set(charge, ranking)
  return ranking
}

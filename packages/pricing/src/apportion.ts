/**
 * Apportioning: largest remainders over flat arrays of integers. `allocate` is its public face; pricing calls it
 * directly for footer shares, included VAT and the second currency.
 */
import { compareIds } from "./identifier.ts"

/** The exact share of row i is `factor × weights[i] ÷ divisor`; the shares must come out as integers. */
export interface Apportionment {
  /** What the rounded shares add up to. */
  readonly total: number
  readonly factor: number
  /** Positive. */
  readonly divisor: number
  /** Safe integers; a zero gets nothing, a negative one gets a share of the other sign. */
  readonly weights: Float64Array
  readonly idOf: (row: number) => string
}

/**
 * Shares that add up to `total`: each is the floor of its exact value, and the units left over go one by one to the
 * largest remainders, ties to the larger weight, then to the smaller id. Linear in the number of rows.
 *
 * The exact values must add up to within one unit of `total`. Undefined if a share is no safe integer.
 *
 * @example apportion({ total: 10, factor: 10, divisor: 3, weights: Float64Array.of(1, 1, 1), idOf }) // 4, 3, 3
 */
export const apportion = (request: Apportionment): Float64Array | undefined => {
  if (request.total < 0) {
    const mirrored = apportion({ ...request, total: -request.total, factor: -request.factor })
    return mirrored?.map((share) => (share === 0 ? 0 : -share))
  }
  const { total, factor, divisor, weights } = request
  const rows = weights.length
  const shares = new Float64Array(rows)
  const remainders = new Float64Array(rows)
  const limit = Number.MAX_SAFE_INTEGER - divisor
  let given = 0
  for (let row = 0; row < rows; row++) {
    const product = factor * weights[row]!
    if (product > limit || product < -limit) return apportionBig(request)
    const floor = Math.floor(product / divisor)
    shares[row] = floor
    remainders[row] = product - floor * divisor
    given += floor
  }
  const left = total - given
  if (left > 0) giveLargest(left, remainders, request, shares)
  return shares
}

const ranges = 256
/** How many remainders fall into each of equal ranges; reused, because nothing re-enters. */
const counts = new Int32Array(ranges + 1)

/**
 * One unit each to the `left` rows with the largest remainders. Only the range in which the units run out is sorted: a
 * few rows, unless most remainders are alike.
 */
const giveLargest = (left: number, remainders: Float64Array, request: Apportionment, shares: Float64Array): void => {
  const scale = ranges / request.divisor
  const rangeOf = (row: number): number => (remainders[row]! * scale) | 0
  counts.fill(0)
  for (let row = 0; row < remainders.length; row++) counts[rangeOf(row)]!++
  let unplaced = left
  let last = ranges
  for (; unplaced >= counts[last]!; last--) unplaced -= counts[last]!
  const candidates: number[] = []
  for (let row = 0; row < remainders.length; row++) {
    const range = rangeOf(row)
    if (range > last) shares[row]!++
    else if (range === last) candidates.push(row)
  }
  candidates.sort((a, b) => remainders[b]! - remainders[a]! || byWeightThenId(request, a, b))
  for (let place = 0; place < unplaced; place++) shares[candidates[place]!]!++
}

const byWeightThenId = (request: Apportionment, left: number, right: number): number =>
  Math.abs(request.weights[right]!) - Math.abs(request.weights[left]!) ||
  compareIds(request.idOf(left), request.idOf(right))

/**
 * The rows in the order in which left-over units are given: remainder, then weight, then id. For explanations.
 *
 * @example remainderOrder({ total: 10, factor: 10, divisor: 3, weights: Float64Array.of(1, 1, 1), idOf }) // [0, 1, 2]
 */
export const remainderOrder = (request: Apportionment): readonly number[] => {
  const rows = Array.from(request.weights, (_, row) => row)
  const factor = BigInt(request.total < 0 ? -request.factor : request.factor)
  const remainders = Array.from(request.weights, (weight) => modulo(factor * BigInt(weight), BigInt(request.divisor)))
  return rows.sort((left, right) => {
    const difference = remainders[right]! - remainders[left]!
    return difference === 0n ? byWeightThenId(request, left, right) : difference < 0n ? -1 : 1
  })
}

const modulo = (value: bigint, divisor: bigint): bigint => ((value % divisor) + divisor) % divisor

/** The same on bigints, for products beyond 2^53. */
const apportionBig = (request: Apportionment): Float64Array | undefined => {
  const factor = BigInt(request.factor)
  const divisor = BigInt(request.divisor)
  const shares = new Float64Array(request.weights.length)
  let left = BigInt(request.total)
  for (let row = 0; row < shares.length; row++) {
    const product = factor * BigInt(request.weights[row]!)
    const floor = (product - modulo(product, divisor)) / divisor
    left -= floor
    shares[row] = Number(floor)
    if (!Number.isSafeInteger(shares[row])) return undefined
  }
  const order = remainderOrder(request)
  for (let place = 0; place < left; place++) shares[order[place]!] = shares[order[place]!]! + 1
  return shares
}

/**
 * Allocation: an amount split over weights so that no minor unit is lost or made.
 */
import { apportion } from "./apportion.ts"
import { type DecimalInput, type InexactInput, inexactInput, lastRead, readDecimal } from "./decimal.ts"
import type { MoneyOverflow } from "./money.ts"
import { ok, type Result, refuse } from "./result.ts"
import { bigPowerOfTen } from "./rounding.ts"

/** One row of a split: its id, which breaks ties, and how much it weighs. */
export interface Weight {
  readonly id: string
  /** Not negative. Decimals of any scale may be mixed: only proportions count. */
  readonly weight: DecimalInput
}

/** What the row with this id gets, in minor units; it has the sign of the total, and is zero for a zero weight. */
export interface Share {
  readonly id: string
  readonly minor: number
}

/** Every weight is zero, so there is no proportion to split by. */
export interface ZeroWeights {
  readonly _tag: "ZeroWeights"
  readonly totalMinor: number
}

/** A weight below zero. Spreads have policies for negative lines; a plain split has none. */
export interface NegativeWeight {
  readonly _tag: "NegativeWeight"
  readonly id: string
  readonly weight: DecimalInput
}

/** Why an amount could not be split; `allocate` gives the order of the checks. */
export type AllocationRefused = InexactInput | NegativeWeight | ZeroWeights | MoneyOverflow

/**
 * Splits `totalMinor` over `weights` so that the shares add up to it exactly, each within one unit of its exact value.
 *
 * Left-over units go to the largest remainders (Hamilton's method), ties to the larger weight, then to the smaller id:
 * the order of the rows never matters. `allocate(−x)` is `−allocate(x)`: a credit splits like the charge it undoes. A
 * zero weight gets nothing. Zero over zero weights is zero each.
 *
 * Refuses with `InexactInput`, `NegativeWeight`, `ZeroWeights`, `MoneyOverflow`, in this order.
 *
 * @example allocate(1000_00, [{ id: "a", weight: 1200000 }, { id: "b", weight: 480000 }, { id: "c", weight: 333300 }])
 * // 596.04, 238.41, 165.55
 */
export const allocate = (
  totalMinor: number,
  weights: readonly Weight[],
): Result<readonly Share[], AllocationRefused> => {
  if (!Number.isSafeInteger(totalMinor)) {
    return refuse({ _tag: "InexactInput", got: String(totalMinor), reason: "notASafeInteger" })
  }
  const read = readWeights(weights)
  if (!read.ok) return read
  const scaled = read.value
  let divisor = 0
  for (const weight of scaled) divisor += weight
  if (divisor === 0) {
    return totalMinor === 0
      ? ok(weights.map(({ id }) => ({ id, minor: 0 })))
      : refuse({ _tag: "ZeroWeights", totalMinor })
  }
  const shares = apportion({
    total: totalMinor,
    factor: totalMinor,
    divisor,
    weights: scaled,
    idOf: (row) => weights[row]!.id,
  })
  // A share is never larger than the total, so there is one for every row.
  return ok(weights.map(({ id }, row) => ({ id, minor: shares![row]! })))
}

/** Brings every weight to one scale, then divides what they share, so that mixed units stay in safe integers. */
const readWeights = (weights: readonly Weight[]): Result<Float64Array, AllocationRefused> => {
  const mantissas: bigint[] = []
  const scales: number[] = []
  let widest = 0
  for (const { id, weight } of weights) {
    if (!readDecimal(weight, 12)) return refuse(inexactInput(weight))
    if (lastRead.mantissa < 0) return refuse({ _tag: "NegativeWeight", id, weight })
    mantissas.push(BigInt(lastRead.big ?? lastRead.mantissa))
    scales.push(lastRead.scale)
    widest = Math.max(widest, lastRead.scale)
  }
  return integerWeights(mantissas.map((mantissa, row) => mantissa * bigPowerOfTen(widest - scales[row]!)))
}

/** Integers in the same proportion, the smallest if need be; refuses if their sum is not safe even then. */
const integerWeights = (weights: readonly bigint[]): Result<Float64Array, MoneyOverflow> => {
  const sum = weights.reduce((left, right) => left + right, 0n)
  if (sum <= maxSafe) return ok(Float64Array.from(weights, Number))
  const shared = weights.reduce(greatestCommonDivisor, 0n)
  return sum / shared <= maxSafe
    ? ok(Float64Array.from(weights, (weight) => Number(weight / shared)))
    : refuse({ _tag: "MoneyOverflow", exact: (sum / shared).toString() })
}

const maxSafe = BigInt(Number.MAX_SAFE_INTEGER)

const greatestCommonDivisor = (left: bigint, right: bigint): bigint =>
  right === 0n ? left : greatestCommonDivisor(right, left % right)

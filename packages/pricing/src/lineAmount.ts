/**
 * The amounts of one line: quantity × price, its own discounts and charges. Stages 5 to 7 of the waterfall.
 *
 * The discounted net is rounded once, from the exact product; the printed discount is the difference to the gross.
 */
import { powersOfTen } from "./decimal.ts"
import { wholePpm } from "./ppm.ts"
import { bigPowerOfTen, roundBigRatio, roundRatio, safeNumber } from "./rounding.ts"

const maxSafe = Number.MAX_SAFE_INTEGER

/** Quantity and price as read: mantissas, scales, and the bigints of those beyond 2^53. */
export interface LineFactors {
  quantity: number
  quantityScale: number
  bigQuantity: bigint | undefined
  price: number
  priceScale: number
  bigPrice: bigint | undefined
  /** The price is for `per × 10^−perScale` units. */
  per: number
  perScale: number
}

/**
 * quantity × price × keptPpm ÷ 1 000 000 in minor units, rounded once. NaN if it is no safe integer.
 *
 * @example productMinor({ quantity: 16, …, price: 34835, priceScale: 2, … }, 960_000, 2, false) // 535066
 */
export const productMinor = (factors: LineFactors, keptPpm: number, exponent: number, isHalfEven: boolean): number => {
  if (factors.bigQuantity === undefined && factors.bigPrice === undefined && factors.per === 1) {
    let product = factors.quantity * factors.price
    let shift = factors.quantityScale + factors.priceScale - exponent - factors.perScale
    if (keptPpm !== wholePpm) {
      // 85 % as 85 ÷ 100 leaves room that 850 000 ÷ 1 000 000 would waste: most lines stay in safe integers.
      const percent = keptPpm / 10_000
      const isWholePercent = Number.isInteger(percent)
      product *= isWholePercent ? percent : keptPpm
      shift += isWholePercent ? 2 : 6
    }
    if (shift < 0) product *= powersOfTen[-shift]!
    if (product <= maxSafe && product >= -maxSafe && shift < 16) {
      return shift <= 0 ? product + 0 : roundRatio(product, powersOfTen[shift]!, isHalfEven)
    }
  }
  return safeNumber(bigProduct(factors, [keptPpm], exponent, isHalfEven))
}

/** The same with any number of factors, on bigints: for several discounts at once and for large numbers. */
export const bigProduct = (
  factors: LineFactors,
  keptPpms: readonly number[],
  exponent: number,
  isHalfEven: boolean,
): bigint => {
  const { numerator, denominator } = exactProduct(factors, keptPpms, exponent)
  return roundBigRatio(numerator, denominator, isHalfEven)
}

/** quantity × price × Π kept in minor units as an exact fraction. */
export const exactProduct = (
  factors: LineFactors,
  keptPpms: readonly number[],
  exponent: number,
): { readonly numerator: bigint; readonly denominator: bigint } => {
  let numerator = (factors.bigQuantity ?? BigInt(factors.quantity)) * (factors.bigPrice ?? BigInt(factors.price))
  numerator *= bigPowerOfTen(exponent + factors.perScale)
  let denominator = bigPowerOfTen(factors.quantityScale + factors.priceScale) * BigInt(factors.per)
  for (const kept of keptPpms) {
    numerator *= BigInt(kept)
    denominator *= BigInt(wholePpm)
  }
  return { numerator, denominator }
}

/** Whether a discount of `minor` leaves something between `amount` and zero: neither the other way nor too much. */
export const isDiscountWithin = (minor: number, amount: number): boolean =>
  amount < 0 ? minor <= 0 && minor >= amount : minor >= 0 && minor <= amount

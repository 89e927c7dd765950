/**
 * Rounding: the only place where a fraction becomes an integer.
 *
 * Half away from zero unless a quote asks for half to even. Ordinary amounts stay in safe integers; a product beyond
 * 2^53 goes through BigInt and comes back exact.
 */
import { powersOfTen } from "./decimal.ts"

/** Where exactly half a unit goes: away from zero, or to the even neighbour. */
export type RoundingMode = "halfAwayFromZero" | "halfEven"

/**
 * For integers below 2^50 the error of a quotient and of adding a half to it stays under the distance to the nearest tie:
 * the floor is exact, and there is no branch to guess wrong (see the property in `rounding.test.ts`).
 */
const exactSize = 2 ** 50
const maxSafe = Number.MAX_SAFE_INTEGER

/**
 * `numerator ÷ denominator` rounded to an integer; both safe integers, the denominator positive.
 *
 * @example roundRatio(5, 2, false) // 3; roundRatio(-5, 2, false) is -3; roundRatio(5, 2, true) is 2
 */
export const roundRatio = (numerator: number, denominator: number, isHalfEven: boolean): number => {
  const size = numerator < 0 ? -numerator : numerator
  if (size >= exactSize) return Number(roundBigRatio(BigInt(numerator), BigInt(denominator), isHalfEven))
  let rounded = Math.floor(size / denominator + 0.5)
  // Exactly half a unit went up; the even neighbour may be the one below.
  if (isHalfEven && rounded % 2 === 1 && 2 * (rounded * denominator - size) === denominator) rounded--
  // Adding zero turns −0 into 0.
  return (numerator < 0 ? -rounded : rounded) + 0
}

/** As `roundRatio`, on bigints. */
export const roundBigRatio = (numerator: bigint, denominator: bigint, isHalfEven: boolean): bigint => {
  const size = numerator < 0n ? -numerator : numerator
  const floor = size / denominator
  const twice = 2n * (size - floor * denominator)
  const rounded =
    twice > denominator || (twice === denominator && (!isHalfEven || floor % 2n === 1n)) ? floor + 1n : floor
  return numerator < 0n ? -rounded : rounded
}

/**
 * `left × right ÷ divisor`, rounded. NaN if the result is no safe integer: the caller reports `MoneyOverflow`.
 *
 * @example roundProduct(1999, 250_000, 1_000_000, false) // 500
 */
export const roundProduct = (left: number, right: number, divisor: number, isHalfEven: boolean): number => {
  const product = left * right
  if (product <= maxSafe && product >= -maxSafe) return roundRatio(product, divisor, isHalfEven)
  return safeNumber(roundBigRatio(BigInt(left) * BigInt(right), BigInt(divisor), isHalfEven))
}

/** The number of `value` if it is a safe integer, else NaN. */
export const safeNumber = (value: bigint): number =>
  value <= BigInt(maxSafe) && value >= -BigInt(maxSafe) ? Number(value) : Number.NaN

/** 10^exponent as a bigint. */
export const bigPowerOfTen = (exponent: number): bigint =>
  exponent < powersOfTen.length ? BigInt(powersOfTen[exponent]!) : 10n ** BigInt(exponent)

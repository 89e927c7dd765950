/**
 * Exact fractions of bigints, for what happens once per look-up and not once per line: conversions, chains, limits.
 */
import { type DecimalInput, lastRead, readDecimal, scaledText } from "./decimal.ts"
import { bigPowerOfTen, roundBigRatio } from "./rounding.ts"

export interface Fraction {
  readonly numerator: bigint
  /** Positive. */
  readonly denominator: bigint
}

/** The fraction `numerator ÷ denominator`; the denominator is not zero. */
export const fraction = (numerator: bigint, denominator = 1n): Fraction =>
  denominator < 0n ? { numerator: -numerator, denominator: -denominator } : { numerator, denominator }

/** The exact value of a decimal, or undefined if it is none. */
export const readFraction = (input: DecimalInput | undefined, maxScale = 12): Fraction | undefined =>
  readDecimal(input, maxScale)
    ? { numerator: BigInt(lastRead.big ?? lastRead.mantissa), denominator: bigPowerOfTen(lastRead.scale) }
    : undefined

/** `left + right`, exact and not reduced. */
export const plus = (left: Fraction, right: Fraction): Fraction => ({
  numerator: left.numerator * right.denominator + right.numerator * left.denominator,
  denominator: left.denominator * right.denominator,
})

/** `left × right`, exact and not reduced. */
export const times = (left: Fraction, right: Fraction): Fraction => ({
  numerator: left.numerator * right.numerator,
  denominator: left.denominator * right.denominator,
})

/** `left ÷ right`; `right` is not zero. */
export const over = (left: Fraction, right: Fraction): Fraction =>
  fraction(left.numerator * right.denominator, left.denominator * right.numerator)

/** Negative, zero or positive as `left` is smaller, equal or larger. */
export const compare = (left: Fraction, right: Fraction): number => {
  const difference = left.numerator * right.denominator - right.numerator * left.denominator
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** Rounded half away from zero to `scale` decimals, as text without trailing zeros beyond `minScale`. */
export const fractionText = (value: Fraction, scale: number, minScale = 0): string => {
  let units = roundBigRatio(value.numerator * bigPowerOfTen(scale), value.denominator, false)
  let decimals = scale
  while (decimals > minScale && units % 10n === 0n) {
    units /= 10n
    decimals--
  }
  return scaledText(units, decimals)
}

/** Rounded to a multiple of `step`, half away from zero. */
export const roundToStep = (value: Fraction, step: Fraction): Fraction => {
  const { numerator, denominator } = over(value, step)
  return times(fraction(roundBigRatio(numerator, denominator, false)), step)
}

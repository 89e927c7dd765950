/**
 * Decimal text in major units, as an integer of minor units.
 */
import { lastRead, powersOfTen, readDecimal } from "./decimal.ts"

/**
 * `input` in minor units of a currency with `exponent` decimals: undefined if it is no such decimal (the reason is in
 * `lastRead`), NaN beyond 2^53.
 *
 * @example readMinor("12.5", 2) // 1250
 */
export const readMinor = (input: unknown, exponent: number): number | undefined => {
  if (!readDecimal(input, exponent)) return undefined
  const minor = lastRead.mantissa * powersOfTen[exponent - lastRead.scale]!
  return lastRead.big === undefined && Number.isSafeInteger(minor) ? minor : Number.NaN
}

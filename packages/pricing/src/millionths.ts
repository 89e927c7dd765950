/** Millionths: quantities that are added up exactly, whatever their decimals. */
import { type DecimalInput, decimalText, lastRead, readDecimal } from "./decimal.ts"

/** A quantity in millionths; undefined for a text that is no decimal with at most six places. */
export const readMillionths = (quantity: DecimalInput): bigint | undefined =>
  readDecimal(quantity, 6) ? BigInt(lastRead.big ?? lastRead.mantissa) * 10n ** BigInt(6 - lastRead.scale) : undefined

/** Millionths as decimal text without trailing zeros. */
export const millionthsText = (millionths: bigint): string => {
  let mantissa = millionths
  let scale = 6
  while (scale > 0 && mantissa % 10n === 0n) {
    mantissa /= 10n
    scale--
  }
  return decimalText({ mantissa, scale })
}

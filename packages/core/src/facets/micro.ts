/** Prices and quantities in columns: an integer of millionths, so that a database compares and sums them exactly. */
import { parseDecimal } from "@anbud/pricing"

const PLACES = 6

/**
 * A decimal text in millionths; a text that is not one, or does not fit a safe integer, is a bug here.
 *
 * @example micro("2.5") // 2500000
 */
export const micro = (value: string): number => {
  const parsed = parseDecimal(value, { maxScale: PLACES })
  if (!parsed.ok) throw new Error(`Not a decimal of at most ${PLACES} places: ${value}`)
  const scaled = Number(BigInt(parsed.value.mantissa) * 10n ** BigInt(PLACES - parsed.value.scale))
  if (!Number.isSafeInteger(scaled)) throw new Error(`Too large for a column: ${value}`)
  return scaled
}

/**
 * Millionths as a decimal text without trailing zeros.
 *
 * @example microText(2500000) // "2.5"
 */
export const microText = (value: number): string => {
  const digits = String(Math.abs(value)).padStart(PLACES + 1, "0")
  const whole = digits.slice(0, -PLACES)
  const rest = digits.slice(-PLACES).replace(/0+$/, "")
  return `${value < 0 ? "-" : ""}${whole}${rest === "" ? "" : `.${rest}`}`
}

/** The largest decimal that a column holds, as whole units. */
export const MAX_MICRO_UNITS = Math.floor(Number.MAX_SAFE_INTEGER / 10 ** PLACES)

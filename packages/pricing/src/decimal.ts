/**
 * Exact decimals: prices, quantities and rates come in as decimal text (or a safe integer) and never as a binary
 * fraction. A text is checked for length and grammar before anything computes with it.
 */
import { ok, type Result, refuse } from "./result.ts"

/** `mantissa × 10^−scale`, without trailing zeros. The mantissa is a bigint only beyond 2^53 − 1. */
export interface Decimal {
  readonly mantissa: number | bigint
  readonly scale: number
}

/** What a caller may write where a decimal is asked for: `"12.50"` or a safe integer. */
export type DecimalInput = string | number

/** The text is not a decimal this package can hold exactly. `got` is cut to 40 characters. */
export interface InexactInput {
  readonly _tag: "InexactInput"
  readonly got: string
  readonly reason: "notADecimal" | "tooLong" | "tooManyDecimals" | "tooManyDigits" | "notASafeInteger"
}

/** How many decimals `parseDecimal` accepts; its other limits are fixed. */
export interface DecimalLimits {
  /** The most decimals allowed after trailing zeros are dropped; 6 unless said otherwise. */
  readonly maxScale?: number
}

const maxLength = 40
const maxIntegerDigits = 15
const defaultMaxScale = 6

/** Powers of ten that are safe integers. */
export const powersOfTen: readonly number[] = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)

/**
 * Where `readDecimal` leaves its answer: reading a million lines must not make a million objects.
 * Only valid until the next call.
 */
export const lastRead: { mantissa: number; big: bigint | undefined; scale: number; reason: InexactInput["reason"] } = {
  mantissa: 0,
  big: undefined,
  scale: 0,
  reason: "notADecimal",
}

const fail = (reason: InexactInput["reason"]): false => {
  lastRead.reason = reason
  return false
}

/**
 * Reads a decimal into `lastRead`; false (with `lastRead.reason`) if it is none. The hot form of `parseDecimal`.
 *
 * @example readDecimal("12.50", 6) // true; lastRead is mantissa 125, scale 1
 */
export const readDecimal = (input: unknown, maxScale: number): boolean => {
  if (typeof input === "string") return readText(input, maxScale)
  if (!Number.isSafeInteger(input)) return fail(typeof input === "number" ? "notASafeInteger" : "notADecimal")
  lastRead.mantissa = (input as number) === 0 ? 0 : (input as number)
  lastRead.big = undefined
  lastRead.scale = 0
  return true
}

/** Up to 15 digits: every number on the way is a safe integer, and one pass is enough. */
const readText = (text: string, maxScale: number): boolean => {
  const length = text.length
  const start = text.charCodeAt(0) === 45 ? 1 : 0
  const digits = length - start
  const first = text.charCodeAt(start)
  // A leading zero is right only before the point; anything unusual is left to the careful reading.
  if (digits < 1 || digits > 16 || (first === 48 && digits > 1 && text.charCodeAt(start + 1) !== 46)) {
    return readCarefully(text, maxScale)
  }
  let mantissa = 0
  let point = -1
  for (let at = start; at < length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit
    else if (digit === -2 && point < 0 && at > start && at + 1 < length) point = at
    else return fail("notADecimal")
  }
  if (point < 0 && digits > maxIntegerDigits) return fail("tooManyDigits")
  let scale = point < 0 ? 0 : length - point - 1
  for (let at = length - 1; scale > 0 && text.charCodeAt(at) === 48; at--) {
    mantissa /= 10
    scale--
  }
  if (scale > maxScale) return fail("tooManyDecimals")
  lastRead.mantissa = start === 1 && mantissa !== 0 ? -mantissa : mantissa
  lastRead.big = undefined
  lastRead.scale = scale
  return true
}

const grammar = /^-?(0|[1-9]\d*)(?:\.(\d+))?$/

const readCarefully = (text: string, maxScale: number): boolean => {
  if (text.length > maxLength) return fail("tooLong")
  const [isDecimal, digits = "", decimals = ""] = grammar.exec(text) ?? []
  if (isDecimal === undefined) return fail("notADecimal")
  if (digits.length > maxIntegerDigits) return fail("tooManyDigits")
  const kept = decimals.replace(/0+$/, "")
  if (kept.length > maxScale) return fail("tooManyDecimals")
  const big = BigInt(digits + kept) * (text[0] === "-" ? -1n : 1n)
  lastRead.scale = kept.length
  lastRead.mantissa = Number(big)
  lastRead.big = Number.isSafeInteger(lastRead.mantissa) ? undefined : big
  return true
}

/**
 * The exact decimal that `input` writes.
 *
 * Grammar: an optional minus, digits without a leading zero, optionally a point and digits; at most 40 characters, 15
 * digits before the point and `maxScale` (default 6) after it, not counting trailing zeros. Minus zero is zero.
 * A number must be a safe integer: `0.1` is refused because its binary value is not one tenth.
 *
 * Refuses with `InexactInput`: `"1e9"`, `"NaN"`, `"1,5"`, `" 1"`, `"+1"`, `""`, `0.1`.
 *
 * @example parseDecimal("12.50") // { ok: true, value: { mantissa: 125, scale: 1 } }
 */
export const parseDecimal = (input: DecimalInput, limits: DecimalLimits = {}): Result<Decimal, InexactInput> =>
  readDecimal(input, limits.maxScale ?? defaultMaxScale)
    ? ok({ mantissa: lastRead.big ?? lastRead.mantissa, scale: lastRead.scale })
    : refuse(inexactInput(input))

/** The refusal for what `readDecimal` just turned down. */
export const inexactInput = (input: unknown): InexactInput => ({
  _tag: "InexactInput",
  got: typeof input === "string" || typeof input === "number" ? String(input).slice(0, maxLength) : typeof input,
  reason: lastRead.reason,
})

/**
 * `decimal` as plain text: a point, no exponent, no locale, no trailing zeros.
 *
 * Decimals are made by `parseDecimal`, so a wrong one is a bug: throws a `RangeError` unless mantissa and scale are
 * integers.
 *
 * @example decimalText({ mantissa: -125, scale: 1 }) // "-12.5"
 */
export const decimalText = ({ mantissa, scale }: Decimal): string => {
  const isWhole = typeof mantissa === "bigint" || Number.isSafeInteger(mantissa)
  if (!isWhole || !Number.isInteger(scale) || scale < 0 || scale > maxLength) {
    throw new RangeError(`decimalText: ${String(mantissa)} × 10^−${String(scale)} is no decimal`)
  }
  return scaledText(mantissa, scale)
}

/**
 * `units × 10^−scale` with exactly `scale` decimals: how money and decimals are both written.
 *
 * @example scaledText(1250, 2) // "12.50"
 */
export const scaledText = (units: number | bigint, scale: number): string => {
  const isNegative = units < 0
  const digits = String(isNegative ? -units : units)
  if (scale === 0) return isNegative ? `-${digits}` : digits
  const padded = digits.padStart(scale + 1, "0")
  const point = padded.length - scale
  return `${isNegative ? "-" : ""}${padded.slice(0, point)}.${padded.slice(point)}`
}

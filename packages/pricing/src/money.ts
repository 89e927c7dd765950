/**
 * Money: a safe integer of the currency's minor unit (cents for EUR) and the currency. Never a binary fraction.
 */
import { type CurrencyCode, currencyExponent } from "./currency.ts"
import { type InexactInput, inexactInput, lastRead, powersOfTen, readDecimal, scaledText } from "./decimal.ts"
import { ok, type Result, refuse } from "./result.ts"

/** An exact amount in one currency. */
export interface Money {
  /** Minor units: 12.50 EUR is 1250. Always a safe integer. */
  readonly minor: number
  readonly currency: CurrencyCode
}

/** The exact result lies beyond ±(2^53 − 1) minor units; `exact` is it in full. */
export interface MoneyOverflow {
  readonly _tag: "MoneyOverflow"
  readonly exact: string
}

/** Amounts of two currencies met in one sum. */
export interface CurrencyMix {
  readonly _tag: "CurrencyMix"
  readonly left: CurrencyCode
  readonly right: CurrencyCode
}

/** ISO 4217 does not list this code. */
export interface UnknownCurrency {
  readonly _tag: "UnknownCurrency"
  readonly currency: string
}

/** Why amounts could not be added, in the order in which they are met. */
export type SumRefused = CurrencyMix | InexactInput | MoneyOverflow

/**
 * Money of `minor` minor units. The units are written by programs, so a wrong one is a bug, not an input.
 *
 * Throws a `RangeError` if `minor` is not a safe integer: use `parseMoney` for what people type.
 *
 * @example money(12_50, "EUR") // 12.50 EUR
 */
export const money = (minor: number, currency: CurrencyCode): Money => {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`money: ${String(minor)} is not a safe integer of minor units`)
  return { minor: minor === 0 ? 0 : minor, currency }
}

/**
 * The money that a decimal text writes, with no more decimals than the currency has.
 *
 * Refuses with `UnknownCurrency`, `InexactInput` ("12.505" for EUR, "1e9", ""), `MoneyOverflow`.
 *
 * @example parseMoney("12.5", "EUR") // { ok: true, value: { minor: 1250, currency: "EUR" } }
 */
export const parseMoney = (
  text: string,
  currency: CurrencyCode,
): Result<Money, UnknownCurrency | InexactInput | MoneyOverflow> => {
  const exponent = currencyExponent(currency)
  if (exponent === undefined) return refuse({ _tag: "UnknownCurrency", currency })
  if (!readDecimal(text, exponent)) return refuse(inexactInput(text))
  const minor = BigInt(lastRead.big ?? lastRead.mantissa) * BigInt(powersOfTen[exponent - lastRead.scale]!)
  return checked(minor, currency)
}

/**
 * Plain text with the currency's decimals: a point, no thousands separator, no symbol, no locale.
 *
 * An unknown currency (it cannot come from `parseMoney`) is written in minor units. Throws as `money` does.
 *
 * @example moneyText(money(1250, "EUR")) // "12.50"
 */
export const moneyText = (amount: Money): string =>
  scaledText(money(amount.minor, amount.currency).minor, currencyExponent(amount.currency) ?? 0)

/**
 * `left + right`.
 *
 * Refuses with `CurrencyMix`, `InexactInput` (units that are no safe integer) or `MoneyOverflow`.
 *
 * @example addMoney(money(1, "EUR"), money(2, "EUR")) // { ok: true, value: 0.03 EUR }
 */
export const addMoney = (left: Money, right: Money): Result<Money, SumRefused> => sumMoney([left, right], left.currency)

/**
 * `left − right`.
 *
 * Refuses with `CurrencyMix`, `InexactInput` (units that are no safe integer) or `MoneyOverflow`.
 *
 * @example subtractMoney(money(3, "EUR"), money(2, "EUR")) // { ok: true, value: 0.01 EUR }
 */
export const subtractMoney = (left: Money, right: Money): Result<Money, SumRefused> => {
  const subtrahend = sumMoney([right], left.currency)
  return subtrahend.ok ? addMoney(left, negateMoney(subtrahend.value)) : subtrahend
}

/**
 * The opposite amount: a credit for a charge. Throws as `money` does.
 *
 * @example negateMoney(money(5, "EUR")).minor // -5
 */
export const negateMoney = ({ minor, currency }: Money): Money => money(-money(minor, currency).minor, currency)

/**
 * The sum of `amounts` in `currency`; nothing at all is zero.
 *
 * Refuses with `CurrencyMix`, `InexactInput` (units that are no safe integer) or `MoneyOverflow`. Only the end result must be safe, not the sums on the way.
 *
 * @example sumMoney([money(1, "EUR"), money(2, "EUR")], "EUR") // { ok: true, value: 0.03 EUR }
 */
export const sumMoney = (amounts: Iterable<Money>, currency: CurrencyCode): Result<Money, SumRefused> => {
  let sum = 0n
  for (const amount of amounts) {
    if (amount.currency !== currency) return refuse({ _tag: "CurrencyMix", left: currency, right: amount.currency })
    if (!Number.isSafeInteger(amount.minor)) {
      return refuse({ _tag: "InexactInput", got: String(amount.minor), reason: "notASafeInteger" })
    }
    sum += BigInt(amount.minor)
  }
  return checked(sum, currency)
}

const checked = (minor: bigint, currency: CurrencyCode): Result<Money, MoneyOverflow> =>
  minor > BigInt(Number.MAX_SAFE_INTEGER) || minor < -BigInt(Number.MAX_SAFE_INTEGER)
    ? refuse({ _tag: "MoneyOverflow", exact: minor.toString() })
    : ok({ minor: Number(minor), currency })

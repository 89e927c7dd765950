/**
 * Amounts of running agreements: a period in part, a price that follows an index. Dates are local and inclusive.
 */

import { type CurrencyCode, currencyExponent } from "./currency.ts"
import { dayNumber } from "./dayNumber.ts"
import type { DecimalInput, InexactInput } from "./decimal.ts"
import { compare, type Fraction, fraction, fractionText, over, plus, readFraction, times } from "./fraction.ts"
import { ok, type Result, refuse } from "./result.ts"
import { bigPowerOfTen, roundBigRatio, safeNumber } from "./rounding.ts"

/** A date that is not in the calendar, or a period that ends before it starts. */
export interface InvalidPeriod {
  readonly _tag: "InvalidPeriod"
  readonly path: string
}
/** A price, rate or index that cannot be read; `path` says which. */
export interface InvalidAmount {
  readonly _tag: "InvalidAmount"
  readonly path: string
  readonly reason: InexactInput["reason"] | "notPositive" | "overflow"
}

/** What a whole period costs, in major units of the currency, from one day until the next price starts. */
export interface DatedPrice {
  /** The first day of this price. The earliest one also holds before it. */
  readonly from: string
  /** For a whole period. */
  readonly price: DecimalInput
}

/** A period of a running agreement, its prices, and the part of it to charge. Dates are local and inclusive. */
export interface PeriodCharge {
  readonly currency: CurrencyCode
  /** The whole period. */
  readonly from: string
  readonly to: string
  /** The part that is charged; the whole period unless given. */
  readonly chargedFrom?: string
  readonly chargedTo?: string
  /** Price changes inside the period split it by day. */
  readonly prices: readonly DatedPrice[]
}

/**
 * The amount of a period or a part of it: round(price × days ÷ days of the period), per stretch of one price.
 *
 * Refuses with `InvalidPeriod`, `InvalidAmount`.
 *
 * @example periodAmount({ currency: "SEK", from: "2025-01-01", to: "2025-01-31", chargedFrom: "2025-01-15",
 *   prices: [{ from: "2025-01-01", price: "3100" }] }) // 17 of 31 days: 1 700.00
 */
export const periodAmount = (charge: PeriodCharge): Result<number, InvalidPeriod | InvalidAmount> => {
  const days = readDays(charge)
  if (!days.ok) return days
  const { from, to, chargedFrom, chargedTo } = days.value
  const exponent = currencyExponent(charge.currency) ?? 2
  const prices = readPrices(charge.prices)
  if (!prices.ok) return prices
  let amount = 0n
  for (const [at, { day, price }] of prices.value.entries()) {
    const first = Math.max(chargedFrom, at === 0 ? chargedFrom : day)
    const last = Math.min(chargedTo, (prices.value[at + 1]?.day ?? chargedTo + 1) - 1)
    if (last < first) continue
    const part = times(price, fraction(BigInt(last - first + 1), BigInt(to - from + 1)))
    amount += roundBigRatio(part.numerator * bigPowerOfTen(exponent), part.denominator, false)
  }
  const minor = safeNumber(amount)
  return Number.isSafeInteger(minor) ? ok(minor) : refuse({ _tag: "InvalidAmount", path: "prices", reason: "overflow" })
}

/**
 * What to credit of an amount invoiced in advance when the agreement ends on `endsOn`: by unused days.
 *
 * @example unusedAmount(9000_00, "2025-04-01", "2025-06-30", "2025-05-31") // 30 of 91 days: 2 967.03
 */
export const unusedAmount = (
  invoicedMinor: number,
  from: string,
  to: string,
  endsOn: string,
): Result<number, InvalidPeriod | InvalidAmount> => {
  const days = readDays({ from, to, chargedTo: endsOn })
  if (!days.ok) return days
  if (!Number.isSafeInteger(invoicedMinor)) {
    return refuse({ _tag: "InvalidAmount", path: "invoicedMinor", reason: "notASafeInteger" })
  }
  const all = BigInt(days.value.to - days.value.from + 1)
  const unused = BigInt(days.value.to - days.value.chargedTo)
  return ok(Number(roundBigRatio(BigInt(invoicedMinor) * unused, all, false)))
}

/** A price that follows an index: the index then and now, and what limits the change. Percentages in ppm. */
export interface Indexation {
  readonly price: DecimalInput
  /** The index in the base month and now. */
  readonly base: DecimalInput
  readonly now: DecimalInput
  /** How much of the price follows the index; all of it unless given. */
  readonly sharePpm?: number
  /** The change is kept within these. Default floor 0: a price never falls. */
  readonly floorPpm?: number
  readonly capPpm?: number
  /** Decimals of the new price, 0 to 6; 2 unless said. */
  readonly decimals?: number
}

/**
 * The price × (1 + share × (now ÷ base − 1)), its change kept within floor and cap, rounded once.
 *
 * Refuses with `InvalidAmount`.
 *
 * @example indexedPrice({ price: "10000", base: "415.51", now: "428.30", sharePpm: 800_000 }) // "10246.25"
 */
export const indexedPrice = (indexation: Indexation): Result<string, InvalidAmount> => {
  const price = readFraction(indexation.price)
  const base = readFraction(indexation.base)
  const now = readFraction(indexation.now)
  for (const [path, value] of Object.entries({ price, base, now })) {
    if (value === undefined) return refuse({ _tag: "InvalidAmount", path, reason: "notADecimal" })
    if (path !== "price" && value.numerator <= 0n) return refuse({ _tag: "InvalidAmount", path, reason: "notPositive" })
  }
  for (const path of ["sharePpm", "floorPpm", "capPpm"] as const) {
    const value = indexation[path]
    if (value !== undefined && !Number.isSafeInteger(value))
      return refuse({ _tag: "InvalidAmount", path, reason: "notASafeInteger" })
  }
  const decimals = indexation.decimals ?? 2
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 6) {
    return refuse({ _tag: "InvalidAmount", path: "decimals", reason: "tooManyDecimals" })
  }
  const change = times(ppm(indexation.sharePpm ?? 1_000_000), plus(over(now!, base!), fraction(-1n)))
  const kept = clamp(
    change,
    ppm(indexation.floorPpm ?? 0),
    indexation.capPpm === undefined ? undefined : ppm(indexation.capPpm),
  )
  return ok(fractionText(times(price!, plus(fraction(1n), kept)), decimals, decimals))
}

const ppm = (value: number): Fraction => fraction(BigInt(value), 1_000_000n)

const clamp = (value: Fraction, floor: Fraction, cap: Fraction | undefined): Fraction => {
  if (compare(value, floor) < 0) return floor
  return cap !== undefined && compare(value, cap) > 0 ? cap : value
}

interface Days {
  readonly from: number
  readonly to: number
  readonly chargedFrom: number
  readonly chargedTo: number
}

const readDays = (dates: {
  readonly from: string
  readonly to: string
  readonly chargedFrom?: string
  readonly chargedTo?: string
}): Result<Days, InvalidPeriod> => {
  const from = dayNumber(dates.from)
  const to = dayNumber(dates.to)
  if (from === undefined) return refuse({ _tag: "InvalidPeriod", path: "from" })
  if (to === undefined || to < from) return refuse({ _tag: "InvalidPeriod", path: "to" })
  const chargedFrom = dates.chargedFrom === undefined ? from : dayNumber(dates.chargedFrom)
  const chargedTo = dates.chargedTo === undefined ? to : dayNumber(dates.chargedTo)
  if (chargedFrom === undefined) return refuse({ _tag: "InvalidPeriod", path: "chargedFrom" })
  if (chargedTo === undefined) return refuse({ _tag: "InvalidPeriod", path: "chargedTo" })
  return ok({
    from,
    to,
    chargedFrom: Math.max(chargedFrom, from),
    chargedTo: Math.min(Math.max(chargedTo, from - 1), to),
  })
}

const readPrices = (
  prices: readonly DatedPrice[],
): Result<readonly { readonly day: number; readonly price: Fraction }[], InvalidPeriod | InvalidAmount> => {
  const read: { day: number; price: Fraction }[] = []
  for (const [at, { from, price }] of prices.entries()) {
    const day = dayNumber(from)
    const value = readFraction(price, 6)
    if (day === undefined) return refuse({ _tag: "InvalidPeriod", path: `prices[${at}].from` })
    if (value === undefined)
      return refuse({ _tag: "InvalidAmount", path: `prices[${at}].price`, reason: "notADecimal" })
    read.push({ day, price: value })
  }
  if (read.length === 0) return refuse({ _tag: "InvalidAmount", path: "prices", reason: "notADecimal" })
  return ok(read.sort((left, right) => left.day - right.day))
}

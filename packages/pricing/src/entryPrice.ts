/**
 * What one price list row says: fixed, derived from a base list, or tiers; then currency, unit, step and ending, in
 * this order.
 */
import type { RowOutcome } from "./consideredRow.ts"
import type { PriceRequest } from "./findPrice.ts"
import {
  compare,
  type Fraction,
  fraction,
  fractionText,
  over,
  plus,
  readFraction,
  roundToStep,
  times,
} from "./fraction.ts"
import type { EntryPrice, PriceEntry, PriceList, PriceTier } from "./priceBook.ts"

/** A price per `perQuantity` units of the request. */
export interface PricedEntry {
  readonly unitPrice: string
  readonly perQuantity: string
}

export interface EntryContext {
  readonly list: PriceList
  readonly request: PriceRequest
  /** In the entry's unit. */
  readonly quantity: Fraction
  /** How many of the entry's units one unit of the request is. */
  readonly toEntryUnit: Fraction
  /** From the chain of base lists. */
  readonly factor: Fraction
  readonly basePrice: () => PricedEntry | undefined
}

const priceDecimals = 4
const exactDecimals = 6

/** The row's price, or why it has none. */
export const entryPrice = (entry: PriceEntry, context: EntryContext): PricedEntry | RowOutcome => {
  const exchange = exchangeFactor(context)
  if (exchange === undefined) return "otherCurrency"
  const amount = amountOf(entry.price, context, exchange)
  if (amount === undefined) return "unreadable"
  const isUnchanged = compare(times(exchange, context.factor), fraction(1n)) === 0
  let price = isUnchanged ? amount.price : rounded(times(times(amount.price, exchange), context.factor), priceDecimals)
  if (amount.isDerived) price = rounded(price, priceDecimals)
  if (entry.step !== undefined) {
    const step = readFraction(entry.step)
    if (step === undefined || step.numerator <= 0n) return "unreadable"
    price = roundToStep(price, step)
  }
  if (entry.ending !== undefined) {
    const ending = readFraction(entry.ending)
    if (ending === undefined) return "unreadable"
    price = plus(price, ending)
  }
  return perUnitOfRequest(price, amount.perQuantity, context)
}

const rounded = (value: Fraction, scale: number): Fraction => roundToStep(value, fraction(1n, 10n ** BigInt(scale)))

interface Amount {
  readonly price: Fraction
  /** In the entry's unit. */
  readonly perQuantity: Fraction
  /** Computed, and so to be rounded to price decimals. */
  readonly isDerived: boolean
}

/** The row's amount in the list's own currency. */
const amountOf = (price: EntryPrice, context: EntryContext, exchange: Fraction): Amount | undefined => {
  if (price.kind === "fixed") return perOne(readFraction(price.unitPrice), false)
  if (price.kind === "tiers") return tierAmount(price.by, price.tiers, context)
  const base = context.basePrice()
  const basePrice = base === undefined ? undefined : readFraction(base.unitPrice)
  const basePer = base === undefined ? undefined : readFraction(base.perQuantity)
  if (basePrice === undefined || basePer === undefined) return undefined
  // The base is per unit of the request and in its currency; this row speaks in its own unit and its list's currency.
  const perEntryUnit = over(over(over(basePrice, basePer), context.toEntryUnit), exchange)
  if (price.kind === "percent") {
    if (!Number.isSafeInteger(price.changePpm) || price.changePpm < -1_000_000) return undefined
    return perOne(times(perEntryUnit, fraction(BigInt(1_000_000 + price.changePpm), 1_000_000n)), true)
  }
  const surcharge = readFraction(price.amount)
  return surcharge === undefined ? undefined : perOne(plus(perEntryUnit, surcharge), true)
}

const perOne = (price: Fraction | undefined, isDerived: boolean): Amount | undefined =>
  price === undefined ? undefined : { price, perQuantity: fraction(1n), isDerived }

/** Tier prices. Where parts differ or a flat amount comes in, the price is the exact sum per whole quantity. */
const tierAmount = (
  by: "volume" | "graduated",
  tiers: readonly PriceTier[],
  context: EntryContext,
): Amount | undefined => {
  const { quantity } = context
  let sum = fraction(0n)
  let from = fraction(0n)
  for (const tier of tiers) {
    const price = readFraction(tier.unitPrice)
    const flat = readFraction(tier.flatAmount ?? 0)
    const upTo = tier.upTo === undefined ? undefined : readFraction(tier.upTo)
    if (price === undefined || flat === undefined || (tier.upTo !== undefined && upTo === undefined)) return undefined
    const isLast = upTo === undefined || compare(quantity, upTo) <= 0
    if (by === "volume") {
      if (!isLast) continue
      if (flat.numerator === 0n) return perOne(price, false)
      return wholeQuantity(plus(times(price, quantity), flat), quantity)
    }
    const until = isLast ? quantity : upTo
    sum = plus(sum, plus(times(price, plus(until, times(from, fraction(-1n)))), flat))
    if (isLast) return wholeQuantity(sum, quantity)
    from = upTo
  }
  return undefined
}

const wholeQuantity = (sum: Fraction, quantity: Fraction): Amount | undefined =>
  quantity.numerator <= 0n ? undefined : { price: rounded(sum, exactDecimals), perQuantity: quantity, isDerived: false }

/** From the list's currency to the request's; only the company's own currency has a rate. */
const exchangeFactor = ({ list, request }: EntryContext): Fraction | undefined => {
  if (list.currency === request.currency) return fraction(1n)
  if (request.company === undefined || list.currency !== request.company.currency) return undefined
  const rate = readFraction(request.company.rate)
  return rate === undefined || rate.numerator <= 0n ? undefined : over(fraction(1n), rate)
}

/** A box at 18.00 asked for in pieces is 18.00 per 12: no division, so nothing is lost. */
const perUnitOfRequest = (price: Fraction, perQuantity: Fraction, { toEntryUnit }: EntryContext): PricedEntry => {
  const per = over(perQuantity, toEntryUnit)
  if (per.numerator > 0n && compare(per, rounded(per, exactDecimals)) === 0) {
    return { unitPrice: fractionText(price, exactDecimals), perQuantity: fractionText(per, exactDecimals) }
  }
  // One piece is not a finite number of boxes: state the price per one unit of the request instead.
  return { unitPrice: fractionText(over(price, per), exactDecimals), perQuantity: "1" }
}

/**
 * `@anbud/pricing/without-book`: the same pricing for a host whose lines bring their prices. Without look-up in price
 * lists and the discount matrix it is a fifth smaller; a line without a price of its own gets the issue `NoPrice`.
 */
import { type Draft, reportOn } from "./draft.ts"
import type { PricedQuote } from "./pricedQuote.ts"
import { priceWith } from "./priceWith.ts"
import type { Quote, QuoteLine } from "./quote.ts"

export { currencyExponent } from "./currency.ts"
export type * from "./issue.ts"
export { type Money, money, moneyText } from "./money.ts"
export type * from "./pricedQuote.ts"
export type * from "./quote.ts"

/**
 * Every amount of `quote`, as the function of this name in `@anbud/pricing` gives it; but nothing is looked up, and a
 * line without `unitPrice` gets the issue `NoPrice`.
 *
 * @example priceQuote({ currency: "SEK", lines: [{ id: "a", unitPrice: "10.00", vat }] }).totals.netMinor // 1000
 */
export const priceQuote = (quote: Quote): PricedQuote => priceWith(quote, noPrice)

const noPrice = (draft: Draft, row: number, line: QuoteLine): undefined =>
  reportOn(draft, row, {
    _tag: "NoPrice",
    path: `lines[${row}].unitPrice`,
    severity: "error",
    productId: line.productId,
  })

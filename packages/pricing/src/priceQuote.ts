/**
 * Pricing a quote, with prices and discounts looked up in its book where a line has none of its own.
 */
import { findOnLine } from "./lineLookUp.ts"
import type { PricedQuote } from "./pricedQuote.ts"
import { priceWith } from "./priceWith.ts"
import type { Quote } from "./quote.ts"

/**
 * Every amount of `quote`: lines, footers, VAT, totals, costs and margins, with a list of what is wrong.
 *
 * Never throws. Each issue has a path into the input; amounts that depend on an error are zero and
 * `totals.isComplete` is false, all others are given. The order of lines and footers never changes an amount.
 *
 * @example priceQuote({ currency: "SEK", lines: [{ id: "a", quantity: "16", unitPrice: "348.35", discountPpm: 40_000,
 *   vat: { category: "S", ratePpm: 220_000 } }] }).totals.totalMinor // 652781
 */
export const priceQuote = (quote: Quote): PricedQuote => priceWith(quote, findOnLine)

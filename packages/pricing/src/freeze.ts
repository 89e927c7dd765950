/**
 * Freezing: the quote of an issued revision, in which no later change of one line can move a cent of another.
 */
import { currencyExponent } from "./currency.ts"
import { scaledText } from "./decimal.ts"
import type { PricedFooter, PricedQuote } from "./pricedQuote.ts"
import type { DocumentDiscount, FooterCharge, Quote, QuoteLine } from "./quote.ts"
import type { Spread } from "./spread.ts"
import { draftOf } from "./why.ts"

/**
 * The quote of `priced` with its prices, matrix discounts and shares written down, so that it prices the same without a
 * price book and keeps every share: `respread` is then an explicit wish.
 *
 * A hidden charge of a fixed amount keeps its shares per line; percentages keep the amount they came to.
 *
 * @example priceQuote(freeze(priced)).totals // as priced.totals
 */
export const freeze = (priced: PricedQuote): Quote => {
  const quote = writeDownPrices(priced)
  const lines = quote.lines.map(
    (line): QuoteLine => (line.unitPrice === undefined ? line : { ...line, priceOrigin: "frozen" }),
  )
  const { book: _, ...rest } = quote
  const frozen = new Map(priced.footers.map((footer) => [`${footer.source} ${footer.id}`, footer]))
  return {
    ...rest,
    lines,
    ...(quote.footers === undefined
      ? {}
      : { footers: quote.footers.map((footer) => frozenFooter(footer, frozen.get(`footer ${footer.id}`), quote)) }),
    ...(quote.discounts === undefined
      ? {}
      : { discounts: quote.discounts.map((one) => frozenDiscount(one, frozen.get(`discount ${one.id}`), quote)) }),
  }
}

/**
 * The quote of `priced` with every price that was looked up written into its line: unit price, price unit, VAT and the
 * discount of the matrix. It prices the same without its book.
 *
 * @example writeDownPrices(priced).lines.every((line) => line.unitPrice !== undefined)
 */
export const writeDownPrices = (priced: PricedQuote): Quote => {
  const draft = draftOf(priced)
  const lines = priced.quote.lines.map((line, row): QuoteLine => {
    const found = line.unitPrice === undefined ? draft.found.get(row) : undefined
    if (found === undefined) return line
    const isMatrixKept = found.discountPpm !== 0 && (found.stacked !== "manual" || !hasManual(line))
    const matrix = { id: found.discountId ?? "matrix", ratePpm: found.discountPpm }
    return {
      ...line,
      unitPrice: found.unitPrice,
      perQuantity: found.perQuantity,
      priceOrigin: found.origin,
      ...(line.vat === undefined && found.vat !== undefined ? { vat: found.vat } : {}),
      ...(isMatrixKept ? withMatrix(line, matrix, found.stacked === "compound") : {}),
    }
  })
  return { ...priced.quote, lines }
}

const hasManual = (line: QuoteLine): boolean => line.discountPpm !== undefined || (line.discounts?.length ?? 0) > 0

/** The matrix discount becomes one more percentage; where it beat the manual ones, those go. */
const withMatrix = (
  line: QuoteLine,
  matrix: { id: string; ratePpm: number },
  isCompound: boolean,
): Partial<QuoteLine> => {
  const amounts = (line.discounts ?? []).filter(({ ratePpm }) => ratePpm === undefined)
  if (isCompound) return { discounts: [matrix, ...(line.discounts ?? [])] }
  return amounts.length === 0
    ? { discountPpm: matrix.ratePpm, discounts: [] }
    : { discountPpm: matrix.ratePpm, discounts: amounts }
}

const frozenFooter = (footer: FooterCharge, priced: PricedFooter | undefined, quote: Quote): FooterCharge =>
  priced === undefined
    ? footer
    : {
        ...footer,
        amount: { kind: "fixed", amount: text(quote, priced.amountMinor) },
        visibility: priced.visibility,
        ...frozenSpread(footer.spread, priced, quote),
      }

const frozenDiscount = (
  discount: DocumentDiscount,
  priced: PricedFooter | undefined,
  quote: Quote,
): DocumentDiscount =>
  priced === undefined
    ? discount
    : {
        ...discount,
        amount: { kind: "fixed", amount: text(quote, -priced.amountMinor + 0) },
        // A charge that had to stay visible stays so: its frozen shares only say which VAT it carries.
        visibility: priced.visibility === "hidden" ? "hidden" : "shown",
        ...frozenSpread(discount.spread, priced, quote),
      }

const frozenSpread = (spread: Spread | undefined, priced: PricedFooter, quote: Quote): { spread?: Spread } => {
  if (priced.shares.length === 0 || spread?.basis === "manual") return spread === undefined ? {} : { spread }
  const frozenShares = priced.shares.map(({ lineId, minor }) => ({ lineId, amount: text(quote, minor) }))
  const { respread: _, ...kept } = spread ?? {}
  return { spread: { ...kept, frozenShares } }
}

const text = (quote: Quote, minor: number): string => scaledText(minor, currencyExponent(quote.currency) ?? 2)

/**
 * Pricing a quote: from plain data to every amount, once, in one fixed order of stages.
 */
import { shareBundles } from "./bundles.ts"
import { applyCharges } from "./charges.ts"
import { currencyExponent } from "./currency.ts"
import { lastRead, readDecimal } from "./decimal.ts"
import { type Draft, emptyColumns, type LookUp, type Rate, reportMissing } from "./draft.ts"
import type { Issue } from "./issue.ts"
import { checkFloors } from "./marginFloor.ts"
import type { PricedQuote } from "./pricedQuote.ts"
import { priceLine } from "./priceLine.ts"
import type { Quote } from "./quote.ts"
import { checkShape } from "./quoteShape.ts"
import { inexact } from "./refusedInput.ts"
import { rememberDraft } from "./rememberedDraft.ts"
import { footersOf, linesOf, vatOf } from "./report.ts"
import { sectionsOf } from "./sections.ts"
import { readStructure } from "./structure.ts"
import { sumRows, totalsOf } from "./totals.ts"

/**
 * Prices `quote`; a line without a price of its own asks `lookUp`, which returns none with an issue.
 *
 * @example priceWith(quote, findOnLine)
 */
export const priceWith = (quote: Quote, lookUp: LookUp): PricedQuote => {
  const issues: Issue[] = []
  const shaped = checkShape(quote, issues)
  const draft = startDraft(shaped.quote, issues, lookUp)
  draft.isComplete = shaped.isComplete && draft.isComplete
  const structure = readStructure(draft)
  for (let row = 0; row < draft.rows; row++) priceLine(draft, row)
  shareBundles(draft, structure)
  applyCharges(draft, structure)
  sumRows(draft)
  const totals = totalsOf(draft)
  const lines = linesOf(draft, structure)
  const sections = structure === undefined ? [] : sectionsOf(draft, structure)
  const floors = checkFloors(draft, structure, totals, sections)
  const priced: PricedQuote = {
    currency: draft.quote.currency,
    companyCurrency: draft.quote.company?.currency ?? draft.quote.currency,
    lines,
    sections,
    footers: footersOf(draft),
    vat: vatOf(draft),
    totals: totals.isComplete === draft.isComplete ? totals : { ...totals, isComplete: draft.isComplete },
    floors,
    issues: draft.issues,
    quote: draft.quote,
  }
  rememberDraft(priced, { draft, structure, pending: [], groups: draft.groups })
  return priced
}

const startDraft = (quote: Quote, issues: Issue[], lookUp: LookUp): Draft => {
  const companyCurrency = quote.company?.currency ?? quote.currency
  const draft: Draft = {
    quote,
    rows: quote.lines.length,
    exponent: exponentOf(quote.currency, "currency", issues),
    companyExponent:
      companyCurrency === quote.currency
        ? (currencyExponent(quote.currency) ?? 2)
        : exponentOf(companyCurrency, "company.currency", issues),
    isHalfEven: quote.rounding?.mode === "halfEven",
    isGrossMode: quote.priceMode === "gross",
    rate: undefined,
    lookUp,
    issues,
    columns: emptyColumns(quote.lines.length, companyCurrency !== quote.currency),
    groups: [],
    charges: [],
    found: new Map(),
    hasSubtotals: false,
    groupQuantities: undefined,
    isComplete: true,
  }
  return companyCurrency === quote.currency ? draft : { ...draft, rate: readRate(draft) }
}

/** An unknown currency is priced with two decimals, so that everything but its totals can still be shown. */
const exponentOf = (currency: string, path: string, issues: Issue[]): number => {
  const exponent = currencyExponent(currency)
  if (exponent === undefined) issues.push({ _tag: "UnknownCurrency", path, severity: "error", currency })
  return exponent ?? 2
}

/** The frozen rate between minor units; without a readable one, one to one and an incomplete quote. */
const readRate = (draft: Draft): Rate => {
  const rate = draft.quote.company?.rate
  const isRead = readDecimal(rate, 12) && lastRead.mantissa > 0 && lastRead.big === undefined
  if (!isRead) {
    if (lastRead.mantissa <= 0) lastRead.reason = "notADecimal"
    reportMissing(draft, inexact("company.rate", rate))
    return { numerator: 1, denominator: 1 }
  }
  const decimals = draft.companyExponent - draft.exponent - lastRead.scale
  return decimals >= 0
    ? { numerator: lastRead.mantissa * 10 ** decimals, denominator: 1 }
    : { numerator: lastRead.mantissa, denominator: 10 ** -decimals }
}

/**
 * A draft: the columns in which a quote is priced. One row per line, flat arrays of numbers, so that a hundred
 * thousand lines cost the same per line as ten. Kept beside the result for explanations and re-pricing.
 */
import type { Issue } from "./issue.ts"
import type { PriceOrigin, Quote } from "./quote.ts"
import type { Vat } from "./vat.ts"

export interface Draft {
  readonly quote: Quote
  readonly rows: number
  /** Decimals of the quote's currency and of the company's. */
  readonly exponent: number
  readonly companyExponent: number
  readonly isHalfEven: boolean
  readonly isGrossMode: boolean
  readonly rate: Rate | undefined
  readonly issues: Issue[]
  readonly columns: Columns
  readonly groups: VatGroupDraft[]
  readonly charges: ChargeDraft[]
  /** Unit prices that a look-up found, by row. */
  readonly found: Map<number, FoundOnLine>
  hasSubtotals: boolean
  /** False once a number of the totals is missing. */
  isComplete: boolean
}

/** One unit of the quote's currency is `numerator ÷ denominator` minor per minor of the company's. */
export interface Rate {
  readonly numerator: number
  readonly denominator: number
}

export interface FoundOnLine {
  readonly unitPrice: string
  readonly perQuantity: string
  readonly origin: PriceOrigin
  readonly discountPpm: number
  readonly discountId: string | undefined
  /** How a manual discount met the matrix; set when the line is priced. */
  stacked: "manual" | "matrix" | "compound"
  readonly isNet: boolean
  readonly vat: Vat | undefined
}

export interface Columns {
  /** 1 if the line has an amount of its own, 0 for text, subtotals and bundles. */
  readonly isPriced: Uint8Array
  readonly isCounted: Uint8Array
  /** Index into `groups`, or −1. */
  readonly group: Int16Array
  readonly gross: Float64Array
  readonly discount: Float64Array
  readonly charge: Float64Array
  readonly bundle: Float64Array
  readonly base: Float64Array
  readonly discountShare: Float64Array
  readonly footerShare: Float64Array
  /** Shares of shown charges: in the revenue, not in the printed net. */
  readonly shownShare: Float64Array
  readonly adjustment: Float64Array
  readonly net: Float64Array
  readonly revenue: Float64Array
  readonly companyRevenue: Float64Array
  readonly cost: Float64Array
  readonly overhead: Float64Array
}

export interface VatGroupDraft {
  readonly vat: Vat
  /** Counted rows in it. */
  rows: number
  base: number
  tax: number
  companyBase: number
  companyTax: number
}

/** A footer charge or document discount on its way. */
export interface ChargeDraft {
  readonly source: "footer" | "discount"
  readonly index: number
  readonly id: string
  visibility: "hidden" | "shown" | "asLine"
  amount: number
  net: number
  companyNet: number
  cost: number
  /** Index into `groups` for a charge with VAT of its own, −1 if it follows the lines. */
  group: number
  /** Shares by row; undefined if it has none. */
  shares: Float64Array | undefined
  /** Its net by VAT group, for shown charges where prices include VAT. */
  parts: Map<number, number> | undefined
  /** How the shares came about, for explanations: `spread` was apportioned over `weights`. */
  weights: Float64Array | undefined
  spread: number
}

/** Empty columns for `rows` lines, in one block of memory. */
export const emptyColumns = (rows: number): Columns => columnsIn(new Float64Array(rows * columnCount), rows)

const columnCount = 14

const columnsIn = (block: Float64Array, rows: number): Columns => {
  let taken = 0
  const next = (): Float64Array => block.subarray(taken * rows, ++taken * rows)
  return {
    isPriced: new Uint8Array(rows),
    isCounted: new Uint8Array(rows),
    group: new Int16Array(rows).fill(-1),
    gross: next(),
    discount: next(),
    charge: next(),
    bundle: next(),
    base: next(),
    discountShare: next(),
    footerShare: next(),
    shownShare: next(),
    adjustment: next(),
    net: next(),
    revenue: next(),
    companyRevenue: next(),
    cost: next(),
    overhead: next(),
  }
}

/** A copy that can be changed without touching `columns`. */
export const copyColumns = (columns: Columns, rows: number): Columns => {
  const block = new Float64Array(columns.gross.buffer).slice()
  const copy = columnsIn(block, rows)
  copy.isPriced.set(columns.isPriced)
  copy.isCounted.set(columns.isCounted)
  copy.group.set(columns.group)
  return copy
}

/** Reports a number that the totals need and do not have. */
export const reportMissing = (draft: Draft, issue: Issue): void => {
  draft.issues.push(issue)
  draft.isComplete = false
}

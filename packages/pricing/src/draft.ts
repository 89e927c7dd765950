/**
 * A draft: the columns in which a quote is priced. One row per line, flat arrays of numbers, so that a hundred
 * thousand lines cost the same per line as ten. Kept beside the result for explanations and re-pricing.
 */
import type { Issue } from "./issue.ts"
import type { PriceOrigin, Quote, QuoteLine } from "./quote.ts"
import { overflow } from "./refusedInput.ts"
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
  readonly lookUp: LookUp
  readonly issues: Issue[]
  readonly columns: Columns
  readonly groups: VatGroupDraft[]
  readonly charges: ChargeDraft[]
  /** Unit prices that a look-up found, by row. */
  readonly found: Map<number, FoundOnLine>
  hasSubtotals: boolean
  /** What the lines of each price group order together; summed when a look-up first asks. */
  groupQuantities: ReadonlyMap<string, string> | undefined
  /** False once a number of the totals is missing. */
  isComplete: boolean
}

/** The unit price of a line that has none of its own, remembered in `found`; undefined with an issue. */
export type LookUp = (draft: Draft, row: number, line: QuoteLine) => string | undefined

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
  /** What a rare column is until something is written to it: one array of zeros for all of them. */
  readonly zeros: Float64Array
  readonly gross: Float64Array
  readonly discount: Float64Array
  charge: Float64Array
  bundle: Float64Array
  readonly base: Float64Array
  discountShare: Float64Array
  readonly footerShare: Float64Array
  /** Shares of shown charges: in the revenue, not in the printed net. */
  shownShare: Float64Array
  adjustment: Float64Array
  readonly net: Float64Array
  readonly revenue: Float64Array
  /** The same array as `revenue` in a quote of one currency. */
  readonly companyRevenue: Float64Array
  readonly cost: Float64Array
  overhead: Float64Array
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

/** Columns that most quotes leave at zero: they share one array until written. */
export type RareColumn = "charge" | "bundle" | "discountShare" | "shownShare" | "adjustment" | "overhead"

const rareColumns: readonly RareColumn[] = ["charge", "bundle", "discountShare", "shownShare", "adjustment", "overhead"]

/** Empty columns for `rows` lines. */
export const emptyColumns = (rows: number, hasRate: boolean): Columns => {
  const zeros = new Float64Array(rows)
  const revenue = new Float64Array(rows)
  return {
    isPriced: new Uint8Array(rows),
    isCounted: new Uint8Array(rows),
    group: new Int16Array(rows).fill(-1),
    zeros,
    gross: new Float64Array(rows),
    discount: new Float64Array(rows),
    charge: zeros,
    bundle: zeros,
    base: new Float64Array(rows),
    discountShare: zeros,
    footerShare: new Float64Array(rows),
    shownShare: zeros,
    adjustment: zeros,
    net: new Float64Array(rows),
    revenue,
    companyRevenue: hasRate ? new Float64Array(rows) : revenue,
    cost: new Float64Array(rows),
    overhead: zeros,
  }
}

/** The column for writing: its own array from now on. */
export const writable = (columns: Columns, name: RareColumn): Float64Array => {
  if (columns[name] === columns.zeros) columns[name] = new Float64Array(columns.zeros.length)
  return columns[name]
}

/** A copy that can be changed without touching `columns`. */
export const copyColumns = (columns: Columns): Columns => {
  const revenue = columns.revenue.slice()
  const copy: Columns = {
    ...columns,
    isPriced: columns.isPriced.slice(),
    isCounted: columns.isCounted.slice(),
    group: columns.group.slice(),
    gross: columns.gross.slice(),
    discount: columns.discount.slice(),
    base: columns.base.slice(),
    footerShare: columns.footerShare.slice(),
    net: columns.net.slice(),
    revenue,
    companyRevenue: columns.companyRevenue === columns.revenue ? revenue : columns.companyRevenue.slice(),
    cost: columns.cost.slice(),
  }
  for (const name of rareColumns) if (columns[name] !== columns.zeros) copy[name] = columns[name].slice()
  return copy
}

/** Reports a number that the totals need and do not have. */
export const reportMissing = (draft: Draft, issue: Issue): void => {
  draft.issues.push(issue)
  draft.isComplete = false
}

/** `minor` if it is a safe integer; otherwise a sum of the totals is missing, and that is reported. */
export const safeOrMissing = (draft: Draft, minor: number, path: string): number | undefined => {
  if (Number.isSafeInteger(minor)) return minor
  reportMissing(draft, overflow(path))
  return undefined
}

/** Reports what is wrong with a line; the totals lack something only if it counts. */
export const reportOn = (draft: Draft, row: number, issue: Issue): undefined => {
  draft.issues.push(issue)
  if (draft.columns.isCounted[row] === 1) draft.isComplete = false
}

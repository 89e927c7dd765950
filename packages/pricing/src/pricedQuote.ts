/**
 * A priced quote: plain data, every amount a safe integer in minor units of the quote's currency unless it says
 * company. Lines come in the order of the input.
 */
import type { CurrencyCode } from "./currency.ts"
import type { Issue } from "./issue.ts"
import type { FloorOutcome } from "./marginRule.ts"
import type { LineKind, PriceOrigin, Quote } from "./quote.ts"
import type { Vat, VatGroup } from "./vat.ts"

/** A quote with all its amounts, what its margin rules say, and what is wrong with it. */
export interface PricedQuote {
  readonly currency: CurrencyCode
  readonly companyCurrency: CurrencyCode
  readonly lines: readonly PricedLine[]
  readonly sections: readonly PricedSection[]
  readonly footers: readonly PricedFooter[]
  /** One row per category and rate, by category, then rate. */
  readonly vat: readonly VatGroup[]
  readonly totals: Totals
  readonly floors: readonly FloorOutcome[]
  readonly issues: readonly Issue[]
  /** The quote this was computed from, for explanations and re-pricing. Do not change it afterwards. */
  readonly quote: Quote
}

/** `gross + discount + charge + bundle = base`; `base + shares + adjustment (− included VAT) = net`. */
export interface PricedLine {
  readonly id: string
  readonly kind: LineKind
  /** In the total: not text, not a subtotal or bundle (its components are), not an option that is only offered. */
  readonly isCounted: boolean
  /** As used; undefined for lines without a price, or whose look-up failed. */
  readonly unitPrice: string | undefined
  readonly priceOrigin: PriceOrigin | undefined
  /** Quantity × unit price. */
  readonly grossMinor: number
  /** Printed discount, zero or negative: round(gross × factor) − gross, less amounts. */
  readonly discountMinor: number
  readonly chargeMinor: number
  /** What a fixed bundle price adds to or takes from this component. */
  readonly bundleMinor: number
  /** Line net before any footer or document discount: what spreads weigh. */
  readonly baseMinor: number
  /** Hidden document discounts. */
  readonly discountShareMinor: number
  /** Hidden footer charges. */
  readonly footerShareMinor: number
  readonly adjustmentMinor: number
  /** VAT taken out of a price that includes it, zero or negative. */
  readonly includedVatMinor: number
  /** The printed line net, without VAT (BT-131). For a subtotal or bundle: what it sums. */
  readonly netMinor: number
  /** Net plus its share of shown document discounts and of shown footers that inherit VAT. */
  readonly revenueMinor: number
  readonly vat: Vat | undefined
  /** The revenue in the company's currency; margins are measured here. */
  readonly companyRevenueMinor: number
  readonly costMinor: number
  readonly overheadMinor: number
  /** Company revenue − cost − overhead. */
  readonly marginMinor: number
  /** Margin ÷ revenue; undefined unless the revenue is positive. */
  readonly marginPpm: number | undefined
}

/** The sums of a section in minor units; revenue, costs and margin in those of the company's currency. */
export interface PricedSection {
  readonly id: string
  readonly isCounted: boolean
  /** Lines in it and in its sections, counted as if it were chosen. */
  readonly netMinor: number
  readonly companyRevenueMinor: number
  readonly costMinor: number
  readonly overheadMinor: number
  readonly marginMinor: number
  readonly marginPpm: number | undefined
}

/** A footer charge or document discount, with the share of each line. */
export interface PricedFooter {
  readonly id: string
  readonly source: "footer" | "discount"
  /** What became of it: a hidden one that could not be spread is shown. */
  readonly visibility: "hidden" | "shown" | "asLine"
  /** Negative for a discount. */
  readonly amountMinor: number
  /** Without VAT; differs from `amountMinor` only where prices include it. */
  readonly netMinor: number
  readonly costMinor: number
  /** Absent when each share follows its line. */
  readonly vat: Vat | undefined
  /** Of a shown row: how its net falls on VAT groups (an allowance or charge of EN 16931 each). Empty if hidden. */
  readonly vatParts: readonly FooterVatPart[]
  /** Lines that got a share, in the order of the quote. Empty for a row with VAT of its own. */
  readonly shares: readonly FooterShare[]
}

/** The part of a shown footer or discount that falls on one VAT rate, in minor units without VAT. */
export interface FooterVatPart extends Vat {
  readonly baseMinor: number
}

/** What one line takes of a footer or document discount, in minor units; negative where it lowers the line. */
export interface FooterShare {
  readonly lineId: string
  readonly minor: number
}

/** BT numbers are those of EN 16931. */
export interface Totals {
  /** False if a line could not be priced or an alternative is undecided: then the sums leave that out. */
  readonly isComplete: boolean
  /** Sum of line nets (BT-106). */
  readonly linesNetMinor: number
  /** Shown document discounts and negative footers, positive (BT-107). */
  readonly allowancesMinor: number
  /** Shown footer charges (BT-108). */
  readonly chargesMinor: number
  /** BT-109. */
  readonly netMinor: number
  /** BT-110. */
  readonly vatMinor: number
  /** BT-112. */
  readonly totalMinor: number
  /** BT-114. */
  readonly roundingMinor: number
  /** BT-115. */
  readonly payableMinor: number
  readonly companyNetMinor: number
  readonly companyVatMinor: number
  readonly companyTotalMinor: number
  /** Costs in the company's currency, footers included. */
  readonly costMinor: number
  readonly overheadMinor: number
  /** Company net − cost. */
  readonly contributionMinor: number
  /** Contribution − overhead. */
  readonly marginMinor: number
  /** Undefined unless the company net is positive. */
  readonly marginPpm: number | undefined
}

/**
 * A quote as pricing reads it: plain data, decimals as text, percents as integers of 1/10 000 percentage point.
 *
 * Ids are the caller's. A line keeps its id through every revision: shares, ties and comparisons go by it.
 */
import type { CurrencyCode } from "./currency.ts"
import type { DecimalInput } from "./decimal.ts"
import type { MarginRule } from "./marginRule.ts"
import type { Buyer, PriceBook } from "./priceBook.ts"
import type { RoundingMode } from "./rounding.ts"
import type { Spread } from "./spread.ts"
import type { Vat } from "./vat.ts"

/** What a customer is offered: lines, footers and discounts, with all that is needed to price them. */
export interface Quote {
  readonly currency: CurrencyCode
  /** The date prices are looked up for, "2026-03-29". Needed only with a price book. */
  readonly date?: string
  /** `gross`: unit prices include VAT. Default `net`. */
  readonly priceMode?: "net" | "gross"
  readonly rounding?: QuoteRounding
  /** How a manual discount meets one from the matrix. Default `none`: the manual one replaces it. */
  readonly stacking?: Stacking
  readonly lines: readonly QuoteLine[]
  readonly sections?: readonly Section[]
  /** Footer charges: freight, travel, misc. */
  readonly footers?: readonly FooterCharge[]
  /** Discounts on the whole document. */
  readonly discounts?: readonly DocumentDiscount[]
  /** The seller's own currency, for costs and margins. Absent: the quote's currency. */
  readonly company?: CompanyCurrency
  readonly marginRules?: readonly MarginRule[]
  readonly buyer?: Buyer
  readonly book?: PriceBook
}

/** `none`: the manual discount replaces the matrix; `compound`: one on the other; `best`: the larger of the two. */
export type Stacking = "none" | "compound" | "best"

/** How amounts are rounded: half away from zero, VAT once per rate and the total to the minor unit unless said. */
export interface QuoteRounding {
  readonly mode?: RoundingMode
  /** VAT once per rate (EN 16931, default) or per line. */
  readonly vat?: "group" | "line"
  /** The payable amount is rounded to a multiple of this: 100 for whole kronor. Shown as its own amount (BT-114). */
  readonly payableStepMinor?: number
  /** Added to the payable amount, with any step: what a solver could not reach through VAT. Safe integer. */
  readonly payableAdjustmentMinor?: number
}

/** One frozen rate per revision: one unit of the quote's currency is `rate` units of the company's. */
export interface CompanyCurrency {
  readonly currency: CurrencyCode
  readonly rate: DecimalInput
  readonly rateDate?: string
  readonly rateSource?: string
}

/**
 * `text` and `subtotal` carry no money; a `bundle` is the sum of its components; a `return` has a negative quantity.
 */
export type LineKind = "product" | "labour" | "external" | "text" | "subtotal" | "bundle" | "return"

/** Where a unit price came from. Only a `list` price is looked up again; the others survive every recompute. */
export type PriceOrigin = "manual" | "list" | "solved" | "frozen" | "quote" | "project" | "agreement"

/** `price`: unit price and discount stay; `net`: takes no share either; `all`: nothing about the line may change. */
export type LineLock = "none" | "price" | "net" | "all"

/** One line: what is sold, its price, discounts and VAT, and what it is planned to cost. */
export interface QuoteLine {
  readonly id: string
  /** Default `product`. */
  readonly kind?: LineKind
  readonly productId?: string
  /** Price groups, nearest first; those of the product in the book unless given. */
  readonly groupIds?: readonly string[]
  /** At most 6 decimals; may be negative. Default 1. */
  readonly quantity?: DecimalInput
  readonly unit?: string
  /** At most 6 decimals. Absent: looked up in the price book. */
  readonly unitPrice?: DecimalInput
  /** The price is for this many units; 1 unless said. */
  readonly perQuantity?: DecimalInput
  readonly priceOrigin?: PriceOrigin
  /** A net price takes no discount from the matrix. */
  readonly isNetPrice?: boolean
  /** A manual percentage: 15 % is 150 000. */
  readonly discountPpm?: number
  /** More manual discounts: percentages multiply, amounts are subtracted after them. */
  readonly discounts?: readonly LineDiscount[]
  readonly charges?: readonly LineCharge[]
  readonly vat?: Vat
  /** Footers spread over essential lines unless they say otherwise. */
  readonly isEssential?: boolean
  /** Of the whole line, any unit; for spreads by weight. */
  readonly weight?: DecimalInput
  /** Of the whole line, for spreads by hours. Absent: the planned hours of its labour costs. */
  readonly hours?: DecimalInput
  /** Cost per unit of quantity, in the company's currency. */
  readonly unitCost?: DecimalInput
  /** Planned costs, in addition to `unitCost`. */
  readonly costs?: readonly CostItem[]
  readonly lock?: LineLock
  /** An offered option is priced but not in the total; a chosen one is. */
  readonly option?: "offered" | "chosen"
  /** One of several: exactly one line (or section) of a group must be chosen. */
  readonly alternative?: Alternative
  readonly sectionId?: string
  /** The bundle line that this line is a component of. */
  readonly parentId?: string
  /** Of a bundle: the sum of its components (default) or `unitPrice`, spread over them by their own value. */
  readonly bundlePrice?: "sum" | "fixed"
  /** A cent correction left by the solver, shown as its own step. Safe integer. */
  readonly adjustmentMinor?: number
}

/** Membership of a group of lines or sections that exclude each other. */
export interface Alternative {
  readonly group: string
  readonly isChosen: boolean
}

/** A manual discount on one line, by ppm or by an amount in the quote's currency. */
export interface LineDiscount {
  readonly id: string
  readonly label?: string
  /** Exactly one of the two. The amount is for the whole line, never per piece. */
  readonly ratePpm?: number
  readonly amount?: DecimalInput
}

/** A charge on one line: added after its discounts, which do not lower it. */
export interface LineCharge {
  readonly id: string
  readonly label?: string
  /** Exactly one of the two: a percentage of quantity × price, or an amount for the whole line. */
  readonly ratePpm?: number
  readonly amount?: DecimalInput
}

/** One planned cost of the whole line: quantity × unit cost, rounded once, with overhead on top. */
export interface CostItem {
  readonly id: string
  readonly role: "labour" | "material" | "external" | "travel" | "other"
  readonly personId?: string
  /** Hours for labour, pieces otherwise. Default 1. */
  readonly quantity?: DecimalInput
  readonly unitCost: DecimalInput
  /** The company's currency unless said; only the quote's currency is convertible. */
  readonly currency?: CurrencyCode
  readonly overhead?: Overhead
}

/** What is added to a planned cost: ppm of it, or an amount per unit of its quantity, in the company's currency. */
export type Overhead =
  | { readonly kind: "percent"; readonly ratePpm: number }
  | { readonly kind: "perUnit"; readonly amount: DecimalInput }

/** Sections nest at most sixteen deep. An offered or unchosen section takes its lines out of the total. */
export interface Section {
  readonly id: string
  readonly title?: string
  readonly parentId?: string
  readonly option?: "offered" | "chosen"
  readonly alternative?: Alternative
}

/** A charge on the whole quote, such as freight: a row of its own or hidden in the lines. */
export interface FooterCharge {
  readonly id: string
  readonly label?: string
  readonly amount: FooterAmount
  /** In the company's currency. */
  readonly cost?: DecimalInput
  /** `hidden`: folded into the lines. `shown` (default): a row of its own. `asLine`: the same, printed among the lines. */
  readonly visibility?: "hidden" | "shown" | "asLine"
  /** `inherit` (default): each share follows its line. */
  readonly vat?: "inherit" | Vat
  readonly spread?: Spread
}

/** How much a footer is: an amount in the quote's currency, ppm of the lines, or its cost and a markup in ppm. */
export type FooterAmount =
  | { readonly kind: "fixed"; readonly amount: DecimalInput }
  /** Of the lines' net before any footer or document discount, or (`afterDiscount`) after those discounts. */
  | { readonly kind: "percent"; readonly ratePpm: number; readonly of?: "lines" | "afterDiscount" }
  /** `cost × (1 + markup)`; the cost is in the company's currency. */
  | { readonly kind: "costPlus"; readonly markupPpm: number }

/** A discount on the whole quote: an amount in its currency, or ppm of the lines before footers and discounts. */
export interface DocumentDiscount {
  readonly id: string
  readonly label?: string
  /** Positive: it is subtracted. */
  readonly amount:
    | { readonly kind: "fixed"; readonly amount: DecimalInput }
    | { readonly kind: "percent"; readonly ratePpm: number }
  /** `shown` (default): a row of its own, shared over the lines only for VAT and margins. `hidden`: in the line nets. */
  readonly visibility?: "hidden" | "shown"
  /** Default: by amount over all counted lines. */
  readonly spread?: Spread
}

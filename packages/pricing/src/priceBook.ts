/**
 * The price book: what prices and discounts are looked up in. All dates are local dates, "2026-03-29", inclusive.
 */
import type { CurrencyCode } from "./currency.ts"
import type { DecimalInput } from "./decimal.ts"
import type { Vat } from "./vat.ts"

/** What prices and discounts are looked up in: lists, the discount matrix, products and unit conversions. */
export interface PriceBook {
  readonly lists: readonly PriceList[]
  readonly discounts: readonly DiscountRow[]
  readonly products?: readonly Product[]
  /** Exact unit conversions: one `from` is `factor` `to` (a box is 12 pieces). */
  readonly units?: readonly UnitConversion[]
}

/** What pricing needs to know of a product. */
export interface Product {
  readonly id: string
  readonly unit?: string
  /** Price groups, nearest first. */
  readonly groupIds?: readonly string[]
  /** Categories, nearest ancestor first. */
  readonly categoryIds?: readonly string[]
  /** The price of last resort. */
  readonly listPrice?: DecimalInput
  readonly currency?: CurrencyCode
  readonly vat?: Vat
}

/** One `from` is exactly `factor` `to`; it is used in both directions. */
export interface UnitConversion {
  readonly from: string
  readonly to: string
  readonly factor: DecimalInput
}

/** For whom a list is, in the order in which lists are asked: the first scope with a price wins. */
export type PriceListScope =
  | { readonly kind: "project"; readonly projectId: string }
  | { readonly kind: "agreement"; readonly agreementId: string }
  | { readonly kind: "customer"; readonly customerId: string; readonly isInheritable?: boolean }
  | { readonly kind: "segment"; readonly segmentId: string; readonly order?: number }
  | { readonly kind: "standard" }

/** Prices in one currency for one scope of buyers, complete or on top of a base list. */
export interface PriceList {
  readonly id: string
  readonly currency: CurrencyCode
  readonly scope: PriceListScope
  /** Prices of a net list take no discount from the matrix. */
  readonly isNet?: boolean
  /** Used where this list has no entry: that list's price times `baseFactor`. */
  readonly baseListId?: string
  /** Decimal; 1 unless said. */
  readonly baseFactor?: DecimalInput
  readonly entries: readonly PriceEntry[]
}

/** One row of a price list: what it prices, from which quantity, on which days; without a date that end is open. */
export interface PriceEntry {
  readonly id: string
  /** Exactly one of the two: a product is more specific than a group. Neither: every product. */
  readonly productId?: string
  readonly groupId?: string
  /** The smallest quantity, in `unit`, that this price is for; 1 unless said. */
  readonly minQuantity?: DecimalInput
  readonly unit?: string
  /** `group`: the minimum is reached by all lines of the row's group together. Default `line`. */
  readonly tierBy?: "line" | "group"
  readonly validFrom?: string
  readonly validTo?: string
  readonly price: EntryPrice
  readonly isNet?: boolean
  /** The price is rounded to a multiple of `step` and then given `ending`: 9.99 is step 10.00, ending -0.01. */
  readonly step?: DecimalInput
  readonly ending?: DecimalInput
}

/** How a row comes to a price per unit: amounts are decimal text in the list's currency, percentages ppm. */
export type EntryPrice =
  | { readonly kind: "fixed"; readonly unitPrice: DecimalInput }
  /** The base list's price plus (or, if negative, minus) a percentage. */
  | { readonly kind: "percent"; readonly changePpm: number }
  /** The base list's price plus an amount. */
  | { readonly kind: "surcharge"; readonly amount: DecimalInput }
  /** `volume`: the tier reached prices the whole quantity. `graduated`: each tier prices its own part. */
  | { readonly kind: "tiers"; readonly by: "volume" | "graduated"; readonly tiers: readonly PriceTier[] }

/** One step of a tiered price; tiers come in rising order of `upTo`, prices in the list's currency. */
export interface PriceTier {
  /** The tier holds quantities up to and including this; the last tier has none. */
  readonly upTo?: DecimalInput
  readonly unitPrice: DecimalInput
  /** Added once if the tier is used. */
  readonly flatAmount?: DecimalInput
}

/** Whom a discount row is for: a segment, or a customer and, if inherited, the companies whose parent it is. */
export type DiscountSubject =
  | { readonly kind: "customer"; readonly customerId: string; readonly isInherited?: boolean }
  | { readonly kind: "segment"; readonly segmentId: string }

/** Which products a discount row is for. */
export type DiscountTarget =
  | { readonly kind: "product"; readonly productId: string }
  | { readonly kind: "group"; readonly groupId: string }
  | { readonly kind: "category"; readonly categoryId: string }
  | { readonly kind: "all" }

/** One cell of the discount matrix. */
export interface DiscountRow {
  readonly id: string
  readonly subject: DiscountSubject
  readonly target: DiscountTarget
  /** 0 to 1 000 000: 15 % is 150 000. */
  readonly ratePpm: number
  readonly minQuantity?: DecimalInput
  readonly validFrom?: string
  readonly validTo?: string
}

/** Who buys. */
export interface Buyer {
  readonly customerId?: string
  readonly parentId?: string
  readonly segmentIds?: readonly string[]
  readonly projectId?: string
  readonly agreementId?: string
  /** The customer's general discount: the last row of its subject. */
  readonly generalDiscountPpm?: number
}

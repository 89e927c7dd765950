/**
 * An explanation: the steps whose rounded values add up to a printed figure.
 */
import type { ConsideredRow } from "./consideredRow.ts"
import type { CurrencyCode } from "./currency.ts"
import type { PriceOrigin } from "./quote.ts"

/** The stages that move money, in their fixed order. */
export type Stage =
  | "gross"
  | "matrixDiscount"
  | "lineDiscount"
  | "lineCharge"
  | "bundle"
  | "discountShare"
  | "footerShare"
  | "adjustment"
  | "includedVat"
  | "shownDiscount"
  | "shownFooter"
  | "vat"
  | "payableRounding"

/** An exact value in minor units: numerator ÷ denominator. Text where a number would not be exact. */
export interface ExactValue {
  readonly numerator: number | string
  readonly denominator: number | string
}

/** How one share of a charge came out of largest remainders. */
export interface Allocation {
  readonly floorMinor: number
  /** Place among the remainders, from 1; the first `leftOver` places got a unit. */
  readonly rank: number
  readonly of: number
  readonly leftOver: number
}

/** One amount on the way to a figure: its stage, the rule behind it, and how it was rounded to minor units. */
export interface Step {
  readonly stage: Stage
  /** The discount, charge, footer or matrix row behind it. */
  readonly ruleId: string | undefined
  readonly label: string | undefined
  /** Absent where the value is given or is the difference of others. */
  readonly exact: ExactValue | undefined
  readonly roundedMinor: number
  readonly allocation: Allocation | undefined
}

/** How the unit price of a line was found. */
export interface PriceNote {
  readonly unitPrice: string
  readonly perQuantity: string
  readonly quantity: string
  readonly origin: PriceOrigin
  /** Every price row considered, and why it lost; empty for a price that was given. */
  readonly priceRows: readonly ConsideredRow[]
  readonly discountRows: readonly ConsideredRow[]
}

/** How a figure came about, in minor units; `price` is undefined for the total and for a line without a price. */
export interface Explanation {
  readonly currency: CurrencyCode
  readonly subject: { readonly kind: "line"; readonly lineId: string } | { readonly kind: "total" }
  readonly price: PriceNote | undefined
  readonly steps: readonly Step[]
  /** The sum of the steps: the line's net, or the payable total. */
  readonly totalMinor: number
}

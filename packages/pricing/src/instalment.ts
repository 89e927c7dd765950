/**
 * Instalments: the parts in which an accepted total is invoiced. Rows are parts, columns are lines; both add up.
 */
import type { CurrencyCode } from "./currency.ts"
import type { DecimalInput } from "./decimal.ts"
import type { Vat, VatGroup } from "./vat.ts"

/** What is to be invoiced: an accepted quote, with approved changes, as columns. */
export interface InstalmentOrder {
  readonly currency: CurrencyCode
  readonly columns: readonly OrderColumn[]
  /** The order's own VAT per group; each part takes its share of it. */
  readonly vat: readonly VatGroup[]
  /** The net before approved changes, for percentages of the original; the columns' sum unless given. */
  readonly originalNetMinor?: number
}

/** A line, or a footer shown as a row of its own (one column per VAT group it falls on). */
export interface OrderColumn {
  readonly id: string
  readonly netMinor: number
  readonly vat: Vat | undefined
  /** Decimal text, for lines that are also invoiced by quantity. */
  readonly quantity?: DecimalInput
}

/** One part of a plan: what it takes of the order, and what was invoiced of it already. */
export interface InstalmentPart {
  readonly id: string
  readonly label?: string
  readonly share: PartShare
  /** Becomes ready when this is reached; changes no amount. */
  readonly milestoneId?: string
  /** What was invoiced of a part already. It never changes, and the parts still open divide the rest. */
  readonly invoiced?: readonly ColumnAmount[]
}

/** How much of the order's net a part takes: ppm, decimal text in the order's currency, or what is left. */
export type PartShare =
  /** Of the original net (default) or of the net with approved changes. */
  | { readonly kind: "percent"; readonly ratePpm: number; readonly of?: "original" | "current" }
  /** How far the work has come in all: 30 %, 70 %, 100 % of 1000 is 300, 400, 300. */
  | { readonly kind: "progress"; readonly untilPpm: number }
  | { readonly kind: "amount"; readonly amount: DecimalInput }
  /** Equal (or weighted) parts of what the other kinds leave: three thirds of 100.00 are 33.34, 33.33, 33.33. */
  | { readonly kind: "share"; readonly weight: number }
  /** What all others leave; at most one. */
  | { readonly kind: "remainder" }

/** An amount of one column of the order, in minor units without VAT. */
export interface ColumnAmount {
  readonly columnId: string
  readonly minor: number
}

/** One part with its amounts in minor units: net, per column, VAT per group, and the total with VAT. */
export interface PlannedPart {
  readonly id: string
  readonly isInvoiced: boolean
  readonly netMinor: number
  /** One per column of the order, in its order. */
  readonly columns: readonly ColumnAmount[]
  readonly vat: readonly VatGroup[]
  readonly vatMinor: number
  readonly totalMinor: number
}

/** The parts with their amounts, in the order given; `netMinor` is the whole order without VAT, in minor units. */
export interface InstalmentPlan {
  readonly parts: readonly PlannedPart[]
  readonly netMinor: number
  /** What no part covers yet; zero for a closed plan. */
  readonly unplannedMinor: number
}

/** The fixed parts take more than there is. */
export interface OverInvoiced {
  readonly _tag: "OverInvoiced"
  readonly excessMinor: number
}
/** Percentages add up to more than 100 %, or progress goes backwards. */
export interface SharesDoNotAddUp {
  readonly _tag: "SharesDoNotAddUp"
  readonly path: string
  readonly sumPpm: number
}
/** No parts, a second remainder, or an amount (of a part, or at `order…` of the order) that is no safe exact one. */
export interface InvalidPart {
  readonly _tag: "InvalidPart"
  readonly path: string
  readonly reason: "noParts" | "secondRemainder" | "inexactAmount" | "percentOutOfRange" | "unknownColumn" | "weight"
}

/** Why parts make no plan: one cannot be read, percentages do not fit together, or they take more than there is. */
export type PlanRefused = InvalidPart | SharesDoNotAddUp | OverInvoiced

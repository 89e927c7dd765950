/**
 * Margin rules: the floors below which a price must be approved or may not leave the house.
 */
import type { DecimalInput } from "./decimal.ts"

/** A floor under margin, markup or amount, or a cap on discounts, with one limit per level of severity. */
export interface MarginRule {
  readonly id: string
  readonly appliesTo: "line" | "total" | "section"
  /** Which lines (or section) the rule is for; the most specific wins per measure: product, group, kind, all. */
  readonly target?:
    | { readonly kind: "product"; readonly productId: string }
    | { readonly kind: "group"; readonly groupId: string }
    | { readonly kind: "section"; readonly sectionId: string }
    | { readonly kind: "all" }
  /** Margin on the price, markup on the cost, an amount, or the most discount allowed. */
  readonly measure: "marginPpm" | "markupPpm" | "amount" | "maxDiscountPpm"
  /** Margin after overhead (default) or contribution before it. */
  readonly of?: "margin" | "contribution"
  /** Ppm, or a decimal amount for `amount`. Below `warnBelow` warns, and so on; for `maxDiscountPpm` read "above". */
  readonly warnBelow?: DecimalInput
  readonly approveBelow?: DecimalInput
  readonly blockBelow?: DecimalInput
  /** Who may approve. */
  readonly approver?: string
}

/** The most severe limit that is broken; `ok` if none is. */
export type FloorLevel = "ok" | "warn" | "approve" | "block"

/** What a rule says of one line, section or the total. */
export interface FloorOutcome {
  readonly ruleId: string
  /** The line or section; absent for the total. */
  readonly subjectId?: string
  readonly level: FloorLevel
  /** The measure's value now: ppm or minor units; undefined if there is none (no revenue). */
  readonly value: number | undefined
  /** The limit that was broken, or, if none was, the mildest. */
  readonly limit: number
  /** The floor and the largest discount for `limit`; see `FloorBound`. */
  readonly floorMinor: number | undefined
  readonly maxDiscountPpm: number | undefined
  /** The same for each limit of the rule, the most severe first: what may be given with and without approval. */
  readonly bounds: readonly FloorBound[]
  readonly approver?: string
}

/** How far a price may fall before one limit of a rule is broken. */
export interface FloorBound {
  readonly level: "warn" | "approve" | "block"
  /** Ppm, or minor units for `amount`. */
  readonly limit: number
  /** The smallest net, in the company's currency, that keeps the limit: rounded up. Undefined: no price does. */
  readonly floorMinor: number | undefined
  /** The largest discount on the undiscounted amount that keeps the limit, in whole ppm; one more breaks it. */
  readonly maxDiscountPpm: number | undefined
}

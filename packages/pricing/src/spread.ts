/**
 * A spread: over which lines, and by what, a footer charge or document discount is shared out.
 */
import type { DecimalInput } from "./decimal.ts"

export type SpreadBasis = "amount" | "quantity" | "weight" | "cost" | "hours" | "equal" | "manual"

export type SpreadTargets =
  | { readonly kind: "essential" }
  | { readonly kind: "all" }
  | { readonly kind: "section"; readonly sectionId: string }
  | { readonly kind: "group"; readonly groupId: string }
  | { readonly kind: "lines"; readonly lineIds: readonly string[] }

export interface Spread {
  /** Default `amount`: the line net before any footer or document discount. */
  readonly basis?: SpreadBasis
  /** Default `essential` for footers, `all` for document discounts. Text and uncounted lines never take a share. */
  readonly targets?: SpreadTargets
  /** By amount, but after the document discounts. */
  readonly isAfterDiscount?: boolean
  /** If every weight is zero. Default `keepAsLine`: the charge becomes a visible row, with a warning. */
  readonly onZeroBasis?: "equal" | "error" | "keepAsLine"
  /** Lines with a negative weight. Default `exclude`. */
  readonly negative?: "exclude" | "absolute" | "signed"
  /** For basis `manual`: must add up to the amount. */
  readonly shares?: readonly SpreadShare[]
  /** Shares agreed in an issued revision; see `respread`. */
  readonly frozenShares?: readonly SpreadShare[]
  /** With frozen shares: `never` (default) keeps exactly those, `missingOnly` spreads what is left, `all` starts anew. */
  readonly respread?: "never" | "missingOnly" | "all"
}

export interface SpreadShare {
  readonly lineId: string
  readonly amount: DecimalInput
}

/**
 * A spread: over which lines, and by what, a footer charge or document discount is shared out.
 */
import type { DecimalInput } from "./decimal.ts"

/** What lines are weighed by in a spread; `manual`: not at all, their shares are given. */
export type SpreadBasis = "amount" | "quantity" | "weight" | "cost" | "hours" | "equal" | "manual"

/** Which counted lines may take a share; `essential` means all of them where none is essential. */
export type SpreadTargets =
  | { readonly kind: "essential" }
  | { readonly kind: "all" }
  | { readonly kind: "section"; readonly sectionId: string }
  | { readonly kind: "group"; readonly groupId: string }
  | { readonly kind: "lines"; readonly lineIds: readonly string[] }

/** How a charge is shared over lines: by what, over which, and what happens where that is impossible. */
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

/** A share that is given, as decimal text in the quote's currency, with the charge's sign: negative for a discount. */
export interface SpreadShare {
  readonly lineId: string
  readonly amount: DecimalInput
}

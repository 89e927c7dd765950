/**
 * A row that a look-up considered, and what became of it.
 */
export type RowOutcome =
  | "won"
  | "equalRank"
  | "otherBuyer"
  | "otherProduct"
  | "otherCurrency"
  | "notYetValid"
  | "expired"
  | "belowMinQuantity"
  | "unknownUnit"
  | "unreadable"
  | "lowerSubject"
  | "lowerTarget"
  | "lowerScope"
  | "lowerMinQuantity"
  | "olderRow"

/** One row of a price list or the discount matrix; `rowId` is empty where a whole list is for other buyers. */
export interface ConsideredRow {
  readonly rowId: string
  /** The price list, for prices. */
  readonly listId?: string
  readonly outcome: RowOutcome
}

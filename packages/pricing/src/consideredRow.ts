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

export interface ConsideredRow {
  readonly rowId: string
  /** The price list, for prices. */
  readonly listId?: string
  readonly outcome: RowOutcome
}

/**
 * The model: what a firm would have if nothing ever failed, in a few plain lists. It knows the rules and no engine, so
 * that engine and model can only agree where both are right.
 */

/** An entry of an account: what it moved, on which day, and whether it was undone. */
export interface ModelEntry {
  readonly id: string
  readonly moved: number
  readonly on: string
  isReversed: boolean
  readonly isReversal: boolean
}

/** A time bank. */
export interface ModelAccount {
  readonly id: string
  readonly floor: number
  readonly entries: ModelEntry[]
}

/** A quote on its road. */
export interface ModelQuote {
  readonly id: string
  status: "draft" | "sent" | "accepted" | "declined"
}

/** A firm. */
export interface Model {
  readonly companies: Map<string, { readonly id: string; name: string; version: number }>
  readonly accounts: ModelAccount[]
  readonly quotes: ModelQuote[]
  /** How many commands have been written. */
  written: number
  milliseconds: number
  /** Keys that were given out. */
  keys: number
}

/** A firm with nothing in it. */
export const emptyModel = (): Model => ({
  companies: new Map(),
  accounts: [],
  quotes: [],
  written: 0,
  milliseconds: 0,
  keys: 0,
})

/** What an account holds, of all entries or of those until a day. */
export const balanceOf = ({ entries }: ModelAccount, until = "9999-12-31"): number =>
  entries.reduce((sum, { moved, on }) => sum + (on <= until ? moved : 0), 0)

/** The refusal of a withdrawal, null where there is none. */
export const withdrawal = (account: ModelAccount, seconds: number): string | null =>
  balanceOf(account) - seconds < account.floor ? "InsufficientBalance" : null

/** The refusal of a step on a quote's road, null where there is none. */
export const stepOf = ({ status }: ModelQuote, step: "send" | "accept" | "decline"): string | null => {
  if (step === "send") return status === "draft" ? null : "QuoteNotOpen"
  if (status === "accepted" || status === "declined") return "AlreadyDecided"
  return status === "sent" ? null : "QuoteNotOpen"
}

/**
 * The draft behind a priced quote, kept beside it and not in it: the result stays plain data that can be stored,
 * compared and sent, and a copy without a draft is simply computed again.
 */
import type { Draft, VatGroupDraft } from "./draft.ts"
import type { PricedQuote } from "./pricedQuote.ts"
import type { Structure } from "./structure.ts"

export interface Remembered {
  readonly draft: Draft
  readonly structure: Structure | undefined
  /** Rows re-priced since without touching the draft's columns: no share moved, so that could wait. */
  readonly pending: readonly number[]
  /** The VAT groups with the pending rows counted. */
  readonly groups: readonly VatGroupDraft[]
}

const drafts = new WeakMap<PricedQuote, Remembered>()

/** Keeps the draft for as long as the result lives. */
export const rememberDraft = (priced: PricedQuote, remembered: Remembered): void => {
  drafts.set(priced, remembered)
}

/** The draft of `priced`, if it is the very object that pricing returned. */
export const recallDraft = (priced: PricedQuote): Remembered | undefined => drafts.get(priced)

/** The commands that are measured, on any database. */
import type { Quote } from "@anbud/pricing"
import { type Ada, type Firm, pricedQuote, quoteOf } from "./firm.ts"

/** A command, and the quote that it has to price. */
export interface Measured {
  readonly call: (ada: Ada, round: number) => Promise<unknown>
  readonly quote: Quote | null
}

/** Each command by its name; the round makes its key. */
export const commandsOf = (firm: Firm): Readonly<Record<string, Measured>> => {
  const { customer, account, draft, sent } = firm
  const keyed = (name: string, round: number) => ({ idempotencyKey: `${name}/${round}` })
  return {
    createQuote: {
      call: (ada, round) => ada.quotes.create(quoteOf(firm, `Quote ${round}`), keyed("create", round)),
      quote: pricedQuote(),
    },
    changeLine: {
      call: (ada, round) =>
        ada.quotes.change(
          { quote: draft.id, lines: { change: [{ id: draft.line, set: { quantity: `${round + 3}` } }] } },
          keyed("change", round),
        ),
      quote: pricedQuote(),
    },
    acceptQuote: {
      call: (ada, round) =>
        ada.quotes.accept({ quote: sent[round] ?? "", acceptedBy: "Per Lund" }, keyed("accept", round)),
      quote: pricedQuote(10),
    },
    patchCompany: {
      call: (ada, round) =>
        ada.parties.companies.patch({ id: customer, set: { nickname: `Granen ${round}` } }, keyed("patch", round)),
      quote: null,
    },
    debit: {
      call: (ada, round) =>
        ada.timeBank.debit({ account, effectiveOn: "2025-03-14", seconds: 60 }, keyed("debit", round)),
      quote: null,
    },
  }
}

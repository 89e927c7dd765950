/** Views of a quote: a revision's records together, and what pricing says of them. */
import { type PricedQuote, priceQuote } from "@anbud/pricing"
import type { ChildRow, Row } from "../../kernel/entity.ts"
import type { Reads } from "../../kernel/reads.ts"
import { NotFound } from "../../kernel/refusals.ts"
import { FooterCharge, Instalment, Quote, QuoteLine, QuoteRevision } from "./entities.ts"
import { pricingInput } from "./pricingInput.ts"

/** A quote with one of its revisions. */
export interface QuoteView {
  readonly quote: Row<typeof Quote>
  readonly revision: ChildRow<typeof QuoteRevision>
  readonly lines: readonly ChildRow<typeof QuoteLine>[]
  readonly footers: readonly ChildRow<typeof FooterCharge>[]
  readonly instalments: readonly ChildRow<typeof Instalment>[]
}

/**
 * A quote with the amounts of its current revision, computed by the same function that sending and accepting use. Who
 * may not see costs gets none, and no contribution, margin or floor: those members are absent.
 */
export interface PricedView extends QuoteView {
  readonly priced: PricedQuote
}

/** Reads a quote with its current revision. */
export const loadView = async (read: Reads, id: string): Promise<QuoteView> => {
  const quote = await read.get(Quote, id)
  const revisions = await read.children(QuoteRevision, quote.id)
  const revision = revisions.find((row) => row.position === quote.currentRevision)
  if (!revision) throw new Error(`Quote ${quote.number} has no revision ${quote.currentRevision}`)
  return {
    quote,
    revision,
    lines: await read.children(QuoteLine, revision.id),
    footers: await read.children(FooterCharge, revision.id),
    instalments: await read.children(Instalment, revision.id),
  }
}

/** What the actor may see of a quote with its current revision; refuses with `NotFound`. */
export const loadShown = async (read: Reads, facts: Reads, id: string): Promise<QuoteView> => {
  const quote = await read.get(Quote, id)
  const current = (await loadView(facts, id)).revision
  const revision = (await read.children(QuoteRevision, quote.id)).find((row) => row.id === current.id)
  if (!revision) throw new NotFound({ entity: QuoteRevision.name, id: current.id })
  return {
    quote,
    revision,
    lines: await read.children(QuoteLine, revision.id),
    footers: await read.children(FooterCharge, revision.id),
    instalments: await read.children(Instalment, revision.id),
  }
}

/** Prices a view. */
export const priceView = (view: QuoteView, companyCurrency: string): PricedView => {
  const { quote, revision, lines, footers } = view
  return { ...view, priced: priceQuote(pricingInput(quote.currency, companyCurrency, revision, lines, footers)) }
}

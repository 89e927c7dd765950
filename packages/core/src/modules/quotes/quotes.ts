/** Quotes: create, change, send, decline. Accepting spans orders, projects, invoicing and capacity: see flows/acceptQuote. */
import { changeQuote } from "./changeQuote.ts"
import { createQuote } from "./createQuote.ts"
import { declineQuote } from "./declineQuote.ts"
import { Quote } from "./entities.ts"
import { previewQuote, quoteByNumber } from "./queries.ts"
import { sendQuote } from "./sendQuote.ts"

export { countedTasks } from "./plannedWork.ts"
export { UnknownReference } from "./refusals.ts"
export { loadView, type PricedView, priceView, type QuoteView } from "./view.ts"

/** The parts of the plugin that need no other noun than the quote's own. */
export const quotesParts = {
  needs: ["organisation", "parties", "catalogue"],
  entities: [Quote],
  reads: { quotes: Quote },
  commands: { create: createQuote, change: changeQuote, send: sendQuote, decline: declineQuote },
  queries: { preview: previewQuote, byNumber: quoteByNumber },
} as const

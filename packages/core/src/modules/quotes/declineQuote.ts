/** Declines a quote: the customer said no, and why. */
import { patch } from "../../kernel/changes.ts"
import { command, lock } from "../../kernel/command.ts"
import { text } from "../../kernel/field.ts"
import { Quote } from "./entities.ts"
import { AlreadyDecided, QuoteNotOpen } from "./refusals.ts"

/** Closes a sent quote without an order; refuses with `AlreadyDecided` and `QuoteNotOpen`. */
export const declineQuote = command({
  input: {
    quote: Quote.id,
    reason: text({ maxLength: 2000, pattern: /\S/, expected: "a reason of 1 to 2000 characters" }),
  },
  refuses: [AlreadyDecided, QuoteNotOpen],
  locks: (input) => [lock(Quote, input.quote)],
  decide: async (ctx, { quote: id, reason }) => {
    const quote = await ctx.read.get(Quote, id)
    if (quote.status === "accepted" || quote.status === "declined")
      return new AlreadyDecided({ quote: quote.number, status: quote.status })
    if (quote.status !== "sent") return new QuoteNotOpen({ quote: quote.number, status: quote.status, needed: "sent" })
    return {
      changes: [patch(Quote, quote, { status: "declined", decidedAt: ctx.now, declineReason: reason })],
      outcome: { quote: quote.id },
    }
  },
  answer: (read, { quote }) => read.get(Quote, quote),
})

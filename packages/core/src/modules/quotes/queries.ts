/** What may be asked of quotes. */
import { query } from "../../kernel/command.ts"
import { Quote } from "./entities.ts"
import { loadView, priceView } from "./view.ts"

/** The quote with the amounts of its current revision, by the function that sending uses. */
export const previewQuote = query({
  input: { quote: Quote.id },
  refuses: [],
  answer: async (ctx, { quote }) => priceView(await loadView(ctx.read, quote), ctx.currency),
})

/** The quote with this number. */
export const quoteByNumber = query({
  input: { number: Quote.fields.number },
  refuses: [],
  answer: async (ctx, { number }) => ({ quote: await ctx.read.one(Quote, { number }) }),
})

/** What may be asked of quotes. */
import { query } from "../../kernel/command.ts"
import { seesCosts, withoutCosts } from "./costs.ts"
import { Quote } from "./entities.ts"
import { loadShown, loadView, type PricedView, priceView } from "./view.ts"

/** The quote with the amounts of its current revision, by the function that sending uses. */
export const previewQuote = query({
  input: { quote: Quote.id },
  refuses: [],
  answer: async (ctx, { quote }): Promise<PricedView> => {
    const shown = await loadShown(ctx.read, ctx.facts, quote)
    const { priced } = priceView(await loadView(ctx.facts, quote), ctx.currency)
    return { ...shown, priced: seesCosts(ctx) ? priced : withoutCosts(priced) }
  },
})

/** The quote with this number. */
export const quoteByNumber = query({
  input: { number: Quote.fields.number },
  refuses: [],
  answer: async (ctx, { number }) => ({ quote: await ctx.read.one(Quote, { number }) }),
})

/** Creates a quote with its first revision, priced from the customer's lists and discounts. */
import { create } from "../../kernel/changes.ts"
import { command } from "../../kernel/command.ts"
import { isRefusal } from "../../kernel/errors.ts"
import { User } from "../organisation/entities.ts"
import { Quote } from "./entities.ts"
import { quoteInput } from "./givenQuote.ts"
import { priceGiven } from "./priceGiven.ts"
import { CannotPrice, CurrencyMixed, RateNeeded, SharesDoNotAddUp, UnknownReference } from "./refusals.ts"

/**
 * Creates a quote in draft, and gives it priced.
 *
 * Refuses with `UnknownReference`, `RateNeeded`, `CurrencyMixed`, `SharesDoNotAddUp` and `CannotPrice`, in this
 * order; before them with `InvalidInput` what is wrong whatever the records say.
 */
export const createQuote = command({
  input: quoteInput,
  refuses: [UnknownReference, RateNeeded, CurrencyMixed, SharesDoNotAddUp, CannotPrice],
  decide: async (ctx, given) => {
    const on = given.quotedOn ?? ctx.today
    const lines = await priceGiven(ctx, given, on)
    if (isRefusal(lines)) return lines
    const { vatScheme, exchangeRate, marginFloorPpm } = given
    const revision = { pricedOn: on, vatScheme, exchangeRate, marginFloorPpm }
    const id = ctx.newId(Quote)
    const number = `Q-${1000 + (await ctx.number("quote"))}`
    const { title, contact, reference, seller, projectManager, validityDays, wantedOn } = given
    const { unit } = await ctx.read.get(User, seller)
    const quote = create(Quote, id, {
      number,
      title,
      customer: given.customer,
      contact,
      reference,
      currency: given.currency,
      seller,
      unit,
      projectManager,
      status: "draft",
      quotedOn: on,
      validityDays,
      wantedOn,
      currentRevision: 1,
      revisions: [{ ...revision, isLocked: false, lines, footers: given.footers, instalments: given.instalments }],
    })
    return { changes: [quote], outcome: { quote: id } }
  },
  answer: (read, { quote }) => read.get(Quote, quote),
})

/** Sends a quote: from here on the revision is what the customer saw, to the cent and to the word. */
import { patch } from "../../kernel/changes.ts"
import { command, lock } from "../../kernel/command.ts"
import { date, type LocalDate, optional, text } from "../../kernel/field.ts"
import { contentHashOf } from "./contentHash.ts"
import { seesCosts } from "./costs.ts"
import { Quote, QuoteLine, QuoteRevision } from "./entities.ts"
import { MarginBelowRule, QuoteNotOpen } from "./refusals.ts"
import { loadShown, loadView, priceView } from "./view.ts"

/**
 * Locks the current revision with its amounts, its promise and the hash of its content, and starts its validity.
 *
 * Refuses with `QuoteNotOpen` unless it is a draft, and with `MarginBelowRule` if the whole is below its floor.
 */
export const sendQuote = command({
  input: {
    quote: Quote.id,
    /** The delivery date promised to the customer, and why it is that one. */
    promisedOn: optional(date()),
    promiseReason: optional(text({ maxLength: 4000 })),
  },
  refuses: [QuoteNotOpen, MarginBelowRule],
  locks: (input) => [lock(Quote, input.quote)],
  decide: async (ctx, { quote: id, promisedOn, promiseReason }) => {
    const view = priceView(await loadView(ctx.read, id), ctx.currency)
    const { quote, revision, priced } = view
    if (quote.status !== "draft")
      return new QuoteNotOpen({ quote: quote.number, status: quote.status, needed: "draft" })
    const blocked = priced.floors.find((floor) => floor.subjectId === undefined && floor.level === "block")
    if (blocked)
      return new MarginBelowRule({
        quote: quote.number,
        marginPpm: blocked.value ?? null,
        floorPpm: blocked.limit,
      })
    const { totals } = priced
    const amount = (minor: number) => ({ minor, currency: quote.currency })
    const validUntil = addDays(laterOf(quote.quotedOn, ctx.today), quote.validityDays)
    const contentHash = contentHashOf(view, { validUntil, promisedOn })
    return {
      changes: [
        patch(Quote, quote, { status: "sent", validUntil }),
        patch(QuoteRevision, revision, {
          isLocked: true,
          lockedAt: ctx.now,
          contentHash,
          net: amount(totals.netMinor),
          vat: amount(totals.vatMinor),
          total: amount(totals.payableMinor),
          cost: { minor: totals.costMinor, currency: ctx.currency },
          promisedOn,
          promiseReason,
        }),
        ...view.lines.map((line) => {
          const own = priced.lines.find(({ id: key }) => key === line.key)
          return patch(QuoteLine, line, {
            net: amount(own?.netMinor ?? 0),
            cost: { minor: own?.costMinor ?? 0, currency: ctx.currency },
          })
        }),
      ],
      outcome: { quote: quote.id },
    }
  },
  answer: async (read, { quote: id }, { facts }) => {
    const { quote, revision } = await loadShown(read, facts, id)
    return { quote, revision }
  },
  tells: (refused, ctx) =>
    MarginBelowRule.is(refused) && !seesCosts(ctx)
      ? new MarginBelowRule({ quote: refused.params.quote, marginPpm: null, floorPpm: null })
      : refused,
})

/** A draft may lie for weeks: an offer that the customer gets today is not past its validity already. */
const laterOf = (quotedOn: LocalDate, today: LocalDate): LocalDate => (quotedOn > today ? quotedOn : today)

const DAY = 86_400_000

const addDays = (from: LocalDate, days: number): LocalDate =>
  new Date(Date.parse(from) + days * DAY).toISOString().slice(0, 10) as LocalDate

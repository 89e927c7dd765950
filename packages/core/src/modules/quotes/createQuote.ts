/** Creates a quote with its first revision, priced from the customer's lists and discounts. */
import { priceQuote } from "@anbud/pricing"
import { create } from "../../kernel/changes.ts"
import { type CommandContext, command } from "../../kernel/command.ts"
import { isRefusal } from "../../kernel/errors.ts"
import type { LocalDate } from "../../kernel/field.ts"
import { type InputIssue, InvalidInput } from "../../kernel/refusals.ts"
import { Quote } from "./entities.ts"
import { type GivenQuote, givenIssues, missingRate, mixedCurrency, quoteInput, wrongShares } from "./givenQuote.ts"
import { findNamed, type NamedRecords } from "./namedRecords.ts"
import { buyerOf, loadPriceBook } from "./priceBook.ts"
import { priceLines } from "./priceLines.ts"
import { type PricedLineRecord, pricingInput, type RevisionRecord } from "./pricingInput.ts"
import { CannotPrice, CurrencyMixed, RateNeeded, SharesDoNotAddUp, UnknownReference } from "./refusals.ts"
import { loadView } from "./view.ts"

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
    const issues = givenIssues(ctx.currency, given)
    if (issues.length > 0) throw new InvalidInput({ issues })
    const named = await findNamed(ctx.read, given)
    if (isRefusal(named)) return named
    const refused =
      missingRate(ctx.currency, given) ?? mixedCurrency(ctx.currency, given, named.priceLists) ?? wrongShares(given)
    if (refused) return refused
    const on = given.quotedOn ?? ctx.today
    const lines = await pricedLines(ctx, given, named, on)
    if (isRefusal(lines)) return lines
    const { vatScheme, exchangeRate, marginFloorPpm } = given
    const revision = { pricedOn: on, vatScheme, exchangeRate, marginFloorPpm }
    const unpriced = pricingIssues(ctx.currency, given, revision, lines)
    if (unpriced.length > 0) return new CannotPrice({ issues: unpriced })
    const id = ctx.newId(Quote)
    const number = `Q-${1000 + (await ctx.number("quote"))}`
    const { title, contact, reference, seller, projectManager, validityDays, wantedOn } = given
    const quote = create(Quote, id, {
      number,
      title,
      customer: named.customer.id,
      contact,
      reference,
      currency: given.currency,
      seller,
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
  answer: async (read, { quote }) => {
    const view = await loadView(read, quote)
    return view.quote
  },
})

const pricedLines = async (
  ctx: CommandContext,
  given: GivenQuote,
  { customer, products, priceLists, costRates }: NamedRecords,
  on: LocalDate,
): Promise<readonly PricedLineRecord[] | CannotPrice> => {
  const buyer = buyerOf(customer)
  const book = await loadPriceBook(ctx.read, given.currency, ctx.currency, buyer, [...products.values()], priceLists)
  const company = given.exchangeRate === null ? null : { currency: ctx.currency, rate: given.exchangeRate }
  return priceLines({ book, buyer, currency: given.currency, company, on, products, costRates }, given.lines)
}

/** What keeps the whole from being priced: keys used twice, and what pricing itself finds wrong. */
const pricingIssues = (
  companyCurrency: string,
  given: GivenQuote,
  revision: RevisionRecord,
  lines: readonly PricedLineRecord[],
): readonly InputIssue[] => {
  const taken = new Set(lines.map(({ key }) => key))
  const repeated = given.footers.flatMap(({ key }, index) => {
    if (taken.size !== taken.add(key).size) return []
    return [{ path: `footers[${index}].key`, message: "DuplicateId" }]
  })
  const { issues } = priceQuote(pricingInput(given.currency, companyCurrency, revision, lines, given.footers))
  const errors = issues.filter((issue) => !("severity" in issue) || issue.severity === "error")
  return [...repeated, ...errors.map(({ path, _tag }) => ({ path, message: _tag }))]
}

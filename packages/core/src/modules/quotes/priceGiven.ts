/** Pricing what was given: a whole quote checked and its lines priced, the same for a new quote and a changed draft. */
import { priceQuote } from "@anbud/pricing"
import type { CommandContext } from "../../kernel/command.ts"
import { isRefusal } from "../../kernel/errors.ts"
import type { LocalDate } from "../../kernel/field.ts"
import { type InputIssue, InvalidInput } from "../../kernel/refusals.ts"
import { givenIssues, missingRate, mixedCurrency, type QuoteContent, wrongShares } from "./givenQuote.ts"
import { findNamed, type NamedRecords } from "./namedRecords.ts"
import { buyerOf, loadPriceBook } from "./priceBook.ts"
import { priceLines } from "./priceLines.ts"
import { type PricedLineRecord, pricingInput, type RevisionRecord } from "./pricingInput.ts"
import {
  CannotPrice,
  type CurrencyMixed,
  type RateNeeded,
  type SharesDoNotAddUp,
  type UnknownReference,
} from "./refusals.ts"

/** Why a quote's content is refused, in order of precedence. */
export type ContentRefused = UnknownReference | RateNeeded | CurrencyMixed | SharesDoNotAddUp | CannotPrice

/**
 * The lines of a quote with prices, discounts and costs as of the date; `kept` finds the lines that stay as they were
 * priced. Throws `InvalidInput` for what is wrong whatever the records say.
 */
export const priceGiven = async (
  ctx: CommandContext,
  given: QuoteContent,
  on: LocalDate,
  kept?: (index: number) => PricedLineRecord | undefined,
): Promise<readonly PricedLineRecord[] | ContentRefused> => {
  const issues = givenIssues(ctx.currency, given)
  if (issues.length > 0) throw new InvalidInput({ issues })
  const named = await findNamed(ctx, given)
  if (isRefusal(named)) return named
  const refused =
    missingRate(ctx.currency, given) ?? mixedCurrency(ctx.currency, given, named.priceLists) ?? wrongShares(given)
  if (refused) return refused
  const lines = await pricedLines(ctx, given, named, on, kept)
  if (isRefusal(lines)) return lines
  const unpriced = pricingIssues(ctx.currency, given, given, lines)
  return unpriced.length > 0 ? new CannotPrice({ issues: unpriced }) : lines
}

const pricedLines = async (
  ctx: CommandContext,
  given: QuoteContent,
  { customer, products, priceLists, costRates }: NamedRecords,
  on: LocalDate,
  kept?: (index: number) => PricedLineRecord | undefined,
): Promise<readonly PricedLineRecord[] | CannotPrice> => {
  const buyer = buyerOf(customer)
  const book = await loadPriceBook(ctx.read, given.currency, ctx.currency, buyer, [...products.values()], priceLists)
  const company = given.exchangeRate === null ? null : { currency: ctx.currency, rate: given.exchangeRate }
  return priceLines({ book, buyer, currency: given.currency, company, on, products, costRates }, given.lines, kept)
}

/** What keeps the whole from being priced: keys used twice, and what pricing itself finds wrong. */
const pricingIssues = (
  companyCurrency: string,
  given: QuoteContent,
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

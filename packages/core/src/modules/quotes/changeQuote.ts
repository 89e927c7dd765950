/** Changes a draft: its lines, footers and instalments by id. What is not named keeps its price to the cent. */
import type { Change, Values } from "../../kernel/changes.ts"
import { command, lock } from "../../kernel/command.ts"
import type { Entity } from "../../kernel/entity.ts"
import { isRefusal } from "../../kernel/errors.ts"
import { integer, optional, patchesOf } from "../../kernel/field.ts"
import { listAfter, listChanges } from "../../kernel/listPatch.ts"
import { VersionConflict } from "../../kernel/refusals.ts"
import { FooterCharge, Instalment, Quote, QuoteLine, QuoteRevision } from "./entities.ts"
import { type QuoteContent, quoteInput } from "./givenQuote.ts"
import { priceGiven } from "./priceGiven.ts"
import type { PricedLineRecord } from "./pricingInput.ts"
import { CannotPrice, CurrencyMixed, QuoteNotOpen, RateNeeded, SharesDoNotAddUp, UnknownReference } from "./refusals.ts"
import { loadView, type QuoteView } from "./view.ts"

/**
 * Changes the lists of a draft, `{ add, change, remove, move }` by id, and gives the quote.
 *
 * New lines, and lines whose product, quantity or plan changes, are priced as of the revision's date; all others keep
 * their prices and costs. Refuses with `QuoteNotOpen` unless it is a draft, with `VersionConflict` if `version` is
 * given and somebody was faster, and then as `quotes.create` does, by the paths of the lists as they would be.
 */
export const changeQuote = command({
  input: {
    quote: Quote.id,
    version: optional(integer({ min: 1 })),
    /** The ids of the only price lists to price from; all that are open to the customer by default. */
    priceLists: quoteInput.priceLists,
    lines: patchesOf(QuoteRevision.fields.lines),
    footers: patchesOf(QuoteRevision.fields.footers),
    instalments: patchesOf(QuoteRevision.fields.instalments),
  },
  refuses: [QuoteNotOpen, UnknownReference, RateNeeded, CurrencyMixed, SharesDoNotAddUp, CannotPrice],
  locks: (input) => [lock(Quote, input.quote)],
  decide: async (ctx, { quote: id, version, priceLists, ...lists }) => {
    const view = await loadView(ctx.read, id)
    const { quote, revision } = view
    if (quote.status !== "draft")
      return new QuoteNotOpen({ quote: quote.number, status: quote.status, needed: "draft" })
    if (version !== null && version !== quote.version)
      throw new VersionConflict({ entity: Quote.name, id: quote.id, expected: version, actual: quote.version })
    const changes = await listChanges(ctx, QuoteRevision, revision.id, lists, { ...view })
    const lines = listAfter(QuoteLine, view.lines, changes)
    const kept = keptLines(view, changes)
    const given = { ...contentOf(view, changes), priceLists, lines: lines.map(({ values }) => values) }
    const priced = await priceGiven(ctx, given as unknown as QuoteContent, revision.pricedOn, (index) => {
      const line = lines[index]
      return line && kept.has(line.id) ? (line.values as unknown as PricedLineRecord) : undefined
    })
    if (isRefusal(priced)) return priced
    const found = new Map(lines.map(({ id }, index) => [id, priced[index]]))
    return {
      changes: changes.map((change) => withPrices(change, kept, found)),
      outcome: { quote: quote.id },
    }
  },
  answer: (read, { quote }) => read.get(Quote, quote),
})

/** What a line's price, discount and cost were found for. */
const PRICED_BY = ["product", "quantity", "plan"]

/** The ids of the lines that keep their prices. */
const keptLines = ({ lines }: QuoteView, changes: readonly Change[]): ReadonlySet<string> => {
  const repriced = new Set(
    changes.flatMap((change) =>
      change.verb === "patch" && change.entity === QuoteLine && PRICED_BY.some((name) => name in change.set)
        ? [change.id]
        : [],
    ),
  )
  return new Set(lines.flatMap(({ id }) => (repriced.has(id) ? [] : [id])))
}

const contentOf = ({ quote, revision, ...view }: QuoteView, changes: readonly Change[]) => {
  const valuesOf = (part: Entity, rows: readonly { readonly id: string }[]) =>
    listAfter(part, rows, changes).map(({ values }) => values)
  const { customer, contact, currency, seller, projectManager } = quote
  const { exchangeRate, vatScheme, marginFloorPpm } = revision
  return {
    ...{ customer, contact, currency, seller, projectManager, exchangeRate, vatScheme, marginFloorPpm },
    footers: valuesOf(FooterCharge, view.footers),
    instalments: valuesOf(Instalment, view.instalments),
  }
}

/** A line that is priced anew is written with what was found for it. */
const withPrices = (
  change: Change,
  kept: ReadonlySet<string>,
  found: ReadonlyMap<string, PricedLineRecord | undefined>,
): Change => {
  if (change.entity !== QuoteLine || change.id === null || kept.has(change.id)) return change
  const prices = found.get(change.id) as unknown as Values | undefined
  if (change.verb === "add") return { ...change, values: { ...change.values, ...prices } }
  if (change.verb === "patch") return { ...change, set: { ...storedOf(prices), ...change.set } }
  return change
}

const storedOf = (prices: Values = {}): Values =>
  Object.fromEntries(
    Object.entries(QuoteLine.fields).flatMap(([name, { presence }]) =>
      presence === "stored" && name in prices ? [[name, prices[name]]] : [],
    ),
  )

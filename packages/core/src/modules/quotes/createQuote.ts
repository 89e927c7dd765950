/** Creates a quote with its first revision, priced from the customer's lists and discounts. */
import { priceQuote } from "@anbud/pricing"
import { create } from "../../kernel/changes.ts"
import { type CommandContext, command } from "../../kernel/command.ts"
import type { ValuesOf } from "../../kernel/entity.ts"
import {
  children,
  currency,
  date,
  decimal,
  defaulted,
  integer,
  json,
  optional,
  percent,
  ref,
  text,
} from "../../kernel/field.ts"
import { Product } from "../catalogue/entities.ts"
import { User } from "../organisation/entities.ts"
import { Company, Person } from "../parties/entities.ts"
import { FooterCharge, Instalment, Quote, QuoteLine, QuoteRevision } from "./entities.ts"
import { buyerOf, loadPriceBook } from "./priceBook.ts"
import { priceLines } from "./priceLines.ts"
import { pricingInput } from "./pricingInput.ts"
import { CannotPrice, CurrencyMixed, RateNeeded, SharesDoNotAddUp, UnknownReference } from "./refusals.ts"
import { loadView } from "./view.ts"

const input = {
  title: text(),
  customer: ref(Company),
  contact: optional(ref(Person)),
  reference: optional(text()),
  currency: currency(),
  /** One unit of the quote's currency in the firm's; needed where they differ. */
  exchangeRate: optional(decimal()),
  seller: ref(User),
  projectManager: optional(ref(User)),
  quotedOn: optional(date()),
  validityDays: defaulted(integer({ min: 1, max: 3650 }), 30),
  wantedOn: optional(date()),
  vatScheme: QuoteRevision.fields.vatScheme,
  marginFloorPpm: optional(percent()),
  /** The ids of the only price lists to use; all that are open to the customer by default. */
  priceLists: optional(json<readonly string[]>()),
  lines: children(QuoteLine, { by: "revision" }),
  footers: children(FooterCharge, { by: "revision" }),
  instalments: children(Instalment, { by: "revision" }),
}
type Given = ValuesOf<typeof input>

const ALL_PPM = 1_000_000

/**
 * Creates a quote in draft, and gives it priced.
 *
 * Refuses with `UnknownReference`, `RateNeeded`, `CurrencyMixed`, `SharesDoNotAddUp` and `CannotPrice`.
 */
export const createQuote = command({
  input,
  refuses: [UnknownReference, RateNeeded, CurrencyMixed, SharesDoNotAddUp, CannotPrice],
  decide: async (ctx, given) => {
    const customer = await ctx.read.one(Company, { id: given.customer })
    if (!customer) return new UnknownReference({ path: "customer", entity: Company.name, value: given.customer })
    const refused = wrongCurrency(ctx.currency, given) ?? wrongShares(given)
    if (refused) return refused
    const on = given.quotedOn ?? ctx.today
    const lines = await pricedLines(ctx, given, customer, on)
    const revision = {
      pricedOn: on,
      vatScheme: given.vatScheme,
      exchangeRate: given.exchangeRate,
      marginFloorPpm: given.marginFloorPpm,
    }
    const priced = priceQuote(pricingInput(given.currency, ctx.currency, revision, lines, given.footers))
    const errors = priced.issues.filter((issue) => !("severity" in issue) || issue.severity === "error")
    if (errors.length > 0) return new CannotPrice({ issues: errors.map(({ path, _tag }) => ({ path, message: _tag })) })
    const id = ctx.newId(Quote)
    const number = `Q-${1000 + (await ctx.number("quote"))}`
    const { title, contact, reference, seller, projectManager, validityDays, wantedOn } = given
    const quote = create(Quote, id, {
      number,
      title,
      customer: customer.id,
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

const pricedLines = async (ctx: CommandContext, given: Given, customer: Company, on: Given["quotedOn"] & string) => {
  const ids = [...new Set(given.lines.map((line) => line.product))]
  const products = await ctx.read.find(Product, { id: { in: ids } })
  const book = await loadPriceBook(ctx.read, given.currency, ctx.currency, products, given.priceLists)
  const company = given.exchangeRate === null ? null : { currency: ctx.currency, rate: given.exchangeRate }
  const scope = { read: ctx.read, book, buyer: buyerOf(customer), currency: given.currency, company, on }
  return priceLines(scope, given.lines, new Map(products.map((product) => [product.id, product])))
}

const wrongCurrency = (companyCurrency: string, given: Given) => {
  if (given.currency !== companyCurrency && given.exchangeRate === null)
    return new RateNeeded({ from: given.currency, to: companyCurrency })
  for (const [index, { amount, cost }] of given.footers.entries()) {
    const mixed = (path: string, expected: string, found: string) =>
      expected === found ? null : new CurrencyMixed({ path: `footers[${index}].${path}`, expected, found })
    const refused = mixed("amount", given.currency, amount.currency) ?? mixed("cost", companyCurrency, cost.currency)
    if (refused) return refused
  }
  return null
}

const wrongShares = (given: Given) => {
  if (given.instalments.length === 0) return null
  const sumPpm = given.instalments.reduce((sum, part) => sum + part.sharePpm, 0)
  return sumPpm === ALL_PPM ? null : new SharesDoNotAddUp({ sumPpm })
}

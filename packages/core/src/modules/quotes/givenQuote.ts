/** The quote as a caller gives it, and what is wrong with it before anything is looked up. */
import { parseDecimal } from "@anbud/pricing"
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
import type { InputIssue } from "../../kernel/refusals.ts"
import { User } from "../organisation/entities.ts"
import { Company, Person } from "../parties/entities.ts"
import { FooterCharge, Instalment, QuoteLine, QuoteRevision } from "./entities.ts"
import { planIssues } from "./planIssues.ts"
import { CurrencyMixed, RateNeeded, SharesDoNotAddUp } from "./refusals.ts"

/** What `quotes.create` takes. */
export const quoteInput = {
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

/** A quote as it was given, decoded. */
export type GivenQuote = ValuesOf<typeof quoteInput>
/** The part of it that its prices depend on. */
export type QuoteContent = Omit<GivenQuote, "title" | "reference" | "quotedOn" | "validityDays" | "wantedOn">

const ALL_PPM = 1_000_000

/** What no record can make right: shapes of embedded values, shares and rates out of range. */
export const givenIssues = (companyCurrency: string, given: QuoteContent): readonly InputIssue[] => [
  ...listIssues(given.priceLists),
  ...rateIssues(companyCurrency, given),
  ...planIssues(given.lines),
  ...given.instalments.flatMap(({ sharePpm, dueRule, task }, index): readonly InputIssue[] => [
    ...(sharePpm > 0 && sharePpm <= ALL_PPM
      ? []
      : [{ path: `instalments[${index}].sharePpm`, message: "must be more than 0 % and at most 100 %" }]),
    ...((dueRule === "afterTask") === (task !== null)
      ? []
      : [{ path: `instalments[${index}].task`, message: "must be named where the part is due after a task" }]),
  ]),
]

const listIssues = (lists: unknown): readonly InputIssue[] =>
  lists === null || (Array.isArray(lists) && lists.every((id) => typeof id === "string"))
    ? []
    : [{ path: "priceLists", message: "must be a list of ids" }]

const rateIssues = (companyCurrency: string, { currency, exchangeRate }: QuoteContent): readonly InputIssue[] => {
  if (exchangeRate === null) return []
  if (currency === companyCurrency)
    return [{ path: "exchangeRate", message: `must not be given for a quote in ${currency}, the firm's own currency` }]
  const rate = parseDecimal(exchangeRate)
  return rate.ok && rate.value.mantissa > 0 ? [] : [{ path: "exchangeRate", message: "must be above 0" }]
}

/** Refuses a quote without the rate that it needs, with `RateNeeded`. */
export const missingRate = (companyCurrency: string, { currency, exchangeRate }: QuoteContent): RateNeeded | null =>
  currency !== companyCurrency && exchangeRate === null ? new RateNeeded({ from: currency, to: companyCurrency }) : null

/** Refuses what is in another currency than its place asks for, with `CurrencyMixed`. */
export const mixedCurrency = (
  companyCurrency: string,
  given: QuoteContent,
  priceLists: readonly { readonly id: string; readonly currency: string }[] | null,
): CurrencyMixed | null => {
  const listed = new Map((priceLists ?? []).map(({ id, currency }) => [id, currency]))
  const places = [
    ...(given.priceLists ?? []).map((id, index) => [`priceLists[${index}]`, given.currency, listed.get(id)] as const),
    ...given.footers.flatMap(({ amount, cost }, index) => [
      [`footers[${index}].amount`, given.currency, amount.currency] as const,
      [`footers[${index}].cost`, companyCurrency, cost.currency] as const,
    ]),
  ]
  for (const [path, expected, found] of places)
    if (found !== undefined && found !== expected) return new CurrencyMixed({ path, expected, found })
  return null
}

/** Refuses instalments that are not the whole, with `SharesDoNotAddUp`; none at all is one part. */
export const wrongShares = ({ instalments }: QuoteContent): SharesDoNotAddUp | null => {
  const sumPpm = instalments.reduce((sum, part) => sum + part.sharePpm, 0)
  return instalments.length === 0 || sumPpm === ALL_PPM ? null : new SharesDoNotAddUp({ sumPpm })
}

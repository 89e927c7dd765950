/** Why the commands on quotes refuse. */
import { type RefusalOf, refusal } from "../../kernel/errors.ts"
import { json, text } from "../../kernel/field.ts"

/**
 * A line cannot be priced: no list has the product, rows contradict each other, or a number is not exact.
 *
 * Correct each line that is named: put the product on a price list, end one of two rows that contradict each other,
 * or give the planned people an hour cost.
 */
export const CannotPrice = refusal(
  "CannotPrice",
  { issues: json<readonly { readonly path: string; readonly message: string }[]>() },
  { en: "The quote cannot be priced: {issues}.", sv: "Offerten kan inte prissättas: {issues}." },
  422,
)
export type CannotPrice = RefusalOf<typeof CannotPrice>

/**
 * A number, key or login that the input names does not exist.
 *
 * Create what is named first, or correct the name at the path.
 */
export const UnknownReference = refusal(
  "UnknownReference",
  { path: text(), entity: text(), value: text() },
  { en: "{path}: there is no {entity} {value}.", sv: "{path}: det finns ingen {entity} {value}." },
  422,
)
export type UnknownReference = RefusalOf<typeof UnknownReference>

/**
 * The quote is not in the firm's currency and has no rate to it.
 *
 * Give `exchangeRate`: one unit of the quote's currency in the firm's.
 */
export const RateNeeded = refusal(
  "RateNeeded",
  { from: text(), to: text() },
  {
    en: "A quote in {from} needs exchangeRate: how many {to} one {from} is worth.",
    sv: "En offert i {from} behöver exchangeRate: hur många {to} en {from} är värd.",
  },
  422,
)
export type RateNeeded = RefusalOf<typeof RateNeeded>

/**
 * An amount or a price list is in another currency than its place in the quote asks for.
 *
 * Give the amount in the currency that is expected, or choose a price list in it.
 */
export const CurrencyMixed = refusal(
  "CurrencyMixed",
  { path: text(), expected: text(), found: text() },
  {
    en: "{path} is in {found} but must be in {expected}: a quote has one currency, and costs are in the firm's.",
    sv: "{path} är i {found} men måste vara i {expected}: en offert har en valuta, och kostnader är i firmans.",
  },
  422,
)
export type CurrencyMixed = RefusalOf<typeof CurrencyMixed>

/**
 * The instalments do not add up to the whole.
 *
 * Change the shares so that they are 1 000 000 ppm together.
 */
export const SharesDoNotAddUp = refusal(
  "SharesDoNotAddUp",
  { sumPpm: json<number>() },
  { en: "The instalments add up to {sumPpm} ppm, not 1000000.", sv: "Delarna blir {sumPpm} ppm, inte 1000000." },
  422,
)
export type SharesDoNotAddUp = RefusalOf<typeof SharesDoNotAddUp>

/**
 * The quote is not in a state in which this can be done.
 *
 * Read the quote: `needed` says in which state this can be done.
 */
export const QuoteNotOpen = refusal(
  "QuoteNotOpen",
  { quote: text(), status: text(), needed: text() },
  { en: "Quote {quote} is {status}; it must be {needed}.", sv: "Offert {quote} är {status}; den måste vara {needed}." },
)
export type QuoteNotOpen = RefusalOf<typeof QuoteNotOpen>

/**
 * The whole quote is below its margin floor and may not leave the house; no numbers for who may not see costs.
 *
 * Raise prices, lower costs, or have the floor of the revision changed by someone who may.
 */
export const MarginBelowRule = refusal(
  "MarginBelowRule",
  { quote: text(), marginPpm: json<number | null>(), floorPpm: json<number | null>() },
  {
    en: ({ quote, marginPpm, floorPpm }) =>
      floorPpm === null
        ? `Quote ${quote} earns less than its floor.`
        : `Quote ${quote} earns ${marginPpm} ppm, below its floor of ${floorPpm} ppm.`,
    sv: ({ quote, marginPpm, floorPpm }) =>
      floorPpm === null
        ? `Offert ${quote} ger mindre än sitt golv.`
        : `Offert ${quote} ger ${marginPpm} ppm, under golvet ${floorPpm} ppm.`,
  },
)
export type MarginBelowRule = RefusalOf<typeof MarginBelowRule>

/**
 * The quote can no longer be accepted: its validity has passed.
 *
 * Make a new revision or a new quote with today's prices.
 */
export const QuoteExpired = refusal(
  "QuoteExpired",
  { quote: text(), validUntil: text() },
  { en: "Quote {quote} expired on {validUntil}.", sv: "Offert {quote} gick ut {validUntil}." },
)
export type QuoteExpired = RefusalOf<typeof QuoteExpired>

/**
 * The quote was accepted or declined before.
 *
 * Read the quote again: its status says what was decided. To sell again, make a new quote.
 */
export const AlreadyDecided = refusal(
  "AlreadyDecided",
  { quote: text(), status: text() },
  { en: "Quote {quote} is already {status}.", sv: "Offert {quote} är redan {status}." },
)
export type AlreadyDecided = RefusalOf<typeof AlreadyDecided>

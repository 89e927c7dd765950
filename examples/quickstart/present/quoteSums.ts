/**
 * A quote must add up on paper: whoever checks it with a pocket calculator finds every sum that is printed.
 */
import { amount, currencyDecimals } from "./amount.ts"
import type { LineView, QuoteView } from "./quoteView.ts"

/**
 * What does not add up, in words; nothing when all does.
 *
 * Checked: quantity × price less discount against each line that prints a price, lines against sections, sections
 * and VAT bases against the net, net and VAT against the payable amount, instalments against the totals.
 */
export const sumErrors = (quote: QuoteView): readonly string[] => {
  const { totals, currency } = quote
  const differs = (what: string, printed: number, found: number): string[] =>
    printed === found
      ? []
      : [`${what}: ${amount(printed, currency)} is printed, the parts make ${amount(found, currency)}`]
  const lines = [...quote.sections.flatMap((section) => section.lines), ...quote.options]
  return [
    ...lines.flatMap((line) =>
      differs(`position ${line.position}`, line.netMinor, lineNet(line, currency) ?? line.netMinor),
    ),
    ...quote.sections.flatMap((section) =>
      differs(section.title, section.netMinor, sum(section.lines.map(({ netMinor }) => netMinor))),
    ),
    ...differs("net", totals.netMinor, sum(quote.sections.map(({ netMinor }) => netMinor))),
    ...differs("VAT base", totals.netMinor, sum(quote.vat.map(({ baseMinor }) => baseMinor))),
    ...differs("VAT", totals.vatMinor, sum(quote.vat.map(({ vatMinor }) => vatMinor))),
    ...differs("payable", totals.payableMinor, totals.netMinor + totals.vatMinor + (totals.roundingMinor ?? 0)),
    ...differs("instalments, net", totals.netMinor, sum(quote.plan.map(({ netMinor }) => netMinor))),
    ...differs("instalments, VAT", totals.vatMinor, sum(quote.plan.map(({ vatMinor }) => vatMinor))),
    ...quote.plan.flatMap((part) => differs(part.label, part.payableMinor, part.netMinor + part.vatMinor)),
  ]
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The net that a line's printed quantity, price and discount lead to; `undefined` where no price is printed. */
const lineNet = (line: LineView, currency: string): number | undefined => {
  if (line.unitPrice === undefined) return undefined
  const million = 1_000_000n
  const exact = scaled(line.quantity) * scaled(line.unitPrice) * (million - BigInt(line.discountPpm ?? 0))
  // Three factors of six places each, less the decimals that the minor unit keeps.
  const divisor = million ** 3n / 10n ** BigInt(currencyDecimals(currency))
  const half = exact < 0n ? -divisor / 2n : divisor / 2n
  return Number((exact + half) / divisor)
}

const scaled = (text: string): bigint => {
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".")
  const size = BigInt(whole + fraction.padEnd(6, "0"))
  return text.startsWith("-") ? -size : size
}

/** Short ways to write a quote in a test. */
import type { Quote, QuoteLine, Vat } from "../src/index.ts"

export const standard = (percent: number): Vat => ({ category: "S", ratePpm: Math.round(percent * 10_000) })

/** A line at 25 % VAT unless said. */
export const line = (id: string, unitPrice: string, more: Partial<QuoteLine> = {}): QuoteLine => ({
  id,
  unitPrice,
  vat: standard(25),
  ...more,
})

export const quote = (lines: readonly QuoteLine[], more: Partial<Quote> = {}): Quote => ({
  currency: "SEK",
  lines,
  ...more,
})

export const netsOf = (priced: { readonly lines: readonly { readonly netMinor: number }[] }): readonly number[] =>
  priced.lines.map(({ netMinor }) => netMinor)

export const sum = (values: Iterable<number>): number => {
  let total = 0
  for (const value of values) total += value
  return total
}

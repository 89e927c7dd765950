/** The entry without look-up: the same amounts from less code. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as whole from "../src/index.ts"
import { priceQuote } from "../src/withoutBook.ts"
import { quoteWithCosts } from "./arbitraries.ts"
import { line, quote } from "./quotes.ts"

describe("@anbud/pricing/without-book", () => {
  test("gives the same bytes, which the whole package explains and re-prices", () => {
    fc.assert(
      fc.property(quoteWithCosts, (one) => {
        const priced = priceQuote(one)
        expect(JSON.stringify(priced)).toBe(JSON.stringify(whole.priceQuote(one)))
        expect(JSON.stringify(whole.whyAll(priced))).toBe(JSON.stringify(whole.whyAll(whole.priceQuote(one))))
        const changed = [{ ...one.lines[0]!, unitPrice: "99.95" }]
        expect(JSON.stringify(whole.reprice(priced, changed))).toBe(
          JSON.stringify(whole.priceQuote(whole.reprice(priced, changed).quote)),
        )
      }),
      { numRuns: 200, seed: 4 },
    )
  })

  test("a line without a price of its own gets an issue, book or not; the others are priced", () => {
    const { unitPrice: _, ...bare } = line("a", "1.00", { productId: "P" })
    const list: whole.PriceList = {
      id: "std",
      currency: "SEK",
      scope: { kind: "standard" },
      entries: [{ id: "e", productId: "P", price: { kind: "fixed", unitPrice: "5.00" } }],
    }
    const asked = quote([bare, line("b", "2.00")], { book: { lists: [list], discounts: [] }, date: "2025-03-14" })
    const priced = priceQuote(asked)
    expect(priced.issues).toEqual([{ _tag: "NoPrice", path: "lines[0].unitPrice", severity: "error", productId: "P" }])
    expect(priced.totals).toMatchObject({ isComplete: false, netMinor: 2_00 })
    expect(whole.priceQuote(asked).totals).toMatchObject({ isComplete: true, netMinor: 7_00 })
  })
})

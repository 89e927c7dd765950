/** Faults that were found, each with its shortest input: a fixed bug leaves a row. */
import { findPrice, type PriceBook, priceQuote, solve } from "@anbud/pricing"
import { describe, expect, test } from "vitest"

describe("a price derived from a base list in the company's currency is converted once", () => {
  const book = (price: PriceBook["lists"][number]["entries"][number]["price"]): PriceBook => ({
    discounts: [],
    lists: [
      {
        id: "base",
        currency: "SEK",
        scope: { kind: "standard" },
        entries: [{ id: "b", productId: "P", price: { kind: "fixed", unitPrice: "100" } }],
      },
      {
        id: "own",
        currency: "SEK",
        scope: { kind: "customer", customerId: "K" },
        baseListId: "base",
        entries: [{ id: "o", productId: "P", price }],
      },
    ],
  })
  test.each([
    ["10 % more", { kind: "percent", changePpm: 100_000 }, "EUR", "11"],
    ["10 % more at home", { kind: "percent", changePpm: 100_000 }, "SEK", "110"],
    ["50 SEK more", { kind: "surcharge", amount: "50" }, "EUR", "15"],
  ] as const)("%s", (_, price, currency, expected) => {
    const company = { currency: "SEK", rate: "10" }
    const request = { buyer: { customerId: "K" }, productId: "P", quantity: 1, date: "2025-03-14", currency }
    const found = findPrice({ ...request, ...(currency === "SEK" ? {} : { company }) }, book(price))
    expect(found.ok && found.value.unitPrice).toBe(expected)
  })
})

const vat = { category: "S", ratePpm: 250_000 } as const

test("a cost that cannot be read leaves the quote incomplete, and no margin is solved on it", () => {
  const quote = {
    currency: "SEK",
    lines: [
      { id: "a", unitPrice: "100.00", unitCost: "50,00", vat },
      { id: "b", unitPrice: "100.00", unitCost: "60.00", vat },
    ],
  }
  const priced = priceQuote(quote)
  expect(priced.totals).toMatchObject({ isComplete: false, netMinor: 20_000, costMinor: 6_000 })
  const solved = solve(quote, { target: { kind: "margin", ratePpm: 700_000 } })
  expect(!solved.ok && solved.error._tag).toBe("QuoteIncomplete")
})

test("a fixed bundle without components is an issue, in a flat quote too", () => {
  const priced = priceQuote({
    currency: "SEK",
    lines: [
      { id: "a", unitPrice: "100.00", vat },
      { id: "p", kind: "bundle", bundlePrice: "fixed", unitPrice: "80.00" },
    ],
  })
  expect(priced.issues).toMatchObject([{ _tag: "NoTarget", path: "lines[1]" }])
  expect(priced.totals.netMinor).toBe(10_000)
})

test("a date that is not in the calendar is no date", () => {
  const book: PriceBook = { lists: [], discounts: [], products: [{ id: "P", listPrice: "10", currency: "SEK" }] }
  const dated = (date: string) => priceQuote({ currency: "SEK", date, book, lines: [{ id: "a", productId: "P", vat }] })
  expect(dated("2025-02-30").issues).toMatchObject([{ _tag: "InvalidDate", path: "date" }])
  expect(dated("2024-02-29").issues).toEqual([])
})

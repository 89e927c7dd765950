/** Faults that were found, each with its shortest input: a fixed bug leaves a row. */
import { findPrice, freeze, indexedPrice, type PriceBook, priceQuote, solve, why } from "@anbud/pricing"
import { describe, expect, test } from "vitest"
import { quote } from "./quotes.ts"

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

test("a cost beyond every safe amount in the company's currency is an issue, not an exception", () => {
  const costs = [{ id: "c", role: "external", unitCost: "1.50", quantity: "2", currency: "EUR" }] as const
  const lines = [
    { id: "a", unitPrice: "10.00", vat, costs },
    { id: "b", unitPrice: "5.00", vat },
  ]
  const company = { currency: "SEK", rate: "999999999999999" }
  const priced = priceQuote({ currency: "EUR", company, lines })
  expect(priced.issues[0]).toMatchObject({ _tag: "MoneyOverflow", path: "lines[0].costs[0].unitCost" })
  expect(priced.totals).toMatchObject({ isComplete: false, netMinor: 15_00, costMinor: 0 })
  const overhead = { kind: "percent", ratePpm: Number.MAX_SAFE_INTEGER } as const
  const dear = priceQuote({ currency: "EUR", lines: [{ ...lines[0]!, costs: [{ ...costs[0], overhead }] }] })
  expect(dear.totals.overheadMinor).toBe(2_702_159_776_422)
  const dearer = { ...costs[0], unitCost: "9999999.00", overhead }
  expect(priceQuote({ currency: "EUR", lines: [{ ...lines[0]!, costs: [dearer] }] }).issues).toMatchObject([
    { _tag: "MoneyOverflow", path: "lines[0].costs[0].overhead.ratePpm" },
  ])
})

describe("tiers add up beyond the digits of a text", () => {
  const book = (unitPrice: string): PriceBook => ({
    discounts: [],
    lists: [
      {
        id: "std",
        currency: "SEK",
        scope: { kind: "standard" },
        entries: [{ id: "e", productId: "P", price: { kind: "tiers", by: "graduated", tiers: [{ unitPrice }] } }],
      },
    ],
  })
  const request = { buyer: {}, productId: "P", date: "2025-03-14", currency: "SEK" }

  test("a large quantity has its exact price", () => {
    const found = findPrice({ ...request, quantity: "900000000000000" }, book("12.50"))
    expect(found).toMatchObject({ ok: true, value: { unitPrice: "11250000000000000", perQuantity: "900000000000000" } })
  })

  test("in a quote it is an issue: no line holds so much", () => {
    const lines = [{ id: "a", productId: "P", quantity: "900000000000000", vat }]
    const priced = priceQuote({ currency: "SEK", date: "2025-03-14", book: book("12.50"), lines })
    expect(priced.issues).toMatchObject([{ _tag: "InexactInput", path: "lines[0].unitPrice", reason: "tooManyDigits" }])
  })
})

test("eight lists of twenty percentages each, one on the other, are read once each", () => {
  const lists: PriceBook["lists"] = Array.from({ length: 8 }, (_, at) => ({
    id: `l${at}`,
    currency: "SEK",
    scope: at === 0 ? { kind: "standard" } : { kind: "project", projectId: "none" },
    ...(at === 7 ? {} : { baseListId: `l${at + 1}` }),
    entries: Array.from({ length: 20 }, (__, row) => ({
      id: `e${at}-${row}`,
      productId: "P",
      minQuantity: row,
      price: at === 7 ? { kind: "fixed", unitPrice: "100" } : { kind: "percent", changePpm: 100_000 },
    })),
  }))
  const request = { buyer: {}, productId: "P", quantity: 20, date: "2025-03-14", currency: "SEK" }
  expect(findPrice(request, { lists, discounts: [] })).toMatchObject({ ok: true, value: { unitPrice: "194.8717" } })
})

test.each([0.5, -1, 2_000_000, Number.NaN])("a general discount of %s ppm is refused and not given", (ppm) => {
  const buyer = { generalDiscountPpm: ppm }
  const book: PriceBook = { lists: [], discounts: [], products: [{ id: "P", listPrice: "10", currency: "SEK" }] }
  const lines = [{ id: "a", productId: "P", vat }]
  const priced = priceQuote({ currency: "SEK", date: "2025-03-14", buyer, book, lines })
  expect(priced.issues).toMatchObject([{ _tag: "InvalidShape", path: "buyer" }])
  expect(priced.totals).toMatchObject({ isComplete: false, netMinor: 10_00 })
})

test.each([Number.NaN, -1, 0.5])("a largest change of %s is refused", (maxChangePpm) => {
  const quote = { currency: "SEK", lines: [{ id: "a", unitPrice: "10.00", vat }] }
  const solved = solve(quote, { target: { kind: "net", amount: "9" }, maxChangePpm })
  expect(!solved.ok && solved.error).toEqual({ _tag: "InvalidTarget", path: "maxChangePpm" })
})

test.each([-1, 7, 0.5, Number.NaN])("an index price with %s decimals is refused", (decimals) => {
  const indexed = indexedPrice({ price: "100", base: "1", now: "1.1", decimals })
  expect(!indexed.ok && indexed.error).toMatchObject({ _tag: "InvalidAmount", path: "decimals" })
})

test("a hidden charge that had to stay visible stays so when the quote is frozen", () => {
  const locked = { unitPrice: "10.00", vat, lock: "net", isEssential: true } as const
  const footers = [{ id: "f", amount: { kind: "fixed", amount: "5.00" }, visibility: "hidden" }] as const
  const priced = priceQuote({
    currency: "SEK",
    lines: [
      { id: "a", ...locked },
      { id: "b", ...locked },
    ],
    footers,
  })
  expect(priced.totals).toMatchObject({ linesNetMinor: 20_00, chargesMinor: 5_00 })
  expect(priceQuote(freeze(priced)).totals).toEqual(priced.totals)
})

test("the margin of a section weighs only discounts of lines that count", () => {
  const inside = { unitPrice: "100.00", discountPpm: 100_000, vat, sectionId: "s" }
  const priced = priceQuote({
    currency: "SEK",
    sections: [{ id: "s" }],
    lines: [
      { id: "a", ...inside },
      { id: "b", ...inside, option: "offered" },
    ],
    marginRules: [{ id: "r", appliesTo: "section", measure: "maxDiscountPpm", blockBelow: 150_000 }],
  })
  expect(priced.floors).toMatchObject([{ level: "ok", value: 100_000, floorMinor: 85_00 }])
})

test("minus zero as a VAT rate is zero in the result", () => {
  const priced = priceQuote({
    currency: "SEK",
    lines: [{ id: "a", unitPrice: "10.00", vat: { category: "Z", ratePpm: -0 } }],
  })
  expect(Object.is(priced.lines[0]!.vat?.ratePpm, 0)).toBe(true)
})

test("what is wrong with a discount is left out of the explanation as it is of the price", () => {
  const discounts = [
    { id: "x", ratePpm: 0.5 },
    { id: "y", ratePpm: 100_000 },
    { id: "z", amount: "500.00" },
  ]
  const charges = [{ id: "c", ratePpm: Number.NaN }]
  const priced = priceQuote({ currency: "SEK", lines: [{ id: "a", unitPrice: "100.00", vat, discounts, charges }] })
  expect(priced.issues.map(({ _tag }) => _tag)).toEqual(["PercentOutOfRange", "DiscountTooLarge", "PercentOutOfRange"])
  expect(why(priced, "a")).toMatchObject({
    totalMinor: 90_00,
    steps: [{ roundedMinor: 100_00 }, { roundedMinor: -10_00 }],
  })
})

test.each([
  [{ ratePpm: 1_000_001 }, { _tag: "PercentOutOfRange", path: "book.discounts[1].ratePpm", got: 1_000_001 }],
  [{ ratePpm: Number.NaN }, { _tag: "PercentOutOfRange", path: "book.discounts[1].ratePpm" }],
  [{ minQuantity: "1,5" }, { _tag: "InexactInput", path: "book.discounts[1].minQuantity", got: "1,5" }],
])("a row of the matrix with %j is an issue of the quote that would use it, once", (broken, issue) => {
  const row = (id: string, customerId: string, more: object) => ({
    id,
    subject: { kind: "customer" as const, customerId },
    target: { kind: "all" as const },
    ratePpm: 100_000,
    ...more,
  })
  const ask = (customerId: string, kind: "offered" | "chosen") =>
    priceQuote(
      quote(
        [
          { id: "a", productId: "P1", option: kind },
          { id: "b", productId: "P1", option: kind },
        ],
        {
          date: "2025-03-14",
          buyer: { customerId },
          book: {
            lists: [
              {
                id: "l",
                scope: { kind: "standard" },
                currency: "SEK",
                entries: [{ id: "e", productId: "P1", price: { kind: "fixed", unitPrice: "10.00" } }],
              },
            ],
            products: [{ id: "P1", vat: { category: "S", ratePpm: 250_000 } }],
            discounts: [row("sound", "K1", {}), row("broken", "K2", broken)],
          },
        },
      ),
    )
  expect(ask("K2", "chosen")).toMatchObject({ issues: [issue], totals: { isComplete: false, netMinor: 20_00 } })
  expect(ask("K2", "offered")).toMatchObject({ issues: [issue], totals: { isComplete: true } })
  expect(ask("K1", "chosen")).toMatchObject({ issues: [], totals: { isComplete: true, netMinor: 18_00 } })
})

test("a solution whose prices would leave the safe integers is refused, not given with a line missing", () => {
  const vat = { category: "S", ratePpm: 250_000 } as const
  // 50 000 000 000 000.00 before its discount, 50 000 000.00 after it.
  const hidden = { id: "a", quantity: "1000000", unitPrice: "50000000", discountPpm: 999_999, vat }
  const input = quote([hidden, { id: "b", unitPrice: "100.00", vat }])
  expect(solve(input, { target: { kind: "net", amount: "120000000.00" } })).toEqual({
    ok: false,
    error: { _tag: "QuoteIncomplete", tags: ["MoneyOverflow"] },
  })
})

test("a price that was off the grid, and is moved for the last cents, comes to stand on it", () => {
  const lines = [
    { id: "a", quantity: "7", unitPrice: "10.00", vat },
    { id: "b", quantity: "2", unitPrice: "0.005", vat },
  ]
  const solved = solve({ currency: "SEK", lines }, { target: { kind: "net", amount: "35.03" }, residual: "gridSearch" })
  if (!solved.ok) throw new Error(solved.error._tag)
  for (const { unitPrice, priceOrigin } of solved.value.priced.lines)
    if (priceOrigin === "solved") expect(unitPrice).toMatch(/^\d+(\.\d{1,2})?$/)
  expect(solved.value.reachedMinor === 35_03).toBe(solved.value.isReached)
})

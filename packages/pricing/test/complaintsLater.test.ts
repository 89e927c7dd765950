/** R24 to R31, R35 and R36: what users of other systems complain about, each as the numbers we promise instead. */
import { describe, expect, test } from "vitest"
import {
  absorbNegativeLines,
  contentHash,
  diff,
  findPrice,
  freeze,
  isApproved,
  lintPriceList,
  type PriceBook,
  priceQuote,
  solve,
  toInvoice,
  why,
} from "../src/index.ts"
import { line, netsOf, quote, standard, sum } from "./quotes.ts"

const fixed = (id: string, amount: string, more: object = {}) => ({
  id,
  amount: { kind: "fixed" as const, amount },
  ...more,
})

describe("R24 to R28: price lists", () => {
  const entry = (id: string, unitPrice: string, more: object = {}) => ({
    id,
    productId: "P",
    price: { kind: "fixed" as const, unitPrice },
    ...more,
  })
  const standardList = (entries: readonly ReturnType<typeof entry>[], more: object = {}): PriceBook => ({
    lists: [{ id: "std", currency: "SEK", scope: { kind: "standard" }, entries, ...more }],
    discounts: [],
  })
  const request = { buyer: {}, productId: "P", quantity: 1, date: "2025-03-14", currency: "SEK" }

  test("R24 the winner is decided by rank, an expired or future row never wins, a tie is AmbiguousPrice", () => {
    const book = standardList([
      entry("old", "1.00", { validTo: "2025-03-13" }),
      entry("future", "2.00", { validFrom: "2025-03-15" }),
      entry("base", "10.00"),
      entry("spring", "9.00", { validFrom: "2025-03-01" }),
    ])
    const found = findPrice(request, book)
    expect(found).toMatchObject({ ok: true, value: { unitPrice: "9", rowId: "spring" } })
    expect(found.ok && Object.fromEntries(found.value.trace.map(({ rowId, outcome }) => [rowId, outcome]))).toEqual({
      old: "expired",
      future: "notYetValid",
      base: "olderRow",
      spring: "won",
    })
    const tie = standardList([entry("x", "10.00"), entry("y", "11.00")])
    expect(findPrice(request, tie)).toMatchObject({ ok: false, error: { _tag: "AmbiguousPrice", rowIds: ["x", "y"] } })
    const same = standardList([entry("x", "10.00"), entry("y", "10.0")])
    expect(findPrice(request, same)).toMatchObject({ ok: true, value: { rowId: "x" } })
    expect(findPrice({ ...request, productId: "Q" }, book)).toMatchObject({ ok: false, error: { _tag: "NoPrice" } })
  })

  test("R25 the quantity is converted to the tier's unit before the tier is looked up", () => {
    const book: PriceBook = {
      ...standardList([
        entry("one", "1.60", { unit: "piece" }),
        entry("many", "1.50", { unit: "piece", minQuantity: "24" }),
      ]),
      units: [{ from: "box", to: "piece", factor: "12" }],
    }
    const boxes = (quantity: string) => findPrice({ ...request, quantity, unit: "box" }, book)
    expect(boxes("1.999")).toMatchObject({ ok: true, value: { rowId: "one" } })
    const two = priceQuote(
      quote([{ id: "a", productId: "P", quantity: "2", unit: "box", vat: standard(25) }], { book, date: "2025-03-14" }),
    )
    expect(netsOf(two)).toEqual([36_00])
    expect(findPrice({ ...request, unit: "pallet" }, book)).toMatchObject({
      ok: false,
      error: { _tag: "UnknownUnit", from: "pallet", to: "piece" },
    })
    const perBox: PriceBook = { ...standardList([entry("box", "18.00", { unit: "box" })]), units: book.units! }
    const pieces = priceQuote(
      quote([{ id: "a", productId: "P", quantity: "5", unit: "piece", vat: standard(25) }], {
        book: perBox,
        date: "2025-03-14",
      }),
    )
    expect(netsOf(pieces)).toEqual([7_50])
  })

  test("R25 a tier of a group is reached by all its lines together, in one pass", () => {
    const groupRow = (id: string, unitPrice: string, more: object = {}) => ({
      id,
      groupId: "bolts",
      price: { kind: "fixed" as const, unitPrice },
      ...more,
    })
    const book: PriceBook = {
      products: ["A", "B"].map((id) => ({ id, groupIds: ["bolts"], vat: standard(25) })),
      lists: [
        {
          id: "std",
          currency: "SEK",
          scope: { kind: "standard" },
          entries: [groupRow("one", "2.00"), groupRow("hundred", "1.00", { minQuantity: "100", tierBy: "group" })],
        },
      ],
      discounts: [],
    }
    const order = (first: string, second: string) =>
      netsOf(
        priceQuote(
          quote(
            [
              { id: "a", productId: "A", quantity: first },
              { id: "b", productId: "B", quantity: second },
            ],
            { book, date: "2025-03-14" },
          ),
        ),
      )
    expect(order("60", "39")).toEqual([120_00, 78_00])
    expect(order("60", "40")).toEqual([60_00, 40_00])
  })

  test("R26 lint says where buying more costs less: 100 units 210.00, 101 units 101.00", () => {
    const tiers = [{ upTo: "100", unitPrice: "2.00", flatAmount: "10.00" }, { unitPrice: "1.00" }]
    const list = {
      id: "l",
      currency: "EUR",
      scope: { kind: "standard" as const },
      entries: [{ id: "e", productId: "P", price: { kind: "tiers" as const, by: "volume" as const, tiers } }],
    }
    expect(lintPriceList(list)).toEqual([
      {
        _tag: "TotalNotMonotone",
        path: "entries[0].price.tiers[1]",
        lessQuantity: "100",
        lessAmount: "210.00",
        quantity: "101",
        amount: "101.00",
      },
    ])
    const rising = { ...list, entries: [entry("a", "1.00"), entry("b", "1.20", { minQuantity: "10" })] }
    expect(lintPriceList(rising)).toMatchObject([{ _tag: "PriceRises", from: "1.00", to: "1.20" }])
    const twice = { ...list, entries: [entry("a", "1.00"), entry("b", "1.00", { validTo: "2025-12-31" })] }
    expect(lintPriceList(twice)).toMatchObject([{ _tag: "OverlappingRows", path: "entries[1]", otherId: "a" }])
    const backwards = { ...list, entries: [entry("a", "1.00", { validFrom: "2025-02-01", validTo: "2025-01-31" })] }
    expect(lintPriceList(backwards)).toMatchObject([{ _tag: "ImpossibleRow", reason: "dates" }])
  })

  test("R27 convert, then round to the step, then the ending: 9.99", () => {
    const book: PriceBook = {
      lists: [
        {
          id: "usd",
          currency: "SEK",
          scope: { kind: "standard" },
          entries: [entry("e", "95.00", { step: "10.00", ending: "-0.01" })],
        },
      ],
      discounts: [],
    }
    const found = findPrice({ ...request, currency: "EUR", company: { currency: "SEK", rate: "10.5" } }, book)
    expect(found).toMatchObject({ ok: true, value: { unitPrice: "9.99" } })
    expect(findPrice({ ...request, currency: "USD" }, book)).toMatchObject({
      ok: false,
      error: { _tag: "NoPrice", trace: [{ rowId: "e", outcome: "otherCurrency" }] },
    })
  })

  test("R28 another date or rate never touches a price that was set by hand or frozen", () => {
    const book = standardList([entry("e", "10.00"), entry("new", "20.00", { validFrom: "2026-01-01" })])
    const lines = [
      line("hand", "7.00"),
      line("frozen", "8.00", { priceOrigin: "frozen" }),
      { id: "list", productId: "P", vat: standard(25) },
    ]
    const before = priceQuote(quote(lines, { book, date: "2025-03-14" }))
    const after = priceQuote(quote(lines, { book, date: "2026-03-14", company: { currency: "EUR", rate: "0.09" } }))
    expect(netsOf(before)).toEqual([7_00, 8_00, 10_00])
    expect(netsOf(after)).toEqual([7_00, 8_00, 20_00])
    expect(diff(before, after)?.lines.map(({ lineId }) => lineId)).toEqual(["list"])
    expect(why(after, "list")?.price).toMatchObject({
      origin: "list",
      priceRows: [
        expect.objectContaining({ rowId: "new", outcome: "won" }),
        expect.objectContaining({ rowId: "e", outcome: "olderRow" }),
      ],
    })
  })
})

describe("R29 to R36: margins, revisions, invoices", () => {
  test("R29 the margin is on the net after all discounts and shares, in company currency; no percentage without revenue", () => {
    const lines = [
      line("a", "100.00", { discountPpm: 100_000, unitCost: "30.00" }),
      line("b", "-80.00", { kind: "return", unitCost: "-120.00" }),
    ]
    const priced = priceQuote(quote(lines, { discounts: [fixed("d", "9.00", { visibility: "hidden" })] }))
    expect(priced.lines[0]).toMatchObject({ netMinor: 81_00, marginMinor: 51_00, marginPpm: 629_630 })
    expect(priced.lines[1]).toMatchObject({ netMinor: -80_00, marginMinor: 40_00, marginPpm: undefined })
    const abroad = priceQuote(
      quote([line("a", "10.00", { unitCost: "80.00" })], {
        currency: "EUR",
        company: { currency: "SEK", rate: "10.5" },
      }),
    )
    expect(abroad.lines[0]).toMatchObject({ companyRevenueMinor: 105_00, marginMinor: 25_00 })
  })

  test("R30 no solution goes below its own blocking floor, and an approval dies with any change", () => {
    const offer = quote([line("a", "100.00", { unitCost: "70.00" }), line("b", "100.00", { unitCost: "20.00" })], {
      marginRules: [{ id: "floor", appliesTo: "line", measure: "marginPpm", blockBelow: "250000" }],
    })
    const solved = solve(offer, { target: { kind: "net", amount: "150.00" } })
    if (!solved.ok) throw new Error(solved.error._tag)
    expect(solved.value.priced.floors.every(({ level }) => level === "ok")).toBe(true)
    expect(netsOf(solved.value.priced)).toEqual([93_34, 56_66])
    expect(solved.value.boundsHit).toEqual(["a"])
    expect(solve(offer, { target: { kind: "net", amount: "110.00" } })).toMatchObject({
      ok: false,
      error: { _tag: "FloorConflict", ruleIds: ["floor"], minMinor: 120_01 },
    })
    const approval = { contentHash: contentHash(offer), ruleIds: ["floor"], approvedBy: "eva" }
    expect(isApproved(structuredClone(offer), "floor", approval)).toBe(true)
    expect(isApproved({ ...offer, lines: [line("a", "99.99")] }, "floor", approval)).toBe(false)
  })

  test("R31 a revision is data: pricing a later one leaves the earlier as it was", () => {
    const first = freeze(
      priceQuote(quote([line("a", "100.00")], { footers: [fixed("f", "10.00", { visibility: "hidden" })] })),
    )
    const before = JSON.stringify(priceQuote(first))
    priceQuote({ ...first, lines: [line("a", "50.00"), ...first.lines.slice(1)] })
    expect(JSON.stringify(priceQuote(first))).toBe(before)
  })

  test("R35 sums of an e-invoice are exact where the official rules would let a whole euro pass", () => {
    const lines = [
      line("a", "33.333333", { quantity: "3" }),
      line("b", "0.0450", { quantity: "777", vat: standard(12) }),
    ]
    const invoice = toInvoice(
      priceQuote(quote(lines, { discounts: [fixed("d", "5.00")], footers: [fixed("f", "7.77")] })),
    )
    expect(sum(invoice.lines.map(({ netMinor }) => netMinor))).toBe(invoice.linesNetMinor)
    expect(invoice.linesNetMinor - invoice.allowancesMinor + invoice.chargesMinor).toBe(invoice.netMinor)
    expect(invoice.allowances.length).toBe(2)
    for (const { baseMinor, taxMinor, ratePpm } of invoice.vat)
      expect(taxMinor).toBe(Math.round((baseMinor * ratePpm) / 1e6))
    // Peppol R120 with a slack of 0.02, ours without any: quantity × price, rounded, less allowances, plus charges.
    expect(invoice.lines.map(({ grossMinor }) => grossMinor)).toEqual([100_00, 34_97])
  })

  test("R36 a negative line folds into its VAT group; sums stay; a group below zero is NothingToAbsorb", () => {
    const invoice = toInvoice(
      priceQuote(
        quote([
          line("a", "100.00"),
          line("b", "50.00"),
          line("off", "-10.00"),
          line("c", "8.00", { vat: standard(12) }),
        ]),
      ),
    )
    const absorbed = absorbNegativeLines(invoice)
    if (!absorbed.ok) throw new Error(absorbed.error._tag)
    expect(absorbed.value.lines.map(({ id, netMinor }) => [id, netMinor])).toEqual([
      ["a", 93_33],
      ["b", 46_67],
      ["c", 8_00],
    ])
    expect(absorbed.value.vat).toEqual(invoice.vat)
    const credit = toInvoice(priceQuote(quote([line("a", "1.00"), line("off", "-10.00")])))
    expect(absorbNegativeLines(credit)).toMatchObject({ ok: false, error: { _tag: "NothingToAbsorb" } })
  })
})

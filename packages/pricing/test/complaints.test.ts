/** R1 to R36: what users of other systems complain about, each as the numbers we promise instead. */
import { describe, expect, test } from "vitest"
import {
  absorbNegativeLines,
  allocate,
  contentHash,
  diff,
  drawFromLots,
  findPrice,
  freeze,
  isApproved,
  lintPriceList,
  optionTotals,
  orderOf,
  type PriceBook,
  planInstalments,
  priceQuote,
  remainingToInvoice,
  reprice,
  solve,
  toInvoice,
  why,
  whyText,
} from "../src/index.ts"
import { line, netsOf, quote, standard, sum } from "./quotes.ts"

const minors = (total: number, weights: readonly number[]): readonly number[] => {
  const shares = allocate(
    total,
    weights.map((weight, at) => ({ id: String.fromCharCode(97 + at), weight })),
  )
  if (!shares.ok) throw new Error(shares.error._tag)
  return shares.value.map(({ minor }) => minor)
}

describe("R1 to R12: totals and shares", () => {
  test.each(["group", "line"] as const)(
    "R1 VAT per %s: 16 × 348.35 less 4 percent, VAT 22 percent, is 6527.81",
    (vat) => {
      const lines = [line("a", "348.35", { quantity: "16", discountPpm: 40_000, vat: standard(22) })]
      const { totals } = priceQuote(quote(lines, { rounding: { vat } }))
      expect([totals.netMinor, totals.totalMinor]).toEqual([5350_66, 6527_81])
    },
  )

  test("R2 pricing the same quote again gives the same bytes", () => {
    const input = quote([line("a", "348.35", { quantity: "3" }), line("b", "0.07", { quantity: "1.5" })])
    expect(JSON.stringify(priceQuote(input))).toBe(JSON.stringify(priceQuote(structuredClone(input))))
  })

  test("R4 145.05 split 30/70 is 43.52 and 101.53", () => {
    const order = orderOf(priceQuote(quote([line("a", "145.05")])))
    const plan = planInstalments(order, [
      { id: "1", share: { kind: "percent", ratePpm: 300_000 } },
      { id: "2", share: { kind: "percent", ratePpm: 700_000 } },
    ])
    expect(plan.ok && plan.value.parts.map(({ netMinor }) => netMinor)).toEqual([43_52, 101_53])
  })

  test("R5 12 870.59 in two halves is 6435.30 and 6435.29, and exactly nothing remains", () => {
    const lines = [line("a", "4290.20"), line("b", "4290.20"), line("c", "4290.19")]
    const order = orderOf(priceQuote(quote(lines)))
    const plan = planInstalments(order, [
      { id: "1", share: { kind: "percent", ratePpm: 500_000 } },
      { id: "2", share: { kind: "percent", ratePpm: 500_000 } },
    ])
    if (!plan.ok) throw new Error(plan.error._tag)
    expect(plan.value.parts.map(({ netMinor }) => netMinor)).toEqual([6435_30, 6435_29])
    expect(sum(plan.value.parts.map(({ vatMinor }) => vatMinor))).toBe(sum(order.vat.map(({ taxMinor }) => taxMinor)))
    const posted = plan.value.parts.map(({ id, columns }) => ({
      id,
      status: "issued" as const,
      kind: "invoice" as const,
      columns,
    }))
    const remaining = remainingToInvoice(order, posted)
    expect(remaining.remainingMinor).toBe(0)
    expect(remaining.columns.map(({ remainingMinor }) => remainingMinor)).toEqual([0, 0, 0])
  })

  test("R6 a price of 100.00 with VAT at 21 % stays 100.00: 82.64 + 17.36", () => {
    const { totals } = priceQuote(quote([line("a", "100.00", { vat: standard(21) })], { priceMode: "gross" }))
    expect([totals.netMinor, totals.vatMinor, totals.totalMinor]).toEqual([82_64, 17_36, 100_00])
  })

  test("R7 one cent over three lines is 1, 0, 0", () => {
    expect(minors(1, [1, 1, 1])).toEqual([1, 0, 0])
  })

  test("R8 6.85 over six equal lines: 1.15 once and 1.14 five times", () => {
    expect(minors(685, [1, 1, 1, 1, 1, 1])).toEqual([115, 114, 114, 114, 114, 114])
  })

  test("R9 on each line base + shares = net, and the shares of a 10.00 discount add up to it", () => {
    const lines = [line("a", "33.33"), line("b", "33.33"), line("c", "33.33"), line("d", "9.99")]
    const discounts = [{ id: "d", amount: { kind: "fixed", amount: "10.00" }, visibility: "hidden" }] as const
    const priced = priceQuote(quote(lines, { discounts }))
    expect(sum(priced.lines.map((one) => one.discountShareMinor))).toBe(-10_00)
    for (const one of priced.lines) expect(one.baseMinor + one.discountShareMinor).toBe(one.netMinor)
  })

  test("R10 64 000.00 less 1.00 is 63 999.00, for any number of lines", () => {
    for (const count of [1, 3, 7, 64]) {
      const lines = Array.from({ length: count }, (_, at) =>
        line(`l${at}`, "1000.00", { quantity: `${64 / count}`.slice(0, 8) }),
      )
      const before = priceQuote(quote(lines)).totals.netMinor
      const discounts = [{ id: "d", amount: { kind: "fixed", amount: "1.00" }, visibility: "hidden" }] as const
      const after = priceQuote(quote(lines, { discounts }))
      expect(sum(netsOf(after))).toBe(before - 1_00)
    }
    const lines = [line("a", "64000.00")]
    const discounts = [{ id: "d", amount: { kind: "fixed", amount: "1.00" } }] as const
    expect(priceQuote(quote(lines, { discounts })).totals.netMinor).toBe(63_999_00)
  })

  test("R11 a 100 % discount gives exactly 0 net, 0 VAT, 0 total and is a legal quote", () => {
    const lines = [line("a", "3.33", { quantity: "3", discountPpm: 1_000_000 }), line("b", "0.01")]
    const discounts = [{ id: "d", amount: { kind: "percent", ratePpm: 1_000_000 } }] as const
    const priced = priceQuote(quote(lines, { discounts }))
    expect(priced.issues).toEqual([])
    expect(priced.totals).toMatchObject({ isComplete: true, netMinor: 0, vatMinor: 0, totalMinor: 0 })
  })

  test("R12 every public amount is an integer; 24.99 at 10.75 % and 6.44 is 34.12", () => {
    const lines = [
      line("a", "24.99", { vat: standard(10.75) }),
      line("freight", "6.44", { vat: { category: "Z", ratePpm: 0 } }),
    ]
    const priced = priceQuote(quote(lines, { currency: "USD" }))
    expect(priced.totals.totalMinor).toBe(34_12)
    const walk = (value: unknown, path: string): void => {
      if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Error(path)
      if (typeof value === "object" && value !== null)
        for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`)
    }
    walk(priced, "priced")
  })
})

const fixed = (id: string, amount: string, more: object = {}) => ({
  id,
  amount: { kind: "fixed" as const, amount },
  ...more,
})

describe("R3, R13 to R23: shares, policies and options", () => {
  test("R3 the invoice of a whole quote carries the same base and tax per group", () => {
    const lines = [
      line("a", "348.35", { quantity: "16", discountPpm: 40_000, vat: standard(22) }),
      line("b", "9.99", { vat: standard(10) }),
    ]
    const priced = priceQuote(quote(lines, { footers: [fixed("freight", "13.37")] }))
    expect(toInvoice(priced).vat).toEqual(priced.vat)
    const order = orderOf(priced)
    const whole = planInstalments(order, [{ id: "all", share: { kind: "percent", ratePpm: 1_000_000 } }])
    expect(whole.ok && whole.value.parts[0]?.vat).toEqual(priced.vat)
  })

  test("R13 a discount is shared by net, whatever the VAT rates", () => {
    const shares = (rates: readonly number[]): readonly number[] =>
      priceQuote(
        quote([line("a", "80.00", { vat: standard(rates[0]!) }), line("b", "20.00", { vat: standard(rates[1]!) })], {
          discounts: [fixed("d", "10.00", { visibility: "hidden" })],
        }),
      ).lines.map((one) => one.discountShareMinor)
    expect(shares([25, 25])).toEqual([-8_00, -2_00])
    expect(shares([25, 0.5])).toEqual([-8_00, -2_00])
  })

  test("R14 cancelling a line of an issued quote does not push its discount to the others; respread is a wish", () => {
    const lines = [line("a", "8.33"), line("b", "50.00"), line("c", "41.67")]
    const issued = freeze(priceQuote(quote(lines, { discounts: [fixed("d", "20.00", { visibility: "hidden" })] })))
    const before = priceQuote(issued)
    const cancelled = { ...issued, lines: issued.lines.filter(({ id }) => id !== "b") }
    const after = priceQuote(cancelled)
    expect(after.lines.map((one) => one.netMinor)).toEqual([before.lines[0]!.netMinor, before.lines[2]!.netMinor])
    expect(after.issues).toEqual([expect.objectContaining({ _tag: "SharesLapsed", lapsedMinor: -10_00 })])
    const again = priceQuote({
      ...cancelled,
      discounts: cancelled.discounts!.map((one) => ({ ...one, spread: { ...one.spread, respread: "all" as const } })),
    })
    expect(sum(again.lines.map((one) => one.discountShareMinor))).toBe(-20_00)
  })

  test("R15 an amount off a line stays that amount when the quantity changes", () => {
    const discounts = [{ id: "d", amount: "10.00" }]
    for (const quantity of ["3", "7", "0.333"]) {
      expect(priceQuote(quote([line("a", "100.00", { quantity, discounts })])).lines[0]!.discountMinor).toBe(-10_00)
    }
  })

  test("R16 VAT per group or per line: 2 × 1.24 at 10 % is 0.25 or 0.24", () => {
    const lines = [line("a", "1.24", { vat: standard(10) }), line("b", "1.24", { vat: standard(10) })]
    expect(priceQuote(quote(lines)).totals.vatMinor).toBe(25)
    expect(priceQuote(quote(lines, { rounding: { vat: "line" } })).totals.vatMinor).toBe(24)
  })

  test("R17 shuffling the lines moves no cent: shares travel with the id", () => {
    const shares = allocate(100, [
      { id: "c", weight: 1 },
      { id: "a", weight: 1 },
      { id: "b", weight: 1 },
    ])
    expect(shares.ok && shares.value).toEqual([
      { id: "c", minor: 33 },
      { id: "a", minor: 34 },
      { id: "b", minor: 33 },
    ])
  })

  test("R18 negative amounts, zero weights, fewer cents than lines", () => {
    expect(minors(-100, [1, 1, 1])).toEqual([-34, -33, -33])
    expect(minors(1, [1, 1])).toEqual([1, 0])
    expect(minors(5, [0, 7, 3])).toEqual([0, 4, 1])
  })

  test("R19 a footer on some lines only, and by hand with a sum that must match", () => {
    const lines = [line("a", "100.00"), line("b", "100.00"), line("c", "100.00")]
    const onSome = { targets: { kind: "lines" as const, lineIds: ["a", "c"] } }
    const some = priceQuote(
      quote(lines, { footers: [fixed("duty", "9.99", { visibility: "hidden", spread: onSome })] }),
    )
    expect(some.lines.map((one) => one.footerShareMinor)).toEqual([5_00, 0, 4_99])
    const byHand = (amount: string) => ({
      basis: "manual" as const,
      shares: [
        { lineId: "a", amount: "1.00" },
        { lineId: "b", amount },
      ],
    })
    const right = priceQuote(
      quote(lines, { footers: [fixed("duty", "9.99", { visibility: "hidden", spread: byHand("8.99") })] }),
    )
    expect(right.lines.map((one) => one.footerShareMinor)).toEqual([1_00, 8_99, 0])
    const wrong = priceQuote(
      quote(lines, { footers: [fixed("duty", "9.99", { visibility: "hidden", spread: byHand("9.00") })] }),
    )
    expect(wrong.issues).toEqual([
      expect.objectContaining({ _tag: "ManualSum", differenceMinor: -1, path: "footers[0].spread.shares" }),
    ])
    expect(wrong.totals.netMinor).toBe(309_99)
  })

  test.each(["group", "line"] as const)("R20 the VAT policy (%s) holds after every change of the quote", (vat) => {
    const lines = [
      line("a", "1.24", { vat: standard(10) }),
      line("b", "1.24", { vat: standard(10) }),
      line("c", "3.33"),
    ]
    let priced = priceQuote(quote(lines, { rounding: { vat } }))
    for (const change of [
      line("b", "7.77", { vat: standard(10) }),
      line("c", "0.01"),
      line("d", "5.55", { vat: standard(10) }),
    ]) {
      priced = reprice(priced, [change])
      expect(priced).toEqual(priceQuote(priced.quote))
      const taxes = priced.lines.map((one) => Math.round((one.netMinor * one.vat!.ratePpm) / 1e6))
      if (vat === "line") expect(priced.totals.vatMinor).toBe(sum(taxes))
    }
  })

  test("R21 prices with three decimals and a negative line: each rounding is a step", () => {
    const priced = priceQuote(quote([line("a", "133.325", { quantity: "3" }), line("b", "-0.005", { quantity: "1" })]))
    expect(netsOf(priced)).toEqual([399_98, -1])
    expect(why(priced, "a")?.steps[0]).toMatchObject({
      exact: { numerator: 399975, denominator: 10 },
      roundedMinor: 399_98,
    })
    expect(whyText(why(priced, "a")!, "en")).toBe(
      "Quantity × price (3 at 133.325; exactly 399.97500): 399.98 SEK\nLine a: 399.98 SEK",
    )
  })

  test("R22 a price with VAT gives the same net for a free line and for a product", () => {
    const book: PriceBook = {
      lists: [
        {
          id: "std",
          currency: "SEK",
          scope: { kind: "standard" },
          entries: [{ id: "e", productId: "P", price: { kind: "fixed", unitPrice: "99.99" } }],
        },
      ],
      discounts: [],
    }
    const free = priceQuote(quote([line("a", "99.99", { quantity: "7" })], { priceMode: "gross" }))
    const product = priceQuote(
      quote([{ id: "a", productId: "P", quantity: "7", vat: standard(25) }], {
        priceMode: "gross",
        book,
        date: "2025-03-14",
      }),
    )
    expect(netsOf(product)).toEqual(netsOf(free))
    expect(product.totals).toEqual(free.totals)
  })

  test("R23 options are priced and not summed, one alternative counts, each choice says what it adds", () => {
    const offered = quote([
      line("base", "1000.00"),
      line("extra", "100.00", { option: "offered" }),
      line("steel", "500.00", { alternative: { group: "material", isChosen: true } }),
      line("oak", "800.00", { alternative: { group: "material", isChosen: false } }),
    ])
    expect(netsOf(priceQuote(offered))).toEqual([1000_00, 100_00, 500_00, 800_00])
    const totals = optionTotals(offered)
    expect(totals.firm?.netMinor).toBe(1500_00)
    expect(totals.withAllOptions?.netMinor).toBe(1600_00)
    expect(totals.range).toEqual({ minMinor: 1875_00, maxMinor: 2250_00 })
    expect(totals.choices).toEqual([
      { id: "extra", kind: "option", group: undefined, payableMinor: 125_00 },
      { id: "oak", kind: "alternative", group: "material", payableMinor: 375_00 },
    ])
    const undecided = {
      ...offered,
      lines: offered.lines.map(({ alternative, ...rest }) =>
        alternative === undefined ? rest : { ...rest, alternative: { ...alternative, isChosen: false } },
      ),
    }
    expect(optionTotals(undecided).firm).toBeUndefined()
    expect(optionTotals(undecided).range).toEqual({ minMinor: 1875_00, maxMinor: 2250_00 })
    expect(priceQuote(undecided).issues).toEqual([
      expect.objectContaining({ _tag: "AlternativeUndecided", group: "material", chosen: 0 }),
    ])
  })
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

describe("R29 to R36: margins, ledgers, invoices", () => {
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

  test("R32 agreed, posted and remaining per line, in money and quantity; too much is said", () => {
    const order = orderOf(priceQuote(quote([line("visits", "2400.00", { quantity: "10" })])))
    const call = (id: string, minor: number, quantity: string) => ({
      id,
      status: "issued" as const,
      kind: "invoice" as const,
      columns: [{ columnId: "visits", minor, quantity }],
    })
    const remaining = remainingToInvoice(order, [call("1", 7200_00, "3")])
    expect(remaining.columns[0]).toMatchObject({
      agreedMinor: 24_000_00,
      postedMinor: 7200_00,
      remainingMinor: 16_800_00,
      remainingQuantity: "7",
    })
    expect(remainingToInvoice(order, [call("1", 24_000_00, "10"), call("2", 2400_00, "1")]).overInvoicedMinor).toBe(
      2400_00,
    )
  })

  test("R33 prepaid hours: 12.00 over 2 h and 1 h is 8.00 and 4.00; the lot that expires first is used first", () => {
    const lot = (id: string, hours: number, priceMinor: number, expiresOn?: string) => ({
      id,
      seconds: hours * 3600,
      priceMinor,
      boughtOn: "2025-01-01",
      drawnSeconds: 0,
      recognisedMinor: 0,
      ...(expiresOn === undefined ? {} : { expiresOn }),
    })
    const first = drawFromLots([lot("a", 3, 12_00)], { seconds: 2 * 3600, on: "2025-03-01" })
    if (!first.ok) throw new Error(first.error._tag)
    const second = drawFromLots(first.value.lots, { seconds: 3600, on: "2025-03-02" })
    expect([first.value.draws[0]?.valueMinor, second.ok && second.value.draws[0]?.valueMinor]).toEqual([8_00, 4_00])
    const lots = [lot("never", 10, 9000_00), lot("soon", 1, 800_00, "2025-03-31"), lot("gone", 5, 1_00, "2025-02-28")]
    const draw = drawFromLots(lots, { seconds: 5400, on: "2025-03-03" })
    expect(draw.ok && draw.value.draws).toEqual([
      { lotId: "soon", seconds: 3600, valueMinor: 800_00 },
      { lotId: "never", seconds: 1800, valueMinor: 450_00 },
    ])
    expect(drawFromLots(lots, { seconds: 12 * 3600, on: "2025-03-03" })).toMatchObject({
      ok: false,
      error: { _tag: "BankEmpty", availableSeconds: 11 * 3600 },
    })
  })

  test("R34 progress is cumulative: 1000 at 30, 70, 100 % is 300, 400, 300; 0 % is 0", () => {
    const order = orderOf(priceQuote(quote([line("a", "1000.00")])))
    const at = (...ppms: number[]) =>
      ppms.map((untilPpm, place) => ({ id: `${place}`, share: { kind: "progress" as const, untilPpm } }))
    const plan = planInstalments(order, at(0, 300_000, 700_000, 1_000_000))
    expect(plan.ok && plan.value.parts.map(({ netMinor }) => netMinor)).toEqual([0, 300_00, 400_00, 300_00])
    expect(planInstalments(order, at(500_000, 400_000))).toMatchObject({
      ok: false,
      error: { _tag: "SharesDoNotAddUp" },
    })
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

/** R1 to R23 (the others are in complaintsLater.test.ts and complaintsOfLedgers.test.ts): what users of other systems complain about, each as the numbers we promise instead. */
import { describe, expect, test } from "vitest"
import {
  allocate,
  freeze,
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
  whyTotal,
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

  test("R6 a total of 100.00 that is asked for is kept, and the cent that VAT cannot give is a step of its own", () => {
    const solved = solve(quote([line("a", "90.00", { vat: standard(21) })]), {
      target: { kind: "total", amount: "100.00" },
    })
    if (!solved.ok) throw new Error(solved.error._tag)
    const { priced } = solved.value
    expect(priced.totals).toMatchObject({ netMinor: 82_64, vatMinor: 17_35, roundingMinor: 1, payableMinor: 100_00 })
    expect(whyText(whyTotal(priced)!, "en")).toContain("Rounding of the payable amount: 0.01 SEK")
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

/** The worked numbers of the business rules, as tables. Feature ids in the names. */
import { describe, expect, test } from "vitest"
import { allocate, type CostItem, diff, priceQuote, solve } from "../src/index.ts"
import { line, netsOf, quote, standard, sum } from "./quotes.ts"

const labour = (id: string, quantity: string, unitCost: string): CostItem => ({
  id,
  role: "labour",
  quantity,
  unitCost,
})

describe("footers and targets (quotes)", () => {
  const lines = [
    line("a", "12000", { isEssential: true }),
    line("b", "4800", { isEssential: true }),
    line("c", "3333", { isEssential: true }),
  ]
  const transport = { id: "trasporto", amount: { kind: "fixed" as const, amount: "1000" } }

  test("PS-26 lines 20 133.00 and a footer of 1 000: 21 133.00", () => {
    expect(priceQuote(quote(lines, { footers: [transport] })).totals.netMinor).toBe(21_133_00)
  })

  test("PS-27 spread over the essential lines: +596.04, +238.41, +165.55, total unchanged; undo restores exactly", () => {
    const shown = quote(lines, { footers: [transport] })
    const hidden = priceQuote({ ...shown, footers: [{ ...transport, visibility: "hidden" }] })
    expect(hidden.lines.map((one) => one.footerShareMinor)).toEqual([596_04, 238_41, 165_55])
    expect(hidden.totals.netMinor).toBe(21_133_00)
    const undone = { ...hidden.quote, footers: [transport] }
    expect(JSON.stringify(priceQuote(undone))).toBe(JSON.stringify(priceQuote(shown)))
    const shares = allocate(1000_00, [
      { id: "a", weight: "12000.00" },
      { id: "b", weight: "4800" },
      { id: "c", weight: 3333 },
    ])
    expect(shares.ok && shares.value.map(({ minor }) => minor)).toEqual([596_04, 238_41, 165_55])
  })

  test("PS-28 from 21 133.00 to 20 000: exactly 20 000.00, the discount shown per line", () => {
    const solved = solve(quote(lines, { footers: [{ ...transport, visibility: "hidden" }] }), {
      target: { kind: "net", amount: "20000" },
      how: "discount",
    })
    if (!solved.ok) throw new Error(solved.error._tag)
    expect(sum(netsOf(solved.value.priced))).toBe(20_000_00)
    expect(solved.value.quote.lines.every(({ discountPpm }) => discountPpm! > 0)).toBe(true)
  })

  test("PS-22 the difference of two revisions: 12 900 and 12 500 differ by −400 on one line", () => {
    const before = priceQuote(quote([line("a", "8000"), line("b", "4900")]))
    const after = priceQuote(quote([line("a", "8000"), line("b", "4500")]))
    expect(diff(before, after)).toMatchObject({
      netMinor: -400_00,
      lines: [{ lineId: "b", change: "changed", netMinor: -400_00 }],
    })
  })

  test("SV-17 subtotals, sections and an optional row that is shown apart", () => {
    const rows = [
      line("work1", "1000", { sectionId: "s" }),
      line("work2", "2000", { sectionId: "s" }),
      { id: "sub", kind: "subtotal" as const, sectionId: "s" },
      { id: "note", kind: "text" as const },
      line("fee", "500"),
      line("extra", "700", { option: "offered" }),
    ]
    const priced = priceQuote(quote(rows, { sections: [{ id: "s" }] }))
    expect(priced.totals.netMinor).toBe(3500_00)
    expect(priced.lines.map(({ id, netMinor, isCounted }) => [id, netMinor, isCounted])).toEqual([
      ["work1", 1000_00, true],
      ["work2", 2000_00, true],
      ["sub", 3000_00, false],
      ["note", 0, false],
      ["fee", 500_00, true],
      ["extra", 700_00, false],
    ])
    expect(priced.sections).toMatchObject([{ id: "s", netMinor: 3000_00 }])
  })

  test("a fixed bundle price is shared over its components by their value, VAT per component", () => {
    const parts = [
      { id: "kit", kind: "bundle" as const, bundlePrice: "fixed" as const, unitPrice: "1000.00" },
      line("pump", "900.00", { parentId: "kit" }),
      line("book", "300.00", { parentId: "kit", vat: standard(6) }),
    ]
    const priced = priceQuote(quote(parts))
    expect(priced.lines.map(({ netMinor, bundleMinor }) => [netMinor, bundleMinor])).toEqual([
      [1000_00, 0],
      [750_00, -150_00],
      [250_00, -50_00],
    ])
    expect(priced.totals).toMatchObject({ netMinor: 1000_00, vatMinor: 202_50 })
  })

  test.each`
    basis         | shares
    ${"amount"}   | ${[60_00, 30_00, 10_00]}
    ${"quantity"} | ${[10_00, 30_00, 60_00]}
    ${"weight"}   | ${[50_00, 50_00, 0]}
    ${"cost"}     | ${[0, 75_00, 25_00]}
    ${"hours"}    | ${[20_00, 0, 80_00]}
    ${"equal"}    | ${[33_34, 33_33, 33_33]}
  `("a footer of 100.00 by $basis is $shares", ({ basis, shares }) => {
    const rows = [
      line("a", "600", { quantity: "1", weight: "2.5", costs: [{ ...labour("x", "2", "0"), unitCost: "0" }] }),
      line("b", "100", { quantity: "3", weight: "2.50", unitCost: "100" }),
      line("c", "16.666667", { quantity: "6", unitCost: "16.666667", hours: "8" }),
    ]
    const priced = priceQuote(
      quote(rows, {
        footers: [
          {
            id: "f",
            amount: { kind: "fixed", amount: "100" },
            visibility: "hidden",
            spread: { basis, targets: { kind: "all" } },
          },
        ],
      }),
    )
    expect(priced.issues).toEqual([])
    expect(priced.lines.map((one) => one.footerShareMinor)).toEqual(shares)
  })
})

describe("two currencies, payable rounding, VAT categories", () => {
  test("cash rounding to whole kronor is its own amount", () => {
    const { totals } = priceQuote(quote([line("a", "99.99")], { rounding: { payableStepMinor: 100 } }))
    expect([totals.totalMinor, totals.roundingMinor, totals.payableMinor]).toEqual([124_99, 1, 125_00])
  })

  test("half to even only where the quote asks for it", () => {
    const half = [line("a", "0.005", { vat: standard(0) }), line("b", "0.015", { vat: standard(0) })]
    expect(netsOf(priceQuote(quote(half)))).toEqual([1, 2])
    expect(netsOf(priceQuote(quote(half, { rounding: { mode: "halfEven" } })))).toEqual([0, 2])
    expect(netsOf(priceQuote(quote([line("a", "-0.005")])))).toEqual([-1])
  })

  test.each(["AE", "K", "E", "G", "O", "Z"] as const)(
    "category %s carries no tax, and a rate in it is refused",
    (category) => {
      const free = priceQuote(quote([line("a", "100", { vat: { category, ratePpm: 0 } })]))
      expect(free.totals).toMatchObject({ vatMinor: 0, totalMinor: 100_00, isComplete: true })
      const wrong = priceQuote(quote([line("a", "100", { vat: { category, ratePpm: 250_000 } })]))
      expect(wrong.issues).toMatchObject([{ _tag: "VatRefused", path: "lines[0].vat.ratePpm" }])
      expect(wrong.lines[0]?.netMinor).toBe(100_00)
    },
  )

  test("yen and dinars: the currency says how many decimals", () => {
    expect(netsOf(priceQuote(quote([line("a", "33.5", { quantity: "3" })], { currency: "JPY" })))).toEqual([101])
    expect(netsOf(priceQuote(quote([line("a", "0.3335", { quantity: "3" })], { currency: "KWD" })))).toEqual([1001])
  })
})

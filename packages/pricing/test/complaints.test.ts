/** R1 to R36: what users of other systems complain about, each as the numbers we promise instead. */
import { describe, expect, test } from "vitest"
import { allocate, orderOf, planInstalments, priceQuote, remainingToInvoice } from "../src/index.ts"
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
  test.each(["group", "line"] as const)("R1 16 × 348.35 less 4 %% at 22 %% is 6527.81, VAT per %s", (vat) => {
    const lines = [line("a", "348.35", { quantity: "16", discountPpm: 40_000, vat: standard(22) })]
    const { totals } = priceQuote(quote(lines, { rounding: { vat } }))
    expect([totals.netMinor, totals.totalMinor]).toEqual([5350_66, 6527_81])
  })

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

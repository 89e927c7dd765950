/** Large quotes: an answer or a typed limit, in time that grows with the lines and nothing else. */
import { describe, expect, test } from "vitest"
import { type FooterCharge, type MarginRule, maxLines, priceQuote, type QuoteLine } from "../src/index.ts"
import { line, quote, standard, sum } from "./quotes.ts"

const freight: FooterCharge = { id: "f", amount: { kind: "fixed", amount: "12345.67" }, visibility: "hidden" }

describe("large quotes", () => {
  test("ids made to collide cost no more than others", () => {
    // “Aa” and “BB” collide in many a hash; 2^14 combinations of them.
    const ids = Array.from({ length: 2 ** 14 }, (_, at) =>
      Array.from({ length: 14 }, (__, bit) => ((at >> bit) & 1 ? "Aa" : "BB")).join(""),
    )
    expect(priceQuote(quote(ids.map((id) => line(id, "0.01")))).totals.netMinor).toBe(2 ** 14)
  })

  test("more than a million lines get a typed limit, at once", () => {
    const priced = priceQuote(quote(new Array<QuoteLine>(maxLines + 1)))
    expect(priced.issues).toEqual([
      { _tag: "TooManyLines", path: "lines", severity: "error", count: maxLines + 1, limit: maxLines },
    ])
  })

  test("a million lines get an answer whose shares add up", () => {
    const one = line("x", "10.01", { isEssential: true })
    const lines = Array.from({ length: maxLines }, (_, at) => ({ ...one, id: `l${at}` }))
    const priced = priceQuote(quote(lines, { footers: [freight] }))
    expect(priced.totals.netMinor).toBe(maxLines * 10_01 + 12_345_67)
    expect(sum(priced.lines.map((each) => each.footerShareMinor))).toBe(12_345_67)
  })

  test("a chain of a hundred thousand bundles, each in the next, is refused and not followed to its end", () => {
    const lines = Array.from(
      { length: 100_000 },
      (_, at): QuoteLine => ({ id: `b${at}`, kind: "bundle", parentId: `b${at + 1}` }),
    )
    const top: QuoteLine = { id: "b100000", kind: "bundle", bundlePrice: "fixed", unitPrice: "10.00" }
    const leaf = line("leaf", "1.00", { parentId: "b0" })
    for (const order of [
      [leaf, ...lines, top],
      [top, ...[...lines].reverse(), leaf],
    ]) {
      const { issues, totals } = priceQuote(quote(order))
      expect(issues.filter((issue) => issue._tag === "NestingRefused" && issue.reason === "tooDeep")).toHaveLength(
        99_986,
      )
      expect(totals.netMinor).toBe(0)
    }
  })

  // Each of these took minutes while every rate, section or rule went through all lines anew.
  test.each(["net", "gross"] as const)("a thousand VAT rates, prices %s, in two currencies", (priceMode) => {
    const lines = Array.from({ length: 50_000 }, (_, at) =>
      line(`l${at}`, "10.01", { vat: standard((at % 1000) / 10) }),
    )
    const company = { currency: "EUR", rate: "0.0912" }
    const priced = priceQuote(quote(lines, { priceMode, company, footers: [{ ...freight, visibility: "shown" }] }))
    expect(priced.vat).toHaveLength(1000)
    expect(sum(priced.vat.map(({ baseMinor }) => baseMinor))).toBe(priced.totals.netMinor)
  })

  test("two thousand sections with a rule each", () => {
    const lines = Array.from({ length: 50_000 }, (_, at) => line(`l${at}`, "10.01", { sectionId: `s${at % 2000}` }))
    const sections = Array.from({ length: 2000 }, (_, at) => ({ id: `s${at}` }))
    const marginRules: readonly MarginRule[] = [{ id: "r", appliesTo: "section", measure: "marginPpm", blockBelow: 0 }]
    const priced = priceQuote(quote(lines, { sections, marginRules }))
    expect(sum(priced.sections.map(({ netMinor }) => netMinor))).toBe(priced.totals.netMinor)
    expect(priced.floors).toHaveLength(2000)
  })

  test("three hundred rules for products, one of them the line's", () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => line(`l${at}`, "10.01", { productId: `p${at % 300}` }))
    const marginRules = Array.from(
      { length: 300 },
      (_, at): MarginRule => ({
        id: `r${at}`,
        appliesTo: "line",
        measure: "marginPpm",
        target: { kind: "product", productId: `p${at}` },
        blockBelow: 0,
      }),
    )
    expect(priceQuote(quote(lines, { marginRules })).floors).toHaveLength(20_000)
  })
})

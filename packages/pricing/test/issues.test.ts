/** Bad input: every tag, its path, and the numbers that are still there. */
import { describe, expect, test } from "vitest"
import {
  allocate,
  type FooterCharge,
  maxLines,
  type PriceBook,
  priceQuote,
  type Quote,
  type QuoteLine,
  type SolveRequest,
  type Spread,
  solve,
} from "../src/index.ts"
import { line, netsOf, quote, standard, sum } from "./quotes.ts"

const hidden = (spread: Spread, amount = "10.00", more: Partial<FooterCharge> = {}): FooterCharge => ({
  id: "f",
  amount: { kind: "fixed", amount },
  visibility: "hidden",
  spread,
  ...more,
})
const twoLines = [line("a", "100.00"), line("b", "50.00")]
const withFooter = (footer: FooterCharge, lines: readonly QuoteLine[] = twoLines): Quote =>
  quote(lines, { footers: [footer] })
const book = (more: Partial<PriceBook> = {}): PriceBook => ({ lists: [], discounts: [], ...more })

describe("an issue has a tag and a path, and the other numbers still come", () => {
  test.each<[string, string, Quote]>([
    ["InexactInput", "lines[1].quantity", quote([line("a", "1"), line("b", "1", { quantity: "1,5" })])],
    ["InexactInput", "lines[0].unitPrice", quote([line("a", "1e9")])],
    ["InexactInput", "lines[0].perQuantity", quote([line("a", "1", { perQuantity: "0" })])],
    ["InexactInput", "lines[0].unitCost", quote([line("a", "1", { unitCost: "NaN" })])],
    [
      "InexactInput",
      "lines[0].discounts[1].amount",
      quote([
        line("a", "1", {
          discounts: [
            { id: "x", ratePpm: 1 },
            { id: "y", amount: "0.001" },
          ],
        }),
      ]),
    ],
    ["InexactInput", "lines[0].charges[0].amount", quote([line("a", "1", { charges: [{ id: "x", amount: "" }] })])],
    ["InexactInput", "lines[0].adjustmentMinor", quote([line("a", "1", { adjustmentMinor: 0.5 })])],
    [
      "InexactInput",
      "lines[0].costs[0].unitCost",
      quote([line("a", "1", { costs: [{ id: "c", role: "other", unitCost: "+1" }] })]),
    ],
    ["InexactInput", "footers[0].amount.amount", withFooter(hidden({}, "1.005"))],
    ["InexactInput", "company.rate", quote(twoLines, { company: { currency: "EUR", rate: "-1" } })],
    ["PercentOutOfRange", "lines[0].discountPpm", quote([line("a", "1", { discountPpm: 1_000_001 })])],
    ["PercentOutOfRange", "lines[0].discountPpm", quote([line("a", "1", { discountPpm: -1 })])],
    ["PercentOutOfRange", "lines[0].vat.ratePpm", quote([line("a", "1", { vat: { category: "S", ratePpm: 0.25 } })])],
    ["VatRefused", "lines[0].vat", quote([{ id: "a", unitPrice: "1" }])],
    ["VatRefused", "lines[0].vat.category", quote([line("a", "1", { vat: { category: "X" as "S", ratePpm: 0 } })])],
    ["MoneyOverflow", "lines[0]", quote([line("a", "999999999999999", { quantity: "999999999999999" })])],
    ["MoneyOverflow", "lines", quote([line("a", "70000000000000"), line("b", "70000000000000")])],
    ["UnknownCurrency", "currency", quote(twoLines, { currency: "XYZ" })],
    [
      "CurrencyMix",
      "lines[0].costs[0].currency",
      quote([line("a", "1", { costs: [{ id: "c", role: "other", unitCost: "1", currency: "USD" }] })]),
    ],
    ["DuplicateId", "lines[1].id", quote([line("a", "1"), line("a", "2")])],
    ["InvalidShape", "lines[0].id", quote([line("", "1")])],
    ["InvalidShape", "lines[1]", quote([line("a", "1"), null as unknown as QuoteLine])],
    ["InvalidShape", "lines[0].kind", quote([line("a", "1", { kind: "gadget" as "product" })])],
    ["InvalidShape", "footers", quote(twoLines, { footers: [{ id: "f" } as FooterCharge] })],
    ["InvalidShape", "rounding.payableStepMinor", quote(twoLines, { rounding: { payableStepMinor: 0 } })],
    ["UnknownReference", "lines[0].sectionId", quote([line("a", "1", { sectionId: "gone" })])],
    [
      "UnknownReference",
      "footers[0].spread.targets",
      withFooter(hidden({ targets: { kind: "lines", lineIds: ["gone"] } })),
    ],
    [
      "UnknownReference",
      "footers[0].spread.targets",
      withFooter(hidden({ targets: { kind: "section", sectionId: "gone" } })),
    ],
    [
      "NestingRefused",
      "lines[0].parentId",
      quote([
        line("a", "1", { parentId: "x" }),
        { id: "x", kind: "bundle", parentId: "y" },
        { id: "y", kind: "bundle", parentId: "x" },
      ]),
    ],
    ["NestingRefused", "sections[0].parentId", quote(twoLines, { sections: [{ id: "s", parentId: "s" }] })],
    ["NoPrice", "lines[0].unitPrice", quote([{ id: "a", vat: standard(25) }])],
    [
      "NoPrice",
      "lines[0].unitPrice",
      quote([{ id: "a", productId: "P", vat: standard(25) }], { book: book(), date: "2025-03-14" }),
    ],
    [
      "InvalidDate",
      "date",
      quote([{ id: "a", productId: "P", vat: standard(25) }], { book: book(), date: "2025-3-14" }),
    ],
    [
      "AmbiguousDiscount",
      "lines[0]",
      quote([{ id: "a", productId: "P" }], {
        date: "2025-03-14",
        buyer: { customerId: "K" },
        book: book({
          products: [{ id: "P", listPrice: "1", vat: standard(25) }],
          discounts: ["x", "y"].map((id, at) => ({
            id,
            subject: { kind: "customer", customerId: "K" },
            target: { kind: "all" },
            ratePpm: at * 10_000,
          })),
        }),
      }),
    ],
    ["ZeroBasis", "footers[0]", withFooter(hidden({ basis: "weight" }))],
    ["NoTarget", "footers[0]", withFooter(hidden({}), [line("a", "1", { lock: "all" })])],
    [
      "SignMixed",
      "footers[0]",
      withFooter(hidden({ negative: "signed" }), [line("a", "100"), line("b", "-60", {}), line("c", "-60")]),
    ],
    ["VatMix", "footers[0].vat", withFooter(hidden({}, "10", { vat: standard(12) }))],
    [
      "ManualSum",
      "footers[0].spread.shares",
      withFooter(hidden({ basis: "manual", shares: [{ lineId: "a", amount: "9.99" }] })),
    ],
    [
      "AlternativeUndecided",
      "lines[0].alternative",
      quote([
        line("a", "1", { alternative: { group: "g", isChosen: true } }),
        line("b", "1", { alternative: { group: "g", isChosen: true } }),
      ]),
    ],
  ])("%s at %s", (tag, path, input) => {
    const priced = priceQuote(input)
    expect(priced.issues).toContainEqual(expect.objectContaining({ _tag: tag, path }))
    for (const value of Object.values(priced.totals))
      if (typeof value === "number") expect(Number.isSafeInteger(value)).toBe(true)
  })

  test("a wrong line leaves the others and says that the total is not whole", () => {
    const priced = priceQuote(quote([line("a", "100.00"), line("b", "1,00"), line("c", "50.00")]))
    expect(netsOf(priced)).toEqual([100_00, 0, 50_00])
    expect(priced.totals).toMatchObject({ isComplete: false, netMinor: 150_00 })
  })

  test("a charge that cannot be spread stays a row: no cent is lost", () => {
    for (const footer of [hidden({ basis: "weight" }), hidden({}, "10.00", { vat: standard(12) })]) {
      const priced = priceQuote(withFooter(footer))
      expect(priced.totals).toMatchObject({
        linesNetMinor: 150_00,
        chargesMinor: 10_00,
        netMinor: 160_00,
        isComplete: true,
      })
      expect(priced.footers[0]?.visibility).toBe("shown")
      expect(sum(priced.vat.map(({ baseMinor }) => baseMinor))).toBe(160_00)
    }
  })

  test("locked lines keep their shares and take no new ones; a negative footer takes what a positive one gives", () => {
    const lines = [line("a", "100.00", { lock: "net" }), line("b", "50.00"), line("c", "50.00")]
    expect(priceQuote(withFooter(hidden({}), lines)).lines.map((one) => one.footerShareMinor)).toEqual([0, 5_00, 5_00])
    const frozen = hidden({ frozenShares: [{ lineId: "a", amount: "4.00" }], respread: "missingOnly" })
    expect(priceQuote(withFooter(frozen, lines)).lines.map((one) => one.footerShareMinor)).toEqual([4_00, 3_00, 3_00])
    const plus = priceQuote(withFooter(hidden({}, "10.01"), lines)).lines.map((one) => one.footerShareMinor)
    const minus = priceQuote(withFooter(hidden({}, "-10.01"), lines)).lines.map((one) => -one.footerShareMinor + 0)
    expect(minus).toEqual(plus)
  })
})

describe("refusals of single functions", () => {
  test.each([
    [allocate(1, [{ id: "a", weight: 0 }]), "ZeroWeights"],
    [allocate(1, [{ id: "a", weight: -1 }]), "NegativeWeight"],
    [allocate(1, [{ id: "a", weight: "1e3" }]), "InexactInput"],
    [allocate(1.5, [{ id: "a", weight: 1 }]), "InexactInput"],
    [
      allocate(
        1,
        ["999999999999999.999999", "1", "0.000001"].map((weight, at) => ({ id: `${at}`, weight })),
      ),
      "MoneyOverflow",
    ],
  ])("%j is refused with %s", (refused, tag) => {
    expect(refused).toMatchObject({ ok: false, error: { _tag: tag } })
  })

  test.each<[string, Quote, SolveRequest]>([
    ["QuoteIncomplete", quote([line("a", "x")]), { target: { kind: "net", amount: "1" } }],
    ["InvalidTarget", quote(twoLines), { target: { kind: "net", amount: "1,5" } }],
    ["InvalidTarget", quote(twoLines), { target: { kind: "line", lineId: "gone", amount: "1" } }],
    ["InvalidTarget", quote(twoLines), { target: { kind: "net", amount: "1" }, grid: "0" }],
    ["NoFreeLines", quote([line("a", "1", { lock: "all" })]), { target: { kind: "net", amount: "2" } }],
    [
      "TargetBelowLocked",
      quote([line("a", "10", { lock: "all" }), line("b", "1")]),
      { target: { kind: "net", amount: "9" } },
    ],
    ["TargetUnreachable", quote(twoLines), { target: { kind: "margin", ratePpm: 1_000_000 } }],
    ["TargetUnreachable", quote(twoLines), { target: { kind: "net", amount: "200" }, how: "discount" }],
  ])("solve refuses with %s", (tag, input, request) => {
    expect(solve(input, request)).toMatchObject({ ok: false, error: { _tag: tag } })
  })
})

describe("hostile input", () => {
  test("ids and references named like prototypes are plain ids", () => {
    const lines = ["__proto__", "constructor", "toString"].map((id) => line(id, "10.00"))
    const priced = priceQuote(
      withFooter(hidden({ targets: { kind: "lines", lineIds: ["__proto__", "toString"] } }), lines),
    )
    expect(priced.lines.map((one) => one.footerShareMinor)).toEqual([5_00, 0, 5_00])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test("ids made to collide cost no more than others", () => {
    // “Aa” and “BB” collide in many a hash; 2^14 combinations of them.
    const ids = Array.from({ length: 2 ** 14 }, (_, at) =>
      Array.from({ length: 14 }, (__, bit) => ((at >> bit) & 1 ? "Aa" : "BB")).join(""),
    )
    expect(priceQuote(quote(ids.map((id) => line(id, "0.01")))).totals.netMinor).toBe(2 ** 14)
  })

  test("a bundle sixteen deep is priced, one deeper is refused, a cycle is refused", () => {
    const nest = (depth: number): Quote =>
      quote([
        ...Array.from({ length: depth }, (_, at) => ({
          id: `b${at}`,
          kind: "bundle" as const,
          ...(at === 0 ? {} : { parentId: `b${at - 1}` }),
        })),
        line("leaf", "10.00", { parentId: `b${depth - 1}` }),
      ])
    expect(priceQuote(nest(15)).totals).toMatchObject({ isComplete: true, netMinor: 10_00 })
    expect(priceQuote(nest(40)).issues).toContainEqual(
      expect.objectContaining({ _tag: "NestingRefused", reason: "tooDeep" }),
    )
  })

  test("more than a million lines get a typed limit, at once", () => {
    const priced = priceQuote(quote(new Array<QuoteLine>(maxLines + 1)))
    expect(priced.issues).toEqual([
      { _tag: "TooManyLines", path: "lines", severity: "error", count: maxLines + 1, limit: maxLines },
    ])
  })

  test("two hundred thousand lines get an answer whose shares add up", () => {
    const one = line("x", "10.01", { isEssential: true })
    const lines = Array.from({ length: 200_000 }, (_, at) => ({ ...one, id: `l${at}` }))
    const priced = priceQuote(withFooter(hidden({}, "12345.67"), lines))
    expect(priced.totals.netMinor).toBe(200_000 * 10_01 + 12_345_67)
    expect(sum(priced.lines.map((each) => each.footerShareMinor))).toBe(12_345_67)
  })

  test.each([null, undefined, 5, "quote", [], {}, { lines: "no" }, { lines: {}, currency: 5 }])(
    "%j as a quote gets an answer",
    (garbage) => {
      const priced = priceQuote(garbage as unknown as Quote)
      expect(priced.issues.length).toBeGreaterThan(0)
      expect(priced.totals).toMatchObject({ isComplete: false, totalMinor: 0 })
    },
  )
})

/** Bad input: every tag, its path, and the numbers that are still there. */
import { describe, expect, test } from "vitest"
import {
  allocate,
  type FooterCharge,
  type PriceBook,
  priceQuote,
  type Quote,
  type QuoteLine,
  type SolveRequest,
  type Spread,
  solve,
  why,
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

describe("a discount in money takes what is there and no more", () => {
  test.each`
    price       | quantity | percent    | amounts               | net        | issue
    ${"100.00"} | ${"1"}   | ${0}       | ${["30.00"]}          | ${70_00}   | ${undefined}
    ${"100.00"} | ${"1"}   | ${0}       | ${["100.00"]}         | ${0}       | ${undefined}
    ${"100.00"} | ${"1"}   | ${0}       | ${["100.01"]}         | ${100_00}  | ${["lines[0].discounts[0].amount", 100_00]}
    ${"100.00"} | ${"1"}   | ${0}       | ${["60.00", "60.00"]} | ${40_00}   | ${["lines[0].discounts[1].amount", 40_00]}
    ${"100.00"} | ${"1"}   | ${500_000} | ${["60.00"]}          | ${50_00}   | ${["lines[0].discounts[0].amount", 50_00]}
    ${"100.00"} | ${"1"}   | ${0}       | ${["-5.00"]}          | ${100_00}  | ${["lines[0].discounts[0].amount", 100_00]}
    ${"100.00"} | ${"-1"}  | ${0}       | ${["-30.00"]}         | ${-70_00}  | ${undefined}
    ${"100.00"} | ${"-1"}  | ${0}       | ${["30.00"]}          | ${-100_00} | ${["lines[0].discounts[0].amount", -100_00]}
    ${"100.00"} | ${"0"}   | ${0}       | ${["0.01"]}           | ${0}       | ${["lines[0].discounts[0].amount", 0]}
  `("$quantity at $price less $percent ppm and $amounts comes to $net", (row) => {
    const { price, quantity, percent, amounts, net, issue } = row
    const discounts = (amounts as string[]).map((amount, at) => ({ id: `d${at}`, amount }))
    const priced = priceQuote(quote([line("a", price, { quantity, discountPpm: percent, discounts })]))
    expect(priced.lines[0]!.netMinor).toBe(net)
    expect(priced.issues).toEqual(
      issue === undefined ? [] : [{ _tag: "DiscountTooLarge", path: issue[0], severity: "error", leftMinor: issue[1] }],
    )
    expect(priced.totals.isComplete).toBe(issue === undefined)
    expect(sum(why(priced, "a")!.steps.map(({ roundedMinor }) => roundedMinor))).toBe(net)
  })
})

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

  const bundle = (id: string, parentId: string, more: Partial<QuoteLine> = {}): QuoteLine => ({
    id,
    kind: "bundle",
    parentId,
    ...more,
  })

  test.each<[string, readonly QuoteLine[], readonly string[]]>([
    ["itself", [bundle("a", "a")], ["a"]],
    ["each other", [bundle("a", "b"), bundle("b", "a")], ["a", "b"]],
    [
      "each other, with a line inside",
      [bundle("a", "b"), bundle("b", "a"), line("c", "1.00", { parentId: "a" })],
      ["a", "b", "c"],
    ],
    [
      "a ring of three below",
      [line("x", "1.00", { parentId: "d" }), bundle("d", "a"), bundle("a", "b"), bundle("b", "c"), bundle("c", "a")],
      ["x", "d", "a", "b", "c"],
    ],
  ])("bundles in %s are a cycle, not too deep, and everything else is priced", (_, lines, refused) => {
    const priced = priceQuote(quote([...lines, line("other", "5.00")]))
    expect(priced.issues.map((issue) => (issue._tag === "NestingRefused" ? [issue.id, issue.reason] : issue))).toEqual(
      refused.map((id) => [id, "cycle"]),
    )
    expect(priced.totals).toMatchObject({ isComplete: false, netMinor: 5_00 })
  })

  test("sections in a cycle are refused, their lines are out", () => {
    const sections = [
      { id: "s", parentId: "t" },
      { id: "t", parentId: "s" },
    ]
    const priced = priceQuote(quote([line("a", "1.00", { sectionId: "s" }), line("b", "2.00")], { sections }))
    expect(priced.issues).toMatchObject([
      { path: "sections[0].parentId", reason: "cycle" },
      { path: "sections[1].parentId", reason: "cycle" },
    ])
    expect(priced.totals.netMinor).toBe(2_00)
  })

  test("only a bundle has components: a line inside a product is refused and counted once", () => {
    const priced = priceQuote(quote([line("a", "10.00"), line("b", "1.00", { parentId: "a" })]))
    expect(priced.issues).toMatchObject([{ _tag: "InvalidShape", path: "lines[1].parentId" }])
    expect(netsOf(priced)).toEqual([10_00, 1_00])
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

  test.each([null, undefined, 5, "quote", [], {}, { lines: "no" }, { lines: {}, currency: 5 }])(
    "%j as a quote gets an answer",
    (garbage) => {
      const priced = priceQuote(garbage as unknown as Quote)
      expect(priced.issues.length).toBeGreaterThan(0)
      expect(priced.totals).toMatchObject({ isComplete: false, totalMinor: 0 })
    },
  )
})

/** The worked numbers of the business rules, as tables. Feature ids in the names. */
import { describe, expect, test } from "vitest"
import {
  type CostItem,
  contentHash,
  findDiscount,
  findPrice,
  lintPriceList,
  type MarginRule,
  marginRange,
  type PriceBook,
  priceQuote,
  solve,
} from "../src/index.ts"
import { line, quote, standard } from "./quotes.ts"

const labour = (id: string, quantity: string, unitCost: string): CostItem => ({
  id,
  role: "labour",
  quantity,
  unitCost,
})

describe("prices and discounts (c.4)", () => {
  const book: PriceBook = {
    products: [{ id: "P30", listPrice: "12000", groupIds: ["pumps"], categoryIds: ["machines"], vat: standard(25) }],
    lists: [
      {
        id: "standard",
        currency: "SEK",
        scope: { kind: "standard" },
        entries: [{ id: "std", productId: "P30", price: { kind: "fixed", unitPrice: "12000" } }],
      },
      {
        id: "italia",
        currency: "SEK",
        scope: { kind: "segment", segmentId: "italia" },
        entries: [{ id: "it", productId: "P30", price: { kind: "fixed", unitPrice: "11400" } }],
      },
    ],
    discounts: [],
  }
  const ownList = (isNet: boolean) => ({
    id: "K1",
    currency: "SEK",
    isNet,
    scope: { kind: "customer" as const, customerId: "K1" },
    entries: [{ id: "own", productId: "P30", price: { kind: "fixed" as const, unitPrice: "11000" } }],
  })
  const row = (
    id: string,
    customerId: string,
    ratePpm: number,
    target: "product" | "category",
    isInherited = false,
  ) => ({
    id,
    subject: { kind: "customer" as const, customerId, isInherited },
    target:
      target === "product"
        ? { kind: "product" as const, productId: "P30" }
        : { kind: "category" as const, categoryId: "machines" },
    ratePpm,
  })
  const net = (
    buyer: object,
    more: Partial<PriceBook>,
    manual?: number,
    stacking?: "compound" | "best",
  ): number | undefined =>
    priceQuote(
      quote([{ id: "a", productId: "P30", ...(manual === undefined ? {} : { discountPpm: manual }) }], {
        book: { ...book, ...more },
        buyer,
        date: "2025-03-14",
        ...(stacking === undefined ? {} : { stacking }),
      }),
    ).lines[0]?.netMinor
  const K1 = { customerId: "K1" }
  const K6 = { customerId: "K6", parentId: "K5" }
  const fifteen = row("p", "K1", 150_000, "product")

  test.each([
    ["PO-46 the product's own price where no list has one", net({}, { lists: [] }), 12_000_00],
    ["PS-25 the list of the segment before the standard list", net({ segmentIds: ["italia"] }, {}), 11_400_00],
    ["SO-78 a product row of 15 %", net(K1, { discounts: [fifteen] }), 10_200_00],
    ["SO-80 two of them", net(K1, { discounts: [fifteen] })! * 2, 20_400_00],
    [
      "a category row of 20 % beside it: the more specific wins",
      net(K1, { discounts: [row("c", "K1", 200_000, "category"), fifteen] }),
      10_200_00,
    ],
    ["compound with 5 % by hand", net(K1, { discounts: [fifteen] }, 50_000, "compound"), 9690_00],
    ["none: 5 % by hand replaces the matrix", net(K1, { discounts: [fifteen] }, 50_000), 11_400_00],
    ["best of 5 % by hand and 15 %", net(K1, { discounts: [fifteen] }, 50_000, "best"), 10_200_00],
    [
      "an own list that is net takes no matrix",
      net(K1, { discounts: [fifteen], lists: [...book.lists, ownList(true)] }),
      11_000_00,
    ],
    [
      "an own list that is not net does",
      net(K1, { discounts: [fifteen], lists: [...book.lists, ownList(false)] }),
      9350_00,
    ],
    ["a parent's row, inherited", net(K6, { discounts: [row("p5", "K5", 100_000, "product", true)] }), 10_800_00],
    ["a parent's row, not inherited", net(K6, { discounts: [row("p5", "K5", 100_000, "product")] }), 12_000_00],
    ["the general discount is the last row of its subject", net({ ...K1, generalDiscountPpm: 100_000 }, {}), 10_800_00],
  ])("%s", (_, actual, expected) => {
    expect(actual).toBe(expected)
  })

  test.each`
    rates                            | outcomes
    ${[50_000, 100_000, 150_000]}    | ${["won", "won", "won"]}
    ${[-10_000, 1_010_000, 150_000]} | ${["unreadable", "unreadable", "won"]}
  `("SO-79 rates of $rates ppm for three products: $outcomes", ({ rates, outcomes }) => {
    const products = ["P10", "P20", "P30"]
    const rows = products.map((productId, at) => ({
      id: productId,
      subject: { kind: "customer" as const, customerId: "K1" },
      target: { kind: "product" as const, productId },
      ratePpm: rates[at],
    }))
    const found = products.map((productId) =>
      findDiscount({ buyer: K1, productId, quantity: 1, date: "2025-03-14" }, rows),
    )
    const outcomeOf = (at: number) => {
      const one = found[at]!
      return one.ok ? one.value.trace.find(({ rowId }) => rowId === products[at])?.outcome : one.error._tag
    }
    expect(products.map((_, at) => outcomeOf(at))).toEqual(outcomes)
  })

  test("PO-45 of an imported list of 500 rows the three without a readable price are named, the others price", () => {
    const bad = new Set([7, 123, 499])
    const imported: PriceBook["lists"][number] = {
      id: "import",
      currency: "SEK",
      scope: { kind: "standard" },
      entries: Array.from({ length: 500 }, (_, at) => ({
        id: `row ${at}`,
        productId: `P${at}`,
        price: { kind: "fixed", unitPrice: bad.has(at) ? "12,50" : `${at + 1}.50` },
      })),
    }
    expect(lintPriceList(imported)).toEqual(
      [...bad].map((at) => ({ _tag: "ImpossibleRow", path: `entries[${at}]`, reason: "unreadable" })),
    )
    const priceOf = (at: number) =>
      findPrice(
        { buyer: {}, productId: `P${at}`, quantity: 1, date: "2025-03-14", currency: "SEK" },
        { lists: [imported], discounts: [] },
      )
    const found = Array.from({ length: 500 }, (_, at) => priceOf(at))
    expect(found.filter(({ ok }) => ok)).toHaveLength(497)
    expect(found[8]).toMatchObject({ ok: true, value: { unitPrice: "9.5" } })
  })

  test("PO-47 the customer's own list has a start: 900 and 1 000, each with its source", () => {
    const hours: PriceBook = {
      lists: [
        {
          id: "std",
          currency: "SEK",
          scope: { kind: "standard" },
          entries: [{ id: "s", productId: "P10", price: { kind: "fixed", unitPrice: "1000" } }],
        },
        {
          id: "K1",
          currency: "SEK",
          scope: { kind: "customer", customerId: "K1" },
          entries: [{ id: "k", productId: "P10", validFrom: "2025-01-01", price: { kind: "fixed", unitPrice: "900" } }],
        },
      ],
      discounts: [],
    }
    const at = (customerId: string, date: string) =>
      findPrice({ buyer: { customerId }, productId: "P10", quantity: 1, date, currency: "SEK" }, hours)
    expect(at("K1", "2025-03-14")).toMatchObject({ ok: true, value: { unitPrice: "900", listId: "K1" } })
    expect(at("K1", "2024-12-31")).toMatchObject({ ok: true, value: { unitPrice: "1000", listId: "std" } })
    expect(at("K2", "2025-03-14")).toMatchObject({ ok: true, value: { unitPrice: "1000", listId: "std" } })
  })
})

describe("margins and floors (c.0, pre-calculation)", () => {
  const rule = (blockBelow: string, more: Partial<MarginRule> = {}): MarginRule => ({
    id: "r",
    appliesTo: "line",
    measure: "marginPpm",
    blockBelow,
    ...more,
  })
  const work = (costs: readonly CostItem[], more: object = {}) =>
    line("P10", "1000", { quantity: "100", kind: "labour", costs, ...more })
  const anna = labour("anna", "100", "450")

  test("PO-32 100 h at 1 000, anna 100 h at 450 and bjorn 20 h at 520: result 44 600, margin 44.6 %", () => {
    const { totals } = priceQuote(quote([work([anna, labour("bjorn", "20", "520")])]))
    expect([totals.netMinor, totals.costMinor, totals.marginMinor, totals.marginPpm]).toEqual([
      100_000_00, 55_400_00, 44_600_00, 446_000,
    ])
  })

  test("PO-35 a pre-calculation is of one content: any change of a line makes it stale, pricing again does not", () => {
    const calculated = quote([work([anna]), line("P30", "12000")])
    const hash = contentHash(calculated)
    expect(contentHash(priceQuote(calculated).quote)).toBe(hash)
    for (const changed of [
      { quantity: "101" },
      { unitPrice: "999.99" },
      { discountPpm: 1 },
      { option: "offered" },
    ] as const) {
      const lines = [{ ...calculated.lines[0]!, ...changed }, calculated.lines[1]!]
      expect(contentHash({ ...calculated, lines })).not.toBe(hash)
    }
  })

  test("PO-33 bjorn's 20 h given to dag (400): cost 53 000, margin 47.0 %", () => {
    const { totals } = priceQuote(quote([work([anna, labour("dag", "20", "400")])]))
    expect([totals.costMinor, totals.marginPpm]).toEqual([53_000_00, 470_000])
  })

  test("PO-34 rule 30 %, discount 30 %: margin 20.9 %, floor 79 142.86, largest discount 20.85 %", () => {
    const costs = [anna, labour("bjorn", "20", "520")]
    const { floors, totals } = priceQuote(
      quote([work(costs, { discountPpm: 300_000 })], { marginRules: [rule("300000")] }),
    )
    expect(floors[0]).toMatchObject({
      subjectId: "P10",
      level: "block",
      floorMinor: 79_142_86,
      maxDiscountPpm: 208_571,
    })
    expect(Math.floor(floors[0]!.maxDiscountPpm! / 100) / 100).toBe(20.85)
    expect(Math.round(totals.marginPpm! / 1000) / 10).toBe(20.9)
  })

  test.each`
    price      | rule        | level      | floor        | what
    ${"10200"} | ${"200000"} | ${"ok"}    | ${10_000_00} | ${"P30 with cost 8 000 above a block at 20 %"}
    ${"9999"}  | ${"200000"} | ${"block"} | ${10_000_00} | ${"below it"}
    ${"12000"} | ${"250000"} | ${"ok"}    | ${10_666_67} | ${"the floor is rounded up"}
  `("floors: $what is $level", ({ price, rule: limit, level, floor }) => {
    const { floors } = priceQuote(quote([line("P30", price, { unitCost: "8000" })], { marginRules: [rule(limit)] }))
    expect(floors[0]).toMatchObject({ level, floorMinor: floor })
  })

  test.each`
    margin     | level
    ${"10200"} | ${"approve"}
    ${"9000"}  | ${"block"}
    ${"11000"} | ${"ok"}
  `("SV-19 approve below 25 %, block below 20 %: P30 at $margin is $level", ({ margin, level }) => {
    const rules = [rule("200000", { approveBelow: "250000", approver: "sales manager" })]
    const { floors } = priceQuote(quote([line("P30", margin, { unitCost: "8000" })], { marginRules: rules }))
    expect(floors[0]).toMatchObject({ level, approver: "sales manager" })
    expect(floors[0]!.bounds.map(({ level: of, floorMinor }) => [of, floorMinor])).toEqual([
      ["block", 10_000_00],
      ["approve", 10_666_67],
    ])
  })

  test("the most specific rule of a measure wins: product before group before all", () => {
    const rules = [
      rule("900000", { id: "all" }),
      rule("500000", { id: "group", target: { kind: "group", groupId: "pumps" } }),
      rule("100000", { id: "product", target: { kind: "product", productId: "P30" } }),
    ]
    const lines = [
      line("a", "100", { productId: "P30", groupIds: ["pumps"] }),
      line("b", "100", { productId: "P31", groupIds: ["pumps"] }),
      line("c", "100", { productId: "P1" }),
    ]
    const { floors } = priceQuote(quote(lines, { marginRules: rules }))
    expect(floors.map(({ ruleId, subjectId }) => [ruleId, subjectId])).toEqual([
      ["all", "c"],
      ["group", "b"],
      ["product", "a"],
    ])
  })

  test("SV-14, SV-18 80 h at 1 000 and a fee of 5 000: revenue 85 000, cost 35 000, margin 58.8 %", () => {
    const lines = [
      line("work", "1000", { quantity: "80", costs: [labour("x", "80", "400")] }),
      line("fee", "5000", { unitCost: "3000" }),
    ]
    const { totals } = priceQuote(quote(lines))
    expect([totals.netMinor, totals.costMinor, totals.marginMinor]).toEqual([85_000_00, 35_000_00, 50_000_00])
    expect(Math.round(totals.marginPpm! / 1000) / 10).toBe(58.8)
  })

  test("SV-15 leeway at 30 %: floor 50 000, largest discount 41.17 %", () => {
    const { floors } = priceQuote(
      quote([line("a", "85000", { unitCost: "35000" })], { marginRules: [rule("300000", { appliesTo: "total" })] }),
    )
    expect(floors[0]?.floorMinor).toBe(50_000_00)
    expect(Math.floor(floors[0]!.maxDiscountPpm! / 100) / 100).toBe(41.17)
  })

  test("SV-67 cost 52 000, margin 30 %: the revenue needed is 74 285.72, never a cent short", () => {
    const solved = solve(quote([line("a", "40000", { unitCost: "52000" })]), {
      target: { kind: "margin", ratePpm: 300_000 },
    })
    expect(solved.ok && solved.value.reachedMinor).toBe(74_285_72)
  })

  test("overhead: a percentage of labour and an amount per hour, after the contribution", () => {
    const costs: CostItem[] = [
      { ...labour("a", "10", "400"), overhead: { kind: "percent", ratePpm: 150_000 } },
      { ...labour("b", "5", "400"), overhead: { kind: "perUnit", amount: "60" } },
      { id: "train", role: "travel", unitCost: "500" },
    ]
    const { totals } = priceQuote(quote([line("work", "10000", { costs })]))
    expect([totals.costMinor, totals.overheadMinor, totals.contributionMinor, totals.marginMinor]).toEqual([
      6500_00, 900_00, 3500_00, 2600_00,
    ])
  })

  test("an effort of 60, 80 or 140 hours: the margin as a range, the same for the same seed", () => {
    const priced = priceQuote(quote([line("work", "100000", { costs: [labour("x", "80", "500")] })]))
    const guess = [{ lineId: "work", minMinutes: 3600, likelyMinutes: 4800, maxMinutes: 8400, hourCostMinor: 500_00 }]
    const range = marginRange(priced, guess, { seed: 7, trials: 20_000 })
    if (!range.ok) throw new Error(range.error._tag)
    expect(range).toEqual(marginRange(priced, guess, { seed: 7, trials: 20_000 }))
    // The exact quantiles of the triangle: 60 + √(0.1 × 80 × 20) h is 72.65, and so on.
    const exact = [1 - 0.1, 0.5, 0.1].map(
      (u) => 100_000 - 500 * (u * 80 < 20 ? 60 + Math.sqrt(u * 80 * 20) : 140 - Math.sqrt((1 - u) * 80 * 60)),
    )
    const got = [range.value.p10Minor, range.value.p50Minor, range.value.p90Minor].map((minor) => minor / 100)
    got.forEach((value, at) => {
      expect(Math.abs(value - exact[at]!)).toBeLessThan(400)
    })
    expect(marginRange(priced, [{ ...guess[0]!, minMinutes: 9000 }], { seed: 7, trials: 10 })).toMatchObject({
      ok: false,
      error: { _tag: "InvalidGuess" },
    })
  })
})

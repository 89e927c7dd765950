/** The worked numbers of the business rules, as tables. Feature ids in the names. */
import { describe, expect, test } from "vitest"
import {
  allocate,
  type CostItem,
  type Deposit,
  deductDeposits,
  diff,
  drawFromLots,
  expireLots,
  findPrice,
  type InstalmentPart,
  indexedPrice,
  type MarginRule,
  marginRange,
  orderOf,
  type PriceBook,
  periodAmount,
  planInstalments,
  priceQuote,
  remainingToInvoice,
  solve,
  unusedAmount,
} from "../src/index.ts"
import { line, netsOf, quote, standard, sum } from "./quotes.ts"

const percent = (id: string, ratePpm: number): InstalmentPart => ({ id, share: { kind: "percent", ratePpm } })
const fixedPart = (id: string, amount: string): InstalmentPart => ({ id, share: { kind: "amount", amount } })
const remainder = (id: string): InstalmentPart => ({ id, share: { kind: "remainder" } })
const order = (net: string, vatPercent = 25) =>
  orderOf(priceQuote(quote([line("work", net, { vat: standard(vatPercent) })])))
const partNets = (net: string, parts: readonly InstalmentPart[]): readonly number[] => {
  const plan = planInstalments(order(net), parts)
  if (!plan.ok) throw new Error(plan.error._tag)
  return plan.value.parts.map(({ netMinor }) => netMinor)
}
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

describe("instalments, deposits, remaining (c.6, c.8)", () => {
  test.each([
    [
      "PO-65 333 333.33 at 50 %, 30 %, remainder",
      partNets("333333.33", [percent("1", 500_000), percent("2", 300_000), remainder("3")]),
      [166_666_67, 100_000_00, 66_666_66],
    ],
    [
      "three thirds",
      partNets(
        "333333.33",
        ["1", "2", "3"].map((id) => ({ id, share: { kind: "share", weight: 1 } })),
      ),
      [111_111_11, 111_111_11, 111_111_11],
    ],
    [
      "PO-67 20 % inserted before the remainder",
      partNets("300000", [fixedPart("1", "100000"), fixedPart("2", "100000"), percent("new", 200_000), remainder("3")]),
      [100_000_00, 100_000_00, 60_000_00, 40_000_00],
    ],
    [
      "four quarters of 0.02: never negative",
      partNets(
        "0.02",
        ["1", "2", "3", "4"].map((id) => percent(id, 250_000)),
      ),
      [1, 1, 0, 0],
    ],
    [
      "0.01 in three",
      partNets(
        "0.01",
        ["1", "2", "3"].map((id) => ({ id, share: { kind: "share", weight: 1 } })),
      ),
      [1, 0, 0],
    ],
  ])("%s", (_, actual, expected) => {
    expect(actual).toEqual(expected)
  })

  test.each([
    [[percent("1", 600_000), percent("2", 500_000)], "SharesDoNotAddUp"],
    [[fixedPart("1", "100.01")], "OverInvoiced"],
    [[], "InvalidPart"],
    [[remainder("1"), remainder("2")], "InvalidPart"],
    [[fixedPart("1", "1e3")], "InvalidPart"],
  ] as const)("the plan %j of 100.00 is refused with %s", (parts, tag) => {
    expect(planInstalments(order("100"), parts)).toMatchObject({ ok: false, error: { _tag: tag } })
  })

  test("a change of the order after invoicing: invoiced parts stay, the remainder takes the change, too little is OverInvoiced", () => {
    const invoiced = {
      id: "1",
      share: { kind: "percent" as const, ratePpm: 500_000 },
      invoiced: [{ columnId: "work", minor: 500_00 }],
    }
    const more = planInstalments({ ...order("1200"), originalNetMinor: 1000_00 }, [
      invoiced,
      percent("2", 200_000),
      remainder("3"),
    ])
    expect(more.ok && more.value.parts.map(({ netMinor }) => netMinor)).toEqual([500_00, 200_00, 500_00])
    expect(planInstalments(order("400"), [invoiced, remainder("3")])).toMatchObject({
      ok: false,
      error: { _tag: "OverInvoiced", excessMinor: 100_00 },
    })
  })

  test("PO-68 100 000 at 25 %, deposit 50 %: deducted at the end, VAT 12 500, payable 62 500", () => {
    const deposit: Deposit = {
      invoiceId: "1001",
      issuedOn: "2025-01-10",
      category: "S",
      ratePpm: 250_000,
      netMinor: 50_000_00,
      taxMinor: 12_500_00,
      deductedNetMinor: 0,
      deductedTaxMinor: 0,
    }
    const nets = [{ category: "S" as const, ratePpm: 250_000, baseMinor: 100_000_00 }]
    const deducted = deductDeposits([deposit], nets, { kind: "final", isFinal: true })
    expect(deducted).toMatchObject({
      ok: true,
      value: [{ invoiceId: "1001", netMinor: 50_000_00, taxMinor: 12_500_00 }],
    })
    expect(100_000_00 + 25_000_00 - 50_000_00 - 12_500_00).toBe(62_500_00)
    expect(deductDeposits([deposit], nets, { kind: "final", isFinal: false })).toEqual({ ok: true, value: [] })
    const part = deductDeposits([deposit], nets, {
      kind: "proportional",
      invoiceNetMinor: 30_000_00,
      orderNetMinor: 100_000_00,
    })
    expect(part).toMatchObject({ ok: true, value: [{ netMinor: 15_000_00, taxMinor: 3750_00 }] })
    const small = deductDeposits([deposit], [{ ...nets[0]!, baseMinor: 20_000_00 }], { kind: "fifo" })
    expect(small).toMatchObject({ ok: true, value: [{ netMinor: 20_000_00 }] })
    expect(deductDeposits([{ ...deposit, deductedNetMinor: 60_000_00 }], nets, { kind: "fifo" })).toMatchObject({
      ok: false,
      error: { _tag: "DepositOverdrawn" },
    })
  })

  test("PO-75 333 333.33 less 166 666.67 leaves 166 666.66; a draft lowers nothing; a credit opens again", () => {
    const whole = order("333333.33")
    const invoice = {
      id: "1",
      status: "issued" as const,
      kind: "invoice" as const,
      columns: [{ columnId: "work", minor: 166_666_67 }],
    }
    const draft = { ...invoice, id: "2", status: "draft" as const }
    expect(remainingToInvoice(whole, [invoice, draft])).toMatchObject({
      remainingMinor: 166_666_66,
      inDraftMinor: 166_666_67,
    })
    expect(remainingToInvoice(whole, [invoice, { ...invoice, id: "3", kind: "credit" }]).remainingMinor).toBe(
      333_333_33,
    )
    expect(remainingToInvoice(whole, [{ ...invoice, kind: "deposit" }])).toMatchObject({
      remainingMinor: 333_333_33,
      depositsMinor: 166_666_67,
    })
  })
})

describe("agreements and time banks (c.5, c.7)", () => {
  const month = { currency: "SEK", from: "2025-01-01", to: "2025-01-31" }
  test.each([
    [
      "start on the 15th: 17 of 31 days",
      periodAmount({ ...month, chargedFrom: "2025-01-15", prices: [{ from: "2025-01-01", price: "3100" }] }),
      1700_00,
    ],
    [
      "a price change inside: 1 500.00 and 1 680.00",
      periodAmount({
        currency: "SEK",
        from: "2025-03-01",
        to: "2025-03-31",
        prices: [
          { from: "2025-01-01", price: "3100" },
          { from: "2025-03-16", price: "3255" },
        ],
      }),
      3180_00,
    ],
    [
      "end on 20 June: 20 of 30 days",
      periodAmount({
        currency: "SEK",
        from: "2025-06-01",
        to: "2025-06-30",
        chargedTo: "2025-06-20",
        prices: [{ from: "2025-01-01", price: "3000" }],
      }),
      2000_00,
    ],
    [
      "a quarter ended early: 30 of 91 days credited",
      unusedAmount(9000_00, "2025-04-01", "2025-06-30", "2025-05-31"),
      2967_03,
    ],
  ])("%s", (_, actual, expected) => {
    expect(actual).toEqual({ ok: true, value: expected })
  })

  test.each([
    [{ price: "10000", base: "415.51", now: "428.30", sharePpm: 800_000 }, "10246.25"],
    [{ price: "10000", base: "100", now: "90" }, "10000.00"],
    [{ price: "10000", base: "100", now: "90", floorPpm: -50_000 }, "9500.00"],
    [{ price: "10000", base: "100", now: "120", capPpm: 30_000 }, "10300.00"],
  ])("indexation %j is %s", (indexation, price) => {
    expect(indexedPrice(indexation)).toEqual({ ok: true, value: price })
  })

  test.each([
    [periodAmount({ ...month, from: "2025-02-30", prices: [] }), "InvalidPeriod"],
    [periodAmount({ ...month, to: "2024-12-31", prices: [] }), "InvalidPeriod"],
    [periodAmount({ ...month, prices: [{ from: "2025-01-01", price: "1e3" }] }), "InvalidAmount"],
    [indexedPrice({ price: "1", base: "0", now: "1" }), "InvalidAmount"],
    [drawFromLots([], { seconds: 7.5, on: "2025-01-01" }), "InvalidDraw"],
    [drawFromLots([], { seconds: -60, on: "2025-01-01" }), "InvalidDraw"],
    [drawFromLots([], { seconds: 60, on: "2025-01-01" }), "BankEmpty"],
  ])("%j is refused with %s", (refused, tag) => {
    expect(refused).toMatchObject({ ok: false, error: { _tag: tag } })
  })

  test("PO-40 100 h at 900: debits of 2.5 h and 1.25 h recognise 3 375 and defer 86 625", () => {
    const lot = {
      id: "a",
      seconds: 360_000,
      priceMinor: 90_000_00,
      boughtOn: "2025-01-10",
      expiresOn: "2025-12-31",
      drawnSeconds: 0,
      recognisedMinor: 0,
    }
    const first = drawFromLots([lot], { seconds: 9000, on: "2025-03-03" })
    if (!first.ok) throw new Error(first.error._tag)
    const second = drawFromLots(first.value.lots, { seconds: 4500, on: "2025-03-10" })
    if (!second.ok) throw new Error(second.error._tag)
    const after = second.value.lots[0]!
    expect([
      (after.seconds - after.drawnSeconds) / 3600,
      after.recognisedMinor,
      after.priceMinor - after.recognisedMinor,
    ]).toEqual([96.25, 3375_00, 86_625_00])
    expect(expireLots(second.value.lots, "2026-01-01")).toEqual([
      { lotId: "a", seconds: 346_500, valueMinor: 86_625_00 },
    ])
    expect(expireLots(second.value.lots, "2025-12-31")).toEqual([])
    const spill = drawFromLots([{ ...lot, drawnSeconds: 356_400 }], {
      seconds: 9000,
      on: "2025-03-03",
      overdraft: "spill",
    })
    expect(spill).toMatchObject({ ok: true, value: { spilledSeconds: 5400 } })
  })
})

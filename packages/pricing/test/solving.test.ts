/** The solver by rule: what moves, what stays, where the cents go, and what is refused with which numbers. */
import { describe, expect, test } from "vitest"
import { priceQuote, type Quote, type SolveRequest, solve } from "../src/index.ts"
import { line, netsOf, quote, standard } from "./quotes.ts"

const two = quote([line("a", "300.00"), line("b", "100.00")])
const net = (amount: string): SolveRequest["target"] => ({ kind: "net", amount })

const solved = (input: Quote, request: SolveRequest) => {
  const result = solve(input, request)
  if (!result.ok) return result.error
  const { quote: after, isReached, moved, boundsHit, nearest, reachedMinor, targetMinor } = result.value
  return { nets: netsOf(priceQuote(after)), isReached, moved, boundsHit, nearest, reachedMinor, targetMinor }
}

const netsAfter = (input: Quote, request: SolveRequest): unknown => {
  const result = solve(input, request)
  return result.ok ? netsOf(result.value.priced) : result.error
}

describe("who moves", () => {
  const sections = [{ id: "s" }, { id: "t" }]
  const inSections = quote([line("a", "300.00", { sectionId: "s" }), line("b", "100.00", { sectionId: "t" })], {
    sections,
  })
  const grouped = quote([line("a", "300.00", { groupIds: ["pumps"] }), line("b", "100.00")])
  test.each<[string, Quote, SolveRequest, readonly number[]]>([
    ["all, in proportion", two, { target: net("200") }, [150_00, 50_00]],
    ["up too", two, { target: net("800") }, [600_00, 200_00]],
    ["named lines", two, { target: net("350"), free: { kind: "lines", lineIds: ["b"] } }, [300_00, 50_00]],
    ["lines of a group", grouped, { target: net("350"), free: { kind: "group", groupId: "pumps" } }, [250_00, 100_00]],
    [
      "lines of a section",
      inSections,
      { target: net("350"), free: { kind: "section", sectionId: "t" } },
      [300_00, 50_00],
    ],
    [
      "the section that is asked about",
      inSections,
      { target: { kind: "section", sectionId: "s", amount: "120" } },
      [120_00, 100_00],
    ],
    [
      "a section, by lines outside its selection",
      inSections,
      { target: net("500"), free: { kind: "section", sectionId: "s" } },
      [400_00, 100_00],
    ],
    [
      "the line that is asked about",
      two,
      { target: { kind: "line", lineId: "b", amount: "123.45" } },
      [300_00, 123_45],
    ],
    [
      "not a locked line",
      quote([line("a", "300.00", { lock: "price" }), line("b", "100.00")]),
      { target: net("350") },
      [300_00, 50_00],
    ],
    [
      "not a frozen price",
      quote([line("a", "300.00", { priceOrigin: "frozen" }), line("b", "100.00")]),
      { target: net("350") },
      [300_00, 50_00],
    ],
    [
      "not a line worth nothing, or less",
      quote([line("a", "300.00"), line("b", "0"), line("c", "-100.00")]),
      { target: net("100") },
      [200_00, 0, -100_00],
    ],
    [
      "not an offer",
      quote([line("a", "300.00"), line("b", "100.00", { option: "offered" })]),
      { target: net("200") },
      [200_00, 100_00],
    ],
    ["a line whose lock is none", quote([line("a", "300.00", { lock: "none" })]), { target: net("200") }, [200_00]],
  ])("%s", (_, input, request, nets) => {
    expect(netsAfter(input, request)).toEqual(nets)
  })

  test("what moved is told with its cents, and a quote that is there comes back as it is", () => {
    expect(solved(two, { target: net("200.01"), free: { kind: "lines", lineIds: ["a"] } })).toEqual({
      nets: [100_01, 100_00],
      isReached: true,
      moved: [{ lineId: "a", fromMinor: 300_00, toMinor: 100_01, adjustmentMinor: 0 }],
      boundsHit: [],
      nearest: undefined,
      reachedMinor: 200_01,
      targetMinor: 200_01,
    })
    const there = solve(two, { target: net("400.00") })
    expect(there.ok && [there.value.quote === two, there.value.moved]).toEqual([true, []])
  })
})

describe("which figure", () => {
  const costly = quote([line("a", "300.00", { unitCost: "150" }), line("b", "100.00", { unitCost: "90" })])
  const abroad = quote([line("a", "100.00", { unitCost: "70" })], { company: { currency: "EUR", rate: "0.5" } })
  test.each<[string, Quote, SolveRequest["target"], number]>([
    ["a total with VAT", two, { kind: "total", amount: "250.00" }, 200_00],
    ["a margin of 40 % on 240 of cost", costly, { kind: "margin", ratePpm: 400_000 }, 400_00 + 0],
    ["a margin is rounded up", costly, { kind: "margin", ratePpm: 300_000 }, 342_86],
    ["a margin amount", costly, { kind: "marginAmount", amount: "60.00" }, 300_00],
    ["a negative margin amount", costly, { kind: "marginAmount", amount: "-40.00" }, 200_00],
    ["a markup of 50 %", costly, { kind: "markup", ratePpm: 500_000 }, 360_00],
    ["a margin in the company's currency: 140 at one half", abroad, { kind: "margin", ratePpm: 500_000 }, 280_00],
  ])("%s", (_, input, target, netMinor) => {
    const result = solve(input, { target })
    expect(result.ok && result.value.priced.totals.netMinor).toBe(netMinor)
    expect(result.ok && result.value.isReached).toBe(true)
  })
})

describe("how, and how far", () => {
  test("by discount: prices stay, one manual percentage takes the place of the others, amounts stay", () => {
    const input = quote([
      line("a", "200.00", {
        discountPpm: 100_000,
        discounts: [
          { id: "p", ratePpm: 100_000 },
          { id: "m", amount: "12.00" },
        ],
      }),
    ])
    const result = solve(input, { target: net("88.00"), how: "discount" })
    expect(result.ok && result.value.quote.lines[0]).toEqual({
      ...line("a", "200.00"),
      discountPpm: 500_000,
      discounts: [{ id: "m", amount: "12.00" }],
    })
  })

  test("by discount: no discount lifts a line above its gross", () => {
    expect(solved(two, { target: net("500"), how: "discount" })).toEqual({
      _tag: "TargetUnreachable",
      minMinor: 0,
      maxMinor: 400_00,
    })
  })

  test("fixed charges and discounts do not scale with the price", () => {
    const input = quote([
      line("a", "100.00", { charges: [{ id: "c", amount: "20.00" }], discounts: [{ id: "d", amount: "5.00" }] }),
    ])
    const result = solve(input, { target: net("65.00") })
    expect(result.ok && [result.value.quote.lines[0]?.unitPrice, netsOf(result.value.priced)]).toEqual(["50", [65_00]])
  })

  test("a line stops at its largest change and says so", () => {
    const locked = quote([line("a", "300.00"), line("b", "100.00")])
    const request: SolveRequest = { target: net("380.00"), maxChangePpm: 100_000, free: { kind: "all" } }
    expect(solved(locked, request)).toMatchObject({ nets: [285_00, 95_00], boundsHit: [] })
    expect(solved(locked, { ...request, target: net("360.00") })).toMatchObject({
      nets: [270_00, 90_00],
      boundsHit: ["a", "b"],
    })
    expect(solved(locked, { ...request, target: net("440.00") })).toMatchObject({
      nets: [330_00, 110_00],
      boundsHit: ["a", "b"],
    })
  })
})

describe("where the cents go", () => {
  const three = quote([line("a", "10.00", { quantity: 3 })])
  test("into the line, unless said", () => {
    expect(solved(three, { target: net("20.00") })).toMatchObject({
      nets: [20_00],
      moved: [{ lineId: "a", fromMinor: 30_00, toMinor: 20_00, adjustmentMinor: -1 }],
      isReached: true,
    })
  })

  test("nowhere: the nearest below and above are told", () => {
    expect(solved(three, { target: net("20.00"), residual: "nearest" })).toMatchObject({
      nets: [20_01],
      isReached: false,
      nearest: { belowMinor: 19_98, aboveMinor: 20_01 },
    })
  })

  test("into other prices on the grid", () => {
    const input = quote([line("a", "10.00", { quantity: 3 }), line("b", "10.00", { quantity: 2 })])
    const result = solved(input, { target: net("40.01"), residual: "gridSearch" })
    expect(result).toMatchObject({ isReached: true, nearest: undefined, reachedMinor: 40_01 })
  })

  test("into the rounding of the payable amount; a net has none", () => {
    const total = { kind: "total" as const, amount: "20.00" }
    const result = solve(three, { target: total, residual: "documentRounding", grid: "0.10" })
    expect(result.ok && [result.value.priced.totals.payableMinor, result.value.priced.totals.roundingMinor]).toEqual([
      20_00, 12,
    ])
    expect(solved(three, { target: net("20.00"), residual: "documentRounding" })).toMatchObject({
      nets: [20_01],
      isReached: false,
    })
  })

  test("prices are on the grid that is asked for", () => {
    const result = solve(three, { target: net("20.00"), grid: "0.25" })
    expect(result.ok && [result.value.quote.lines[0]?.unitPrice, result.value.quote.lines[0]?.adjustmentMinor]).toEqual(
      ["6.75", -25],
    )
  })

  test("a total that one VAT group skips is reached with a cent between groups", () => {
    const input = quote([line("a", "300.00"), line("b", "100.00", { vat: standard(6) })])
    for (let cents = 0; cents < 40; cents++) {
      const amount = `400.${String(cents).padStart(2, "0")}`
      const result = solve(input, { target: { kind: "total", amount } })
      expect(result.ok && [result.value.priced.totals.payableMinor, result.value.priced.totals.roundingMinor]).toEqual([
        400_00 + cents,
        0,
      ])
    }
  })
})

describe("what is refused", () => {
  const rule = { id: "floor", appliesTo: "line" as const, measure: "marginPpm" as const, blockBelow: "500000" }
  const guarded = quote([line("a", "300.00", { unitCost: "100" }), line("b", "100.00")], { marginRules: [rule] })
  test.each<[string, Quote, SolveRequest, object]>([
    [
      "an incomplete quote",
      quote([line("a", "1,5"), line("b", "x")]),
      { target: net("1") },
      { _tag: "QuoteIncomplete", tags: ["InexactInput"] },
    ],
    ["an amount that is none", two, { target: net("1,5") }, { _tag: "InvalidTarget", path: "target.amount" }],
    [
      "an amount beyond 2^53",
      two,
      { target: net("999999999999999") },
      { _tag: "InvalidTarget", path: "target.amount" },
    ],
    [
      "a section that is not there",
      two,
      { target: { kind: "section", sectionId: "z", amount: "1" } },
      { _tag: "InvalidTarget", path: "target.sectionId" },
    ],
    [
      "a line that is not there",
      two,
      { target: { kind: "line", lineId: "z", amount: "1" } },
      { _tag: "InvalidTarget", path: "target.lineId" },
    ],
    [
      "a margin that is no integer",
      two,
      { target: { kind: "margin", ratePpm: 0.5 } },
      { _tag: "InvalidTarget", path: "target" },
    ],
    [
      "a margin amount that is none",
      two,
      { target: { kind: "marginAmount", amount: "x" } },
      { _tag: "InvalidTarget", path: "target" },
    ],
    [
      "a margin of everything",
      two,
      { target: { kind: "margin", ratePpm: 1_000_000 } },
      { _tag: "TargetUnreachable", minMinor: undefined, maxMinor: undefined },
    ],
    ["a grid that is none", two, { target: net("1"), grid: "x" }, { _tag: "InvalidTarget", path: "grid" }],
    ["a grid of nothing", two, { target: net("1"), grid: 0 }, { _tag: "InvalidTarget", path: "grid" }],
    [
      "nobody free",
      quote([line("a", "5.00", { lock: "all" })]),
      { target: net("1") },
      { _tag: "NoFreeLines", reachedMinor: 5_00 },
    ],
    [
      "nobody of the group",
      two,
      { target: net("1"), free: { kind: "group", groupId: "z" } },
      { _tag: "NoFreeLines", reachedMinor: 400_00 },
    ],
    [
      "nobody of the section",
      two,
      { target: net("1"), free: { kind: "section", sectionId: "z" } },
      { _tag: "NoFreeLines", reachedMinor: 400_00 },
    ],
    [
      "less than what is locked",
      quote([line("a", "300.00", { lock: "net" }), line("b", "100.00")]),
      { target: net("299.99") },
      { _tag: "TargetBelowLocked", lockedMinor: 300_00 },
    ],
    [
      "less than the floors",
      guarded,
      { target: net("150.00") },
      { _tag: "FloorConflict", ruleIds: ["floor"], minMinor: 200_00 },
    ],
    [
      "less than the largest change",
      two,
      { target: net("300"), maxChangePpm: 100_000 },
      { _tag: "TargetUnreachable", minMinor: 360_00, maxMinor: 440_00 },
    ],
    [
      "more than the largest change",
      two,
      { target: net("500"), maxChangePpm: 100_000 },
      { _tag: "TargetUnreachable", minMinor: 360_00, maxMinor: 440_00 },
    ],
    [
      "the net of one line, by another",
      two,
      { target: { kind: "section", sectionId: "z", amount: "1" }, free: { kind: "all" } },
      { _tag: "InvalidTarget", path: "target.sectionId" },
    ],
  ])("%s", (_, input, request, error) => {
    expect(solved(input, request)).toEqual(error)
  })

  test("floors are not kept on request", () => {
    expect(solved(guarded, { target: net("150.00"), keepFloors: false })).toMatchObject({
      nets: [112_50, 37_50],
      isReached: true,
    })
  })

  test("a line stops at its floor, the others take the rest", () => {
    expect(solved(guarded, { target: net("250.00") })).toMatchObject({ nets: [200_00, 50_00], boundsHit: ["a"] })
  })
})

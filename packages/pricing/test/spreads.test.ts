/** Spreads by rule: what each basis, target and policy gives to whom, and what is said when it cannot. */
import { describe, expect, test } from "vitest"
import { type FooterCharge, priceQuote, type Quote, type QuoteLine, type Spread } from "../src/index.ts"
import { line, quote, standard } from "./quotes.ts"

const freight = (amount: string, spread: Spread, more: Partial<FooterCharge> = {}): FooterCharge => ({
  id: "freight",
  amount: { kind: "fixed", amount },
  visibility: "hidden",
  spread,
  ...more,
})

const spreadOver = (lines: readonly QuoteLine[], amount: string, spread: Spread, more: Partial<Quote> = {}) => {
  const priced = priceQuote(quote(lines, { footers: [freight(amount, spread)], ...more }))
  return {
    shares: priced.lines.map(({ footerShareMinor }) => footerShareMinor),
    issues: priced.issues,
    visibility: priced.footers[0]?.visibility,
    isComplete: priced.totals.isComplete,
  }
}

const abc = [line("a", "100.00"), line("b", "50.00"), line("c", "50.00")]
const labour = (quantity: string) => ({ id: `l${quantity}`, role: "labour" as const, quantity, unitCost: "1" })
const travel = { id: "t", role: "travel" as const, quantity: "100", unitCost: "1" }

describe("what weighs", () => {
  test.each<[string, Spread, readonly QuoteLine[], readonly number[]]>([
    ["amount, unless said", {}, abc, [50_00, 25_00, 25_00]],
    ["equal", { basis: "equal" }, [...abc, line("d", "1.00")], [25_00, 25_00, 25_00, 25_00]],
    [
      "quantity, one unless said",
      { basis: "quantity" },
      [line("a", "1", { quantity: "2.5" }), line("b", "9"), line("c", "1", { quantity: "1.50" })],
      [50_00, 20_00, 30_00],
    ],
    [
      "weight, nothing unless said",
      { basis: "weight" },
      [line("a", "1", { weight: "0.75" }), line("b", "9"), line("c", "1", { weight: 3 })],
      [20_00, 0, 80_00],
    ],
    [
      "cost",
      { basis: "cost" },
      [line("a", "1", { unitCost: "30" }), line("b", "9"), line("c", "1", { unitCost: "10" })],
      [75_00, 0, 25_00],
    ],
    [
      "hours given",
      { basis: "hours" },
      [line("a", "1", { hours: "1.5", costs: [labour("99")] }), line("b", "1", { hours: "0.5" })],
      [75_00, 25_00],
    ],
    [
      "hours planned: labour only, of mixed decimals, nothing without",
      { basis: "hours" },
      [
        line("a", "1", { costs: [labour("1.25"), travel, labour("0.5")] }),
        line("b", "1", { costs: [labour("5.25")] }),
        line("c", "1"),
      ],
      [25_00, 75_00, 0],
    ],
    [
      "labour of one hour unless said",
      { basis: "hours" },
      [line("a", "1", { costs: [{ id: "x", role: "labour", unitCost: "1" }] }), line("b", "1", { hours: 3 })],
      [25_00, 75_00],
    ],
  ])("%s", (_, spread, lines, shares) => {
    expect(spreadOver(lines, "100.00", spread)).toEqual({ shares, issues: [], visibility: "hidden", isComplete: true })
  })

  test("amounts before document discounts, or after them, hidden or shown; other footers never count", () => {
    const discounts = [
      {
        id: "d",
        amount: { kind: "fixed" as const, amount: "60.00" },
        visibility: "hidden" as const,
        spread: { targets: { kind: "lines" as const, lineIds: ["a"] } },
      },
      {
        id: "e",
        amount: { kind: "fixed" as const, amount: "20.00" },
        spread: { targets: { kind: "lines" as const, lineIds: ["b"] } },
      },
    ]
    const shares = (isAfterDiscount?: boolean) => {
      const spread: Spread = isAfterDiscount === undefined ? {} : { isAfterDiscount }
      const footers = [freight("7.00", { basis: "equal" }, { id: "first" }), freight("12.00", spread)]
      const priced = priceQuote(quote(abc, { discounts, footers }))
      return priced.footers.find(({ id }) => id === "freight")?.shares.map(({ minor }) => minor)
    }
    expect(shares()).toEqual([6_00, 3_00, 3_00])
    expect(shares(false)).toEqual([6_00, 3_00, 3_00])
    // 40, 30 and 50 are left.
    expect(shares(true)).toEqual([4_00, 3_00, 5_00])
  })

  test("a discount never weighs other discounts", () => {
    const first = {
      id: "d",
      amount: { kind: "fixed" as const, amount: "60.00" },
      spread: { targets: { kind: "lines" as const, lineIds: ["a"] } },
    }
    const second = { id: "e", amount: { kind: "fixed" as const, amount: "20.00" }, spread: { isAfterDiscount: true } }
    const priced = priceQuote(quote(abc, { discounts: [first, second] }))
    expect(priced.footers[1]?.shares.map(({ minor }) => minor)).toEqual([-10_00, -5_00, -5_00])
  })
})

describe("who is a target", () => {
  const sections = [{ id: "s" }, { id: "inner", parentId: "s" }, { id: "t" }]
  const inSections = [
    line("a", "100", { sectionId: "s" }),
    line("b", "100", { sectionId: "inner" }),
    line("c", "100", { sectionId: "t" }),
    line("d", "100"),
  ]
  const products = { products: [{ id: "P", groupIds: ["pumps"] }], lists: [], discounts: [] }
  const grouped = [
    line("a", "100", { groupIds: ["pumps", "all"] }),
    line("b", "100", { productId: "P" }),
    line("c", "100", { productId: "P", groupIds: ["hoses"] }),
    line("d", "100", { productId: "Q" }),
    line("e", "100"),
  ]
  test.each<[string, Spread["targets"], readonly QuoteLine[], Partial<Quote>, readonly number[]]>([
    [
      "essential lines, of a footer, unless said",
      undefined,
      [line("a", "1", { isEssential: true }), line("b", "9")],
      {},
      [90, 0],
    ],
    [
      "all lines where none is essential",
      { kind: "essential" },
      [line("a", "20"), line("b", "10", { lock: "all" }), line("c", "10", { lock: "price" })],
      {},
      [60, 0, 30],
    ],
    [
      "essential lines but a locked one",
      { kind: "essential" },
      [line("a", "1", { isEssential: true, lock: "net" }), line("b", "9", { isEssential: true }), line("c", "9")],
      {},
      [0, 90, 0],
    ],
    ["all", { kind: "all" }, [line("a", "1", { isEssential: true }), line("b", "8")], {}, [10, 80]],
    ["not what is only offered", { kind: "all" }, [line("a", "1"), line("b", "8", { option: "offered" })], {}, [90, 0]],
    [
      "not what is only offered, where none is essential",
      undefined,
      [line("a", "1"), line("b", "8", { option: "offered" })],
      {},
      [90, 0],
    ],
    ["lines by id", { kind: "lines", lineIds: ["c", "a"] }, abc, {}, [60, 0, 30]],
    ["a section and those inside it", { kind: "section", sectionId: "s" }, inSections, { sections }, [45, 45, 0, 0]],
    [
      "a group of the line, or else of its product",
      { kind: "group", groupId: "pumps" },
      grouped,
      { book: products },
      [45, 45, 0, 0, 0],
    ],
  ])("%s", (_, targets, lines, more, shares) => {
    const spread: Spread = targets === undefined ? {} : { targets }
    expect(spreadOver(lines, "0.90", spread, more)).toEqual({
      shares,
      issues: [],
      visibility: "hidden",
      isComplete: true,
    })
  })

  const unknown = (id: string) => ({
    _tag: "UnknownReference",
    path: "footers[0].spread.targets",
    severity: "error",
    id,
  })
  test.each<[string, Spread["targets"], Partial<Quote>, object]>([
    ["a line that is not there", { kind: "lines", lineIds: ["a", "z"] }, {}, unknown("z")],
    ["a section that is not there", { kind: "section", sectionId: "z" }, { sections }, unknown("z")],
    ["a section of a flat quote", { kind: "section", sectionId: "s" }, {}, unknown("s")],
    [
      "no line of a group",
      { kind: "group", groupId: "z" },
      {},
      { _tag: "NoTarget", path: "footers[0]", severity: "error" },
    ],
  ])("%s leaves the charge a row", (_, targets, more, issue) => {
    expect(spreadOver(abc, "0.90", { targets: targets! }, more)).toEqual({
      shares: [0, 0, 0],
      issues: [issue],
      visibility: "shown",
      isComplete: true,
    })
  })
})

describe("negative and zero weights", () => {
  const mixed = [line("a", "100.00"), line("b", "-20.00"), line("c", "20.00")]
  const credit = [line("a", "-75.00"), line("b", "-25.00")]
  const issue = (tag: string, severity = "error") => ({ _tag: tag, path: "footers[0]", severity })
  test.each<[string, readonly QuoteLine[], Spread, readonly number[], readonly object[]]>([
    ["left out unless said", mixed, {}, [10_00, 0, 2_00], []],
    ["left out", mixed, { negative: "exclude" }, [10_00, 0, 2_00], []],
    [
      "by their size",
      [line("a", "40.00"), line("b", "-20.00"), line("c", "60.00")],
      { negative: "absolute" },
      [4_00, 2_00, 6_00],
      [],
    ],
    ["signed: they take the other way", mixed, { negative: "signed" }, [12_00, -2_40, 2_40], []],
    ["signed, all negative: as if positive", credit, { negative: "signed" }, [9_00, 3_00], []],
    [
      "signed, more against than for the largest",
      [line("a", "100.00"), line("b", "-60.00"), line("c", "-50.00")],
      { negative: "signed" },
      [0, 0, 0],
      [issue("SignMixed")],
    ],
    [
      "signed, the larger ones negative",
      [line("a", "10.00"), line("b", "-60.00"), line("c", "-50.00")],
      { negative: "signed" },
      [-1_20, 7_20, 6_00],
      [],
    ],
    [
      "signed, nothing in all",
      [line("a", "50.00"), line("b", "-50.00")],
      { negative: "signed" },
      [0, 0],
      [issue("SignMixed")],
    ],
    ["all zero: a visible row", [line("a", "0"), line("b", "0")], {}, [0, 0], [issue("ZeroBasis", "warning")]],
    [
      "all zero, kept as a row",
      [line("a", "0"), line("b", "0")],
      { onZeroBasis: "keepAsLine" },
      [0, 0],
      [issue("ZeroBasis", "warning")],
    ],
    ["all zero, an error", [line("a", "0"), line("b", "0")], { onZeroBasis: "error" }, [0, 0], [issue("ZeroBasis")]],
    [
      "all zero, equally over targets",
      [line("a", "0"), line("b", "0", { lock: "net" }), line("c", "0")],
      { onZeroBasis: "equal" },
      [6_00, 0, 6_00],
      [],
    ],
  ])("%s", (_, lines, spread, shares, issues) => {
    expect(spreadOver(lines, "12.00", spread)).toMatchObject({ shares, issues })
  })

  test("a row that is shown anyway needs no basis; only a wish that it be an error is reported", () => {
    const shown = (onZeroBasis: Spread["onZeroBasis"]) => {
      const spread: Spread = onZeroBasis === undefined ? {} : { onZeroBasis }
      const footers = [freight("12.00", spread, { visibility: "shown" })]
      return priceQuote(quote([line("a", "0"), line("b", "0")], { footers })).issues
    }
    expect(shown(undefined)).toEqual([])
    expect(shown("error")).toEqual([issue("ZeroBasis")])
  })

  test("a charge of nothing has no shares and needs no target", () => {
    expect(spreadOver([line("a", "0", { lock: "net" })], "0.00", {})).toMatchObject({
      issues: [],
      visibility: "hidden",
    })
  })
})

describe("beyond what is exact", () => {
  const overflow = (path: string) => ({ _tag: "MoneyOverflow", path, severity: "error" })
  const huge = "999999999999999"
  test("weights that are no safe integers at their widest scale", () => {
    const lines = [line("a", "1", { weight: huge }), line("b", "1", { weight: "0.000001" })]
    expect(spreadOver(lines, "1.00", { basis: "weight" })).toMatchObject({
      shares: [0, 0],
      issues: [overflow("footers[0].spread")],
      visibility: "shown",
    })
  })

  test("weights whose sum is none", () => {
    const lines = Array.from({ length: 10 }, (_, at) => line(`l${at}`, "1", { weight: huge }))
    expect(spreadOver(lines, "1.00", { basis: "weight" })).toMatchObject({
      issues: [overflow("footers[0]")],
      visibility: "shown",
    })
  })

  test("signed weights whose shares are none", () => {
    const lines = [line("a", "1", { weight: huge }), line("b", "1", { weight: "-999999999999998" })]
    expect(spreadOver(lines, "100000.00", { basis: "weight", negative: "signed" })).toMatchObject({
      issues: [overflow("footers[0]")],
      visibility: "shown",
    })
  })

  test.each(["weight", "quantity", "hours"] as const)("a %s that cannot be read names the line", (basis) => {
    const lines = [line("a", "1"), line("b", "1", { [basis]: "1,5" })]
    expect(spreadOver(lines, "1.00", { basis }).issues).toContainEqual({
      _tag: "InexactInput",
      path: `lines[1].${basis}`,
      severity: "error",
      got: "1,5",
      reason: "notADecimal",
    })
  })

  test("a weight is read of targets only", () => {
    const lines = [line("a", "1", { weight: 1 }), line("b", "1", { weight: "1,5" })]
    expect(spreadOver(lines, "1.00", { basis: "weight", targets: { kind: "lines", lineIds: ["a"] } })).toMatchObject({
      shares: [1_00, 0],
      issues: [],
    })
  })
})

test("a hidden charge with its own VAT hides in lines of that VAT only", () => {
  const own = freight("3.00", {}, { vat: standard(12) })
  const priced = priceQuote(quote([line("a", "10"), line("b", "20", { vat: standard(12) })], { footers: [own] }))
  expect(priced.issues).toEqual([{ _tag: "VatMix", path: "footers[0].vat", severity: "error", lineId: "a" }])
  expect(priced.footers[0]).toMatchObject({ visibility: "shown", shares: [] })
})

/** Plans of instalments by rule: what each share takes, what closes, and what is refused with which path. */
import { describe, expect, test } from "vitest"
import { type InstalmentOrder, type InstalmentPart, type PartShare, planInstalments } from "../src/index.ts"
import { standard } from "./quotes.ts"

const orderOf = (...nets: readonly number[]): InstalmentOrder => ({
  currency: "EUR",
  columns: nets.map((netMinor, at) => ({ id: `c${at}`, netMinor, vat: undefined })),
  vat: [],
})

const percent = (ratePpm: number, of?: "original" | "current"): PartShare =>
  of === undefined ? { kind: "percent", ratePpm } : { kind: "percent", ratePpm, of }
const amount = (text: string): PartShare => ({ kind: "amount", amount: text })
const progress = (untilPpm: number): PartShare => ({ kind: "progress", untilPpm })
const share = (weight: number): PartShare => ({ kind: "share", weight })
const remainder: PartShare = { kind: "remainder" }

/** A share still open, or one with what was invoiced of it, per column. */
type Part = PartShare | readonly [PartShare, ...number[]]

const partsOf = (parts: readonly Part[]): readonly InstalmentPart[] =>
  parts.map((part, at) => {
    if (!Array.isArray(part)) return { id: `p${at}`, share: part as PartShare }
    const [of, ...minors] = part as readonly [PartShare, ...number[]]
    return { id: `p${at}`, share: of, invoiced: minors.map((minor, column) => ({ columnId: `c${column}`, minor })) }
  })

const netsOf = (order: InstalmentOrder, parts: readonly Part[]) => {
  const plan = planInstalments(order, partsOf(parts))
  return plan.ok ? [plan.value.parts.map(({ netMinor }) => netMinor), plan.value.unplannedMinor] : plan.error
}

describe("what a part takes", () => {
  test.each<[string, InstalmentOrder, readonly Part[], readonly number[], number]>([
    [
      "percentages round by themselves, the last closes",
      orderOf(100_01),
      [percent(333_333), percent(333_333), percent(333_334)],
      [33_34, 33_34, 33_33],
      0,
    ],
    [
      "percentages below 100 % leave the rest open",
      orderOf(100_00),
      [percent(300_000), percent(300_000)],
      [30_00, 30_00],
      40_00,
    ],
    [
      "a percentage never takes more than is open",
      orderOf(2),
      [percent(250_000), percent(250_000), percent(250_000), percent(250_000)],
      [1, 1, 0, 0],
      0,
    ],
    ["of a credit too", orderOf(-100_01), [percent(500_000), percent(500_000)], [-50_01, -50_00], 0],
    [
      "percentages of the original net unless said",
      { ...orderOf(120_00), originalNetMinor: 100_00 },
      [percent(500_000), percent(500_000, "original"), remainder],
      [50_00, 50_00, 20_00],
      0,
    ],
    [
      "percentages of the current net",
      { ...orderOf(120_00), originalNetMinor: 100_00 },
      [percent(500_000, "current"), remainder],
      [60_00, 60_00],
      0,
    ],
    [
      "a remainder is not taken by the last percentage",
      orderOf(1_01),
      [percent(500_000), percent(500_000), remainder],
      [51, 50, 0],
      0,
    ],
    [
      "progress is cumulative",
      orderOf(1000_00),
      [progress(300_000), progress(700_000), progress(1_000_000)],
      [300_00, 400_00, 300_00],
      0,
    ],
    [
      "progress that stands still is nothing",
      orderOf(1000_00),
      [progress(300_000), progress(300_000)],
      [300_00, 0],
      700_00,
    ],
    [
      "progress after what was invoiced of it",
      orderOf(1000_00),
      [[progress(300_000), 250_00], progress(700_000)],
      [250_00, 450_00],
      300_00,
    ],
    ["no progress is nothing", orderOf(1000_00), [progress(0), remainder], [0, 1000_00], 0],
    [
      "amounts, then equal shares of the rest",
      orderOf(110_00),
      [amount("10"), share(1), share(1), share(1)],
      [10_00, 33_34, 33_33, 33_33],
      0,
    ],
    ["weighted shares", orderOf(100_00), [share(1), share(3), share(0)], [25_00, 75_00, 0], 0],
    ["shares of no weight take nothing", orderOf(100_00), [share(0), remainder], [0, 100_00], 0],
    [
      "invoiced parts stay; the open ones divide the rest",
      orderOf(100_00),
      [[percent(500_000), 40_00], share(1), share(1)],
      [40_00, 30_00, 30_00],
      0,
    ],
    ["an invoiced share divides no more", orderOf(100_00), [[share(1), 40_00], share(1)], [40_00, 60_00], 0],
    ["an invoiced remainder stays", orderOf(100_00), [[remainder, 40_00], share(1)], [40_00, 60_00], 0],
    [
      "an invoiced last percentage: the open one before it closes",
      orderOf(100_00),
      [percent(500_000), [percent(500_000), 49_00]],
      [51_00, 49_00],
      0,
    ],
    ["nothing in all", orderOf(50_00, -50_00), [percent(500_000), remainder], [0, 0], 0],
  ])("%s", (_, order, parts, nets, unplanned) => {
    expect(netsOf(order, parts)).toEqual([nets, unplanned])
  })
})

describe("what is refused", () => {
  const invalid = (path: string, reason: string) => ({ _tag: "InvalidPart", path, reason })
  const nothing: readonly Part[] = []
  test.each<[string, InstalmentOrder, readonly Part[], object]>([
    ["no parts", orderOf(1), nothing, invalid("parts", "noParts")],
    ["a second remainder", orderOf(1), [remainder, share(1), remainder], invalid("parts[2].share", "secondRemainder")],
    [
      "a percentage beyond 100 %",
      orderOf(1),
      [remainder, percent(1_000_001)],
      invalid("parts[1].share", "percentOutOfRange"),
    ],
    ["a percentage below zero", orderOf(1), [percent(-1)], invalid("parts[0].share", "percentOutOfRange")],
    ["progress beyond 100 %", orderOf(1), [progress(1_000_001)], invalid("parts[0].share", "percentOutOfRange")],
    ["half a ppm", orderOf(1), [progress(0.5)], invalid("parts[0].share", "percentOutOfRange")],
    ["a weight below zero", orderOf(1), [share(1), share(-1)], invalid("parts[1].share", "weight")],
    [
      "weights whose sum is no safe integer",
      orderOf(1),
      [share(Number.MAX_SAFE_INTEGER), share(1)],
      invalid("parts[1].share", "weight"),
    ],
    [
      "an amount with too many decimals",
      orderOf(1),
      [remainder, amount("0.001")],
      invalid("parts[1].share.amount", "inexactAmount"),
    ],
    [
      "an amount beyond 2^53",
      orderOf(1),
      [amount("999999999999999")],
      invalid("parts[0].share.amount", "inexactAmount"),
    ],
    ["an invoiced amount that is none", orderOf(1), [[remainder, 0.5]], invalid("parts[0].invoiced", "inexactAmount")],
    [
      "an invoiced column that is not there",
      orderOf(1),
      [remainder, [share(1), 0, 1]],
      invalid("parts[1].invoiced", "unknownColumn"),
    ],
    [
      "an order beyond 2^53",
      orderOf(Number.MAX_SAFE_INTEGER, 1),
      [remainder],
      invalid("order.columns", "inexactAmount"),
    ],
    [
      "percentages beyond 100 % in all",
      orderOf(1),
      [percent(600_000), percent(400_001)],
      { _tag: "SharesDoNotAddUp", path: "parts", sumPpm: 1_000_001 },
    ],
    [
      "progress that goes back",
      orderOf(1),
      [progress(500_000), percent(0), progress(499_999)],
      { _tag: "SharesDoNotAddUp", path: "parts[2].share.untilPpm", sumPpm: 499_999 },
    ],
    [
      "amounts beyond the order",
      orderOf(100_00),
      [amount("60"), amount("40.01")],
      { _tag: "OverInvoiced", excessMinor: 1 },
    ],
    [
      "more invoiced than there is",
      orderOf(60_00, 40_00),
      [[remainder, 60_00, 50_00]],
      { _tag: "OverInvoiced", excessMinor: 10_00 },
    ],
    ["more credited than there is", orderOf(-100_00), [[remainder, -100_01]], { _tag: "OverInvoiced", excessMinor: 1 }],
    [
      "progress beyond what amounts leave",
      orderOf(100_00),
      [amount("60"), progress(500_000)],
      { _tag: "OverInvoiced", excessMinor: 10_00 },
    ],
  ])("%s", (_, order, parts, error) => {
    expect(netsOf(order, parts)).toEqual(error)
  })
})

test("VAT groups come in the order of the breakdown, and each part takes its own of the tax", () => {
  const order: InstalmentOrder = {
    currency: "EUR",
    columns: [
      { id: "untaxed", netMinor: 10_00, vat: undefined },
      { id: "books", netMinor: 33_33, vat: standard(6) },
      { id: "work", netMinor: 100_00, vat: standard(25) },
      { id: "more work", netMinor: 50_01, vat: standard(25) },
    ],
    vat: [
      { ...standard(25), baseMinor: 150_01, taxMinor: 37_50 },
      { ...standard(6), baseMinor: 33_33, taxMinor: 2_00 },
    ],
  }
  const plan = planInstalments(order, partsOf([percent(333_333), percent(333_333), remainder]))
  expect(plan.ok && plan.value.parts.map(({ columns }) => columns.map(({ minor }) => minor))).toEqual([
    [3_33, 11_11, 33_34, 16_67],
    [3_34, 11_11, 33_33, 16_67],
    [3_33, 11_11, 33_33, 16_67],
  ])
  expect(plan.ok && plan.value.parts.map(({ vat, vatMinor, totalMinor }) => [vat, vatMinor, totalMinor])).toEqual([
    [
      [
        { ...standard(25), baseMinor: 50_01, taxMinor: 12_50 },
        { ...standard(6), baseMinor: 11_11, taxMinor: 67 },
      ],
      13_17,
      77_62,
    ],
    [
      [
        { ...standard(25), baseMinor: 50_00, taxMinor: 12_50 },
        { ...standard(6), baseMinor: 11_11, taxMinor: 66 },
      ],
      13_16,
      77_61,
    ],
    [
      [
        { ...standard(25), baseMinor: 50_00, taxMinor: 12_50 },
        { ...standard(6), baseMinor: 11_11, taxMinor: 67 },
      ],
      13_17,
      77_61,
    ],
  ])
})

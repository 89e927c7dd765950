/** Shares that are given: by hand, or frozen with an issued revision. */
import { describe, expect, test } from "vitest"
import { priceQuote, type QuoteLine, type Spread } from "../src/index.ts"
import { line, quote } from "./quotes.ts"

const abc = [line("a", "100.00"), line("b", "50.00"), line("c", "50.00")]

/** Twelve in all, hidden, by `spread`. */
const spreadTwelve = (lines: readonly QuoteLine[], spread: Spread) => {
  const amount = { kind: "fixed" as const, amount: "12.00" }
  const priced = priceQuote(quote(lines, { footers: [{ id: "freight", amount, visibility: "hidden", spread }] }))
  return { shares: priced.lines.map(({ footerShareMinor }) => footerShareMinor), issues: priced.issues }
}

describe("given shares", () => {
  const share = (lineId: string, amount: string) => ({ lineId, amount })
  test.each<[string, Spread, readonly QuoteLine[], readonly number[], readonly object[]]>([
    [
      "manual shares that add up, twice for one line",
      { basis: "manual", shares: [share("a", "4.00"), share("c", "7.00"), share("a", "1.00")] },
      abc,
      [5_00, 0, 7_00],
      [],
    ],
    [
      "manual shares that miss",
      { basis: "manual", shares: [share("a", "4.00")] },
      abc,
      [0, 0, 0],
      [{ _tag: "ManualSum", path: "footers[0].spread.shares", severity: "error", differenceMinor: 8_00 }],
    ],
    [
      "no manual shares",
      { basis: "manual" },
      abc,
      [0, 0, 0],
      [{ _tag: "ManualSum", path: "footers[0].spread.shares", severity: "error", differenceMinor: 12_00 }],
    ],
    [
      "a manual share of no line",
      { basis: "manual", shares: [share("a", "4.00"), share("z", "8.00")] },
      abc,
      [0, 0, 0],
      [{ _tag: "UnknownReference", path: "footers[0].spread.shares[1].lineId", severity: "error", id: "z" }],
    ],
    [
      "a manual share of an offer",
      { basis: "manual", shares: [share("o", "12.00")] },
      [...abc, line("o", "1", { option: "offered" })],
      [0, 0, 0, 0],
      [{ _tag: "UnknownReference", path: "footers[0].spread.shares[0].lineId", severity: "error", id: "o" }],
    ],
    [
      "a manual share that is no amount",
      { basis: "manual", shares: [share("a", "12,00")] },
      abc,
      [0, 0, 0],
      [
        {
          _tag: "InexactInput",
          path: "footers[0].spread.shares[0].amount",
          severity: "error",
          got: "12,00",
          reason: "notADecimal",
        },
      ],
    ],
    [
      "a manual share beyond 2^53",
      { basis: "manual", shares: [share("a", "999999999999999.99")] },
      abc,
      [0, 0, 0],
      [{ _tag: "MoneyOverflow", path: "footers[0].spread.shares[0].amount", severity: "error" }],
    ],
    ["frozen shares", { frozenShares: [share("a", "11.00"), share("c", "1.00")] }, abc, [11_00, 0, 1_00], []],
    [
      "frozen shares of a line that is gone lapse",
      { frozenShares: [share("a", "11.00"), share("z", "1.00")] },
      abc,
      [11_00, 0, 0],
      [{ _tag: "SharesLapsed", path: "footers[0]", severity: "warning", lapsedMinor: 1_00 }],
    ],
    [
      "frozen shares of a line that no longer counts lapse",
      { frozenShares: [share("a", "11.00"), share("o", "1.00")] },
      [...abc, line("o", "1", { option: "offered" })],
      [11_00, 0, 0, 0],
      [{ _tag: "SharesLapsed", path: "footers[0]", severity: "warning", lapsedMinor: 1_00 }],
    ],
    [
      "frozen shares that are no amounts: the charge is spread anew",
      { frozenShares: [share("a", "x")] },
      abc,
      [6_00, 3_00, 3_00],
      [
        {
          _tag: "InexactInput",
          path: "footers[0].spread.frozenShares[0].amount",
          severity: "error",
          got: "x",
          reason: "notADecimal",
        },
      ],
    ],
    [
      "all anew on request",
      { frozenShares: [share("a", "11.00"), share("c", "1.00")], respread: "all" },
      abc,
      [6_00, 3_00, 3_00],
      [],
    ],
    [
      "only what is missing",
      { frozenShares: [share("a", "6.00")], respread: "missingOnly" },
      abc,
      [6_00, 3_00, 3_00],
      [],
    ],
    [
      "only what is missing, nothing left",
      { frozenShares: [share("a", "12.00")], respread: "missingOnly" },
      abc,
      [12_00, 0, 0],
      [],
    ],
    [
      "only what is missing, nobody left",
      { frozenShares: [share("a", "11.00")], respread: "missingOnly", targets: { kind: "lines", lineIds: ["a"] } },
      abc,
      [0, 0, 0],
      [{ _tag: "NoTarget", path: "footers[0]", severity: "error" }],
    ],
  ])("%s", (_, spread, lines, shares, issues) => {
    expect(spreadTwelve(lines, spread)).toMatchObject({ shares, issues })
  })
})

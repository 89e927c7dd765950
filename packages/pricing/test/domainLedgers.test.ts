/** The worked numbers of the business rules, as tables. Feature ids in the names. */
import { describe, expect, test } from "vitest"
import {
  type Deposit,
  deductDeposits,
  drawFromLots,
  expireLots,
  type InstalmentPart,
  indexedPrice,
  orderOf,
  periodAmount,
  planInstalments,
  priceQuote,
  remainingToInvoice,
  unusedAmount,
} from "../src/index.ts"
import { line, quote, standard } from "./quotes.ts"

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

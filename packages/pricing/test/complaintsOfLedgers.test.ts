/** R32 to R34: what users of other systems complain about in agreements, prepaid hours and progress, as our numbers. */
import { expect, test } from "vitest"
import {
  callOff,
  drawFromLots,
  expireLots,
  orderOf,
  planInstalments,
  priceQuote,
  remainingToInvoice,
  rollOverLots,
} from "../src/index.ts"
import { line, quote } from "./quotes.ts"

test("R32 agreed, posted and remaining per line, in money and quantity; too much is said", () => {
  const order = orderOf(priceQuote(quote([line("visits", "2400.00", { quantity: "10" })])))
  const call = (id: string, minor: number, quantity: string) => ({
    id,
    status: "issued" as const,
    kind: "invoice" as const,
    columns: [{ columnId: "visits", minor, quantity }],
  })
  const remaining = remainingToInvoice(order, [call("1", 7200_00, "3")])
  expect(remaining.columns[0]).toMatchObject({
    agreedMinor: 24_000_00,
    postedMinor: 7200_00,
    remainingMinor: 16_800_00,
    remainingQuantity: "7",
  })
  expect(remainingToInvoice(order, [call("1", 24_000_00, "10"), call("2", 2400_00, "1")]).overInvoicedMinor).toBe(
    2400_00,
  )
})

test("R32 calling more than was agreed is allowed, warned of or stopped, beyond a tolerance in percent", () => {
  const agreed = (overrun: "allow" | "warn" | "block", more: object = {}) => [
    { id: "filter", agreedQuantity: "100", calledQuantity: "90", overrun, tolerancePpm: 50_000, ...more },
    { id: "hose", agreedQuantity: "10.5", calledQuantity: "0" },
  ]
  const called = (quantity: string) => [{ lineId: "filter", quantity }]
  expect(callOff(agreed("block"), called("10"))).toMatchObject({
    ok: true,
    value: { level: "ok", lines: [{ calledQuantity: "100", remainingQuantity: "0", overrunQuantity: "0" }] },
  })
  expect(callOff(agreed("block"), called("15"))).toMatchObject({ ok: true, value: { level: "ok" } })
  expect(callOff(agreed("block"), called("15.000001"))).toMatchObject({
    ok: true,
    value: { level: "block", lines: [{ remainingQuantity: "-5.000001", overrunQuantity: "0.000001" }] },
  })
  expect(callOff(agreed("warn"), called("16"))).toMatchObject({ ok: true, value: { level: "warn" } })
  expect(callOff(agreed("allow"), called("1000"))).toMatchObject({ ok: true, value: { level: "ok" } })
  expect(callOff(agreed("warn"), [...called("10"), ...called("6"), { lineId: "hose", quantity: "11" }])).toMatchObject({
    ok: true,
    value: { level: "block", lines: [{ level: "warn" }, { level: "block", overrunQuantity: "0.5" }] },
  })
  expect(callOff(agreed("block", { calledQuantity: "120" }), called("-1"))).toMatchObject({
    ok: true,
    value: { level: "ok", lines: [{ remainingQuantity: "-19" }] },
  })
})

test.each([
  ["called[0].lineId", "unknownLine", {}, { lineId: "pump" }],
  ["called[0].quantity", "notADecimal", {}, { quantity: "1,5" }],
  ["agreed[0].agreedQuantity", "notADecimal", { agreedQuantity: "many" }, {}],
  ["agreed[0].agreedQuantity", "notPositive", { agreedQuantity: "0" }, {}],
  ["agreed[0].calledQuantity", "notADecimal", { calledQuantity: "0.0000001" }, {}],
  ["agreed[0].tolerancePpm", "notADecimal", { tolerancePpm: 0.5 }, {}],
  ["agreed[0].tolerancePpm", "notPositive", { tolerancePpm: -1 }, {}],
  ["agreed[0].overrun", "notAPolicy", { overrun: "perhaps" }, {}],
  ["agreed[1].id", "duplicateId", { again: true }, {}],
])("R32 what cannot be read is InvalidCallOff: %s %s", (path, reason, line, call) => {
  const agreed = { id: "filter", agreedQuantity: "100", calledQuantity: "0", ...line }
  const lines = "again" in line ? [agreed, agreed] : [agreed]
  expect(callOff(lines, [{ lineId: "filter", quantity: "1", ...call }])).toEqual({
    ok: false,
    error: { _tag: "InvalidCallOff", path, reason },
  })
})

test("R33 prepaid hours: 12.00 over 2 h and 1 h is 8.00 and 4.00; the lot that expires first is used first", () => {
  const lot = (id: string, hours: number, priceMinor: number, expiresOn?: string) => ({
    id,
    seconds: hours * 3600,
    priceMinor,
    boughtOn: "2025-01-01",
    drawnSeconds: 0,
    recognisedMinor: 0,
    ...(expiresOn === undefined ? {} : { expiresOn }),
  })
  const first = drawFromLots([lot("a", 3, 12_00)], { seconds: 2 * 3600, on: "2025-03-01" })
  if (!first.ok) throw new Error(first.error._tag)
  const second = drawFromLots(first.value.lots, { seconds: 3600, on: "2025-03-02" })
  expect([first.value.draws[0]?.valueMinor, second.ok && second.value.draws[0]?.valueMinor]).toEqual([8_00, 4_00])
  const lots = [lot("never", 10, 9000_00), lot("soon", 1, 800_00, "2025-03-31"), lot("gone", 5, 1_00, "2025-02-28")]
  const draw = drawFromLots(lots, { seconds: 5400, on: "2025-03-03" })
  expect(draw.ok && draw.value.draws).toEqual([
    { lotId: "soon", seconds: 3600, valueMinor: 800_00 },
    { lotId: "never", seconds: 1800, valueMinor: 450_00 },
  ])
  expect(drawFromLots(lots, { seconds: 12 * 3600, on: "2025-03-03" })).toMatchObject({
    ok: false,
    error: { _tag: "BankEmpty", availableSeconds: 11 * 3600 },
  })
  const over = { seconds: 12.5 * 3600, on: "2025-03-03", overdraft: "spill", overageHourMinor: 950_00 } as const
  expect(drawFromLots(lots, over)).toMatchObject({
    ok: true,
    value: { draws: [{ valueMinor: 800_00 }, { valueMinor: 9000_00 }], spilledSeconds: 5400, overageMinor: 1425_00 },
  })
})

test("R33 hours may be kept beyond their last day, and keep their worth", () => {
  const lot = {
    id: "2025",
    seconds: 100 * 3600,
    priceMinor: 90_000_00,
    boughtOn: "2025-01-10",
    expiresOn: "2025-12-31",
    drawnSeconds: 97 * 3600,
    recognisedMinor: 87_300_00,
  }
  const kept = rollOverLots([lot], "2026-01-01", { expiresOn: "2026-03-31", atMostSeconds: 2 * 3600 })
  if (!kept.ok) throw new Error(kept.error._tag)
  expect(kept.value.draws).toEqual([{ lotId: "2025", seconds: 7200, valueMinor: 1800_00 }])
  expect(kept.value.lots[1]).toEqual({
    id: "2025/2026-01-01",
    seconds: 7200,
    priceMinor: 1800_00,
    boughtOn: "2026-01-01",
    expiresOn: "2026-03-31",
    drawnSeconds: 0,
    recognisedMinor: 0,
  })
  expect(expireLots(kept.value.lots, "2026-01-01")).toEqual([{ lotId: "2025", seconds: 3600, valueMinor: 900_00 }])
  expect(rollOverLots([lot], "2025-12-31", {})).toEqual({ ok: true, value: { draws: [], lots: [lot] } })
  for (const [path, on, rule] of [
    ["on", "2026-13-01", {}],
    ["expiresOn", "2026-01-01", { expiresOn: "2025-12-31" }],
    ["atMostSeconds", "2026-01-01", { atMostSeconds: -1 }],
  ] as const)
    expect(rollOverLots([lot], on, rule)).toEqual({ ok: false, error: { _tag: "InvalidDraw", path } })
})

test("R34 progress is cumulative: 1000 at 30, 70, 100 % is 300, 400, 300; 0 % is 0", () => {
  const order = orderOf(priceQuote(quote([line("a", "1000.00")])))
  const at = (...ppms: number[]) =>
    ppms.map((untilPpm, place) => ({ id: `${place}`, share: { kind: "progress" as const, untilPpm } }))
  const plan = planInstalments(order, at(0, 300_000, 700_000, 1_000_000))
  expect(plan.ok && plan.value.parts.map(({ netMinor }) => netMinor)).toEqual([0, 300_00, 400_00, 300_00])
  expect(planInstalments(order, at(500_000, 400_000))).toMatchObject({
    ok: false,
    error: { _tag: "SharesDoNotAddUp" },
  })
})

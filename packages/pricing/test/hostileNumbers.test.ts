/**
 * Numbers from outside: every public function, each number and text in its arguments replaced by each trap. Nothing
 * throws, and no amount is NaN or infinite.
 */
import { expect, test } from "vitest"
import * as engine from "../src/index.ts"
import { line, quote, standard } from "./quotes.ts"

const traps: readonly unknown[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  2 ** 53,
  -(2 ** 53) - 2,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  Number.MAX_VALUE,
  0.5,
  -1,
  -0,
  0,
  "12",
  "NaN",
  "1e9",
  "",
  "9".repeat(400),
  null,
  true,
  7n,
]

const book: engine.PriceBook = {
  lists: [
    {
      id: "standard",
      scope: { kind: "standard" },
      currency: "SEK",
      entries: [
        { id: "e1", productId: "P1", minQuantity: "1", price: { kind: "fixed", unitPrice: "100.00" } },
        {
          id: "e2",
          productId: "P2",
          price: { kind: "tiers", by: "graduated", tiers: [{ upTo: "10", unitPrice: "9" }, { unitPrice: "8" }] },
        },
      ],
    },
  ],
  discounts: [
    {
      id: "d1",
      subject: { kind: "customer", customerId: "K1" },
      target: { kind: "product", productId: "P1" },
      ratePpm: 150_000,
      minQuantity: "1",
    },
  ],
  products: [{ id: "P1", vat: standard(25) }],
}
const buyer = { customerId: "K1", generalDiscountPpm: 10_000 }

const rich = quote(
  [
    line("a", "12.50", {
      quantity: "3",
      perQuantity: "2",
      discountPpm: 50_000,
      unitCost: "7.10",
      weight: "1.5",
      isEssential: true,
      adjustmentMinor: 1,
      charges: [{ id: "c", ratePpm: 10_000 }],
      discounts: [{ id: "d", amount: "1.00" }],
    }),
    line("b", "99.99", {
      costs: [
        { id: "k", role: "labour", quantity: "2", unitCost: "4", overhead: { kind: "percent", ratePpm: 100_000 } },
      ],
    }),
    { id: "p", productId: "P1", quantity: 2 },
  ],
  {
    date: "2025-03-14",
    buyer,
    book,
    company: { currency: "EUR", rate: "0.09" },
    rounding: { payableStepMinor: 100, payableAdjustmentMinor: 3 },
    footers: [
      { id: "f", amount: { kind: "percent", ratePpm: 30_000 }, visibility: "hidden", spread: { basis: "weight" } },
      { id: "g", amount: { kind: "costPlus", markupPpm: 100_000 }, cost: "10", vat: standard(12) },
    ],
    discounts: [{ id: "x", amount: { kind: "fixed", amount: "5.00" } }],
    marginRules: [{ id: "m", appliesTo: "line", measure: "marginPpm", approveBelow: "300000", approver: "boss" }],
  },
)
const simple = quote([line("a", "100.00", { unitCost: "60" }), line("b", "50.00")])
const order: engine.InstalmentOrder = {
  currency: "SEK",
  columns: [
    { id: "a", netMinor: 100_00, vat: standard(25), quantity: "4" },
    { id: "b", netMinor: 33_33, vat: standard(25) },
  ],
  vat: [{ ...standard(25), baseMinor: 133_33, taxMinor: 33_33 }],
  originalNetMinor: 120_00,
}
const lots: readonly engine.Lot[] = [
  {
    id: "l",
    seconds: 36_000,
    priceMinor: 900_00,
    boughtOn: "2025-01-01",
    expiresOn: "2025-12-31",
    drawnSeconds: 60,
    recognisedMinor: 1_50,
  },
]
const project = {
  estimatedMinutes: 100,
  actualMinutes: 120,
  plannedDays: 10,
  actualDays: 12,
  marginPpm: 300_000,
  minutesByRole: { design: 30, build: 70 },
}

const untaxed = quote([
  { id: "a", unitPrice: "10" },
  { id: "b", unitPrice: "-3" },
])
const invoice = engine.toInvoice(engine.priceQuote(untaxed))

type Case = readonly [name: string, call: (...args: never[]) => unknown, args: readonly unknown[]]

/** A priced quote is the engine's own output, so only the arguments beside it are from outside. */
const onPriced =
  (call: (priced: engine.PricedQuote, ...args: never[]) => unknown) =>
  (...args: never[]): unknown =>
    call(engine.priceQuote(simple), ...args)

const cases: readonly Case[] = [
  ["priceQuote", engine.priceQuote, [rich]],
  ["reprice", onPriced(engine.reprice), [[line("a", "101.00", { quantity: "2", discountPpm: 1 })]]],
  ["optionTotals", engine.optionTotals, [rich]],
  ["solve", engine.solve, [simple, { target: { kind: "net", amount: "140" }, grid: "0.05", maxChangePpm: 200_000 }]],
  ["solve for a margin", engine.solve, [simple, { target: { kind: "margin", ratePpm: 400_000 } }]],
  [
    "findPrice",
    engine.findPrice,
    [{ buyer, productId: "P2", quantity: 12, date: "2025-03-14", currency: "SEK" }, book],
  ],
  ["findDiscount", engine.findDiscount, [{ buyer, productId: "P1", quantity: 1, date: "2025-03-14" }, book.discounts]],
  ["lintPriceList", engine.lintPriceList, [book.lists[0]]],
  ["contentHash", engine.contentHash, [rich]],
  ["contentText", engine.contentText, [rich]],
  ["isApproved", engine.isApproved, [simple, "m", { contentHash: "x", ruleIds: ["m"], approvedBy: "eva" }]],
  [
    "allocate",
    engine.allocate,
    [
      100_00,
      [
        { id: "a", weight: "1.5" },
        { id: "b", weight: 2 },
      ],
    ],
  ],
  [
    "planInstalments by percent",
    engine.planInstalments,
    [
      order,
      [
        { id: "1", share: { kind: "percent", ratePpm: 300_000 }, invoiced: [{ columnId: "a", minor: 40_00 }] },
        { id: "2", share: { kind: "amount", amount: "10.00" } },
        { id: "3", share: { kind: "share", weight: 1 } },
        { id: "4", share: { kind: "remainder" } },
      ],
    ],
  ],
  [
    "planInstalments by progress",
    engine.planInstalments,
    [
      order,
      [
        { id: "1", share: { kind: "progress", untilPpm: 300_000 } },
        { id: "2", share: { kind: "progress", untilPpm: 1_000_000 } },
      ],
    ],
  ],
  [
    "remainingToInvoice",
    engine.remainingToInvoice,
    [
      order,
      [
        { id: "1", status: "issued", kind: "invoice", columns: [{ columnId: "a", minor: 50_00, quantity: "2" }] },
        { id: "2", status: "issued", kind: "deposit", columns: [{ columnId: "b", minor: 5_00 }] },
      ],
    ],
  ],
  [
    "deductDeposits",
    engine.deductDeposits,
    [
      [
        {
          invoiceId: "9",
          issuedOn: "2025-01-01",
          ...standard(25),
          netMinor: 100,
          taxMinor: 25,
          deductedNetMinor: 10,
          deductedTaxMinor: 2,
        },
      ],
      [{ ...standard(25), baseMinor: 80 }],
      { kind: "proportional", invoiceNetMinor: 50, orderNetMinor: 100 },
    ],
  ],
  ["absorbNegativeLines", (lines: never) => engine.absorbNegativeLines({ ...invoice, lines }), [invoice.lines]],
  ["drawFromLots", engine.drawFromLots, [lots, { seconds: 9000, on: "2025-03-03", overdraft: "spill" }]],
  [
    "drawFromLots beyond the lots",
    engine.drawFromLots,
    [lots, { seconds: 900_000, on: "2025-03-03", overdraft: "spill", overageHourMinor: 950_00 }],
  ],
  ["expireLots", engine.expireLots, [lots, "2026-01-01"]],
  ["rollOverLots", engine.rollOverLots, [lots, "2026-01-01", { expiresOn: "2026-03-31", atMostSeconds: 36_000 }]],
  [
    "callOff",
    engine.callOff,
    [
      [{ id: "a", agreedQuantity: "100", calledQuantity: "90.5", tolerancePpm: 50_000 }],
      [{ lineId: "a", quantity: "10" }],
    ],
  ],
  [
    "periodAmount",
    engine.periodAmount,
    [
      {
        currency: "SEK",
        from: "2025-01-01",
        to: "2025-01-31",
        chargedFrom: "2025-01-15",
        prices: [{ from: "2025-01-01", price: "3100" }],
      },
    ],
  ],
  ["unusedAmount", engine.unusedAmount, [9000_00, "2025-04-01", "2025-06-30", "2025-05-31"]],
  [
    "indexedPrice",
    engine.indexedPrice,
    [{ price: "10000", base: "415.51", now: "428.30", sharePpm: 800_000, floorPpm: 0, capPpm: 50_000, decimals: 2 }],
  ],
  [
    "learnedEstimate",
    engine.learnedEstimate,
    [{ effortMinutes: 12_000, durationDays: 70 }, [project, { estimatedMinutes: 3, actualMinutes: 4 }]],
  ],
  [
    "marginRange",
    onPriced(engine.marginRange),
    [
      [{ lineId: "a", minMinutes: 60, likelyMinutes: 90, maxMinutes: 200, hourCostMinor: 450_00 }],
      { seed: 1, trials: 20 },
    ],
  ],
  ["marginPpm", engine.marginPpm, [44_600_00, 100_000_00]],
  ["parseMoney", engine.parseMoney, ["12.5", "EUR"]],
  [
    "addMoney",
    engine.addMoney,
    [
      { minor: 1, currency: "EUR" },
      { minor: 2, currency: "EUR" },
    ],
  ],
  [
    "subtractMoney",
    engine.subtractMoney,
    [
      { minor: 1, currency: "EUR" },
      { minor: 2, currency: "EUR" },
    ],
  ],
  ["sumMoney", engine.sumMoney, [[{ minor: 1, currency: "EUR" }], "EUR"]],
  ["parseDecimal", engine.parseDecimal, ["12.50", { maxScale: 3 }]],
  ["currencyExponent", engine.currencyExponent, ["EUR"]],
  ["why", onPriced(engine.why), ["a"]],
]

const textTraps: readonly unknown[] = ["", "__proto__", "2025-02-30", "9".repeat(400)]
const decimalText = /^-?\d+(\.\d+)?$/

/** `value` with each number, decimal text or other text in it replaced by each of its traps, one at a time. */
const trapped = (value: unknown, name = ""): readonly unknown[] => {
  if (typeof value === "number") return traps
  if (typeof value === "string") return decimalText.test(value) && !/id$/i.test(name) ? traps : textTraps
  if (Array.isArray(value)) return value.flatMap((item, at) => trapped(item).map((changed) => value.with(at, changed)))
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, field]) =>
    trapped(field, key).map((changed) => ({ ...value, [key]: changed })),
  )
}

/** The path of the first number in `value` that is NaN or infinite; what a caller sent may be shown as `got`. */
const wrongNumber = (value: unknown, path = ""): string | undefined => {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : path
  if (typeof value !== "object" || value === null) return undefined
  for (const [key, field] of Object.entries(value)) {
    if (key === "quote" || key === "got" || key === "weight") continue
    const found = wrongNumber(field, `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

const shown = (args: unknown): string =>
  JSON.stringify(args, (_, value: unknown) =>
    typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value)) ? String(value) : value,
  )

test.each(cases)("%s answers every trap without an exception and without NaN", (_, call, args) => {
  expect(wrongNumber(call(...(args as never[])))).toBeUndefined()
  for (const changed of trapped(args)) {
    let result: unknown
    try {
      result = call(...(changed as never[]))
    } catch (error) {
      throw new Error(shown(changed), { cause: error })
    }
    const wrong = wrongNumber(result)
    if (wrong !== undefined) throw new Error(`${wrong} is no number for ${shown(changed)}`)
  }
})

test.each(traps.filter((trap) => !Number.isSafeInteger(trap)))(
  "what makes or writes one amount asserts: %s minor units are a bug",
  (trap) => {
    const wrong = { minor: trap as number, currency: "EUR" }
    for (const call of [
      () => engine.money(wrong.minor, "EUR"),
      () => engine.negateMoney(wrong),
      () => engine.moneyText(wrong),
    ]) {
      expect(call).toThrow(RangeError)
    }
  },
)

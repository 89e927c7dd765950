// One line per function that the other examples leave out: what goes in, what comes out.
import {
  absorbNegativeLines,
  addMoney,
  allocate,
  callOff,
  contentHash,
  contentText,
  currencyCodes,
  currencyExponent,
  decimalText,
  deductDeposits,
  diff,
  drawFromLots,
  expireLots,
  findDiscount,
  freeze,
  indexedPrice,
  isApproved,
  type Lot,
  learnedEstimate,
  lintPriceList,
  marginPpm,
  marginRange,
  money,
  negateMoney,
  optionTotals,
  parseDecimal,
  parseMoney,
  periodAmount,
  priceQuote,
  type Quote,
  reprice,
  rollOverLots,
  subtractMoney,
  sumMoney,
  toInvoice,
  unusedAmount,
  waterfall,
  whyAll,
  whyText,
  whyTotal,
  writeDownPrices,
} from "@anbud/pricing"

const show = (name: string, value: unknown): void => console.log(`${name}: ${JSON.stringify(value)}`)
const unwrap = <Value>(result: { readonly ok: true; readonly value: Value } | { readonly ok: false }): Value => {
  if (!result.ok) throw new Error("refused")
  return result.value
}

// Money and decimals: minor units are safe integers, decimals are text.
show("parseMoney", parseMoney("12.5", "EUR"))
show("money", money(12_50, "EUR"))
show("addMoney", addMoney(money(1_00, "EUR"), money(2_00, "EUR")))
show("subtractMoney", subtractMoney(money(3_00, "EUR"), money(2_00, "SEK")))
show("sumMoney", sumMoney([money(1_00, "EUR"), money(2_00, "EUR")], "EUR"))
show("negateMoney", negateMoney(money(5_00, "EUR")))
show("parseDecimal", parseDecimal("1,5"))
show("decimalText", decimalText(unwrap(parseDecimal("1.50"))))
show("currencyExponent", [currencyExponent("JPY"), currencyExponent("EUR"), currencyExponent("KWD")])
show("currencyCodes", currencyCodes().slice(0, 3))
show(
  "allocate",
  allocate(
    100_00,
    ["a", "b", "c"].map((id) => ({ id, weight: 1 })),
  ),
)
show("marginPpm", marginPpm(44_600_00, 100_000_00))

// A quote and what can be asked of it.
const vat = { category: "S", ratePpm: 250_000 } as const
const quote: Quote = {
  currency: "SEK",
  lines: [
    { id: "work", quantity: 10, unitPrice: "1000", unitCost: "600", vat },
    { id: "pump", unitPrice: "5000", unitCost: "4000", vat },
    { id: "discount", unitPrice: "-500", vat },
    { id: "service", unitPrice: "900", vat, option: "offered" },
  ],
}
const priced = priceQuote(quote)
const cheaper = reprice(priced, [{ ...quote.lines[0]!, unitPrice: "950" }])
show("reprice", cheaper.totals.netMinor)
show("diff", diff(priced, cheaper)?.netMinor)
show("whyAll", whyAll(priced).length)
show("whyTotal", whyText(whyTotal(priced), "sv").split("\n").at(-1))
show(
  "waterfall",
  waterfall(priced).map(({ stage, toMinor }) => `${stage} ${toMinor}`),
)
show("optionTotals", optionTotals(quote).choices)
show("freeze", freeze(priced).lines[0]?.priceOrigin)
show("writeDownPrices", writeDownPrices(priced).lines[0]?.unitPrice)
show("contentText", contentText({ b: 1, a: "x" }))
show("isApproved", isApproved(quote, "m", { contentHash: contentHash(quote), ruleIds: ["m"], approvedBy: "eva" }))
show(
  "toInvoice",
  toInvoice(priced).lines.map(({ netMinor }) => netMinor),
)
show(
  "absorbNegativeLines",
  unwrap(absorbNegativeLines(toInvoice(priced))).lines.map(({ netMinor }) => netMinor),
)
const guess = { lineId: "work", minMinutes: 500, likelyMinutes: 600, maxMinutes: 900, hourCostMinor: 600_00 }
show("marginRange", unwrap(marginRange(priced, [guess], { seed: 1, trials: 1000 })).p50Minor)
const took = [95, 110, 120, 125].map((percent) => ({ estimatedMinutes: 100 * 60, actualMinutes: percent * 60 }))
show("learnedEstimate", unwrap(learnedEstimate({ effortMinutes: 200 * 60 }, took)).effort)

// Prices and discounts.
const discounts = [
  {
    id: "K1 pumps",
    subject: { kind: "customer", customerId: "K1" },
    target: { kind: "product", productId: "P1" },
    ratePpm: 150_000,
  },
] as const
const request = { buyer: { customerId: "K1" }, productId: "P1", quantity: 1, date: "2025-03-14" }
show("findDiscount", unwrap(findDiscount(request, discounts)).ratePpm)
const tiers = [{ upTo: "100", unitPrice: "2.10" }, { unitPrice: "1.00" }]
show(
  "lintPriceList",
  lintPriceList({
    id: "list",
    currency: "SEK",
    scope: { kind: "standard" },
    entries: [{ id: "e", productId: "P1", price: { kind: "tiers", by: "volume", tiers } }],
  }),
)

// Invoices, prepaid hours and agreements.
const deposit = { ...vat, invoiceId: "1001", issuedOn: "2025-01-31", netMinor: 500_00, taxMinor: 125_00 }
const fresh = { ...deposit, deductedNetMinor: 0, deductedTaxMinor: 0 }
show("deductDeposits", deductDeposits([fresh], [{ ...vat, baseMinor: 300_00 }], { kind: "fifo" }))
const lot: Lot = {
  id: "100 h",
  seconds: 360_000,
  priceMinor: 90_000_00,
  boughtOn: "2025-01-01",
  expiresOn: "2025-12-31",
  drawnSeconds: 0,
  recognisedMinor: 0,
}
show("drawFromLots", unwrap(drawFromLots([lot], { seconds: 9000, on: "2025-03-03" })).draws)
show("expireLots", expireLots([lot], "2026-01-01"))
show(
  "rollOverLots",
  unwrap(rollOverLots([lot], "2026-01-01", { expiresOn: "2026-03-31", atMostSeconds: 36_000 })).draws,
)
const filters = { id: "filter", agreedQuantity: "100", calledQuantity: "90", tolerancePpm: 50_000 }
show("callOff", unwrap(callOff([filters], [{ lineId: "filter", quantity: "16" }])))
const january = { currency: "SEK", from: "2025-01-01", to: "2025-01-31" }
show(
  "periodAmount",
  periodAmount({ ...january, chargedFrom: "2025-01-15", prices: [{ from: "2025-01-01", price: "3100" }] }),
)
show("unusedAmount", unusedAmount(9000_00, "2025-04-01", "2025-06-30", "2025-05-31"))
show("indexedPrice", indexedPrice({ price: "10000", base: "415.51", now: "428.30", sharePpm: 800_000 }))

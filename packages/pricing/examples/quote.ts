// A pump, its installation and the freight: one quote, priced, explained and brought to a round sum.
import { moneyText, priceQuote, type Quote, solve, why, whyText } from "@anbud/pricing"

const vat = { category: "S", ratePpm: 250_000 } as const

const quote: Quote = {
  currency: "SEK",
  lines: [
    { id: "pump", quantity: 1, unitPrice: "12000", unitCost: "8000", vat, isEssential: true },
    { id: "work", kind: "labour", quantity: "7.5", unitPrice: "960", discountPpm: 50_000, unitCost: "450", vat },
    { id: "hoses", quantity: 3, unitPrice: "1111.00", unitCost: "700", vat, isEssential: true },
    { id: "service", quantity: 1, unitPrice: "2400", vat, option: "offered" },
  ],
  // Freight is folded into the essential lines, so the customer sees no row of its own.
  footers: [{ id: "freight", amount: { kind: "fixed", amount: "1000" }, cost: "850", visibility: "hidden" }],
  marginRules: [{ id: "margin", appliesTo: "total", measure: "marginPpm", approveBelow: "300000", approver: "sales" }],
}

const show = (minor: number): string => moneyText({ minor, currency: quote.currency })

const priced = priceQuote(quote)
for (const { id, netMinor, marginPpm } of priced.lines) {
  console.log(id.padEnd(8), show(netMinor).padStart(10), marginPpm === undefined ? "" : `${marginPpm / 10_000} %`)
}
console.log("to pay", show(priced.totals.payableMinor), "of which VAT", show(priced.totals.vatMinor))

const [floor] = priced.floors
console.log(`margin rule: ${floor?.level}, largest discount ${(floor?.maxDiscountPpm ?? 0) / 10_000} %`)

const explanation = why(priced, "hoses")
if (explanation !== undefined) console.log(whyText(explanation, "en"))

const round = solve(quote, { target: { kind: "net", amount: "23000" } })
if (round.ok) {
  for (const { lineId, fromMinor, toMinor } of round.value.moved)
    console.log(lineId, show(fromMinor), "→", show(toMinor))
  console.log("net", show(round.value.reachedMinor))
}

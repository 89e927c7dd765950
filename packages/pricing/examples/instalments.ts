// An accepted total in three invoices: 50 %, 30 % and the rest. Rows and columns both add up.
import { moneyText, orderOf, planInstalments, priceQuote, remainingToInvoice } from "@anbud/pricing"

const priced = priceQuote({
  currency: "SEK",
  lines: [
    { id: "work", unitPrice: "300000.00", vat: { category: "S", ratePpm: 250_000 } },
    { id: "books", unitPrice: "33333.33", vat: { category: "S", ratePpm: 60_000 } },
  ],
})
const order = orderOf(priced)
const plan = planInstalments(order, [
  { id: "start", share: { kind: "percent", ratePpm: 500_000 } },
  { id: "delivery", share: { kind: "percent", ratePpm: 300_000 } },
  { id: "acceptance", share: { kind: "remainder" } },
])
if (!plan.ok) throw new Error(plan.error._tag)

const show = (minor: number): string => moneyText({ minor, currency: order.currency })
for (const { id, netMinor, columns, vatMinor } of plan.value.parts) {
  const cells = columns.map(({ columnId, minor }) => `${columnId} ${show(minor)}`)
  console.log(`${id}: ${show(netMinor)} (${cells.join(", ")}), VAT ${show(vatMinor)}`)
}

const [start] = plan.value.parts
const posted = { id: "1001", status: "issued", kind: "invoice", columns: start?.columns ?? [] } as const
console.log("remaining", show(remainingToInvoice(order, [posted]).remainingMinor))

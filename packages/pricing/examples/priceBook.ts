// A price list, a customer's own prices, a discount matrix: which row wins, and why the others lost.
import { findPrice, lintPriceList, type PriceBook, priceQuote } from "@anbud/pricing"

const book: PriceBook = {
  products: [{ id: "P30", unit: "piece", groupIds: ["pumps"], vat: { category: "S", ratePpm: 250_000 } }],
  lists: [
    {
      id: "standard",
      currency: "SEK",
      scope: { kind: "standard" },
      entries: [
        { id: "one", productId: "P30", price: { kind: "fixed", unitPrice: "12000" } },
        { id: "ten", productId: "P30", minQuantity: 10, price: { kind: "fixed", unitPrice: "11000" } },
        { id: "old", productId: "P30", validTo: "2024-12-31", price: { kind: "fixed", unitPrice: "11500" } },
      ],
    },
  ],
  discounts: [
    {
      id: "K1 pumps",
      subject: { kind: "customer", customerId: "K1" },
      target: { kind: "group", groupId: "pumps" },
      ratePpm: 150_000,
    },
  ],
}

const found = findPrice(
  { buyer: { customerId: "K1" }, productId: "P30", quantity: 2, date: "2025-03-14", currency: "SEK" },
  book,
)
if (found.ok) {
  console.log(`${found.value.unitPrice} from ${found.value.listId}/${found.value.rowId}`)
  for (const { rowId, outcome } of found.value.trace) console.log(`  ${rowId}: ${outcome}`)
}

const priced = priceQuote({
  currency: "SEK",
  date: "2025-03-14",
  buyer: { customerId: "K1" },
  book,
  lines: [{ id: "a", productId: "P30", quantity: 2 }],
})
console.log(priced.lines[0]?.netMinor, priced.totals.payableMinor)

for (const list of book.lists) for (const finding of lintPriceList(list)) console.log(finding)

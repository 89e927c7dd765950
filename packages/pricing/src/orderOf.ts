/**
 * An accepted quote as the columns that instalments and invoices are made of.
 */
import { readDecimal } from "./decimal.ts"
import type { InstalmentOrder, OrderColumn } from "./instalment.ts"
import type { PricedQuote } from "./pricedQuote.ts"

/**
 * One column per counted line, and one per VAT group for each footer or discount shown as a row of its own.
 *
 * The columns add up to `totals.netMinor`, and per VAT group to its base.
 *
 * @example planInstalments(orderOf(priced), parts)
 */
export const orderOf = (priced: PricedQuote): InstalmentOrder => {
  const columns: OrderColumn[] = []
  for (const [row, line] of priced.lines.entries()) {
    if (!line.isCounted) continue
    const quantity = priced.quote.lines[row]?.quantity
    columns.push({
      id: line.id,
      netMinor: line.netMinor,
      vat: line.vat,
      ...(quantity !== undefined && readDecimal(quantity, 6) ? { quantity } : {}),
    })
  }
  for (const footer of priced.footers) {
    if (footer.visibility === "hidden") continue
    for (const { category, ratePpm, baseMinor } of footer.vatParts) {
      const id = footer.vatParts.length === 1 ? footer.id : `${footer.id} ${category} ${ratePpm}`
      columns.push({ id, netMinor: baseMinor, vat: { category, ratePpm } })
    }
  }
  return { currency: priced.currency, columns, vat: priced.vat }
}

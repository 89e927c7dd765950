/**
 * How a line came by its unit price: given, or looked up again with every row that was considered.
 */
import type { ConsideredRow } from "./consideredRow.ts"
import type { Draft } from "./draft.ts"
import type { PriceNote } from "./explanation.ts"
import { findDiscount } from "./findDiscount.ts"
import { findPrice } from "./findPrice.ts"
import { discountRequest, priceRequest } from "./lineLookUp.ts"
import type { QuoteLine } from "./quote.ts"

/** The note, or undefined if the line has no price. */
export const priceNote = (draft: Draft, line: QuoteLine, row: number): PriceNote | undefined => {
  if (line.unitPrice !== undefined) {
    return {
      unitPrice: String(line.unitPrice),
      perQuantity: String(line.perQuantity ?? 1),
      quantity: String(line.quantity ?? 1),
      origin: line.priceOrigin ?? "manual",
      priceRows: none,
      discountRows: none,
    }
  }
  const found = draft.found.get(row)
  const { book, date } = draft.quote
  if (found === undefined || book === undefined || line.productId === undefined || date === undefined) return undefined
  const price = findPrice(priceRequest(draft, line, line.productId, date), book)
  const discount = findDiscount(discountRequest(draft, line, date, book), book.discounts)
  return {
    unitPrice: found.unitPrice,
    perQuantity: found.perQuantity,
    quantity: String(line.quantity ?? 1),
    origin: found.origin,
    priceRows: price.ok ? price.value.trace : price.error.trace,
    discountRows: found.isNet ? none : discount.ok ? discount.value.trace : discount.error.trace,
  }
}

const none: readonly ConsideredRow[] = []

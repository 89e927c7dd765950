/**
 * Looking up the price, discount and VAT of a line that names a product and has no price of its own.
 */
import { indexOf, productOf } from "./bookIndex.ts"
import { dayNumber } from "./dayNumber.ts"
import { readDecimal } from "./decimal.ts"
import { type Draft, reportOn } from "./draft.ts"
import { type DiscountRequest, discountFor } from "./findDiscount.ts"
import { findPrice, type PriceRequest } from "./findPrice.ts"
import { type Fraction, fraction, fractionText, plus, readFraction } from "./fraction.ts"
import type { Issue } from "./issue.ts"
import { isPpm } from "./ppm.ts"
import type { DiscountRow, PriceBook } from "./priceBook.ts"
import type { QuoteLine } from "./quote.ts"
import { inexact, percentOutOfRange } from "./refusedInput.ts"

/** The unit price found for line `row`, remembered with its discount in the draft; undefined with an issue. */
export const findOnLine = (draft: Draft, row: number, line: QuoteLine): string | undefined => {
  const { book, date } = draft.quote
  const path = `lines[${row}].unitPrice`
  if (book === undefined || line.productId === undefined) {
    return reportOn(draft, row, { _tag: "NoPrice", path, severity: "error", productId: line.productId })
  }
  if (typeof date !== "string" || dayNumber(date) === undefined) {
    return reportOn(draft, row, { _tag: "InvalidDate", path: "date", severity: "error", got: date })
  }
  const found = findPrice(priceRequest(draft, line, line.productId, date), book)
  if (!found.ok) {
    const { trace: _, ...refusal } = found.error
    return reportOn(draft, row, { ...refusal, path, severity: "error" } as Issue)
  }
  const product = productOf(book, line.productId)
  const isNet = line.isNetPrice === true || found.value.isNet
  const discount = isNet ? noDiscount : discountOf(draft, row, line, date, book)
  draft.found.set(row, {
    unitPrice: found.value.unitPrice,
    perQuantity: found.value.perQuantity,
    origin: originOf(book, found.value.listId),
    discountPpm: discount.ratePpm,
    discountId: discount.rowId,
    stacked: "manual",
    isNet,
    vat: product?.vat,
  })
  return found.value.unitPrice
}

/** The look-up that a line asks for: shared with explanations. */
export const priceRequest = (draft: Draft, line: QuoteLine, productId: string, date: string): PriceRequest => {
  const { quote } = draft
  return {
    buyer: quote.buyer ?? {},
    productId,
    quantity: line.quantity ?? 1,
    date,
    currency: quote.currency,
    ...(hasGroupTiers(quote.book) ? { groupQuantities: groupQuantities(draft) } : {}),
    ...(line.groupIds === undefined ? {} : { groupIds: line.groupIds }),
    ...(line.unit === undefined ? {} : { unit: line.unit }),
    ...(quote.company === undefined ? {} : { company: quote.company }),
  }
}

const withGroupTiers = new WeakMap<PriceBook, boolean>()

const hasGroupTiers = (book: PriceBook | undefined): boolean => {
  if (book === undefined) return false
  const known = withGroupTiers.get(book)
  if (known !== undefined) return known
  const has = book.lists.some(({ entries }) => entries.some(({ tierBy }) => tierBy === "group"))
  withGroupTiers.set(book, has)
  return has
}

/** One pass over all counted lines, so that no line waits for another. */
const groupQuantities = (draft: Draft): ReadonlyMap<string, string> => {
  if (draft.groupQuantities !== undefined) return draft.groupQuantities
  const sums = new Map<string, Fraction>()
  draft.quote.lines.forEach((line, row) => {
    const quantity = draft.columns.isCounted[row] === 1 ? readFraction(line.quantity ?? 1, 6) : undefined
    if (quantity === undefined) return
    for (const groupId of line.groupIds ?? productOf(draft.quote.book, line.productId)?.groupIds ?? []) {
      sums.set(groupId, plus(sums.get(groupId) ?? fraction(0n), quantity))
    }
  })
  draft.groupQuantities = new Map([...sums].map(([groupId, sum]) => [groupId, fractionText(sum, 6)]))
  return draft.groupQuantities
}

const originOf = (book: PriceBook, listId: string): "list" | "project" | "agreement" => {
  const scope = indexOf(book).listById.get(listId)?.scope.kind
  return scope === "project" || scope === "agreement" ? scope : "list"
}

interface LineDiscountFound {
  readonly ratePpm: number
  readonly rowId: string | undefined
}

const noDiscount: LineDiscountFound = { ratePpm: 0, rowId: undefined }

const discountOf = (draft: Draft, row: number, line: QuoteLine, date: string, book: PriceBook): LineDiscountFound => {
  const found = discountFor(discountRequest(draft, line, date, book), book.discounts, (discount) => {
    // A quantity of the line that cannot be read is an issue of the line already.
    if (readDecimal(line.quantity ?? 1, 6)) reportUnreadable(draft, row, discount, book)
  })
  if (found.ok) return found.value
  reportOn(draft, row, { _tag: "AmbiguousDiscount", path: `lines[${row}]`, severity: "error", rowIds: found.error })
  return noDiscount
}

const unreadableRows = new WeakMap<Draft, Set<DiscountRow>>()

/** A row of the matrix whose numbers are none is reported once, however many lines it would have applied to. */
const reportUnreadable = (draft: Draft, row: number, discount: DiscountRow, book: PriceBook): void => {
  if (draft.columns.isCounted[row] === 1) draft.isComplete = false
  const known = unreadableRows.get(draft) ?? new Set()
  if (known.has(discount)) return
  unreadableRows.set(draft, known.add(discount))
  const path = `book.discounts[${book.discounts.indexOf(discount)}]`
  if (!isPpm(discount.ratePpm)) draft.issues.push(percentOutOfRange(`${path}.ratePpm`, discount.ratePpm))
  else if (!readDecimal(discount.minQuantity, 6)) {
    draft.issues.push(inexact(`${path}.minQuantity`, discount.minQuantity))
  }
}

/** The discount look-up that a line asks for: shared with explanations. */
export const discountRequest = (draft: Draft, line: QuoteLine, date: string, book: PriceBook): DiscountRequest => {
  const product = productOf(book, line.productId)
  const groupIds = line.groupIds ?? product?.groupIds
  return {
    buyer: draft.quote.buyer ?? {},
    quantity: line.quantity ?? 1,
    date,
    ...(line.productId === undefined ? {} : { productId: line.productId }),
    ...(groupIds === undefined ? {} : { groupIds }),
    ...(product?.categoryIds === undefined ? {} : { categoryIds: product.categoryIds }),
  }
}

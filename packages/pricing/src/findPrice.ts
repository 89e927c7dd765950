/**
 * The price of a product for a buyer on a date: which list and row win, and why the others lost.
 */
import { type BookIndex, entriesFor, indexOf } from "./bookIndex.ts"
import type { ConsideredRow, RowOutcome } from "./consideredRow.ts"
import type { CurrencyCode } from "./currency.ts"
import type { DecimalInput } from "./decimal.ts"
import { entryPrice, type PricedEntry } from "./entryPrice.ts"
import { compare, type Fraction, fraction, readFraction, times } from "./fraction.ts"
import { compareIds } from "./identifier.ts"
import type { Buyer, PriceBook, PriceEntry, PriceList, PriceListScope, Product, UnitConversion } from "./priceBook.ts"
import { ok, type Result, refuse } from "./result.ts"

/** Who buys how much of which product, on which local date and in which currency. */
export interface PriceRequest {
  readonly buyer: Buyer
  readonly productId: string
  /** Price groups, nearest first; those of the product in the book unless given. */
  readonly groupIds?: readonly string[]
  readonly quantity: DecimalInput
  /** The unit of `quantity`; the product's own unless given. */
  readonly unit?: string
  readonly date: string
  readonly currency: CurrencyCode
  /** What all lines of a group order together, in the unit of this request; for rows with `tierBy: "group"`. */
  readonly groupQuantities?: ReadonlyMap<string, DecimalInput>
  /** Lists in this currency convert: one unit of `currency` is `rate` of it. */
  readonly company?: { readonly currency: CurrencyCode; readonly rate: DecimalInput }
}

/** The price that won, in the currency asked for, with the list and row it came from. */
export interface FoundPrice {
  /** Decimal text, per `perQuantity` units of the request. */
  readonly unitPrice: string
  readonly perQuantity: string
  readonly listId: string
  readonly rowId: string
  /** No discount from the matrix on this price. */
  readonly isNet: boolean
  readonly trace: readonly ConsideredRow[]
}

/** No list has a price: never zero. */
export interface PriceNotFound {
  readonly _tag: "NoPrice"
  readonly productId: string
  readonly trace: readonly ConsideredRow[]
}

/** Two rows of equal rank with different prices. */
export interface PriceAmbiguous {
  readonly _tag: "AmbiguousPrice"
  readonly rowIds: readonly string[]
  readonly trace: readonly ConsideredRow[]
}

/** The quantity's unit cannot be turned into the row's. */
export interface UnitUnknown {
  readonly _tag: "UnknownUnit"
  readonly from: string
  readonly to: string
  readonly trace: readonly ConsideredRow[]
}

/** Why there is no price: none is listed, two of equal rank differ, or only a unit conversion is missing. */
export type PriceRefused = UnitUnknown | AmbiguousFound
type AmbiguousFound = PriceAmbiguous | PriceNotFound

const maxChain = 8

/**
 * The price that wins: by list (project, agreement, customer, inheritable parent, segment by order, standard, the
 * product's own list price), then product before group before all, then the largest minimum quantity reached, then the
 * latest start.
 *
 * A list without a row for the product asks its base list. Refuses with `NoPrice` or, if two rows are equal in all that
 * and differ in price, `AmbiguousPrice`; with `UnknownUnit` if only a unit conversion was missing.
 *
 * @example findPrice({ buyer: {}, productId: "P30", quantity: 1, date: "2025-03-14", currency: "SEK" }, book)
 */
export const findPrice = (request: PriceRequest, book: PriceBook): Result<FoundPrice, PriceRefused> => {
  const search = startSearch(request, book)
  for (const list of search.index.lists) {
    const scope = scopeRank(request.buyer, list.scope)
    if (scope === undefined) search.trace.push({ rowId: "", listId: list.id, outcome: "otherBuyer" })
    else search.candidates.push(...candidatesIn(search, list, scope, 0, fraction(1n)))
  }
  const own = ownListPrice(search)
  if (own !== undefined) search.candidates.push(own)
  search.candidates.sort(byRank)
  const winner = search.candidates[0]
  const { trace } = search
  if (winner === undefined) {
    const missing = search.missingUnit
    return missing === undefined
      ? refuse({ _tag: "NoPrice", productId: request.productId, trace })
      : refuse({ _tag: "UnknownUnit", ...missing, trace })
  }
  const rivals = search.candidates.filter((other) => rankOf(other, winner) === 0)
  for (const other of search.candidates) {
    const outcome = other === winner ? "won" : rivals.includes(other) ? "equalRank" : lostBecause(other, winner)
    trace.push({ rowId: other.rowId, listId: other.listId, outcome })
  }
  if (rivals.some((rival) => !isSamePrice(rival.price, winner.price))) {
    return refuse({ _tag: "AmbiguousPrice", rowIds: rivals.map(({ rowId }) => rowId), trace })
  }
  const { unitPrice, perQuantity } = winner.price
  return ok({ unitPrice, perQuantity, listId: winner.listId, rowId: winner.rowId, isNet: winner.isNet, trace })
}

interface Candidate {
  readonly listId: string
  readonly rowId: string
  readonly isNet: boolean
  readonly scope: number
  readonly target: number
  readonly minQuantity: Fraction
  readonly validFrom: string
  readonly price: PricedEntry
}

interface Search {
  readonly request: PriceRequest
  readonly book: PriceBook
  readonly index: BookIndex
  readonly product: Product | undefined
  readonly groupIds: readonly string[]
  readonly quantity: Fraction
  readonly unit: string | undefined
  readonly trace: ConsideredRow[]
  readonly candidates: Candidate[]
  /** Base prices by list and depth: a chain of lists with many percentages would multiply them out otherwise. */
  readonly basePrices: Map<string, PricedEntry | undefined>
  missingUnit: { from: string; to: string } | undefined
}

const startSearch = (request: PriceRequest, book: PriceBook): Search => {
  const index = indexOf(book)
  const product = index.productById.get(request.productId)
  return {
    request,
    book,
    index,
    product,
    groupIds: request.groupIds ?? product?.groupIds ?? [],
    quantity: readFraction(request.quantity) ?? fraction(0n),
    unit: request.unit ?? product?.unit,
    trace: [],
    candidates: [],
    basePrices: new Map(),
    missingUnit: undefined,
  }
}

/** Smaller is asked first; undefined: not for this buyer. */
const scopeRank = (buyer: Buyer, scope: PriceListScope): number | undefined => {
  switch (scope.kind) {
    case "project":
      return buyer.projectId !== undefined && scope.projectId === buyer.projectId ? 0 : undefined
    case "agreement":
      return buyer.agreementId !== undefined && scope.agreementId === buyer.agreementId ? 1 : undefined
    case "customer":
      if (buyer.customerId !== undefined && scope.customerId === buyer.customerId) return 2
      return scope.isInheritable === true && buyer.parentId !== undefined && scope.customerId === buyer.parentId
        ? 3
        : undefined
    case "segment":
      return buyer.segmentIds?.includes(scope.segmentId) === true ? 4 + (scope.order ?? 0) : undefined
    case "standard":
      return Number.MAX_SAFE_INTEGER - 1
  }
}

/** What the list says of the product; if nothing, what its base list says, times the factor. */
const candidatesIn = (
  search: Search,
  list: PriceList,
  scope: number,
  depth: number,
  factor: Fraction,
): readonly Candidate[] => {
  const found: Candidate[] = []
  for (const entry of entriesFor(list, search.request.productId)) {
    const candidate = candidateOf(search, list, entry, scope, depth, factor)
    if (typeof candidate === "string") search.trace.push({ rowId: entry.id, listId: list.id, outcome: candidate })
    else found.push(candidate)
  }
  if (found.length > 0 || list.baseListId === undefined || depth >= maxChain) return found
  const base = search.index.listById.get(list.baseListId)
  const baseFactor = readFraction(list.baseFactor ?? 1)
  if (base === undefined || baseFactor === undefined) return []
  const inherited = candidatesIn(search, base, scope, depth + 1, times(factor, baseFactor))
  return list.isNet === true ? inherited.map((candidate) => ({ ...candidate, isNet: true })) : inherited
}

const candidateOf = (
  search: Search,
  list: PriceList,
  entry: PriceEntry,
  scope: number,
  depth: number,
  factor: Fraction,
): Candidate | RowOutcome => {
  const { request } = search
  const target = targetRank(search, entry)
  if (target === undefined) return "otherProduct"
  if (entry.validFrom !== undefined && request.date < entry.validFrom) return "notYetValid"
  if (entry.validTo !== undefined && request.date > entry.validTo) return "expired"
  const toEntryUnit = conversion(search, entry.unit)
  if (toEntryUnit === undefined) return "unknownUnit"
  const quantity = times(search.quantity, toEntryUnit)
  const minQuantity = readFraction(entry.minQuantity ?? 0)
  if (minQuantity === undefined) return "unreadable"
  if (compare(tierQuantity(search, entry, quantity, toEntryUnit), minQuantity) < 0) return "belowMinQuantity"
  const basePrice = (): PricedEntry | undefined => basePriceOf(search, list, scope, depth)
  const price = entryPrice(entry, { list, request, quantity, toEntryUnit, factor, basePrice })
  if (typeof price === "string") return price
  const isNet = entry.isNet ?? list.isNet ?? false
  return {
    listId: list.id,
    rowId: entry.id,
    isNet,
    scope,
    target,
    minQuantity,
    validFrom: entry.validFrom ?? "",
    price,
  }
}

/** What counts for the minimum: the line's quantity, or that of its whole group. */
const tierQuantity = (search: Search, entry: PriceEntry, own: Fraction, toEntryUnit: Fraction): Fraction => {
  if (entry.tierBy !== "group" || entry.groupId === undefined) return own
  const together = readFraction(search.request.groupQuantities?.get(entry.groupId))
  return together === undefined ? own : times(together, toEntryUnit)
}

/** The price that a percentage or surcharge changes: the base list's best. */
const basePriceOf = (search: Search, list: PriceList, scope: number, depth: number): PricedEntry | undefined => {
  if (list.baseListId === undefined || depth >= maxChain) return undefined
  const base = search.index.listById.get(list.baseListId)
  if (base === undefined) return undefined
  const factor = readFraction(list.baseFactor ?? 1)
  if (factor === undefined) return undefined
  const key = `${depth} ${list.id}`
  if (!search.basePrices.has(key)) {
    const [best] = [...candidatesIn(search, base, scope, depth + 1, factor)].sort(byRank)
    search.basePrices.set(key, best?.price)
  }
  return search.basePrices.get(key)
}

const targetRank = (search: Search, entry: PriceEntry): number | undefined => {
  if (entry.productId !== undefined) return entry.productId === search.request.productId ? 0 : undefined
  if (entry.groupId === undefined) return 1_000_000
  const at = search.groupIds.indexOf(entry.groupId)
  return at < 0 ? undefined : 1 + at
}

/** How many of the entry's units one unit of the request is. */
const conversion = (search: Search, unit: string | undefined): Fraction | undefined => {
  if (unit === undefined || search.unit === undefined || unit === search.unit) return fraction(1n)
  const factor = conversionBetween(search.book.units ?? [], search.unit, unit)
  if (factor === undefined) search.missingUnit ??= { from: search.unit, to: unit }
  return factor
}

const conversionBetween = (units: readonly UnitConversion[], from: string, to: string): Fraction | undefined => {
  for (const unit of units) {
    const factor = readFraction(unit.factor)
    if (factor === undefined || factor.numerator <= 0n) continue
    if (unit.from === from && unit.to === to) return factor
    if (unit.from === to && unit.to === from) return fraction(factor.denominator, factor.numerator)
  }
  return undefined
}

/** The price of last resort: the product's own, converted if need be. */
const ownListPrice = (search: Search): Candidate | undefined => {
  const { product, request } = search
  if (product?.listPrice === undefined) return undefined
  const list: PriceList = {
    id: "product",
    currency: product.currency ?? request.currency,
    scope: { kind: "standard" },
    entries: [],
  }
  const entry: PriceEntry = {
    id: product.id,
    productId: product.id,
    ...(product.unit === undefined ? {} : { unit: product.unit }),
    price: { kind: "fixed", unitPrice: product.listPrice },
  }
  const candidate = candidateOf(search, list, entry, Number.MAX_SAFE_INTEGER, 0, fraction(1n))
  if (typeof candidate !== "string") return candidate
  search.trace.push({ rowId: entry.id, listId: list.id, outcome: candidate })
  return undefined
}

/** Negative if `left` wins. Ids are no part of the rank. */
const rankOf = (left: Candidate, right: Candidate): number =>
  left.scope - right.scope ||
  left.target - right.target ||
  compare(right.minQuantity, left.minQuantity) ||
  compareIds(right.validFrom, left.validFrom)

const byRank = (left: Candidate, right: Candidate): number =>
  rankOf(left, right) || compareIds(left.rowId, right.rowId) || compareIds(left.listId, right.listId)

const isSamePrice = (left: PricedEntry, right: PricedEntry): boolean =>
  left.unitPrice === right.unitPrice && left.perQuantity === right.perQuantity

const lostBecause = (loser: Candidate, winner: Candidate): RowOutcome => {
  if (loser.scope !== winner.scope) return "lowerScope"
  if (loser.target !== winner.target) return "lowerTarget"
  return compare(loser.minQuantity, winner.minQuantity) === 0 ? "olderRow" : "lowerMinQuantity"
}

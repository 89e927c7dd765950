/**
 * An index of a price book, made once per book: a look-up then reads the rows of one product, not the whole list.
 *
 * A book is data that does not change while it is used; a changed book is another object.
 */
import { compareIds } from "./identifier.ts"
import type { PriceBook, PriceEntry, PriceList, Product } from "./priceBook.ts"

export interface BookIndex {
  /** By id, so that the order of a trace does not depend on the order of the book. */
  readonly lists: readonly PriceList[]
  readonly listById: ReadonlyMap<string, PriceList>
  readonly productById: ReadonlyMap<string, Product>
}

interface ListIndex {
  readonly byProduct: ReadonlyMap<string, readonly PriceEntry[]>
  /** Rows for groups and for everything. */
  readonly others: readonly PriceEntry[]
}

const books = new WeakMap<PriceBook, BookIndex>()
const lists = new WeakMap<PriceList, ListIndex>()

/** The index of `book`; the first list or product of an id counts. */
export const indexOf = (book: PriceBook): BookIndex => {
  const known = books.get(book)
  if (known !== undefined) return known
  const index: BookIndex = {
    lists: [...book.lists].sort((left, right) => compareIds(left.id, right.id)),
    listById: byId(book.lists),
    productById: byId(book.products ?? []),
  }
  books.set(book, index)
  return index
}

const byId = <Item extends { readonly id: string }>(items: readonly Item[]): ReadonlyMap<string, Item> => {
  const map = new Map<string, Item>()
  for (const item of items) if (!map.has(item.id)) map.set(item.id, item)
  return map
}

/** The rows of `list` that could be for `productId`: its own, then those for groups and for everything. */
export const entriesFor = (list: PriceList, productId: string): readonly PriceEntry[] => {
  const index = lists.get(list) ?? indexList(list)
  const own = index.byProduct.get(productId)
  if (own === undefined) return index.others
  return index.others.length === 0 ? own : [...own, ...index.others]
}

const indexList = (list: PriceList): ListIndex => {
  const byProduct = new Map<string, PriceEntry[]>()
  const others: PriceEntry[] = []
  for (const entry of list.entries) {
    if (entry.productId === undefined) {
      others.push(entry)
      continue
    }
    const rows = byProduct.get(entry.productId)
    if (rows === undefined) byProduct.set(entry.productId, [entry])
    else rows.push(entry)
  }
  const index = { byProduct, others }
  lists.set(list, index)
  return index
}

/** The product of that id in the book, if both are there. */
export const productOf = (book: PriceBook | undefined, productId: string | undefined): Product | undefined =>
  book === undefined || productId === undefined ? undefined : indexOf(book).productById.get(productId)

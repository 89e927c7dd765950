/** Keysets: the rows that come after a row, in an order that ends with something unique. */
import type { Cell, Condition } from "./store.ts"

/** A column to sort by. */
export interface Sorted {
  readonly column: string
  readonly descending: boolean
}

/**
 * The condition of the rows after the one with these cells; `null` is the least value, as in every order of a store.
 *
 * @example rowsAfter([{ column: "name", descending: false }, { column: "id", descending: false }], ["Åre", "7"])
 * // name > "Åre", or name = "Åre" and id > "7"
 */
export const rowsAfter = (order: readonly Sorted[], cells: readonly Cell[]): Condition => {
  const [first, ...rest] = order
  if (!first) return NEVER
  const cell = cells[0] ?? null
  const later = isLater(first, cell)
  if (rest.length === 0) return later
  const same: Condition = { op: "and", of: [isSame(first, cell), rowsAfter(rest, cells.slice(1))] }
  const after: Condition = { op: "or", of: [later, same] }
  // Said once more without `or`, so that an index on the first column leads to the place.
  if (cell === null || first.descending) return after
  return { op: "and", of: [{ op: "gte", column: first.column, value: cell }, after] }
}

const NEVER: Condition = { op: "or", of: [] }

const isSame = ({ column }: Sorted, value: Cell): Condition =>
  value === null ? { op: "isNull", column } : { op: "eq", column, value }

const isLater = ({ column, descending }: Sorted, value: Cell): Condition => {
  const isEmpty: Condition = { op: "isNull", column }
  if (value === null) return descending ? NEVER : { op: "not", of: isEmpty }
  if (descending) return { op: "or", of: [{ op: "lt", column, value }, isEmpty] }
  return { op: "gt", column, value }
}

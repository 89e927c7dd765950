/** Pages: the records of a collection in an order that the caller names, one page after the other. */
import type { Values } from "./changes.ts"
import type { SortKeys } from "./derived.ts"
import type { Entity } from "./entity.ts"
import type { ListQuery, OrderBy, Page } from "./face.ts"
import { rowsAfter, type Sorted } from "./keyset.ts"
import type { ReadScope } from "./reading.ts"
import { type InputIssue, InvalidInput } from "./refusals.ts"
import { type Cell, type Condition, memberOf, type StoredRow } from "./store.ts"
import { tableName } from "./tableName.ts"
import type { Join } from "./tabulation.ts"
import { visible } from "./view.ts"

/** The most items of a page. */
export const MAX_PAGE = 1000
const MAX_ORDER = 8

/** What pages are of. */
export interface Listed {
  readonly scope: ReadScope
  /** `plugin.collection`: cursors belong to one of them. */
  readonly name: string
  readonly entity: Entity
}

/** A page of the records that match; refuses with `InvalidInput`, `QueryTooComplex` and `InvalidCursor`. */
export const pageOf = async (
  listed: Listed,
  query: ListQuery<Entity>,
): Promise<Page<Values & { readonly id: string }>> => {
  const { scope, name, entity } = listed
  const { machine } = scope
  const { where, order = [], limit = 50, after, ...unknown } = query
  const issues = [...unknownNames(unknown), ...limitIssues(limit), ...orderIssues(order)]
  if (issues.length > 0) throw new InvalidInput({ issues })
  const { view } = scope.read
  const keys = order.map(({ field }) => machine.derived.sortKeys(machine.model, entity, field, view))
  const filter = where ? machine.derived.condition(machine.model, entity, where as never, view) : undefined
  const asked = [
    name,
    { where: where ?? null, order: order.map(({ field, descending }) => [field, descending === true]) },
  ]
  const from = after === undefined ? null : scope.cursors.cells(asked, after)
  const sorting = { keys, order, from, limit: limit + 1 }
  const found = await (keys.some(
    ({ joins, columns }) => joins.length > 0 || columns.some(({ column }) => memberOf(column) !== null),
  )
    ? joinedRows(listed, filter, sorting)
    : ownRows(listed, filter, sorting))
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const next = found.length > limit && last ? scope.cursors.after(asked, last.place) : null
  return { items: items.map(({ record }) => record), next }
}

/** How a page is sorted, where it begins, and how many rows to read. */
interface Sorting {
  readonly keys: readonly SortKeys[]
  readonly order: readonly OrderBy<Entity>[]
  readonly from: readonly Cell[] | null
  readonly limit: number
}

interface Placed {
  readonly record: Values & { readonly id: string }
  /** Its cells in the order of the page. */
  readonly place: readonly Cell[]
}

/** Sorted by columns of the records' own table: an index may serve it. */
const ownRows = async (
  { scope, entity }: Listed,
  filter: Condition | undefined,
  { keys, order, from, limit }: Sorting,
): Promise<readonly Placed[]> => {
  const sorted = keys.flatMap(({ columns }, index) => columns.map(({ column }) => directed(column, order[index])))
  const by = withId(sorted)
  const where = both(filter, from === null ? undefined : rowsAfter(by, from))
  const found = await scope.read.matched(entity, { ...(where ? { where } : {}), order: by, limit })
  return found.map(({ record, cells }) => ({ record, place: placeOf(by, cells) }))
}

/** Sorted by columns of other tables or by members of a column too: the ids in order first, then their records. */
const joinedRows = async (
  { scope, entity }: Listed,
  filter: Condition | undefined,
  { keys, order, from, limit }: Sorting,
): Promise<readonly Placed[]> => {
  const columns = keys.flatMap((key, index) =>
    key.columns.map((column, place) => ({ ...column, as: `k${index}_${place}`, by: order[index] })),
  )
  const by = withId(columns.map((column) => directed(column.as, column.by)))
  const where = visible(scope.read.view, entity, filter)
  const rows = await scope.reader.tabulate({
    table: tableName(entity),
    tenant: scope.tenant,
    joins: distinct(keys.flatMap(({ joins }) => joins)),
    columns: [...columns.map(({ by: _, ...column }) => column), { as: "id", column: "id" }],
    order: by,
    limit,
    ...(where ? { where } : {}),
    ...(from === null ? {} : { having: rowsAfter(by, from) }),
  })
  const ids = rows.map((row) => String(row["id"]))
  const found = await scope.read.matched(entity, { where: { op: "in", column: "id", values: ids } })
  const byId = new Map(found.map(({ record }) => [record.id, record]))
  return rows.flatMap((row) => {
    const record = byId.get(String(row["id"]))
    return record ? [{ record, place: placeOf(by, row) }] : []
  })
}

const directed = (column: string, by: OrderBy<Entity> | undefined): Sorted => ({
  column,
  descending: by?.descending === true,
})

/** Ends with the id, which no two records share; a column that comes again sorts nothing more. */
const withId = (order: readonly Sorted[]): readonly Sorted[] => {
  const all = [...order, { column: "id", descending: false }]
  return all.filter(({ column }, index) => all.findIndex((other) => other.column === column) === index)
}

const placeOf = (order: readonly Sorted[], cells: StoredRow): readonly Cell[] =>
  order.map(({ column }) => cells[column] ?? null)

const both = (first: Condition | undefined, second: Condition | undefined): Condition | undefined =>
  first && second ? { op: "and", of: [first, second] } : (first ?? second)

/** Paths that begin alike share their joins. */
export const distinct = (joins: readonly Join[]): readonly Join[] => [
  ...new Map(joins.map((join) => [join.as, join])).values(),
]

/** Names that a query does not take. */
export const unknownNames = (unknown: object): readonly InputIssue[] =>
  Object.keys(unknown).map((path) => ({ path, message: "is not known here" }))

/** What is wrong with a limit. */
export const limitIssues = (limit: unknown): readonly InputIssue[] =>
  Number.isSafeInteger(limit) && Number(limit) >= 1 && Number(limit) <= MAX_PAGE
    ? []
    : [{ path: "limit", message: `must be a whole number from 1 to ${MAX_PAGE}` }]

/** What is wrong with an order. */
export const orderIssues = (order: unknown): readonly InputIssue[] => {
  if (!Array.isArray(order) || order.length > MAX_ORDER)
    return [{ path: "order", message: `must be a list of at most ${MAX_ORDER}` }]
  return order.flatMap((by: unknown, index) => {
    const { field, descending, ...unknown } = { ...(by as Record<string, unknown>) }
    const path = `order[${index}]`
    return [
      ...unknownNames(unknown).map((issue) => ({ ...issue, path: `${path}.${issue.path}` })),
      ...(typeof field === "string" ? [] : [{ path: `${path}.field`, message: "must be the name of a field" }]),
      ...(descending === undefined || typeof descending === "boolean"
        ? []
        : [{ path: `${path}.descending`, message: "must be true or false" }]),
    ]
  })
}

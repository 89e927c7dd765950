/** Report: reads the columns of a report in one statement, and gives its rows in pages. */
import type { Values } from "./changes.ts"
import type { ReportField } from "./derived.ts"
import type { Entity } from "./entity.ts"
import type { Page } from "./face.ts"
import { fieldNamed, partsOf } from "./fields.ts"
import { rowsAfter, type Sorted } from "./keyset.ts"
import { distinct, limitIssues, unknownNames } from "./pages.ts"
import type { ReadScope } from "./reading.ts"
import { type InputIssue, InvalidInput } from "./refusals.ts"
import type { ReportColumns, ReportQuery } from "./reporting.ts"
import type { StoredRow } from "./store.ts"
import { tableName } from "./tableName.ts"
import { type Aggregate, type Join, PERIODS, type Period, type Tabulated } from "./tabulation.ts"
import { visible } from "./view.ts"

/** What a report is of: the records of a collection, or their parts. */
export interface Reported {
  readonly scope: ReadScope
  /** `plugin.collection`, and the path of the parts: cursors belong to one of them. */
  readonly name: string
  readonly entity: Entity
}

/** The entity of the parts at a path; refuses with `InvalidInput` what is no list of parts that may be seen. */
export const partsAt = ({ machine, knownModel }: ReadScope, entity: Entity, path: unknown): Entity => {
  const at = String(path)
    .split(".")
    .reduce<Entity | undefined>((above, name) => {
      const list = above && partsOf(machine.model, above).find((one) => one.name === name)
      return list && above && fieldNamed(knownModel, above, name) ? list.child : undefined
    }, entity)
  if (at) return at
  throw new InvalidInput({ issues: [{ path: "parts", message: `${entity.name} has no parts called ${path}` }] })
}

const MOST_COLUMNS = 50
const MOST_CHARACTERS = 80

/** A page of a report; refuses with `InvalidInput`, `QueryTooComplex`, `SumOutOfRange` and `InvalidCursor`. */
export const reportPage = async (
  { scope, name, entity }: Reported,
  query: ReportQuery<Entity, ReportColumns<Entity>>,
): Promise<Page<Values>> => {
  const { columns, where, order = [], limit = 100, after, ...unknown } = { ...query }
  const given = { columns, order, limit, unknown }
  const issues = shapeIssues(given)
  if (issues.length > 0) throw new InvalidInput({ issues })
  const { machine, cursors } = scope
  const { view } = scope.read
  const read = readColumns(columns, (field) => machine.derived.reportField(machine.model, entity, field, view))
  const isGrouped = read.some(({ isAggregate }) => isAggregate)
  const by = orderOf(read, order, isGrouped)
  const filter = where ? machine.derived.condition(machine.model, entity, where as never, view) : undefined
  const matching = visible(view, entity, filter)
  const asked = [name, "report", { columns, where: where ?? null, order: order.map((one) => ({ ...one })) } as never]
  const from = after === undefined ? null : cursors.cells(asked, after)
  const tabulated = [
    ...new Map(read.flatMap((column) => column.tabulated).map((column) => [column.as, column])).values(),
    ...(isGrouped ? [] : [{ as: ID, column: "id" }]),
  ]
  const rows = await scope.reader.tabulate({
    table: tableName(entity),
    tenant: scope.tenant,
    joins: distinct(read.flatMap(({ joins }) => joins)),
    columns: tabulated,
    order: by,
    limit: limit + 1,
    ...(matching ? { where: matching } : {}),
    ...(from === null ? {} : { having: rowsAfter(by, from) }),
  })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const place = last && by.map(({ column }) => last[column] ?? null)
  const next = rows.length > limit && place ? cursors.after(asked, place) : null
  return { items: shown.map((row) => Object.fromEntries(read.map((column) => [column.name, column.value(row)]))), next }
}

/** The name of the id in the rows of a report that groups nothing. */
const ID = "id"

/** A column of the report, what is read for it, and how it sorts. */
interface ReadColumn {
  readonly name: string
  readonly joins: readonly Join[]
  readonly tabulated: readonly Tabulated[]
  readonly isAggregate: boolean
  /** Sorts by these, an amount within its currency; null if it has no order. */
  readonly sort: readonly string[] | null
  value(row: StoredRow): unknown
}

/** A column as it was given, in one shape. */
interface Asked {
  readonly field: string | null
  readonly by: Period | null
  readonly aggregate: Aggregate["aggregate"] | null
}

const askedOf = (column: unknown): Asked => {
  if (typeof column === "string") return { field: column, by: null, aggregate: null }
  const given = column as Record<string, string | true>
  const [kind = "field"] = Object.keys(given)
  if (kind === "field" || kind === "by")
    return { field: String(given["field"]), by: given["by"] as Period, aggregate: null }
  const field = given[kind]
  return { field: field === true ? null : String(field), by: null, aggregate: kind as Aggregate["aggregate"] }
}

const readColumns = (columns: ReportColumns<Entity>, fieldOf: (name: string) => ReportField): readonly ReadColumn[] => {
  const issues: InputIssue[] = []
  const currencyAs = currencyNames()
  const read = Object.entries(columns).flatMap(([name, column], index): readonly ReadColumn[] => {
    const asked = askedOf(column)
    const path = `columns.${name}`
    try {
      if (asked.field === null) return [counted(name, `c${index}`)]
      const field = fieldOf(asked.field)
      const unfit = unfitness(asked, field)
      if (unfit !== null) issues.push({ path, message: unfit })
      else if (asked.aggregate === "count") return [counted(name, `c${index}`, field)]
      else return [valued({ name, as: `c${index}`, currencyAs: currencyAs(field) }, asked, field)]
    } catch (error) {
      if (!InvalidInput.is(error)) throw error
      issues.push(...error.params.issues.map(({ message }) => ({ path, message: `${asked.field} ${message}` })))
    }
    return []
  })
  if (issues.length > 0) throw new InvalidInput({ issues })
  return read
}

/** Why a field cannot be what a column asks of it; null if it can. */
const unfitness = (
  { field, by, aggregate }: Asked,
  { isAddable, isDate, isOrdered, isShared }: ReportField,
): string | null => {
  if (by !== null && !isDate) return `${field} is no date: only dates have periods`
  if (aggregate === "sum" && !isAddable) return `${field} is nothing that adds up`
  if (aggregate === "sum" && isShared)
    return `${field} would be added once per row that shares it: report on its own records`
  if ((aggregate === "min" || aggregate === "max") && !isOrdered) return `${field} has no order`
  return null
}

/** How many rows, or how many have a value in the field; a field with a default has one in every row. */
const counted = (name: string, as: string, field?: ReportField): ReadColumn => ({
  name,
  joins: field?.joins ?? [],
  tabulated: [
    { as, aggregate: "count", ...(field && field.column.otherwise === undefined ? placeOf(field) : {}) } as Aggregate,
  ],
  isAggregate: true,
  sort: [as],
  value: (row) => Number(row[as]),
})

/** Names for the columns that hold currencies: one for each, however many amounts are in it. */
const currencyNames = (): ((field: ReportField) => string | null) => {
  const names = new Map<string, string>()
  return ({ currency }) => {
    if (!currency) return null
    const key = JSON.stringify([currency.of ?? null, currency.column])
    const name = names.get(key) ?? `currency${names.size}`
    names.set(key, name)
    return name
  }
}

interface Named {
  readonly name: string
  readonly as: string
  readonly currencyAs: string | null
}

const valued = ({ name, as, currencyAs }: Named, { by, aggregate }: Asked, field: ReportField): ReadColumn => {
  const { joins, column, currency, isOrdered } = field
  const own: Tabulated = aggregate
    ? ({ as, aggregate, ...column } as Aggregate)
    : { as, ...column, ...(by === null ? {} : { by }) }
  return {
    name,
    joins,
    tabulated: [...(currency && currencyAs ? [{ as: currencyAs, ...currency }] : []), own],
    isAggregate: aggregate !== null,
    sort: isOrdered ? [...(currencyAs ? [currencyAs] : []), as] : null,
    value: (row) =>
      by === null ? field.value(row[as] ?? null, currencyAs ? (row[currencyAs] ?? null) : null) : row[as],
  }
}

const placeOf = ({ column: { column, of } }: ReportField): { readonly column: string; readonly of?: string } => ({
  column,
  ...(of === undefined ? {} : { of }),
})

/** The order that was asked for, and then what makes every row one of its own: the groups, or the id. */
const orderOf = (
  read: readonly ReadColumn[],
  order: readonly { readonly column: string; readonly descending?: boolean }[],
  isGrouped: boolean,
): readonly Sorted[] => {
  const asked = order.flatMap(({ column, descending }, index) => {
    const sort = read.find(({ name }) => name === column)?.sort
    if (sort) return sort.map((name) => ({ column: name, descending: descending === true }))
    const message = sort === null ? "has no order: it cannot be sorted by" : "must be the name of a column"
    throw new InvalidInput({ issues: [{ path: `order[${index}].column`, message }] })
  })
  const groups = read.flatMap(({ tabulated }) => tabulated.flatMap((one) => ("aggregate" in one ? [] : [one.as])))
  const rest = (isGrouped ? groups : [ID]).map((column) => ({ column, descending: false }))
  const all = [...asked, ...rest]
  return all.filter(({ column }, index) => all.findIndex((other) => other.column === column) === index)
}

interface Shape {
  readonly columns: unknown
  readonly order: unknown
  readonly limit: unknown
  readonly unknown: object
}

const shapeIssues = ({ columns, order, limit, unknown }: Shape): readonly InputIssue[] => [
  ...unknownNames(unknown),
  ...limitIssues(limit),
  ...columnsIssues(columns),
  ...reportOrderIssues(order),
]

const columnsIssues = (columns: unknown): readonly InputIssue[] => {
  if (typeof columns !== "object" || columns === null || Array.isArray(columns))
    return [{ path: "columns", message: "must be columns by their names" }]
  const entries = Object.entries(columns)
  if (entries.length === 0 || entries.length > MOST_COLUMNS)
    return [{ path: "columns", message: `must be 1 to ${MOST_COLUMNS} columns` }]
  return entries.flatMap(([name, column]) => {
    const path = `columns.${name.slice(0, MOST_CHARACTERS)}`
    if (name === "" || name === "__proto__" || name.length > MOST_CHARACTERS)
      return [{ path, message: `must have a name of 1 to ${MOST_CHARACTERS} characters` }]
    return isColumn(column) ? [] : [{ path, message: COLUMN }]
  })
}

const COLUMN = `must be a field, { field, by: ${PERIODS.join(" | ")} }, { count }, { sum }, { min } or { max }`

const isColumn = (column: unknown): boolean => {
  if (typeof column === "string") return true
  if (typeof column !== "object" || column === null) return false
  const given = column as Record<string, unknown>
  const names = Object.keys(given).sort().join()
  if (names === "by,field") return typeof given["field"] === "string" && PERIODS.includes(given["by"] as Period)
  if (names === "count") return given["count"] === true || typeof given["count"] === "string"
  return ["sum", "min", "max"].includes(names) && typeof given[names] === "string"
}

const reportOrderIssues = (order: unknown): readonly InputIssue[] => {
  if (!Array.isArray(order) || order.length > MOST_COLUMNS)
    return [{ path: "order", message: `must be a list of at most ${MOST_COLUMNS}` }]
  return order.flatMap((by: unknown, index): readonly InputIssue[] => {
    const { column, descending, ...unknown } = { ...(by as Record<string, unknown>) }
    const isWell = typeof column === "string" && (descending === undefined || typeof descending === "boolean")
    return isWell && Object.keys(unknown).length === 0
      ? []
      : [{ path: `order[${index}]`, message: "must be { column, descending? }" }]
  })
}

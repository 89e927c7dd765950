/**
 * Conditions: compiled to SQL in which every condition is true or false and never unknown.
 *
 * The shape of a condition is the condition without its values: statements are cached by it.
 */
import { type Condition, MAX_CONDITION_DEPTH, MAX_CONDITIONS, QueryTooComplex } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import { checkedValue } from "./cell.ts"
import type { Bound, Differences, Lists } from "./differences.ts"
import { type StoredColumn, type StoredTable, type StoredTables, TENANT } from "./storedTable.ts"

/** The rows that a condition is about: a table under the alias that it has in the statement. */
export interface RowScope {
  readonly tables: StoredTables
  readonly table: StoredTable
  /** 0 for the table that is read, one more inside each `exists`. */
  readonly depth: number
  /** The alias of a joined table; one of the depth by default. */
  readonly alias?: string
}

/** A column of the scope, by its alias: inside an `exists` two tables may have columns of the same name. */
export const columnRef = (
  scope: Pick<RowScope, "depth" | "alias">,
  { stored, valueIn }: StoredColumn,
): RawBuilder<unknown> => {
  const ref = sql.id(aliasOf(scope), stored)
  return valueIn ? valueIn(ref) : ref
}

/** The scope's table with its alias, for `from`. */
export const aliasedTable = (scope: RowScope): RawBuilder<unknown> =>
  sql`${scope.table.ref} as ${sql.id(aliasOf(scope))}`

/** The scope's tenant. */
export const tenantRef = (scope: Pick<RowScope, "depth" | "alias">): RawBuilder<unknown> =>
  sql.id(aliasOf(scope), TENANT)

const aliasOf = ({ depth, alias }: Pick<RowScope, "depth" | "alias">): string => alias ?? `t${depth}`

const OPERATORS = { eq: "=", ne: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const

/** Refuses with `QueryTooComplex` what is deeper or larger than any person's filter. */
export const checkComplexity = (condition: Condition): void => {
  let conditions = 0
  let level: readonly Condition[] = [condition]
  for (let depth = 1; level.length > 0; depth += 1) {
    conditions += level.length
    if (depth > MAX_CONDITION_DEPTH || conditions > MAX_CONDITIONS) {
      throw new QueryTooComplex({ maxDepth: MAX_CONDITION_DEPTH, maxConditions: MAX_CONDITIONS })
    }
    level = level.flatMap(partsOf)
  }
}

/** The condition without its values, which are appended to `values` in the order in which the SQL binds them. */
export const shapeOf = (condition: Condition, scope: RowScope, lists: Lists, values: Bound[]): string => {
  const { table } = scope
  switch (condition.op) {
    case "and":
    case "or": {
      const parts = condition.of.map((part) => shapeOf(part, scope, lists, values)).join(",")
      return `${condition.op}${isByRow(condition) ? " by row" : ""}(${parts})`
    }
    case "not":
      return `not(${shapeOf(condition.of, scope, lists, values)})`
    case "isNull":
      return `isNull:${table.column(condition.column).name}`
    case "in": {
      const column = table.column(condition.column)
      const list = condition.values.map((value) => checkedValue(value, column))
      if (list.length === 0) return "false"
      values.push(lists.bind(list, column.type))
      return `in:${column.name}`
    }
    case "exists": {
      const inner = within(scope, condition.table)
      const pairs = joinedColumns(condition, inner, table).map(([own, outer]) => `${own.name}=${outer.name}`)
      const where = condition.where ? shapeOf(condition.where, inner, lists, values) : ""
      return `exists${isByRow(condition) ? " by row" : ""}:${condition.table}[${pairs}](${where})`
    }
    default: {
      const column = table.column(condition.column)
      values.push(checkedValue(condition.value, column))
      return `${condition.op}:${column.name}`
    }
  }
}

/** The condition as SQL. `take` gives the next of the values that `shapeOf` collected. */
export const conditionSql = (
  condition: Condition,
  scope: RowScope,
  differences: Differences,
  take: () => Bound,
): RawBuilder<unknown> => {
  const ref = (name: string): RawBuilder<unknown> => columnRef(scope, scope.table.column(name))
  switch (condition.op) {
    case "and":
    case "or": {
      const parts = condition.of.map((part) => conditionSql(part, scope, differences, take))
      const aside = sql.raw(isByRow(condition) ? differences.asideFromIndexes : "")
      return sql`${aside}${joined(condition.op, parts)}`
    }
    case "not": {
      const negated = conditionSql(condition.of, scope, differences, take)
      // `exists` is never unknown, and databases plan a plain `not exists` as one join.
      if (condition.of.op === "exists") return sql`not ${negated}`
      // `not (x = 1)` is unknown where x is empty; `is not true` is true there.
      return sql`((${negated}) is not true)`
    }
    case "isNull":
      return sql`${ref(condition.column)} is null`
    case "in": {
      if (condition.values.length === 0) return sql`1 = 0`
      return differences.lists.includes(ref(condition.column), take(), scope.table.column(condition.column).type)
    }
    case "contains":
      return sql`${sql.raw(differences.positionFunction)}(${ref(condition.column)}, ${take()}) > 0`
    case "exists":
      return existsSql(condition, scope, differences, take)
    default:
      return sql`${ref(condition.column)} ${sql.raw(OPERATORS[condition.op])} ${take()}`
  }
}

const isByRow = (condition: Condition): boolean => "byRow" in condition && condition.byRow === true

type Exists = Extract<Condition, { readonly op: "exists" }>

const existsSql = (
  condition: Exists,
  scope: RowScope,
  differences: Differences,
  take: () => Bound,
): RawBuilder<unknown> => {
  const inner = within(scope, condition.table)
  const parts = [
    sql`${tenantRef(inner)} = ${tenantRef(scope)}`,
    ...joinedColumns(condition, inner, scope.table).map(
      ([own, outer]) => sql`${columnRef(inner, own)} = ${columnRef(scope, outer)}`,
    ),
    ...(condition.where ? [conditionSql(condition.where, inner, differences, take)] : []),
  ]
  const fence = sql.raw(isByRow(condition) ? differences.fence : "")
  return sql`exists (select 1 from ${aliasedTable(inner)} where ${sql.join(parts, sql` and `)}${fence})`
}

const within = ({ tables, depth }: RowScope, table: string): RowScope => ({
  tables,
  table: tables.table(table),
  depth: depth + 1,
})

const joinedColumns = (
  { on }: Exists,
  inner: RowScope,
  outer: StoredTable,
): readonly (readonly [StoredColumn, StoredColumn])[] =>
  on.map(([name, outerName]) => {
    const pair = [inner.table.column(name), outer.column(outerName)] as const
    const [own, of] = pair.map(({ type }) => (type === "boolean" ? "integer" : type))
    if (own !== of)
      throw new Error(`The column "${name}" holds ${own} and cannot equal "${outerName}", which holds ${of}.`)
    return pair
  })

const MAX_CHAIN = 16

const joined = (op: "and" | "or", parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> => {
  if (parts.length === 0) return op === "and" ? sql`1 = 1` : sql`1 = 0`
  // SQLite counts how deep an expression is, and reads a chain as one level per part.
  if (parts.length > MAX_CHAIN) {
    const half = Math.ceil(parts.length / 2)
    return joined(op, [joined(op, parts.slice(0, half)), joined(op, parts.slice(half))])
  }
  return sql`(${sql.join(parts, sql.raw(` ${op} `))})`
}

/** Whether no row can match, so that the database need not be asked. */
export const matchesNothing = (condition: Condition): boolean => {
  switch (condition.op) {
    case "in":
      return condition.values.length === 0
    case "and":
      return condition.of.some(matchesNothing)
    case "or":
      return condition.of.every(matchesNothing)
    case "exists":
      return condition.where !== undefined && matchesNothing(condition.where)
    default:
      return false
  }
}

const partsOf = (condition: Condition): readonly Condition[] => {
  if (condition.op === "and" || condition.op === "or") return condition.of
  if (condition.op === "exists") return condition.where ? [condition.where] : []
  return condition.op === "not" ? [condition.of] : []
}

/** Tabulations as SQL: the columns of joined tables, grouped, and around them what is asked of the result. */
import type { Aggregate, Column, Tabulated, Tabulation } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import type { Compile } from "./compiler.ts"
import {
  aliasedTable,
  checkComplexity,
  columnRef,
  conditionSql,
  type RowScope,
  shapeOf,
  tenantRef,
} from "./condition.ts"
import type { Bound, Differences, Statement } from "./differences.ts"
import { cache } from "./statementCache.ts"
import type { StoredColumn, StoredTable, StoredTables } from "./storedTable.ts"

const SHAPES = 1_000

/** A compiled tabulation, and which of its columns are numbers: they are read as text, since a sum may be too long. */
export interface TabulateStatement extends Statement {
  readonly numbers: readonly string[]
}

/** Makes the statements of `tabulate` on these tables. */
export const tabulateStatement = (
  tables: StoredTables,
  differences: Differences,
  compile: Compile,
): ((query: Tabulation) => TabulateStatement) => {
  const texts = cache<string>(SHAPES)
  return (query) => {
    checkComplexity({ op: "and", of: conditionsOf(query) })
    const scopes = scopesOf(query, tables)
    const result = resultOf(query, scopes)
    const values: Bound[] = []
    const shape = shapeOfAll(query, scopes, result, differences, values)
    const text = texts(shape, () => {
      const compiled = compile(tabulationSql(query, scopes, result, differences, values))
      if (compiled.parameters.length !== values.length) throw new Error("A shape and its statement disagree.")
      return compiled.sql
    })
    const numbers = result.table.columns.filter(isNumber).map(({ name }) => name)
    return { sql: text, parameters: values, numbers }
  }
}

const conditionsOf = ({ joins = [], where, having }: Tabulation) =>
  [...joins.map((join) => join.where), where, having].filter((condition) => condition !== undefined)

/** The table that is read, under no name, and the joined ones by theirs. */
type Scopes = ReadonlyMap<string | undefined, RowScope>

const scopesOf = (query: Tabulation, tables: StoredTables): Scopes => {
  const scopes = new Map<string | undefined, RowScope>()
  scopes.set(undefined, { tables, table: tables.table(query.table), depth: 0 })
  for (const [index, { as, table, to }] of (query.joins ?? []).entries()) {
    if (scopes.has(as) || !scopes.has(to)) throw new Error(`The join "${as}" is named twice, or joined to a later one.`)
    scopes.set(as, { tables, table: tables.table(table), depth: 0, alias: `j${index}` })
  }
  return scopes
}

const scopeAt = (scopes: Scopes, name: string | undefined): RowScope => {
  const scope = scopes.get(name)
  if (!scope) throw new Error(`The tabulation has no join "${name}".`)
  return scope
}

const isAggregate = (column: Tabulated): column is Aggregate => "aggregate" in column

const isNumber = ({ type }: Column): boolean => type === "integer" || type === "boolean"

/** The result as a table, so that conditions and orders on it are checked and compiled like any other. */
const resultOf = (query: Tabulation, scopes: Scopes): RowScope => {
  const columns = query.columns.map((column): StoredColumn => {
    const type = typeOf(column, scopes)
    return { name: column.as, type, nullable: true, stored: column.as, ref: sql.id(column.as) }
  })
  const byName = new Map(columns.map((column) => [column.name, column]))
  if (byName.size !== columns.length) throw new Error("Two columns of a tabulation share a name.")
  const { tables, table } = scopeAt(scopes, undefined)
  const found = (name: string): StoredColumn => {
    const column = byName.get(name)
    if (!column) throw new Error(`The tabulation has no column "${name}".`)
    return column
  }
  const result: StoredTable = { ...table, columns, column: found }
  return { tables, table: result, depth: 0 }
}

const typeOf = (column: Tabulated, scopes: Scopes): Column["type"] => {
  if (column.column === undefined) return "integer"
  const { type } = scopeAt(scopes, column.of).table.column(column.column)
  if (isAggregate(column)) {
    if (column.aggregate === "count") return "integer"
    if (column.aggregate === "sum" && type !== "integer")
      throw new Error(`The column "${column.column}" holds ${type} and has no sum.`)
    return type
  }
  if (column.by !== undefined && type !== "text") throw new Error(`The column "${column.column}" holds no dates.`)
  return type
}

/** All that the text depends on; values are appended in the order in which it binds them. */
const shapeOfAll = (
  query: Tabulation,
  scopes: Scopes,
  result: RowScope,
  { lists }: Differences,
  values: Bound[],
): string => {
  const shape = (scope: RowScope, condition: Tabulation["where"]): string =>
    condition ? shapeOf(condition, scope, lists, values) : ""
  const joins = (query.joins ?? []).map(({ as, table, on, to, where }) =>
    JSON.stringify([as, table, on, to, shape(scopeAt(scopes, as), where)]),
  )
  values.push(query.tenant)
  const where = shape(scopeAt(scopes, undefined), query.where)
  const having = shape(result, query.having)
  if (query.limit !== undefined) values.push(checkedLimit(query.limit))
  return JSON.stringify([query.table, query.columns, joins, where, having, query.order, query.limit !== undefined])
}

const tabulationSql = (
  query: Tabulation,
  scopes: Scopes,
  result: RowScope,
  differences: Differences,
  values: readonly Bound[],
): RawBuilder<unknown> => {
  let taken = 0
  const take = (): Bound => values[taken++] ?? null
  const joins = (query.joins ?? []).map((join) => joinSql(join, scopes, differences, take))
  const main = scopeAt(scopes, undefined)
  const tenant = sql`${tenantRef(main)} = ${take()}`
  const where = query.where ? sql` and ${conditionSql(query.where, main, differences, take)}` : sql``
  const columns = query.columns.map((column) => ({ column, value: valueSql(column, scopes, differences) }))
  const isGrouped = query.columns.some(isAggregate)
  const keys = isGrouped ? columns.filter(({ column }) => !isAggregate(column)).map(({ value }) => value) : []
  const inner = sql`
    select ${sql.join(columns.map(({ column, value }) => sql`${value} as ${sql.id(column.as)}`))}
    from ${aliasedTable(main)}${sql.join(joins, sql``)} where ${tenant}${where}
    ${keys.length > 0 ? sql`group by ${sql.join(keys)}` : sql``}`
  const having = query.having ? sql` where ${conditionSql(query.having, result, differences, take)}` : sql``
  const shown = result.table.columns.map((column) => {
    const ref = columnRef(result, column)
    return sql`${isNumber(column) ? sql`cast(${ref} as text)` : ref} as ${column.ref}`
  })
  const limit = query.limit === undefined ? sql`` : sql` limit ${take()}`
  return sql`select ${sql.join(shown)} from (${inner}) as ${sql.id("t0")}${having}${orderSql(query, result)}${limit}`
}

const joinSql = (
  join: NonNullable<Tabulation["joins"]>[number],
  scopes: Scopes,
  differences: Differences,
  take: () => Bound,
): RawBuilder<unknown> => {
  const inner = scopeAt(scopes, join.as)
  const outer = scopeAt(scopes, join.to)
  const parts = [
    sql`${tenantRef(inner)} = ${tenantRef(outer)}`,
    ...join.on.map(
      ([own, of]) => sql`${columnRef(inner, inner.table.column(own))} = ${columnRef(outer, outer.table.column(of))}`,
    ),
    ...(join.where ? [conditionSql(join.where, inner, differences, take)] : []),
  ]
  return sql` left join ${aliasedTable(inner)} on ${sql.join(parts, sql` and `)}`
}

const valueSql = (column: Tabulated, scopes: Scopes, { mondayOf }: Differences): RawBuilder<unknown> => {
  if (column.column === undefined) return sql`count(*)`
  const scope = scopeAt(scopes, column.of)
  const ref = valueOrOther(columnRef(scope, scope.table.column(column.column)), column)
  if (isAggregate(column)) return sql`${sql.raw(column.aggregate)}(${ref})`
  switch (column.by) {
    case undefined:
      return ref
    case "day":
      return sql`substr(${ref}, 1, 10)`
    case "week":
      return mondayOf(ref)
    case "month":
      return sql`substr(${ref}, 1, 7) || '-01'`
    case "quarter":
      return sql`substr(${ref}, 1, 5) || case when substr(${ref}, 6, 2) < '04' then '01-01'
        when substr(${ref}, 6, 2) < '07' then '04-01' when substr(${ref}, 6, 2) < '10' then '07-01' else '10-01' end`
    case "year":
      return sql`substr(${ref}, 1, 4) || '-01-01'`
    default:
      throw new Error(`No dates are grouped by "${String(column.by)}".`)
  }
}

// Written into the text, where the values of a grouped column have to be the same expression twice.
const valueOrOther = (ref: RawBuilder<unknown>, column: Tabulated): RawBuilder<unknown> =>
  "otherwise" in column && column.otherwise !== undefined ? sql`coalesce(${ref}, ${sql.lit(column.otherwise)})` : ref

const orderSql = ({ order = [] }: Tabulation, result: RowScope): RawBuilder<unknown> => {
  if (order.length === 0) return sql``
  const terms = order.map(({ column, descending }) => {
    const direction = descending === true ? " desc nulls last" : " asc nulls first"
    return sql`${columnRef(result, result.table.column(column))}${sql.raw(direction)}`
  })
  return sql` order by ${sql.join(terms)}`
}

const checkedLimit = (limit: number): number => {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new Error(`A limit is a whole number from 0, not ${limit}.`)
  return limit
}

/** Statements that read: one compiled text per shape of a query, however many values its lists hold. */
import type { Select, Tabulation } from "@anbud/core"
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
import { type TabulateStatement, tabulateStatement } from "./tabulateStatement.ts"

const SHAPES = 1_000

/** The table that a statement reads, as against those inside its conditions. */
const OUTER = { depth: 0 }

/** A query without order and limit; without a tenant it is about the rows of all. */
export type Matching = Pick<Select, "table" | "where"> & Partial<Pick<Select, "tenant">>

/** The statements of a `Reader`. */
export interface ReadStatements {
  select(query: Select): Statement
  count(query: Matching): Statement
  sum(query: Matching, column: string): Statement
  tenants(query: Matching): Statement
  take(query: Select): Statement
  tabulate(query: Tabulation): TabulateStatement
  removeWhere(query: Required<Matching>): Statement
}

/** The statements of a `Reader` on these tables. */
export const readStatements = (tables: StoredTables, differences: Differences, compile: Compile): ReadStatements => {
  const texts = cache<string>(SHAPES)
  const statement = (
    kind: string,
    query: Matching,
    rest: readonly Bound[],
    sqlOf: (from: RawBuilder<unknown>) => RawBuilder<unknown>,
  ): Statement => {
    const scope: RowScope = { tables, table: tables.table(query.table), depth: 0 }
    const values: Bound[] = query.tenant === undefined ? [] : [query.tenant]
    if (query.where) checkComplexity(query.where)
    const shape = query.where ? shapeOf(query.where, scope, differences.lists, values) : ""
    const parameters = [...values, ...rest]
    const text = texts(`${kind}|${query.table}|${shape}`, () => {
      const compiled = compile(sqlOf(fromSql(query, scope, differences, values)))
      if (compiled.parameters.length !== parameters.length) throw new Error("A shape and its statement disagree.")
      return compiled.sql
    })
    return { sql: text, parameters }
  }
  const select = (verb: string, query: Select, locking: string): Statement => {
    const table = tables.table(query.table)
    const order = orderOf(query, table)
    const limit = query.limit === undefined ? [] : [checkedLimit(query.limit)]
    const kind = `${verb} ${order.map(({ column, descending }) => `${descending ? "-" : "+"}${column.name}`)} ${limit.length}`
    return statement(kind, query, limit, (from) => sql`${selectSql(table, from, order, limit)}${sql.raw(locking)}`)
  }
  return {
    select: (query) => select("select", query, ""),
    take: (query) => select("take", query, differences.takes),
    tabulate: tabulateStatement(tables, differences, compile),
    removeWhere: (query) => statement("remove", query, [], (from) => sql`delete ${from}`),
    count: (query) => statement("count", query, [], (from) => sql`select count(*) as "n" ${from}`),
    sum: (query, name) => {
      const column = tables.table(query.table).column(name)
      if (column.type !== "integer") throw new Error(`The column "${name}" holds ${column.type} and has no sum.`)
      // Read as text: a driver would round a sum beyond 2^53 without a word.
      return statement(
        `sum ${name}`,
        query,
        [],
        (from) => sql`select cast(sum(${columnRef(OUTER, column)}) as text) as "n" ${from}`,
      )
    },
    tenants: (query) => {
      const tenant = tenantRef(OUTER)
      return statement("tenants", query, [], (from) => sql`select distinct ${tenant} ${from} order by ${tenant}`)
    },
  }
}

interface Ordered {
  readonly column: StoredColumn
  readonly descending: boolean
}

const orderOf = (query: Select, table: StoredTable): readonly Ordered[] => {
  const given = (query.order ?? []).map(({ column, descending }) => ({
    column: table.column(column),
    descending: descending ?? false,
  }))
  const ties = table.definition.primaryKey
    .filter((name) => !given.some(({ column }) => column.name === name))
    .map((name) => ({ column: table.column(name), descending: false }))
  return [...given, ...ties]
}

const selectSql = (
  table: StoredTable,
  from: RawBuilder<unknown>,
  order: readonly Ordered[],
  limit: readonly number[],
): RawBuilder<unknown> => {
  const columns = table.columns.map((column) => sql`${columnRef(OUTER, column)} as ${sql.id(column.name)}`)
  const orderSql = sql`order by ${sql.join(order.map(orderTerm))}`
  const limitSql = limit.length === 0 ? sql`` : sql`limit ${limit[0]}`
  return sql`select ${sql.join(columns)} ${from} ${orderSql} ${limitSql}`
}

// The null order is said only where a null can be: an index serves the plain order on both databases.
const orderTerm = ({ column, descending }: Ordered): RawBuilder<unknown> => {
  const nulls = column.nullable ? (descending ? " nulls last" : " nulls first") : ""
  return sql`${columnRef(OUTER, column)}${sql.raw((descending ? " desc" : " asc") + nulls)}`
}

const fromSql = (
  query: Matching,
  scope: RowScope,
  differences: Differences,
  values: readonly Bound[],
): RawBuilder<unknown> => {
  const isOfAll = query.tenant === undefined
  let taken = isOfAll ? 0 : 1
  const take = (): Bound => values[taken++] ?? null
  const tenant = isOfAll ? sql`1 = 1` : sql`${tenantRef(scope)} = ${query.tenant}`
  const where = query.where ? sql` and ${conditionSql(query.where, scope, differences, take)}` : sql``
  return sql`from ${aliasedTable(scope)} where ${tenant}${where}`
}

const checkedLimit = (limit: number): number => {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new Error(`A limit is a whole number from 0, not ${limit}.`)
  return limit
}

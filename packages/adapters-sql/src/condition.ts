/**
 * Conditions: compiled to SQL in which every condition is true or false and never unknown.
 *
 * The shape of a condition is the condition without its values: statements are cached by it.
 */
import { type Condition, MAX_CONDITION_DEPTH, MAX_CONDITIONS, QueryTooComplex } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import { checkedValue } from "./cell.ts"
import type { Bound, Differences, Lists } from "./differences.ts"
import type { StoredTable } from "./storedTable.ts"

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
export const shapeOf = (condition: Condition, table: StoredTable, lists: Lists, values: Bound[]): string => {
  switch (condition.op) {
    case "and":
    case "or":
      return `${condition.op}(${condition.of.map((part) => shapeOf(part, table, lists, values)).join(",")})`
    case "not":
      return `not(${shapeOf(condition.of, table, lists, values)})`
    case "isNull":
      return `isNull:${table.column(condition.column).name}`
    case "in": {
      const column = table.column(condition.column)
      const list = condition.values.map((value) => checkedValue(value, column))
      if (list.length === 0) return "false"
      values.push(lists.bind(list, column.type))
      return `in:${column.name}`
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
  table: StoredTable,
  differences: Differences,
  take: () => Bound,
): RawBuilder<unknown> => {
  switch (condition.op) {
    case "and":
    case "or":
      return joined(
        condition.op,
        condition.of.map((part) => conditionSql(part, table, differences, take)),
      )
    case "not":
      // `not (x = 1)` is unknown where x is empty; `is not true` is true there.
      return sql`((${conditionSql(condition.of, table, differences, take)}) is not true)`
    case "isNull":
      return sql`${table.column(condition.column).ref} is null`
    case "in": {
      if (condition.values.length === 0) return sql`1 = 0`
      const column = table.column(condition.column)
      return differences.lists.includes(column.ref, take(), column.type)
    }
    case "contains":
      return sql`${sql.raw(differences.positionFunction)}(${table.column(condition.column).ref}, ${take()}) > 0`
    default:
      return sql`${table.column(condition.column).ref} ${sql.raw(OPERATORS[condition.op])} ${take()}`
  }
}

const joined = (op: "and" | "or", parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> => {
  if (parts.length === 0) return op === "and" ? sql`1 = 1` : sql`1 = 0`
  return sql`(${sql.join(parts, sql.raw(` ${op} `))})`
}

const partsOf = (condition: Condition): readonly Condition[] => {
  if (condition.op === "and" || condition.op === "or") return condition.of
  return condition.op === "not" ? [condition.of] : []
}

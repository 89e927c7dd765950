/** Missing rows: what a condition says of a row that is not stored, since all its values are the defaults. */
import type { Condition, StoredRow } from "../kernel/store.ts"

/**
 * Whether the condition holds for a row with these cells; it says nothing of other tables.
 *
 * @example holdsFor({ op: "gte", column: "years", value: 2 }, { years: 2 }) // true
 */
export const holdsFor = (condition: Condition, row: StoredRow): boolean => {
  switch (condition.op) {
    case "and":
      return condition.of.every((part) => holdsFor(part, row))
    case "or":
      return condition.of.some((part) => holdsFor(part, row))
    case "not":
      return !holdsFor(condition.of, row)
    case "isNull":
      return (row[condition.column] ?? null) === null
    case "in":
      return condition.values.some((value) => value === row[condition.column])
    case "exists":
      return false
    case "contains":
      return String(row[condition.column] ?? "").includes(condition.value) && (row[condition.column] ?? null) !== null
    default: {
      const cell = row[condition.column] ?? null
      return cell !== null && HOLDS[condition.op](compare(cell, condition.value))
    }
  }
}

const HOLDS = {
  eq: (order: number) => order === 0,
  ne: (order: number) => order !== 0,
  lt: (order: number) => order < 0,
  lte: (order: number) => order <= 0,
  gt: (order: number) => order > 0,
  gte: (order: number) => order >= 0,
} as const

/** Numbers by size, texts by code point, as stores compare them. */
const compare = (a: string | number, b: string | number): number => {
  if (typeof a === "number" && typeof b === "number") return a - b
  const [left, right] = [[...String(a)], [...String(b)]]
  const at = left.findIndex((sign, index) => sign !== right[index])
  if (at < 0) return left.length - right.length
  return (left[at]?.codePointAt(0) ?? -1) - (right[at]?.codePointAt(0) ?? -1)
}

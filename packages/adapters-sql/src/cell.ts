/** Cells: checks that a value fits its column before a database may convert it. */
import type { Cell, Column } from "@anbud/core"

/**
 * The value as it is stored; a missing one is null. A value of another type is a bug and throws: bound as JSON, `NaN`
 * would become null and `true` would become 1 without a word.
 */
export const checkedCell = (value: unknown, column: Column): Cell => {
  if (value === null || value === undefined) return null
  return checkedValue(value, column)
}

/** The value to compare a column with. */
export const checkedValue = (value: unknown, column: Column): string | number => {
  const isNumeric = column.type === "integer" || column.type === "boolean"
  if (!isNumeric && typeof value === "string") return value
  // -0 and 0 are one number; JSON and the databases agree only on 0.
  if (isNumeric && Number.isSafeInteger(value)) return (value as number) + 0
  throw new Error(
    `The column "${column.name}" holds ${column.type}, not ${typeof value} ${String(value).slice(0, 40)}.`,
  )
}

/**
 * Predicates: which records a right reaches, as one small tree. The evaluator judges a record in memory, the compiler
 * in `rights/condition.ts` makes a filter of the same tree, so that the two cannot drift apart.
 */

/** A test of a record's own values; `in` holds if the field is one of the values, and never for an empty field. */
export type Predicate =
  | { readonly op: "all" | "none" }
  | { readonly op: "and" | "or"; readonly of: readonly Predicate[] }
  | { readonly op: "not"; readonly of: Predicate }
  | { readonly op: "in"; readonly field: string; readonly values: readonly string[] }

/** Reaches every record. */
export const ALL: Predicate = { op: "all" }
/** Reaches no record. */
export const NONE: Predicate = { op: "none" }

/** The records whose field is one of these values. */
export const oneOf = (field: string, values: readonly string[]): Predicate =>
  values.length === 0 ? NONE : { op: "in", field, values: [...new Set(values)].sort() }

/** What all of these reach, as short as it can be said. */
export const both = (of: readonly Predicate[]): Predicate => {
  const parts = distinct(of.flatMap((one) => (one.op === "and" ? one.of : one.op === "all" ? [] : [one])))
  if (parts.some(({ op }) => op === "none")) return NONE
  return parts.length === 1 && parts[0] ? parts[0] : parts.length === 0 ? ALL : { op: "and", of: parts }
}

/** What any of these reaches, as short as it can be said. */
export const either = (of: readonly Predicate[]): Predicate => {
  const parts = distinct(of.flatMap((one) => (one.op === "or" ? one.of : one.op === "none" ? [] : [one])))
  if (parts.some(({ op }) => op === "all")) return ALL
  return parts.length === 1 && parts[0] ? parts[0] : parts.length === 0 ? NONE : { op: "or", of: parts }
}

/** What this does not reach. */
export const except = (of: Predicate): Predicate => {
  if (of.op === "all") return NONE
  if (of.op === "none") return ALL
  return of.op === "not" ? of.of : { op: "not", of }
}

/** The same for two predicates that reach the same records by the same tests. */
export const keyOf = (predicate: Predicate): string => JSON.stringify(predicate)

const distinct = (of: readonly Predicate[]): readonly Predicate[] => {
  const known = new Map(of.map((one) => [keyOf(one), one]))
  return [...known].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, one]) => one)
}

/** Whether a predicate reaches a record; a field that the record lacks is empty. */
export const reaches = (predicate: Predicate, record: Readonly<Record<string, unknown>>): boolean => {
  switch (predicate.op) {
    case "all":
      return true
    case "none":
      return false
    case "and":
      return predicate.of.every((one) => reaches(one, record))
    case "or":
      return predicate.of.some((one) => reaches(one, record))
    case "not":
      return !reaches(predicate.of, record)
    case "in": {
      const value = record[predicate.field]
      return typeof value === "string" && predicate.values.includes(value)
    }
  }
}

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

/** Whether two predicates reach the same records, whatever records there may be. */
export const isSame = (one: Predicate, other: Predicate): boolean =>
  keyOf(one) === keyOf(other) ||
  samplesFor([one, other]).every((record) => reaches(one, record) === reaches(other, record))

/** Whether no record can be reached: what one test asks another forbids. */
export const isNever = (predicate: Predicate): boolean =>
  predicate.op === "none" || !samplesFor([predicate]).some((record) => reaches(predicate, record))

type Test = Extract<Predicate, { readonly op: "in" }>

/** One record for every way in which the predicates' tests can come out together. */
const samplesFor = (predicates: readonly Predicate[]): readonly Readonly<Record<string, string>>[] => {
  const tests = predicates.flatMap(testsIn)
  let samples: readonly Readonly<Record<string, string>>[] = [{}]
  for (const field of new Set(tests.map((test) => test.field))) {
    const own = tests.filter((test) => test.field === field).map(({ values }) => new Set(values))
    const outcomes = new Map<string, string>()
    for (const value of own.flatMap((values) => [...values]))
      outcomes.set(own.map((values) => (values.has(value) ? "1" : "0")).join(""), value)
    // The samples as they are leave the field empty: no test holds.
    const given = [...outcomes.values()].flatMap((value) => samples.map((sample) => ({ ...sample, [field]: value })))
    samples = [...samples, ...given]
  }
  return samples
}

const testsIn = (predicate: Predicate): readonly Test[] => {
  switch (predicate.op) {
    case "in":
      return [predicate]
    case "not":
      return testsIn(predicate.of)
    case "and":
    case "or":
      return predicate.of.flatMap(testsIn)
    default:
      return []
  }
}

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

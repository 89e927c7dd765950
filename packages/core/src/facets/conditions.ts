/** Conditions: a filter in the words of an entity's fields, as a condition on columns. Only known names resolve. */
import { decimalText, type Money, parseDecimal } from "@anbud/pricing"
import type { Entity } from "../kernel/entity.ts"
import type { Zoned } from "../kernel/field.ts"
import { fieldNamed } from "../kernel/fields.ts"
import type { Model } from "../kernel/model.ts"
import { isFound, visibleTokens } from "../kernel/searchCondition.ts"
import { type Condition, MAX_CONDITION_DEPTH, MAX_CONDITIONS } from "../kernel/store.ts"
import { QueryTooComplex } from "../kernel/storeErrors.ts"
import { everything, type View, visible } from "../kernel/view.ts"
import { MAX_MICRO_UNITS, micro } from "./micro.ts"
import { holdsFor } from "./missingRow.ts"
import { unique } from "./normalise.ts"
import { termsOf } from "./searchTokens.ts"
import { type Beside, invalid, partsStep, referenceStep, type Step, type Target, targetOf } from "./targets.ts"
import { isWellFormed } from "./wellFormed.ts"

/** A filter as a condition; unknown and hidden fields are refused with `InvalidInput`, as unknown comparisons are. */
export const conditionOf = (
  model: Model,
  entity: Entity,
  where: Readonly<Record<string, unknown>>,
  view: View = everything,
): Condition => filterOf({ model, view, size: 0 }, entity, where, 1)

/** What names are looked up in, and how many filters were met so far. */
interface Names {
  readonly model: Model
  readonly view: View
  size: number
}

const filterOf = (names: Names, entity: Entity, where: unknown, depth: number): Condition => {
  names.size += 1
  if (depth > MAX_CONDITION_DEPTH || names.size > MAX_CONDITIONS)
    throw new QueryTooComplex({ maxDepth: MAX_CONDITION_DEPTH, maxConditions: MAX_CONDITIONS })
  if (typeof where !== "object" || where === null || Array.isArray(where)) throw invalid("where", "must be an object")
  const of: Condition[] = []
  for (const [name, test] of Object.entries(where)) {
    // A value that got lost must not widen the filter to everything.
    if (test === undefined) throw invalid(name, "is missing")
    if (name === "and" || name === "or")
      of.push({ op: name, of: listOf(name, test).map((part) => filterOf(names, entity, part, depth + 1)) })
    else if (name === "matches") of.push(matching(names, entity, test))
    else if (name === "not") of.push({ op: "not", of: filterOf(names, entity, test, depth + 1) })
    else of.push(...namedTests(names, entity, name, test, depth))
  }
  return of.length === 1 && of[0] ? of[0] : { op: "and", of }
}

/** The records that a text finds; parts are found with their root. */
const matching = ({ model, view }: Names, entity: Entity, text: unknown): Condition => {
  if (model.parents.has(entity.name)) throw invalid("matches", "is asked of a record, not of its parts")
  return isFound(termsOf(textOf("matches", text)), visibleTokens(model, view, entity))
}

/** The tests of one name: a field, a list of parts, or a field of what a reference points at. */
const namedTests = (names: Names, entity: Entity, name: string, test: unknown, depth: number): readonly Condition[] => {
  const { model, view } = names
  const parts = partsStep(model, view, entity, name)
  if (parts) return partsTests(names, parts, name, test, depth)
  const [head, rest] = fieldNamed(model, entity, name) ? [name, null] : splitPath(name)
  const reference = referenceStep(model, view, entity, head)
  if (reference && rest !== null) return [followed(names, reference, { [rest]: test }, depth)]
  if (!reference || !isRecord(test) || !("is" in test)) return testsOf(targetOf(model, view, entity, name), test)
  const { is, ...others } = test
  const found = followed(names, reference, is, depth)
  return Object.keys(others).length === 0 ? [found] : [found, ...testsOf(targetOf(model, view, entity, name), others)]
}

const partsTests = (names: Names, step: Step, name: string, test: unknown, depth: number): readonly Condition[] => {
  const tests = isRecord(test) ? Object.entries(test) : []
  if (tests.length === 0) throw invalid(name, "is a list: it is compared by some or none")
  return tests.map(([op, where]): Condition => {
    if (op !== "some" && op !== "none") throw invalid(name, `is a list: it cannot be compared by ${op}`)
    const some = followed(names, step, where, depth)
    return op === "some" ? some : { op: "not", of: some }
  })
}

/** A filter on the records that a step leads to: only those that are visible count. */
const followed = (names: Names, { entity, table, on }: Step, where: unknown, depth: number): Condition => {
  const condition = visible(names.view, entity, filterOf(names, entity, where, depth + 1))
  return { op: "exists", table, on, ...(condition ? { where: condition } : {}) }
}

const splitPath = (name: string): readonly [head: string, rest: string | null] => {
  const dot = name.indexOf(".")
  return dot < 0 ? [name, null] : [name.slice(0, dot), name.slice(dot + 1)]
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const testsOf = (target: Target, test: unknown): readonly Condition[] => {
  const { beside } = target
  const tests = ownTests(target, test)
  return beside ? tests.map((where) => besideTest(beside, where)) : tests
}

/** A test of a value that lies in a table beside: it holds where the row there says so, or a missing row would. */
const besideTest = ({ table, missing }: Beside, where: Condition): Condition => {
  const on = [["id", "id"]] as const
  if (!holdsFor(where, missing)) return { op: "exists", table, on, where }
  return { op: "not", of: { op: "exists", table, on, where: { op: "not", of: where } } }
}

const ownTests = (target: Target, test: unknown): readonly Condition[] => {
  const { name, column } = target
  if (test === null) return [{ op: "isNull", column }]
  if (!isComparison(target, test)) return [equals(target, test)]
  const tests = Object.entries(test)
  if (tests.length === 0) throw invalid(name, "names no comparison")
  return tests.map(([op, value]): Condition => {
    switch (op) {
      case "ne":
        return {
          op: "and",
          of: [
            { op: "not", of: { op: "isNull", column } },
            { op: "not", of: equals(target, value) },
          ],
        }
      case "lt":
      case "lte":
      case "gt":
      case "gte":
        return ordered(target, op, value)
      case "in":
        return oneOf(target, listOf(`${name}.in`, value))
      case "contains":
        return contains(target, value)
      case "isNull":
        if (typeof value !== "boolean") throw invalid(`${name}.isNull`, "must be true or false")
        return value ? { op, column } : { op: "not", of: { op, column } }
      default:
        throw invalid(name, `cannot be compared by ${op}`)
    }
  })
}

/** An amount and a zoned time are objects themselves, and values to be equal to. */
const isComparison = ({ spec }: Target, test: unknown): test is Readonly<Record<string, unknown>> =>
  typeof test === "object" &&
  test !== null &&
  !Array.isArray(test) &&
  !(spec.kind === "money" && "minor" in test) &&
  !(spec.kind === "zoned" && "local" in test)

const equals = (target: Target, value: unknown): Condition => {
  const { name, spec, column, key } = target
  if (spec.kind === "money") return inCurrency(target, value, "eq")
  if (spec.kind === "zoned") {
    const { local, zone } = zonedOf(name, value)
    return {
      op: "and",
      of: [
        { op: "eq", column, value: local },
        { op: "eq", column: column.replace(/_local$/, "_zone"), value: zone },
      ],
    }
  }
  const cell = cellOf(target, value)
  return key === undefined ? { op: "eq", column, value: cell } : { op: "eq", column: key, value: unique(String(cell)) }
}

const ordered = (target: Target, op: "lt" | "lte" | "gt" | "gte", value: unknown): Condition => {
  const { name, spec, column } = target
  if (spec.kind === "money") return inCurrency(target, value, op)
  // Decimals are kept as text: the database would put 9 after 10.
  if (spec.kind === "zoned" || spec.kind === "decimal" || spec.kind === "boolean")
    throw invalid(name, `has no order: it cannot be compared by ${op}`)
  return { op, column, value: cellOf(target, value) }
}

const inCurrency = (
  { name, column, currency }: Target,
  value: unknown,
  op: "eq" | "lt" | "lte" | "gt" | "gte",
): Condition => {
  const amount = amountOf(name, value)
  if (!currency) throw new Error(`${name} is an amount without a currency`)
  const inIt = currency.above.reduceRight<Condition>((where, { table, on }) => ({ op: "exists", table, on, where }), {
    op: "eq",
    column: currency.column,
    value: amount.currency,
  })
  return { op: "and", of: [{ op, column, value: amount.minor }, inIt] }
}

const oneOf = (target: Target, values: readonly unknown[]): Condition => {
  const { spec, column, key } = target
  if (spec.kind === "money" || spec.kind === "zoned")
    return { op: "or", of: values.map((value) => equals(target, value)) }
  const cells = values.map((value) => cellOf(target, value))
  return key === undefined
    ? { op: "in", column, values: cells }
    : { op: "in", column: key, values: cells.map((cell) => unique(String(cell))) }
}

const contains = ({ name, spec, column }: Target, value: unknown): Condition => {
  if (spec.kind !== "text") throw invalid(name, "is not a text: it cannot be compared by contains")
  return { op: "contains", column, value: textOf(name, value) }
}

/** A value as the cell of its column; nothing is coerced. */
const cellOf = ({ name, spec }: Target, value: unknown): string | number => {
  switch (spec.kind) {
    case "integer":
    case "percent":
    case "duration":
      if (!Number.isSafeInteger(value)) throw invalid(name, "must be compared with a whole number")
      return value as number
    case "boolean":
      if (typeof value !== "boolean") throw invalid(name, "must be compared with true or false")
      return value ? 1 : 0
    case "decimal":
    case "price":
    case "quantity": {
      const parsed = parseDecimal(textOf(name, value), { maxScale: 6 })
      if (!parsed.ok) throw invalid(name, "must be compared with a decimal text such as 12.50")
      const plain = decimalText(parsed.value)
      if (spec.kind === "decimal") return plain
      if (Math.abs(Number(plain)) > MAX_MICRO_UNITS) throw invalid(name, "is compared with a number out of its range")
      return micro(plain)
    }
    default:
      return textOf(name, value)
  }
}

const textOf = (name: string, value: unknown): string => {
  if (typeof value !== "string" || !isWellFormed(value)) throw invalid(name, "must be compared with a text without NUL")
  return value
}

const amountOf = (name: string, value: unknown): Money => {
  const { minor, currency } = (typeof value === "object" && value !== null ? value : {}) as Partial<Money>
  if (minor === undefined || !Number.isSafeInteger(minor)) throw invalid(name, "must be compared with an amount")
  return { minor, currency: textOf(`${name}.currency`, currency) }
}

const zonedOf = (name: string, value: unknown): { readonly local: string; readonly zone: string } => {
  const { local, zone } = (typeof value === "object" && value !== null ? value : {}) as Partial<Zoned>
  return { local: textOf(`${name}.local`, local), zone: textOf(`${name}.zone`, zone) }
}

const listOf = (name: string, value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) throw invalid(name, "must be a list")
  return value
}

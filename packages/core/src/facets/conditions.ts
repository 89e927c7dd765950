/** Conditions: a filter in the words of an entity's fields, as a condition on columns. Only known names resolve. */
import { decimalText, type Money, parseDecimal } from "@anbud/pricing"
import type { Entity } from "../kernel/entity.ts"
import type { Kind, Zoned } from "../kernel/field.ts"
import { fieldNamed } from "../kernel/fields.ts"
import type { Model } from "../kernel/model.ts"
import { InvalidInput } from "../kernel/refusals.ts"
import type { Condition } from "../kernel/store.ts"
import { columnName, mainColumn } from "./columns.ts"
import { MAX_MICRO_UNITS, micro } from "./micro.ts"
import { unique } from "./normalise.ts"
import { isWellFormed } from "./wellFormed.ts"

const MAX_DEPTH = 32

/** A filter as a condition; unknown fields and comparisons are refused with `InvalidInput`. */
export const conditionOf = (
  model: Model,
  entity: Entity,
  where: Readonly<Record<string, unknown>>,
  depth = 0,
): Condition => {
  if (depth > MAX_DEPTH) throw invalid("where", `must not be nested more than ${MAX_DEPTH} deep`)
  if (typeof where !== "object" || where === null) throw invalid("where", "must be an object")
  const of: Condition[] = []
  for (const [name, test] of Object.entries(where)) {
    // A value that got lost must not widen the filter to everything.
    if (test === undefined) throw invalid(name, "is missing")
    const below = (part: unknown): Condition => conditionOf(model, entity, part as Record<string, unknown>, depth + 1)
    if (name === "and" || name === "or") of.push({ op: name, of: listOf(name, test).map(below) })
    else if (name === "not") of.push({ op: "not", of: below(test) })
    else of.push(...testsOf(targetOf(model, entity, name), test))
  }
  return of.length === 1 && of[0] ? of[0] : { op: "and", of }
}

/** What a name in a filter stands for. */
interface Target {
  readonly name: string
  readonly spec: Kind
  /** The column that is empty when there is no value. */
  readonly column: string
  /** The column of the folded text, by which a unique text is found. */
  readonly key?: string
  /** The column that holds the currency of an amount; none if another record holds it. */
  readonly currency?: string
}

const TEXT: Kind = { kind: "text", maxLength: 500 }
const WHOLE: Kind = { kind: "integer", min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }

const targetOf = (model: Model, entity: Entity, name: string): Target => {
  const parentage = model.parents.get(entity.name)
  if (name === "id") return { name, spec: TEXT, column: "id" }
  if (name === "version" && !parentage) return { name, spec: WHOLE, column: "version" }
  if (name === "parent" && parentage) return { name, spec: TEXT, column: parentage.by }
  if (name === "position" && parentage) return { name, spec: WHOLE, column: parentage.order }
  const field = fieldNamed(model, entity, name)
  if (!field || field.spec.kind === "children" || field.spec.kind === "json")
    throw invalid(name, "is not a field to filter by")
  const { spec, options } = field
  const column = mainColumn(name, field)
  if (options.unique && spec.kind === "text") return { name, spec, column, key: `${column}_key` }
  if (spec.kind !== "money") return { name, spec, column }
  if (spec.currency === undefined) return { name, spec, column, currency: `${columnName(name)}_currency` }
  if (!Object.hasOwn(entity.fields, spec.currency))
    throw invalid(name, "takes its currency from another record and cannot be filtered by")
  return { name, spec, column, currency: columnName(spec.currency) }
}

const testsOf = (target: Target, test: unknown): readonly Condition[] => {
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
  const { name, spec, column, key, currency } = target
  if (spec.kind === "money") return inCurrency(amountOf(name, value), column, currency, "eq")
  if (spec.kind === "zoned") {
    const { local, zone } = zonedOf(name, value)
    return {
      op: "and",
      of: [
        { op: "eq", column, value: local },
        { op: "eq", column: `${columnName(name)}_zone`, value: zone },
      ],
    }
  }
  const cell = cellOf(target, value)
  return key === undefined ? { op: "eq", column, value: cell } : { op: "eq", column: key, value: unique(String(cell)) }
}

const ordered = (target: Target, op: "lt" | "lte" | "gt" | "gte", value: unknown): Condition => {
  const { name, spec, column, currency } = target
  if (spec.kind === "money") return inCurrency(amountOf(name, value), column, currency, op)
  // Decimals are kept as text: the database would put 9 after 10.
  if (spec.kind === "zoned" || spec.kind === "decimal" || spec.kind === "boolean")
    throw invalid(name, `has no order: it cannot be compared by ${op}`)
  return { op, column, value: cellOf(target, value) }
}

const inCurrency = (
  amount: Money,
  column: string,
  currency: string | undefined,
  op: "eq" | "lt" | "lte" | "gt" | "gte",
): Condition => ({
  op: "and",
  of: [
    { op, column, value: amount.minor },
    ...(currency === undefined ? [] : [{ op: "eq", column: currency, value: amount.currency } as const]),
  ],
})

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

const invalid = (path: string, message: string): Error => new InvalidInput({ issues: [{ path, message }] })

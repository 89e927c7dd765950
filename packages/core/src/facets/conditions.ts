/** Conditions: a filter in the words of an entity's fields, as a condition on columns. Only known names resolve. */
import type { Entity } from "../kernel/entity.ts"
import type { Model } from "../kernel/model.ts"
import { InvalidInput } from "../kernel/refusals.ts"
import type { Condition } from "../kernel/store.ts"
import { mainCell, mainColumn } from "./columns.ts"
import { unique } from "./normalise.ts"

const MAX_DEPTH = 32

/** A filter as a condition; unknown fields and comparisons are refused with `InvalidInput`. */
export const conditionOf = (
  model: Model,
  entity: Entity,
  where: Readonly<Record<string, unknown>>,
  depth = 0,
): Condition => {
  if (depth > MAX_DEPTH) throw invalid("where", `must not be nested more than ${MAX_DEPTH} deep`)
  const of: Condition[] = []
  for (const [name, test] of Object.entries(where)) {
    if (test === undefined) continue
    const below = (part: unknown): Condition => conditionOf(model, entity, part as Record<string, unknown>, depth + 1)
    if (name === "and" || name === "or") of.push({ op: name, of: (test as readonly unknown[]).map(below) })
    else if (name === "not") of.push({ op: "not", of: below(test) })
    else of.push(...testsOf(targetOf(model, entity, name), test))
  }
  return of.length === 1 && of[0] ? of[0] : { op: "and", of }
}

interface Target {
  readonly name: string
  readonly column: string
  readonly cell: (value: unknown) => string | number
}

const targetOf = (model: Model, entity: Entity, name: string): Target => {
  const cell = (value: unknown): string | number => {
    if (typeof value !== "string" && typeof value !== "number") throw invalid(name, "must be a text or a number")
    return value
  }
  const parentage = model.parents.get(entity.name)
  if (name === "id" || (name === "version" && !parentage)) return { name, column: name, cell }
  if (parentage && name === "parent") return { name, column: parentage.by, cell }
  if (parentage && name === "position") return { name, column: parentage.order, cell }
  const field = Object.hasOwn(entity.fields, name) ? entity.fields[name] : undefined
  if (!field || field.spec.kind === "children" || field.spec.kind === "json")
    throw invalid(name, "is not a field to filter by")
  if (field.options.unique && field.spec.kind === "text")
    return { name, column: `${mainColumn(entity, name)}_key`, cell: (value) => unique(String(cell(value))) }
  return {
    name,
    column: mainColumn(entity, name),
    cell: (value) => mainCell(entity, name, value) as string | number,
  }
}

const COMPARISONS = new Set(["ne", "lt", "lte", "gt", "gte"])

const testsOf = ({ name, column, cell }: Target, test: unknown): readonly Condition[] => {
  if (test === null) return [{ op: "isNull", column }]
  if (typeof test !== "object" || "minor" in test || "local" in test) return [{ op: "eq", column, value: cell(test) }]
  return Object.entries(test).map(([op, value]): Condition => {
    if (COMPARISONS.has(op)) return { op: op as "ne", column, value: cell(value) }
    if (op === "in") return { op, column, values: (value as readonly unknown[]).map(cell) }
    if (op === "contains") return { op, column, value: String(value) }
    if (op === "isNull") return value ? { op, column } : { op: "not", of: { op, column } }
    throw invalid(name, `cannot be compared by ${op}`)
  })
}

const invalid = (path: string, message: string): Error => new InvalidInput({ issues: [{ path, message }] })

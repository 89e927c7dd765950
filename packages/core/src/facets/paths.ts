/** Paths: fields reached through references, such as `customer.parentCompany.name`, as joins of tables. */
import type { Entity } from "../kernel/entity.ts"
import { fieldNamed } from "../kernel/fields.ts"
import type { Model } from "../kernel/model.ts"
import type { Join } from "../kernel/tabulation.ts"
import { type View, visible } from "../kernel/view.ts"
import { invalid, referenceStep, type Step, type Target, targetOf } from "./targets.ts"

/** A field at the end of a path. */
export interface Path {
  /** The joins that lead to it, in order; none for a field of the entity itself. */
  readonly joins: readonly Join[]
  /** The join that has the field's columns; undefined for the table of the entity itself. */
  readonly of: string | undefined
  readonly target: Target
  /** The value of a record that has none: fields that others add may have a default. */
  readonly missing?: string | number
  /** The join that has the currency of an amount. */
  readonly currencyOf: string | undefined
}

/** A path goes through at most so many references. */
export const MAX_REFERENCES = 8

/**
 * The field that a path names. A referenced record that may not be seen is as if it were missing: its fields are empty.
 *
 * Refuses with `InvalidInput` a path through what is unknown, hidden, or no reference.
 */
export const pathOf = (model: Model, view: View, entity: Entity, name: string): Path => {
  const joins: Join[] = []
  const joined = (step: Step, as: string, to: string | undefined): string => {
    const where = visible(view, step.entity, undefined)
    joins.push({ as, table: step.table, on: step.on, ...(to === undefined ? {} : { to }), ...(where ? { where } : {}) })
    return as
  }
  let at = entity
  let of: string | undefined
  let rest = name
  for (let dot = rest.indexOf("."); dot >= 0 && !fieldNamed(model, at, rest); dot = rest.indexOf(".")) {
    const head = rest.slice(0, dot)
    const step = referenceStep(model, view, at, head)
    if (!step) throw invalid(name, `leads through ${head}, which is no reference`)
    if (joins.length === MAX_REFERENCES) throw invalid(name, `leads through more than ${MAX_REFERENCES} references`)
    of = joined(step, of === undefined ? head : `${of}.${head}`, of)
    at = step.entity
    rest = rest.slice(dot + 1)
  }
  const target = targetOf(model, view, at, rest)
  let currencyOf = of
  for (const step of target.currency?.above ?? [])
    currencyOf = joined(step, `${currencyOf ?? ""}^${step.entity.name}`, currencyOf)
  const { beside } = target
  if (!beside) return { joins, of, target, currencyOf }
  const as = `${of ?? ""}+${beside.table}`
  joins.push({ as, table: beside.table, on: [["id", "id"]], ...(of === undefined ? {} : { to: of }) })
  const missing = beside.missing[target.column] ?? null
  return {
    joins,
    of: as,
    ...(missing === null ? {} : { missing }),
    target,
    currencyOf: target.currency?.above.length === 0 ? as : currencyOf,
  }
}

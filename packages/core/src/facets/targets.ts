/** Targets: what a name in a filter, a sort, a report or a search stands for. Only known and visible names resolve. */
import type { Entity } from "../kernel/entity.ts"
import type { Kind } from "../kernel/field.ts"
import { fieldNamed } from "../kernel/fields.ts"
import type { Model } from "../kernel/model.ts"
import { parentageOf, tableName } from "../kernel/records.ts"
import { InvalidInput } from "../kernel/refusals.ts"
import type { View } from "../kernel/view.ts"
import { columnName, mainColumn } from "./columns.ts"

/** A field, and where its value lies. */
export interface Target {
  readonly name: string
  readonly spec: Kind
  /** The column that is empty when there is no value. */
  readonly column: string
  /** The table that holds the column, if not the entity's own: the row there has the record's id. */
  readonly table?: string
  /** The column of the folded text, by which a unique text is found. */
  readonly key?: string
  /** Where the currency of an amount lies: the column, and the steps to the record above that has it. */
  readonly currency?: { readonly column: string; readonly above: readonly Step[] }
}

const TEXT: Kind = { kind: "text", maxLength: 500 }
const WHOLE: Kind = { kind: "integer", min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }

/** What a name stands for; refuses with `InvalidInput` a name that is unknown, hidden, or of no single value. */
export const targetOf = (model: Model, view: View, entity: Entity, name: string): Target => {
  const own = systemTarget(model, entity, name)
  if (own) return own
  const field = view.shows(entity, name) ? fieldNamed(model, entity, name) : undefined
  if (!field || field.spec.kind === "children" || field.spec.kind === "json")
    throw invalid(name, "is not a field to filter by")
  const { spec, options } = field
  const column = mainColumn(name, field)
  if (options.unique && spec.kind === "text") return { name, spec, column, key: `${column}_key` }
  if (spec.kind !== "money") return { name, spec, column }
  if (spec.currency === undefined)
    return { name, spec, column, currency: { column: `${columnName(name)}_currency`, above: [] } }
  return { name, spec, column, currency: currencyOf(model, entity, spec.currency) }
}

/** The currency field of an amount's aggregate: its own record's, or that of the nearest record above. */
const currencyOf = (model: Model, entity: Entity, name: string): NonNullable<Target["currency"]> => {
  const above: Step[] = []
  for (let at = entity; !Object.hasOwn(at.fields, name); ) {
    const parentage = parentageOf(model, at)
    above.push(stepTo(parentage.entity, [["id", parentage.by]]))
    at = parentage.entity
  }
  return { column: columnName(name), above }
}

/** What every record has beside its fields. */
const systemTarget = (model: Model, entity: Entity, name: string): Target | null => {
  const parentage = model.parents.get(entity.name)
  if (name === "id") return { name, spec: TEXT, column: "id" }
  if (name === "version" && !parentage) return { name, spec: WHOLE, column: "version" }
  if (name === "parent" && parentage)
    return { name, spec: { kind: "ref", entity: () => parentage.entity }, column: parentage.by }
  if (name === "position" && parentage) return { name, spec: WHOLE, column: parentage.order }
  return null
}

/** A step from a record to others: to what a field refers to, to the parent, or down to parts. */
export interface Step {
  readonly entity: Entity
  readonly table: string
  /** Pairs of a column there and a column here. */
  readonly on: readonly (readonly [column: string, outer: string])[]
}

/** Where a reference leads; null if the name is no reference that is visible. */
export const referenceStep = (model: Model, view: View, entity: Entity, name: string): Step | null => {
  const parentage = model.parents.get(entity.name)
  if (name === "parent" && parentage) return stepTo(parentage.entity, [["id", parentage.by]])
  const field = view.shows(entity, name) ? fieldNamed(model, entity, name) : undefined
  const target = field?.spec.kind === "ref" ? model.entities.get(field.spec.entity().name) : undefined
  return field && target ? stepTo(target, [["id", mainColumn(name, field)]]) : null
}

/** Where a list of parts leads; null if the name is no such list that is visible. */
export const partsStep = (model: Model, view: View, entity: Entity, name: string): Step | null => {
  const spec = Object.hasOwn(entity.fields, name) && view.shows(entity, name) ? entity.fields[name]?.spec : undefined
  const child = spec?.kind === "children" ? model.entities.get(spec.entity.name) : undefined
  return child && spec?.kind === "children" ? stepTo(child, [[spec.by, "id"]]) : null
}

const stepTo = (entity: Entity, on: Step["on"]): Step => ({ entity, table: tableName(entity), on })

/** A refusal of one name in a query. */
export const invalid = (path: string, message: string): Error => new InvalidInput({ issues: [{ path, message }] })

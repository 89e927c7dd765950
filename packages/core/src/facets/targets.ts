/** Targets: what a name in a filter, a sort, a report or a search stands for. Only known and visible names resolve. */

import { CUSTOM } from "../kernel/customFields.ts"
import type { Entity } from "../kernel/entity.ts"
import type { Addition } from "../kernel/extension.ts"
import type { Field, Kind } from "../kernel/field.ts"
import { fieldNamed } from "../kernel/fields.ts"
import type { Model } from "../kernel/model.ts"
import { groupOf } from "../kernel/nesting.ts"
import { parentageOf } from "../kernel/records.ts"
import { InvalidInput } from "../kernel/refusals.ts"
import { additionsOf, defaultsOf, isAddedBy, sideTableName } from "../kernel/sideRows.ts"
import { member, type StoredRow } from "../kernel/store.ts"
import { tableName } from "../kernel/tableName.ts"
import type { View } from "../kernel/view.ts"
import { columnName, customColumn, mainColumn, toColumns } from "./columns.ts"

/** A field, and where its value lies. */
export interface Target {
  readonly name: string
  readonly spec: Kind
  /** The column that is empty when there is no value. */
  readonly column: string
  /** The table that holds the column, if not the entity's own. */
  readonly beside?: Beside
  /** The column of the folded text, by which a unique text is found. */
  readonly key?: string
  /** Where the currency of an amount lies: the column, and the steps to the record above that has it. */
  readonly currency?: { readonly column: string; readonly above: readonly Step[] }
}

/** A table whose rows have the ids of records; a record without a row there has the values of `missing`. */
export interface Beside {
  readonly table: string
  readonly missing: StoredRow
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
  const addition = additionsOf(model, entity).find((one) => isAddedBy(one, name))
  if (addition) return addedTarget(model, entity, addition, name, field)
  return groupOf(name) === CUSTOM ? customTarget(name, field) : ownTarget(model, entity, name, field)
}

/** A value of a field that the tenant defined: a member of the column of custom values. */
const customTarget = (name: string, field: Field): Target => {
  const key = name.slice(CUSTOM.length + 1)
  const target = { name, spec: field.spec, column: customColumn(key, field) }
  if (field.spec.kind !== "money") return target
  return { ...target, currency: { column: member(CUSTOM, `${columnName(key)}_currency`, "text"), above: [] } }
}

/** A value that a plugin adds, in the plugin's table. */
const addedTarget = (model: Model, entity: Entity, addition: Addition, name: string, field: Field): Target => {
  const { currency, ...target } = ownTarget(model, entity, name.slice(addition.plugin.length + 1), field)
  const table = sideTableName(addition)
  const beside = { table, missing: toColumns(addition.fields, defaultsOf(addition.fields)) }
  if (!currency) return { ...target, name, beside }
  const isOwn = field.spec.kind === "money" && field.spec.currency === undefined
  const above = isOwn ? [] : [stepTo(entity, [["id", "id"]]), ...currency.above]
  return { ...target, name, beside, currency: { column: currency.column, above } }
}

const ownTarget = (model: Model, entity: Entity, name: string, field: Field): Target => {
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

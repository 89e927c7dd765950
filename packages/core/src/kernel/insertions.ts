/** Insertions: the rows that a command's creates and adds make, with their children flattened and numbered. */
import type { Change, Changes, Values } from "./changes.ts"
import { checkCustomNames } from "./customFields.ts"
import type { Derived } from "./derived.ts"
import type { Entity } from "./entity.ts"
import { fieldsOf, partsOf } from "./fields.ts"
import { groupBy } from "./groupBy.ts"
import { type Model, recordKey } from "./model.ts"
import { flatValues } from "./nesting.ts"
import type { Records } from "./records.ts"

/** A row to insert. */
export interface Inserted {
  readonly entity: Entity
  readonly id: string
  readonly values: Values
  readonly parent: string | null
  /** Its place in its parent's list, from 1; 0 for a root. */
  readonly position: number
}

/** All rows to insert: creates with their children, and children added at the end of their parents' lists. */
export const insertionsOf = async (
  model: Model,
  changes: Changes,
  records: Records,
  newId: (entity: Entity) => string,
  kept: Derived["kept"],
): Promise<readonly Inserted[]> => {
  const rows: Inserted[] = []
  const lengths = await listLengths(changes, records)
  const append = (entity: Entity, id: string, given: Values, parent: string | null): void => {
    const list = parent === null ? null : recordKey(entity, parent)
    const position = list === null ? 0 : (lengths.get(list) ?? 0) + 1
    if (list !== null) lengths.set(list, position)
    const values = kept(fieldsOf(model, entity), withComputed(model, entity, {}, completed(model, entity, given)))
    rows.push({ entity, id, values, parent, position })
    for (const { name, child } of partsOf(model, entity)) {
      for (const item of (given[name] ?? []) as readonly (Values & { readonly id?: string })[])
        append(child, item.id ?? newId(child), item, id)
    }
  }
  for (const change of changes) {
    if (change.verb === "create") append(change.entity, change.id, change.values, null)
    if (change.verb === "add") append(change.entity, change.id ?? newId(change.entity), change.values, change.parent)
  }
  return rows
}

/** The last positions of the lists that grow, one read per entity. */
const listLengths = async (changes: Changes, records: Records): Promise<Map<string, number>> => {
  const lengths = new Map<string, number>()
  const isAdd = (change: Change): change is Extract<Change, { verb: "add" }> => change.verb === "add"
  for (const [entity, adds] of groupBy(changes.filter(isAdd), ({ entity }) => entity)) {
    const siblings = await records.children(entity, [...new Set(adds.map(({ parent }) => parent))])
    for (const { parent, position } of siblings) lengths.set(recordKey(entity, parent), position)
  }
  return lengths
}

/** The values of a new record, with defaults filled in and `null` for what is missing. */
export const completed = (model: Model, entity: Entity, given: Values): Values => {
  const values: Record<string, unknown> = {}
  const fields = fieldsOf(model, entity)
  const flat = flatValues(fields, given)
  checkCustomNames(model, entity, flat)
  for (const [name, field] of Object.entries(fields)) {
    if (field.spec.kind === "children") continue
    values[name] = flat[name] ?? field.defaultValue ?? null
    if (values[name] === null && (field.presence === "required" || field.presence === "defaulted"))
      throw new Error(`${entity.name}.${name} is missing in a create`)
  }
  return values
}

/** The values to set, with those that the entity computes from its record. */
export const withComputed = (model: Model, entity: Entity, before: Values, set: Values): Values => {
  const result: Record<string, unknown> = { ...set }
  for (const [name, field] of Object.entries(fieldsOf(model, entity)))
    if (field.compute) result[name] = field.compute({ ...before, ...result })
  return result
}

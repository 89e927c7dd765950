/**
 * All fields of an entity in an engine: its own, those that plugins add (`warranty.level`), and those that the tenant
 * defines (`custom.machines`). Whatever lists the fields of an entity asks here, so that storage, imports, filters,
 * history, rules, rights, search and reports all know the same ones.
 */
import type { Entity } from "./entity.ts"
import type { ChildEntity, Field, Fields, Kind } from "./field.ts"
import type { Model } from "./model.ts"
import { onceFor } from "./onceFor.ts"

/** What is needed to know the fields of entities. */
export type Fielded = Pick<Model, "entities" | "fields">

/** All fields of an entity, by the names that filters, imports, history and rights use. */
export const fieldsOf = (model: Fielded, entity: { readonly name: string }): Fields => {
  const fields = model.fields.get(entity.name)
  if (!fields) throw new Error(`No plugin lists the entity ${entity.name}`)
  return fields
}

/** The field with this name, undefined for a name that the entity does not have. */
export const fieldNamed = (model: Fielded, entity: { readonly name: string }, name: string): Field | undefined => {
  const fields = fieldsOf(model, entity)
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

/** A part of an entity: the name of its list, and the entity of its members. */
export interface PartList {
  readonly name: string
  readonly child: Entity
}

/** The lists of parts of an entity, in the order of its fields. */
export const partsOf = (model: Fielded, entity: ChildEntity): readonly PartList[] =>
  listsOf(entity.fields).map(({ name, spec }) => ({ name, child: childOf(model, spec) }))

const listsOf = onceFor((fields: Fields) =>
  Object.entries(fields).flatMap(([name, { spec }]) => (spec.kind === "children" ? [{ name, spec }] : [])),
)

/** The entity of a list's members, as the plugins define it. */
export const childOf = (model: Fielded, spec: Extract<Kind, { readonly kind: "children" }>): Entity => {
  const child = model.entities.get(spec.entity.name)
  if (!child) throw new Error(`No plugin lists the entity ${spec.entity.name}`)
  return child
}

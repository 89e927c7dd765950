/**
 * Reach: which records of an entity, and which of a field's values, an actor's right covers, as a predicate on the
 * root record. A part is reached through its root: by the root's right and its list's name, less what is denied of
 * the part itself.
 */
import type { Entity } from "../entity.ts"
import type { Model } from "../model.ts"
import type { Actor } from "../rights.ts"
import { covers, denialsIn, grantsIn, type Scope } from "./grant.ts"
import { ALL, both, either, except, NONE, oneOf, type Predicate } from "./predicate.ts"

/** The part of a model that rights need. */
export type RightsModel = Pick<Model, "parents" | "rightNames">

/** The name before the verb in the rights of an entity: `catalogue.products`, or `quotes.quote` without a collection. */
export const rightNameOf = (model: RightsModel, entity: { readonly name: string }): string => {
  const name = model.rightNames.get(entity.name)
  if (name === undefined) throw new Error(`No plugin lists the entity ${entity.name}`)
  return name
}

/** The right to read an entity's records, such as `catalogue.products.read`. */
export const readRightOf = (model: RightsModel, entity: { readonly name: string }): string =>
  `${rightNameOf(model, rootOf(model, entity))}.read`

/** The root of the aggregate that an entity's records are parts of; the entity itself if it is one. */
export const rootOf = (model: Pick<Model, "parents">, entity: { readonly name: string }): Entity => {
  let at = entity
  for (let above = model.parents.get(at.name); above; above = model.parents.get(at.name)) at = above.entity
  return at as Entity
}

/** What the actor's reading covers of an entity: its records, or the values of one field. */
export const readable = (model: RightsModel, actor: Actor, entity: Entity, field: string | null = null): Predicate =>
  reachOf(model, actor, readRightOf(model, entity), entity, field)

/**
 * What a right of the actor covers of an entity: its records, or the values of one field.
 *
 * A scope for which the entity has no field reaches nothing as a grant and everything as a denial.
 */
export const reachOf = (
  model: RightsModel,
  actor: Actor,
  right: string,
  entity: Entity,
  field: string | null = null,
): Predicate => {
  const known = knownOf(model, actor)
  const key = `${right} ${entity.name} ${field ?? ""}`
  const before = known.get(key)
  if (before) return before
  const [root, ...parts] = stepsTo(model, entity, field)
  const verb = right.slice(right.lastIndexOf("."))
  const isOfCollection = right === `${rightNameOf(model, root.entity)}${verb}`
  const denials = isOfCollection
    ? parts.map((part) => denied(actor, `${rightNameOf(model, part.entity)}${verb}`, root.entity, part.name))
    : []
  const taken = [denied(actor, right, root.entity, root.name), ...denials]
  const reach = both([given(actor, right, root.entity, root.name), ...taken.map(except)])
  known.set(key, reach)
  return reach
}

/** What was worked out before: an actor's grants never change, those of a user who changes are another actor. */
const cache = new WeakMap<Actor, { readonly parents: Model["parents"]; readonly reaches: Map<string, Predicate> }>()

const knownOf = ({ parents }: RightsModel, actor: Actor): Map<string, Predicate> => {
  const known = cache.get(actor)
  if (known?.parents === parents) return known.reaches
  const reaches = new Map<string, Predicate>()
  cache.set(actor, { parents, reaches })
  return reaches
}

/** An entity on the way down from a root, with the name of its list or, at the end, of the field that is asked for. */
interface Step {
  readonly entity: Entity
  readonly name: string | null
}

const stepsTo = (model: RightsModel, entity: Entity, name: string | null): readonly [Step, ...Step[]] => {
  const above = model.parents.get(entity.name)
  if (!above) return [{ entity, name }]
  return [...stepsTo(model, above.entity, listOf(above.entity, entity)), { entity, name }]
}

const listOf = ({ name, fields }: Entity, part: Entity): string => {
  const found = Object.entries(fields).find(
    ([, { spec }]) => spec.kind === "children" && spec.entity.name === part.name,
  )
  if (!found) throw new Error(`${name} has no list of ${part.name}`)
  return found[0]
}

const given = (actor: Actor, right: string, root: Entity, field: string | null): Predicate =>
  either(
    grantsIn(actor.grants)
      .filter(({ may, fields }) => covers(may, right) && (field === null || (fields?.includes(field) ?? true)))
      .map(({ scope }) => scoped(actor, root, scope) ?? NONE),
  )

const denied = (actor: Actor, right: string, root: Entity, field: string | null): Predicate =>
  either(
    denialsIn(actor.grants)
      .filter(
        ({ not, fields }) => covers(not, right) && (fields === undefined || (field !== null && fields.includes(field))),
      )
      .map(({ scope }) => scoped(actor, root, scope) ?? ALL),
  )

/** The records that a scope stands for; null where the entity has no field for it. */
const scoped = (actor: Actor, { scope: fields }: Entity, scope: Scope = "all"): Predicate | null => {
  const among = (field: string | undefined, values: readonly string[]): Predicate | null =>
    field === undefined ? null : oneOf(field, values)
  switch (scope) {
    case "all":
      return ALL
    case "own":
      return among(fields.owner, [actor.id])
    case "unit":
      return among(fields.unit, actor.unit ? [actor.unit] : [])
    case "tree":
      return among(fields.unit, actor.units ?? [])
    case "group":
      return among(fields.group, actor.groups ?? [])
  }
}

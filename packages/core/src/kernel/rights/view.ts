/** The actor's view: what an actor may see of the tenant's records, by the grants of today. */
import type { Entity } from "../entity.ts"
import { fieldsOf } from "../fields.ts"
import type { Model } from "../model.ts"
import type { Actor } from "../rights.ts"
import type { Condition } from "../store.ts"
import { everything, type Masked, type View } from "../view.ts"
import { conditionFor } from "./condition.ts"
import { isUnlimited } from "./escalation.ts"
import { isNever, isSame, type Predicate, reaches } from "./predicate.ts"
import { readable } from "./reach.ts"

/** What the actor may see; it is made once per actor and model, and costs nothing to ask. */
export const viewOf = (model: Model, actor: Actor): View => {
  if (isUnlimited(actor.grants)) return everything
  const known = views.get(actor)
  if (known?.model === model) return known.view
  const view = newView(model, actor)
  views.set(actor, { model, view })
  return view
}

const views = new WeakMap<Actor, { readonly model: Model; readonly view: View }>()

const newView = (model: Model, actor: Actor): View => {
  const conditions = new Map<string, Condition | null>()
  const masks = new Map<string, Mask>()
  const maskOf = (entity: Entity): Mask => {
    const known = masks.get(entity.name)
    if (known) return known
    const mask = newMask(model, actor, entity)
    masks.set(entity.name, mask)
    return mask
  }
  return {
    rows: (entity) => {
      const known = conditions.get(entity.name)
      if (known !== undefined) return known
      const condition = conditionFor(model, entity, readable(model, actor, entity))
      conditions.set(entity.name, condition)
      return condition
    },
    shows: (entity, field) => maskOf(entity).always.has(field),
    knows: (entity, field) => maskOf(entity).known.has(field),
    reaches: (entity, root) => reaches(readable(model, actor, entity), root),
    masks: (entity) => maskOf(entity).masked,
  }
}

/** The fields of an entity that every visible record shows, and how to find those that only some show. */
interface Mask {
  readonly always: ReadonlySet<string>
  /** These, and the fields that some records show. */
  readonly known: ReadonlySet<string>
  readonly masked: Masked | null
}

const newMask = (model: Model, actor: Actor, entity: Entity): Mask => {
  const rows = readable(model, actor, entity)
  const always = new Set<string>()
  const sometimes: [string, Predicate][] = []
  for (const name of Object.keys(fieldsOf(model, entity))) {
    const values = readable(model, actor, entity, name)
    if (isSame(values, rows)) always.add(name)
    else if (!isNever(values)) sometimes.push([name, values])
  }
  const known = new Set([...always, ...sometimes.map(([name]) => name)])
  if (sometimes.length === 0) return { always, known, masked: null }
  const masked: Masked = (root) =>
    new Set(sometimes.filter(([, values]) => reaches(values, root)).map(([name]) => name))
  return { always, known, masked }
}

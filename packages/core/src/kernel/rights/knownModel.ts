/** The model as an actor knows it: without fields that the actor may see of no record, which are as if undefined. */
import { CUSTOM } from "../customFields.ts"
import type { Fields } from "../field.ts"
import type { Model } from "../model.ts"
import { everything, type View } from "../view.ts"

const models = new WeakMap<View, { readonly of: Model; readonly known: Model }>()

/** The model without what the view hides of every record: decoding by it refuses a hidden field as an unknown one. */
export const knownModel = (model: Model, view: View): Model => {
  if (view === everything) return model
  const before = models.get(view)
  if (before?.of === model) return before.known
  const fields = new Map<string, Fields>()
  const known = { ...model, fields, custom: knownCustom(model, view) }
  // Parts before what they are parts of, whose fields hold theirs.
  const visit = (name: string): Fields => {
    const done = fields.get(name)
    if (done) return done
    const entity = model.entities.get(name)
    const all = Object.entries(model.fields.get(name) ?? {}).filter(([field]) => entity && knows(view, entity, field))
    const own = all.map(([field, value]) => {
      const { spec } = value
      if (spec.kind !== "children") return [field, value] as const
      return [
        field,
        { ...value, spec: { ...spec, entity: { ...spec.entity, fields: visit(spec.entity.name) } } },
      ] as const
    })
    const result = Object.fromEntries(own)
    fields.set(name, result)
    return result
  }
  for (const name of model.entities.keys()) visit(name)
  models.set(view, { of: model, known })
  return known
}

const knownCustom = (model: Model, view: View): Model["custom"] =>
  new Map(
    [...model.custom].map(([name, { all, door }]) => {
      const entity = model.entities.get(name)
      const isKnown = (key: string): boolean => entity !== undefined && knows(view, entity, `${CUSTOM}.${key}`)
      return [name, { all: only(all, isKnown), door: only(door, isKnown) }]
    }),
  )

const only = (fields: Fields, isKnown: (name: string) => boolean): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => isKnown(name)))

const knows = (view: View, entity: Parameters<View["shows"]>[0], field: string): boolean =>
  view.knows?.(entity, field) ?? view.shows(entity, field)

/** What decodes by the fields that the actor knows. */
export const asKnown = <D>(ctx: {
  readonly knownModel: Model
  readonly derived: D
}): { readonly model: Model; readonly derived: D } => ({ model: ctx.knownModel, derived: ctx.derived })

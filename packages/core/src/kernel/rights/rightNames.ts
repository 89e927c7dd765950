/** Right names: every right that the plugins of an engine know, and what is wrong with the scopes of their entities. */
import type { Entity } from "../entity.ts"
import type { Fields } from "../field.ts"
import { fieldsOf } from "../fields.ts"
import type { Model } from "../model.ts"
import { type Plugin, readableOf } from "../plugin.ts"
import { covers, denialsIn, type Right } from "./grant.ts"

/** By the entity's name: what the rights to its records begin with. */
export const rightNamesOf = (
  plugins: readonly Plugin[],
  owners: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> => {
  const names = new Map([...owners].map(([entity, owner]) => [entity, `${owner}.${entity}`]))
  for (const plugin of plugins)
    for (const [name, entity] of [...readableOf(plugin)].reverse()) names.set(entity.name, `${plugin.id}.${name}`)
  return names
}

/** Scopes that no right could use: on a part, or by a field that is no reference. */
export const scopeIssues = (entities: Iterable<Entity>, parents: ReadonlyMap<string, unknown>): readonly string[] =>
  [...entities].flatMap(({ name, fields, scope }) => {
    const given = Object.entries(scope).filter(([, field]) => field !== undefined) as [string, string][]
    if (given.length > 0 && parents.has(name)) return [`"${name}" is a part: its scope is that of its root`]
    return given
      .filter(([, field]) => field !== "id" && fields[field]?.spec.kind !== "ref")
      .map(([kind, field]) => `the ${kind} of "${name}" is "${field}", which is no reference of it`)
  })

const VERBS = ["read", "create", "patch", "massUpdate", "import", "undo"]

/** Every right that the plugins know by name, with the fields that it may be granted or denied for. */
export const knownRights = (model: Model): ReadonlyMap<string, readonly string[]> => {
  const rights = new Map<string, readonly string[]>()
  for (const [entity, name] of model.rightNames)
    for (const verb of VERBS) rights.set(`${name}.${verb}`, Object.keys(fieldsOf(model, { name: entity })))
  for (const { id, spec } of model.plugins) {
    for (const [name, { input }] of Object.entries({ ...spec.commands, ...spec.queries }))
      rights.set(`${id}.${name}`, mayBeMissing(input))
    for (const name of spec.rights ?? []) rights.set(name, [])
  }
  return rights
}

/** What every call must give cannot be granted or denied apart from the right itself. */
const mayBeMissing = (input: Fields): readonly string[] =>
  Object.entries(input).flatMap(([name, { presence }]) => (presence === "required" ? [] : [name]))

/** The denials of these rights that deny nothing here, as they are written: no such right, or no such field of it. */
export const deniesNothing = (model: Model, rights: readonly Right[]): readonly string[] => {
  const known = [...knownRights(model)]
  return denialsIn(rights).flatMap(({ not, fields }) => {
    const denied = known.filter(([right]) => covers(not, right))
    if (denied.length === 0) return [not]
    const names = new Set(denied.flatMap(([, own]) => own))
    return (fields ?? []).filter((field) => !names.has(field)).map((field) => `${field} of ${not}`)
  })
}

/** Additions: what plugins add to one another's entities, checked and laid beside the entities' own fields. */
import type { Entity } from "./entity.ts"
import type { Addition, Extension } from "./extension.ts"
import type { Fields } from "./field.ts"
import type { Found } from "./model.ts"
import type { Plugin } from "./plugin.ts"

/** By the entity's name: who adds what to it, in order of the plugins' ids. */
export type Additions = ReadonlyMap<string, readonly Addition[]>

/** Collects what the plugins add; what cannot be added is an issue. */
export const collectAdditions = (plugins: readonly Plugin[], found: Found, issues: string[]): Additions => {
  const additions = new Map<string, Addition[]>()
  for (const plugin of [...plugins].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    for (const extension of plugin.spec.adds ?? []) {
      const before = issues.length
      checkExtension(plugin, extension, found, issues)
      if (issues.length > before) continue
      const { name } = extension
      const list = additions.get(name) ?? []
      if (list.some((one) => one.plugin === plugin.id)) issues.push(`"${plugin.id}" extends "${name}" twice`)
      list.push({ plugin: plugin.id, entity: extension.extends, fields: extension.added[plugin.id] ?? {} })
      additions.set(name, list)
    }
  }
  return additions
}

const checkExtension = (plugin: Plugin, extension: Extension, found: Found, issues: string[]): void => {
  const { name } = extension
  const at = `"${plugin.id}" cannot add fields to "${name}"`
  const owner = found.owners.get(name)
  if (found.entities.get(name) !== extension.extends) issues.push(`${at}: there is no such entity`)
  else if (owner === plugin.id) issues.push(`${at}: it is its own, so they belong into the entity`)
  else if (owner === "kernel") issues.push(`${at}: it is the engine's`)
  else if (!(plugin.spec.needs ?? []).includes(owner ?? "")) issues.push(`${at}: it does not list "${owner}" in needs`)
  if (extension.ledger) issues.push(`${at}: a ledger's records are never patched`)
  if (Object.keys(extension.added).join() !== plugin.id) issues.push(`${at} under another name than its own`)
  if (Object.hasOwn(extension.fields, plugin.id)) issues.push(`${at}: it has a field of the plugin's name`)
  for (const [field, { presence, spec }] of Object.entries(extension.added[plugin.id] ?? {})) {
    if (presence === "defaulted" && spec.kind === "money" && spec.currency !== undefined)
      issues.push(`"${name}.${plugin.id}.${field}" cannot have a default: each record has its own currency`)
    if (presence !== "optional" && presence !== "defaulted")
      issues.push(`"${name}.${plugin.id}.${field}" must be optional or defaulted: there may be records without it`)
  }
}

/** All fields of each entity: its own, with the complete fields of its parts, and those that plugins add. */
export const completeFields = (found: Found, additions: Additions): ReadonlyMap<string, Fields> => {
  const complete = new Map<string, Fields>()
  const fieldsOf = (entity: Entity): Fields => {
    const known = complete.get(entity.name)
    if (known) return known
    // An entity that is a part of itself finds its own fields here.
    complete.set(entity.name, entity.fields)
    const own = withParts(entity.fields, (child) => fieldsOf(found.entities.get(child) ?? entity))
    const added = additions.get(entity.name) ?? []
    // The same object where nothing is added: what is worked out per set of fields is worked out once.
    const fields = added.length === 0 ? own : { ...own, ...Object.assign({}, ...added.map(named)) }
    complete.set(entity.name, fields)
    return fields
  }
  for (const entity of found.entities.values()) fieldsOf(entity)
  return complete
}

/** The fields, with the members of their lists in full; the same object where nothing is added to any of them. */
const withParts = (fields: Fields, fieldsOf: (child: string) => Fields): Fields => {
  const changed = Object.entries(fields).flatMap(([name, field]) => {
    const { spec } = field
    if (spec.kind !== "children") return []
    const child = fieldsOf(spec.entity.name)
    if (child === spec.entity.fields) return []
    return [[name, { ...field, spec: { ...spec, entity: { ...spec.entity, fields: child } } }] as const]
  })
  return changed.length === 0 ? fields : { ...fields, ...Object.fromEntries(changed) }
}

const named = ({ plugin, fields }: Addition): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [`${plugin}.${name}`, field]))

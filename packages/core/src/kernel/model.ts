/** The model: all plugins of an engine, compiled and checked once. Every error of definition is reported together. */

import { type Additions, collectAdditions, completeFields } from "./additions.ts"
import { BatchCancelled } from "./batch/refusals.ts"
import type { Check } from "./check.ts"
import type { Command, Query } from "./command.ts"
import { CustomField } from "./customField.ts"
import type { CustomFields } from "./customFields.ts"
import type { Derived } from "./derived.ts"
import type { Entity } from "./entity.ts"
import { type AnyRefusalClass, type RefusalOf, refusal } from "./errors.ts"
import type { Addition } from "./extension.ts"
import { type Field, type Fields, json, type Kind } from "./field.ts"
import { ImportRejected } from "./importing.ts"
import { ERASURE, JOURNAL_TABLES } from "./journal.ts"
import { MassUpdateRefused } from "./massOutcome.ts"
import type { Plugin } from "./plugin.ts"
import { KERNEL_REFUSALS } from "./refusals.ts"
import { rightNamesOf, scopeIssues } from "./rights/rightNames.ts"
import type { Authority } from "./rights.ts"
import type { Rule } from "./rule.ts"
import { SEARCH_TABLES } from "./searchTable.ts"
import { STORE_TABLES } from "./store.ts"
import { Tenant, TenantExists, UnknownTenant } from "./tenant.ts"
import { type Wiring, wiringOf } from "./wiring.ts"
import { NotParked } from "./work/desk.ts"
import { LeaseLost } from "./work/jobs.ts"
import { WORK_TABLES } from "./work/tables.ts"

/** Where a child entity hangs: its parent, and the columns that say so. */
export interface Parentage {
  readonly entity: Entity
  readonly by: string
  readonly order: string
}

/** Everything that the engine knows from its plugins. */
export interface Model {
  readonly plugins: readonly Plugin[]
  /** By name: roots and children, each with its owner. */
  readonly entities: ReadonlyMap<string, Entity>
  readonly owners: ReadonlyMap<string, string>
  /** By the entity's name: all its fields, with those that others add. Ask `fieldsOf`. */
  readonly fields: ReadonlyMap<string, Fields>
  /** By the entity's name: what plugins add to it, each in a table of its own. */
  readonly additions: Additions
  /** By the entity's name: what the tenant adds, in the model of a tenant. */
  readonly custom: ReadonlyMap<string, CustomFields>
  /** By the child's name. */
  readonly parents: ReadonlyMap<string, Parentage>
  readonly rules: ReadonlyMap<string, readonly Rule[]>
  readonly checks: ReadonlyMap<string, readonly Check[]>
  readonly refusals: ReadonlyMap<string, AnyRefusalClass>
  readonly authority: Authority | null
  /** By the entity's name: what the rights to its records begin with, such as `catalogue.products`. */
  readonly rightNames: ReadonlyMap<string, string>
  readonly wiring: Wiring
  /** The order in which records of different entities are locked. */
  readonly ranks: ReadonlyMap<string, number>
}

/**
 * The plugins' definitions do not fit together; every reason is listed.
 *
 * Correct what is listed and start again; nothing was opened or written.
 */
export const DefinitionInvalid = refusal(
  "DefinitionInvalid",
  { issues: json<readonly string[]>() },
  { en: "The plugins do not fit together: {issues}.", sv: "Insticksmodulerna passar inte ihop: {issues}." },
  500,
)
export type DefinitionInvalid = RefusalOf<typeof DefinitionInvalid>

/** The key of a record among records of several entities. */
export const recordKey = (entity: { readonly name: string }, id: string): string => `${entity.name}/${id}`

/** Names that a row, a filter or a promise has already. */
const RESERVED = new Set(["id", "tenant", "version", "parent", "position", "custom", "and", "or", "not", "matches"])
const RESERVED_CALLS = new Set([
  "search",
  "custom",
  "then",
  "catch",
  "finally",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
])
/** What a session offers beside its plugins. */
const SESSION_CALLS = new Set(["join", "changes", "headCursor"])
const NAME = /^[a-z][A-Za-z0-9]{0,40}$/
/** The engine's own tables: an entity of that name would share one. */
const TAKEN = new Set([
  ...[...STORE_TABLES, ...JOURNAL_TABLES, ...WORK_TABLES, ...SEARCH_TABLES].map(({ name }) => name),
  ERASURE,
])

/** Compiles plugins to a model; throws `DefinitionInvalid` with every issue found. */
export const compileModel = (plugins: Readonly<Record<string, Plugin>>, derived: Derived): Model => {
  const issues: string[] = []
  const list = Object.entries(plugins).map(([key, plugin]) => {
    if (key !== plugin.id) issues.push(`plugin "${plugin.id}" is listed under the key "${key}"`)
    if (!isCallName(plugin.id) || SESSION_CALLS.has(plugin.id)) issues.push(`"${plugin.id}" is not a name for a plugin`)
    return plugin
  })
  const found = collectEntities(list, issues)
  for (const entity of found.entities.values()) checkEntity(entity, found, derived, issues)
  checkNeeds(list, found, issues)
  checkFaces(list, found, issues)
  const authorities = list.filter((plugin) => plugin.spec.authority)
  if (authorities.length > 1)
    issues.push(`several plugins say who users are: ${authorities.map((p) => p.id).join(", ")}`)
  const refusals = collectRefusals(list, issues)
  const rules = collectRules(list, ({ rules }) => rules, found, issues)
  const checks = collectRules(list, ({ checks }) => checks, found, issues)
  const wiring = wiringOf(list, issues)
  const ranks = new Map([...found.entities.keys()].map((name, index) => [name, index]))
  const authority = authorities[0]?.spec.authority ?? null
  const additions = collectAdditions(list, found, issues)
  for (const list of additions.values()) for (const added of list) checkAdded(added, found, derived, issues)
  const fields = completeFields(found, additions)
  const custom = new Map<string, CustomFields>()
  const shape = { plugins: list, ...found, additions, custom, fields }
  const rightNames = rightNamesOf(list, found.owners)
  issues.push(...scopeIssues(found.entities.values(), found.parents))
  const model = { ...shape, rules, checks, refusals, authority, rightNames, wiring, ranks }
  issues.push(...columnClashes(model, derived))
  if (issues.length > 0) throw new DefinitionInvalid({ issues })
  return model
}

const isCallName = (name: string): boolean => NAME.test(name) && !RESERVED_CALLS.has(name)

/** Fields whose columns have the same name, such as an amount `net` and a number `netMinor`. */
const columnClashes = (model: Model, derived: Derived): readonly string[] => {
  const hasTargets = [...model.entities.values()].every(({ fields }) => refsOf(fields).every(({ target }) => target))
  if (!hasTargets) return []
  return derived.tables(model).flatMap(({ name, columns }) => {
    const names = columns.map((column) => column.name)
    const twice = new Set(names.filter((column, index) => names.indexOf(column) !== index))
    return [...twice].map((column) => `two fields of the table "${name}" share the column "${column}"`)
  })
}

/** What the plugins list. */
export interface Found {
  readonly entities: Map<string, Entity>
  readonly owners: Map<string, string>
  readonly parents: Map<string, Parentage>
  /** By plugin. */
  readonly needs: ReadonlyMap<string, readonly string[]>
}

const collectEntities = (plugins: readonly Plugin[], issues: string[]): Found => {
  const needs = new Map(plugins.map(({ id, spec }) => [id, spec.needs ?? []]))
  const found: Found = { entities: new Map(), owners: new Map(), parents: new Map(), needs }
  const visit = (entity: Entity, owner: string): void => {
    const known = found.entities.get(entity.name)
    if (known) {
      if (known !== entity) issues.push(`two entities are called "${entity.name}"`)
      else if (found.owners.get(entity.name) !== owner)
        issues.push(`"${found.owners.get(entity.name)}" and "${owner}" both list the entity "${entity.name}"`)
      return
    }
    found.entities.set(entity.name, entity)
    found.owners.set(entity.name, owner)
    for (const { spec } of Object.values(entity.fields)) {
      if (spec.kind !== "children") continue
      const before = found.parents.get(spec.entity.name)
      if (before) issues.push(`"${spec.entity.name}" has two parents: "${before.entity.name}" and "${entity.name}"`)
      found.parents.set(spec.entity.name, { entity, by: spec.by, order: spec.order })
      visit(spec.entity as Entity, owner)
    }
  }
  visit(Tenant, "kernel")
  visit(CustomField, "kernel")
  for (const plugin of plugins) for (const entity of plugin.spec.entities) visit(entity, plugin.id)
  return found
}

const checkEntity = (entity: Entity, found: Found, derived: Derived, issues: string[]): void => {
  if (!NAME.test(entity.name) || TAKEN.has(columnOf(entity.name)))
    issues.push(`"${entity.name}" is not a name for an entity`)
  checkFields(entity, entity.fields, entity.name, { found, derived, issues })
}

/** What a plugin adds keeps the same rules, beside the entity's own fields. */
const checkAdded = ({ plugin, entity, fields }: Addition, found: Found, derived: Derived, issues: string[]): void => {
  checkFields(entity, fields, `${entity.name}.${plugin}`, { found, derived, issues })
  checkReferences(plugin, fields, found, new Set(found.needs.get(plugin)), issues)
}

/** What checking fields needs, and where it tells what is wrong. */
interface Checking {
  readonly found: Found
  readonly derived: Derived
  readonly issues: string[]
}

const checkFields = (entity: Entity, fields: Fields, place: string, { found, derived, issues }: Checking): void => {
  for (const { name, target } of refsOf(fields)) {
    const at = `${place}.${name}`
    if (target === undefined)
      issues.push(`"${at}" refers to nothing: write ref(() => Entity) if two files need each other`)
    else if (!found.entities.has(target)) issues.push(`"${at}" refers to the unknown entity "${target}"`)
  }
  for (const [name, field] of Object.entries(fields)) {
    const { spec, options } = field
    const at = `${place}.${name}`
    if (!NAME.test(name) || RESERVED.has(name)) issues.push(`"${at}" is not a name for a field`)
    if (field.presence === "defaulted" && !isOwnDefault(field, derived))
      issues.push(`"${at}" has a default that it would refuse`)
    if (spec.kind === "choice" && spec.of.length === 0) issues.push(`"${at}" offers no choice`)
    if (options.was !== undefined && Object.hasOwn(entity.fields, options.was))
      issues.push(`"${at}" says that it was "${options.was}", which is still there`)
    if (spec.kind === "money" && spec.currency !== undefined && !currencyInReach(entity, spec.currency, found))
      issues.push(`"${at}" takes its currency from "${spec.currency}", which its aggregate does not have`)
    if (options.search !== undefined && spec.kind !== "text") issues.push(`"${at}" is no text and cannot be searched`)
    if (options.unique && !UNIQUE_KINDS.has(spec.kind)) issues.push(`"${at}" cannot be unique`)
    const subject = options.personal?.of
    if (subject !== undefined && subject !== "id" && entity.fields[subject]?.spec.kind !== "ref")
      issues.push(`"${at}" names the data subject "${subject}", which is no reference of its record`)
  }
}

const isOwnDefault = (field: Field, derived: Derived): boolean =>
  derived.decode({ value: { ...field, presence: "required" } }, { value: field.defaultValue }, "create").ok

const columnOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const UNIQUE_KINDS = new Set<Kind["kind"]>(["text", "integer", "ref", "date", "choice"])

const currencyInReach = (entity: Entity, name: string, found: Found): boolean => {
  let at: Entity | undefined = entity
  while (at) {
    const field = Object.hasOwn(at.fields, name) ? at.fields[name] : undefined
    if (field) return field.spec.kind === "text" && field.presence !== "optional" && field.presence !== "stored"
    at = found.parents.get(at.name)?.entity
  }
  return false
}

const checkNeeds = (plugins: readonly Plugin[], found: Found, issues: string[]): void => {
  const ids = new Set(plugins.map((plugin) => plugin.id))
  for (const plugin of plugins) {
    const needs = new Set(plugin.spec.needs ?? [])
    for (const need of needs)
      if (!ids.has(need)) issues.push(`"${plugin.id}" needs the plugin "${need}", which is missing`)
    for (const entity of found.entities.values()) {
      if (found.owners.get(entity.name) !== plugin.id) continue
      checkReferences(plugin.id, entity.fields, found, needs, issues)
    }
  }
  for (const cycle of needCycles(plugins)) issues.push(`plugins need each other in a circle: ${cycle}`)
}

const checkReferences = (
  plugin: string,
  fields: Fields,
  found: Found,
  needs: ReadonlySet<string>,
  issues: string[],
): void => {
  for (const { target } of refsOf(fields)) {
    const owner = found.owners.get(target ?? "")
    if (owner !== undefined && owner !== plugin && owner !== "kernel" && !needs.has(owner))
      issues.push(`"${plugin}" refers to "${target}" of "${owner}" but does not list it in needs`)
  }
}

/** The references of an entity; a target is undefined where two files import each other and neither is done. */
const refsOf = (fields: Fields): readonly { readonly name: string; readonly target: string | undefined }[] =>
  Object.entries(fields).flatMap(([name, { spec }]) =>
    spec.kind === "ref" ? [{ name, target: (spec.entity() as { readonly name: string } | undefined)?.name }] : [],
  )

const needCycles = (plugins: readonly Plugin[]): readonly string[] => {
  const byId = new Map(plugins.map((plugin) => [plugin.id, plugin]))
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (id: string, path: readonly string[]): void => {
    const start = path.indexOf(id)
    if (start >= 0) cycles.push([...path.slice(start), id].join(" → "))
    if (start >= 0 || done.has(id)) return
    for (const need of byId.get(id)?.spec.needs ?? []) visit(need, [...path, id])
    done.add(id)
  }
  for (const plugin of plugins) visit(plugin.id, [])
  return cycles
}

const checkFaces = (plugins: readonly Plugin[], found: Found, issues: string[]): void => {
  for (const { id, spec } of plugins) {
    const names = [spec.collections, spec.reads, spec.commands, spec.queries].flatMap((part) => Object.keys(part ?? {}))
    for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index)))
      issues.push(`"${id}.${name}" is defined twice`)
    for (const name of names) if (!isCallName(name)) issues.push(`"${id}.${name}" is not a name for a call`)
    for (const [name, entity] of [...Object.entries(spec.collections ?? {}), ...Object.entries(spec.reads ?? {})]) {
      if (!spec.entities.includes(entity)) issues.push(`"${id}.${name}" is a collection of an entity it does not list`)
      if (found.parents.has(entity.name)) issues.push(`"${id}.${name}" is a collection of parts: offer their root`)
    }
    for (const [name, entity] of Object.entries(spec.collections ?? {})) {
      if (entity.ledger) issues.push(`"${id}.${name}" is a collection of a ledger: offer commands and queries`)
    }
  }
}

const collectRefusals = (plugins: readonly Plugin[], issues: string[]): ReadonlyMap<string, AnyRefusalClass> => {
  const refusals = new Map<string, AnyRefusalClass>()
  const calls = plugins.flatMap(({ spec }) => [
    ...Object.values<Command | Query>(spec.commands ?? {}),
    ...Object.values<Command | Query>(spec.queries ?? {}),
  ])
  for (const refused of [
    ...KERNEL_REFUSALS,
    MassUpdateRefused,
    BatchCancelled,
    DefinitionInvalid,
    ImportRejected,
    TenantExists,
    UnknownTenant,
    NotParked,
    LeaseLost,
    ...calls.flatMap((call) => call.refuses),
    ...plugins.flatMap(({ spec }) => (spec.guards ?? []).flatMap((guard) => guard.refuses)),
  ]) {
    const known = refusals.get(refused.tag)
    if (known && known !== refused) issues.push(`two refusals are called "${refused.tag}"`)
    refusals.set(refused.tag, refused as AnyRefusalClass)
  }
  return refusals
}

/** Rules or checks by the entity that they are about. */
const collectRules = <R extends { readonly entity: Entity }>(
  plugins: readonly Plugin[],
  of: (spec: Plugin["spec"]) => readonly R[] | undefined,
  found: Found,
  issues: string[],
): ReadonlyMap<string, readonly R[]> => {
  const rules = new Map<string, R[]>()
  for (const { id, spec } of plugins) {
    for (const rule of of(spec) ?? []) {
      if (found.entities.get(rule.entity.name) !== rule.entity)
        issues.push(`"${id}" has a rule for the unknown entity "${rule.entity.name}"`)
      rules.set(rule.entity.name, [...(rules.get(rule.entity.name) ?? []), rule])
    }
  }
  return rules
}

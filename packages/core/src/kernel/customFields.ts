/**
 * The custom fields of a tenant in the engine's model: read once per change of definitions, and then known to all that
 * asks `fieldsOf`. Their values lie in one column of JSON, laid out like columns.
 */
import type { Values } from "./changes.ts"
import { CustomField, fieldFrom } from "./customField.ts"
import type { Derived } from "./derived.ts"
import type { Entity } from "./entity.ts"
import { type Fields, json, optional } from "./field.ts"
import { fieldsOf } from "./fields.ts"
import { groupBy } from "./groupBy.ts"
import type { Model } from "./model.ts"
import type { Reads } from "./reads.ts"
import { InvalidInput } from "./refusals.ts"
import type { Cell, StoredRow } from "./store.ts"
import type { Tenant } from "./tenant.ts"

/** The name of the column, and the one under which callers see the values. */
export const CUSTOM = "custom"

/** The custom fields of one entity, by their keys. */
export interface CustomFields {
  /** All, retired ones too. */
  readonly all: Fields
  /** Those that callers may give, with what they must. */
  readonly door: Fields
}

/** Whether records of the entity can have custom fields: roots of plugins that are no ledgers. */
export const takesCustom = (model: Pick<Model, "owners" | "parents">, entity: Entity): boolean =>
  !entity.ledger && !model.parents.has(entity.name) && model.owners.get(entity.name) !== "kernel"

/** The models of tenants by the stamp of their definitions, which is new with every change. */
const MODELS = new WeakMap<Model, Map<string, Model>>()
const MODELS_KEPT = 1000

/** The model with the tenant's custom fields, as the transaction that reads sees them. */
export const tenantModel = async (model: Model, read: Reads, { fieldsStamp }: Tenant): Promise<Model> => {
  if (fieldsStamp === null) return model
  const models = MODELS.get(model) ?? new Map<string, Model>()
  MODELS.set(model, models)
  const known = models.get(fieldsStamp)
  if (known) return known
  const made = withCustomFields(model, await read.find(CustomField, {}, { order: ["ordinal"] }))
  const [oldest] = models.keys()
  if (oldest !== undefined && models.size >= MODELS_KEPT) models.delete(oldest)
  models.set(fieldsStamp, made)
  return made
}

const withCustomFields = (model: Model, definitions: readonly CustomField[]): Model => {
  const fields = new Map(model.fields)
  const custom = new Map<string, CustomFields>()
  for (const [name, own] of groupBy(definitions, (definition) => definition.entity)) {
    const before = fields.get(name)
    if (!before) continue
    const all = fieldsBy(own, false)
    custom.set(name, {
      all,
      door: fieldsBy(
        own.filter(({ isRetired }) => !isRetired),
        true,
      ),
    })
    fields.set(name, { ...before, ...prefixed(all) })
  }
  return { ...model, fields, custom }
}

const fieldsBy = (definitions: readonly CustomField[], isDoor: boolean): Fields =>
  Object.fromEntries(definitions.map((definition) => [definition.key, fieldFrom(definition, isDoor)]))

const prefixed = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${CUSTOM}.${name}`, value]))

const DOORS = new WeakMap<Fields, Fields>()

/** The fields of an entity as the door decodes them, before the tenant is known: `custom` is any object there. */
export const doorFieldsOf = (model: Model, entity: Entity): Fields => {
  const fields = fieldsOf(model, entity)
  if (!takesCustom(model, entity)) return fields
  const door = DOORS.get(fields) ?? { ...ownOf(fields), [CUSTOM]: optional(json<unknown>()) }
  DOORS.set(fields, door)
  return door
}

/** Without those of a tenant: they are decoded by `withCustom`, once it is known which are required. */
const ownOf = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !name.startsWith(`${CUSTOM}.`)))

/**
 * Decoded values with what the caller gave under `custom`, decoded by the tenant's definitions. Refuses with
 * `InvalidInput`, whose paths begin with `place`.
 */
export const withCustom = (
  { model, derived }: { readonly model: Model; readonly derived: Derived },
  entity: Entity,
  { [CUSTOM]: given, ...own }: Values,
  mode: "create" | "patch",
  place = "",
): Values => {
  const fields = model.custom.get(entity.name)?.door ?? NONE
  if ((given ?? null) === null && (mode === "patch" || fields === NONE)) return own
  const decoded = derived.decode(fields, given ?? {}, mode)
  if (decoded.ok) return { ...own, ...prefixed(decoded.values) }
  const issues = decoded.issues.map(({ path, message }) => ({ path: joined(`${place}${CUSTOM}`, path), message }))
  throw new InvalidInput({ issues })
}
const NONE: Fields = {}

const joined = (place: string, path: string): string => (path === "" ? place : `${place}.${path}`)

/** Refuses values under `custom` that no definition of the tenant knows: plugins' code has no types for them. */
export const checkCustomNames = (model: Model, entity: Entity, values: Values): void => {
  const known = fieldsOf(model, entity)
  const unknown = Object.keys(values).filter((name) => name.startsWith(`${CUSTOM}.`) && !Object.hasOwn(known, name))
  if (unknown.length > 0 || Object.hasOwn(values, CUSTOM)) {
    const paths = unknown.length > 0 ? unknown : [CUSTOM]
    throw new InvalidInput({ issues: paths.map((path) => ({ path, message: "is not known here" })) })
  }
}

/** The custom values of a record as the cell of its column; null where there are none. */
export const customCell = (model: Model, derived: Derived, entity: Entity, values: Values): Cell => {
  const fields = model.custom.get(entity.name)?.all
  if (!fields) return null
  const own = Object.fromEntries(Object.keys(fields).map((key) => [key, values[`${CUSTOM}.${key}`] ?? null]))
  const cells = Object.entries(derived.toColumns(fields, own)).filter(([, cell]) => cell !== null)
  return cells.length === 0 ? null : JSON.stringify(Object.fromEntries(cells))
}

/** The custom values of a record, by the names of fields, from the cell of its column. */
export const customValues = (model: Model, derived: Derived, entity: Entity, cell: Cell | undefined): Values => {
  const fields = model.custom.get(entity.name)?.all
  if (!fields) return {}
  const cells = (cell ?? null) === null ? {} : (JSON.parse(String(cell)) as StoredRow)
  return prefixed(derived.fromColumns(fields, cells, () => ""))
}

/**
 * Bounds: what a command may touch. What its input refers to must be visible, or it is missing; records of the
 * command's own plugin must lie within the scope of its right, before and after; and only fields that the right
 * covers may be written.
 */
import type { Change, Values } from "../changes.ts"
import type { Entity, ListPatchValues } from "../entity.ts"
import type { Refusal } from "../errors.ts"
import type { Field, Fields } from "../field.ts"
import { fieldNamed, fieldsOf } from "../fields.ts"
import { groupBy } from "../groupBy.ts"
import type { Model } from "../model.ts"
import { type Records, type RecordValues, rootsAbove } from "../records.ts"
import { forbidden, InvalidInput, NotFound } from "../refusals.ts"
import { type Actor, may } from "../rights.ts"
import { isUnlimited } from "./escalation.ts"
import { covers, denialsIn, grantsIn } from "./grant.ts"
import { both, isNever, type Predicate, reaches } from "./predicate.ts"
import { reachOf, readable, readRightOf, rightNameOf, rootOf } from "./reach.ts"

/** Who acts by which right. */
export interface Writing {
  readonly model: Model
  readonly actor: Actor
  /** The name of the command, which is the right to it. */
  readonly right: string
  /** What of the command's input is given that need not be: the right must cover it too. */
  readonly given?: readonly string[]
}

/** The same, on which records. */
export interface Acting extends Writing {
  /** All records, and those that the actor may see. */
  readonly facts: Records
  readonly view: Records
}

/** A record that an input names. */
export interface Reference {
  readonly entity: Entity
  readonly id: string
}

/** The records that an input names by its references, those of nested records too. */
export const referencesIn = (model: Model, fields: Fields, values: Values): readonly Reference[] =>
  Object.entries(fields).flatMap(([name, field]) => referencesOf(model, field, values[name] ?? null))

const referencesOf = (model: Model, { spec }: Field, value: unknown): readonly Reference[] => {
  if (value === null) return []
  if (spec.kind === "children") {
    const parts = Array.isArray(value) ? value : newValuesOf(value as Partial<ListPatchValues<Fields>>)
    return parts.flatMap((part: Values) => referencesIn(model, spec.entity.fields, part))
  }
  const entity = spec.kind === "ref" ? model.entities.get(spec.entity().name) : undefined
  return entity && typeof value === "string" ? [{ entity, id: value }] : []
}

/** What a list patch gives: the values of new parts, and those that are set in others. */
const newValuesOf = ({ add = [], change = [] }: Partial<ListPatchValues<Fields>>): readonly Values[] => [
  ...(add as readonly Values[]),
  ...change.map(({ set }) => set as Values),
]

/**
 * What of an input is given: a value that is not there by default. What every call must give is not among it, since a
 * right without that would be a right to nothing.
 */
export const givenNames = (fields: Fields, input: Values): readonly string[] =>
  Object.entries(fields).flatMap(([name, { presence, defaultValue, spec }]) => {
    const value = input[name] ?? null
    const isDefault = value === null || value === defaultValue || (spec.kind === "children" && isEmptyOf(value))
    return presence === "required" || isDefault ? [] : [name]
  })

/** A list without parts, or a patch of a list that changes none. */
const isEmptyOf = (value: object): boolean => Object.values(value).every(isEmptyList)

/** Refuses with `Forbidden` an actor without the right, or with it for other fields of the input only. */
export const checkRight = ({ actor, right, given = [] }: Pick<Writing, "actor" | "right" | "given">): void => {
  if (!may(actor, right)) throw forbidden(right)
  const fields = given.filter((name) => !mayGive(actor, right, name))
  if (fields.length > 0) throw forbidden(right, fields)
}

/** Whether the right covers the field of the input at all: with a scope, it is for the records to tell. */
const mayGive = (actor: Actor, right: string, name: string): boolean =>
  grantsIn(actor.grants).some((grant) => covers(grant.may, right) && (grant.fields?.includes(name) ?? true)) &&
  !denialsIn(actor.grants).some(
    ({ not, scope = "all", fields }) => scope === "all" && covers(not, right) && fields?.includes(name),
  )

/** What a command's right covers of a root's records, with all that is given. */
const commandReach = ({ model, actor, right, given = [] }: Writing, root: Entity): Predicate =>
  both([null, ...given].map((name) => reachOf(model, actor, right, root, name)))

/** Refuses with `NotFound` what the actor may not see, and with `Forbidden` what lies outside of the right's scope. */
export const checkVisible = async (acting: Acting, references: readonly Reference[]): Promise<void> => {
  const { model, actor, right, view } = acting
  if (isUnlimited(actor.grants)) return
  for (const [entity, some] of groupBy(references, (reference) => reference.entity)) {
    const ids = [...new Set(some.map(({ id }) => id))]
    // Where every record is visible, one that is missing is for the command to tell of in its own words.
    const seen = view.view.rows(entity) === null ? null : await view.byIds(entity, ids)
    const hidden = seen && ids.find((id) => !seen.has(id))
    if (hidden) throw new NotFound({ entity: entity.name, id: hidden })
    if (!isOwn(model, right, entity)) continue
    const reach = commandReach(acting, rootOf(model, entity))
    if (reach.op === "all") continue
    for (const root of (await rootRecords(model, acting.facts, entity, ids)).values())
      if (!reaches(reach, root)) throw forbidden(right)
  }
}

/** Whether an entity belongs to the plugin whose command this is the right to. */
const isOwn = ({ owners }: Pick<Model, "owners">, right: string, entity: { readonly name: string }): boolean =>
  right.startsWith(`${owners.get(entity.name)}.`)

/** Refuses with `Forbidden` changes of the command's own plugin outside of the right's scope or of its fields. */
export const checkChanges = async (acting: Acting, changes: readonly Change[]): Promise<void> => {
  const { model, right, facts } = acting
  if (isUnlimited(acting.actor.grants)) return
  const made = new Map(changes.flatMap((change) => (change.verb === "create" ? [[change.id, change] as const] : [])))
  for (const [entity, some] of groupBy(changes, (change) => change.entity)) {
    if (!isOwn(model, right, entity) || !isBounded(acting, entity)) continue
    const existing = some.filter(({ verb }) => verb !== "create" && verb !== "add").map(({ id }) => String(id))
    const roots = await rootRecords(model, facts, entity, existing)
    const above = model.parents.get(entity.name)?.entity
    const added = some.flatMap((change) => (change.verb === "add" ? [change.parent] : []))
    const parents = above
      ? await rootRecords(
          model,
          facts,
          above,
          added.filter((id) => !made.has(id)),
        )
      : new Map()
    for (const change of some) {
      const root =
        change.verb === "create"
          ? change.values
          : change.verb === "add"
            ? (parents.get(change.parent) ?? made.get(change.parent)?.values ?? {})
            : (roots.get(change.id) ?? {})
      checkChange(acting, change, root, patchedRoot(model, entity, changes, root))
    }
  }
}

/** Whether the right reaches some records or fields of the entity only, or the actor sees some of them only. */
const isBounded = ({ model, actor, right, given = [] }: Acting, entity: Entity): boolean =>
  given.length > 0 ||
  [null, ...Object.keys(fieldsOf(model, entity))].some(
    (name) =>
      reachOf(model, actor, right, entity, name).op !== "all" || readable(model, actor, entity, name).op !== "all",
  )

/** The root record as the command's own patches leave it. */
const patchedRoot = (model: Model, entity: Entity, changes: readonly Change[], root: Values): Values => {
  const { name } = rootOf(model, entity)
  const patches = changes.flatMap((change) =>
    change.verb === "patch" && change.entity.name === name && change.id === root["id"] ? [change.set] : [],
  )
  return Object.assign({}, root, ...patches)
}

const checkChange = (acting: Acting, change: Change, before: Values, after: Values): void => {
  const refused = writeRefused(acting, change.entity, before, after, writtenNames(acting.model, change))
  if (refused) throw refused
}

/** Refuses with `Forbidden` fields that the right covers on no record at all. */
export const checkFields = ({ model, actor, right }: Writing, entity: Entity, names: readonly string[]): void => {
  const fields = names.filter((name) => isNever(reachOf(model, actor, right, entity, name)))
  if (fields.length > 0) throw forbidden(right, fields)
}

/** Why the right does not cover these values of a record, by its root before and after; null if it does. */
export const writeRefused = (
  { model, actor, right, given = [] }: Writing,
  entity: Entity,
  before: Values,
  after: Values,
  names: readonly string[],
): Refusal | null => {
  const isReached = (reach: Predicate): boolean => reaches(reach, before) && reaches(reach, after)
  if (!isReached(reachOf(model, actor, right, entity))) return forbidden(right)
  if (given.length > 0 && !isReached(commandReach({ model, actor, right, given }, rootOf(model, entity))))
    return forbidden(right, given)
  if (!right.startsWith(`${rightNameOf(model, rootOf(model, entity))}.`)) return null
  // Nobody makes a record, nor turns one into a record, that its maker could not be shown.
  if (!isReached(readable(model, actor, entity))) return forbidden(readRightOf(model, entity))
  const hidden = names.filter((name) => !reaches(readable(model, actor, entity, name), before))
  if (hidden.length > 0)
    return new InvalidInput({ issues: hidden.map((path) => ({ path, message: "is not known here" })) })
  const fields = names.filter((name) => !isReached(reachOf(model, actor, right, entity, name)))
  return fields.length > 0 ? forbidden(right, fields) : null
}

/** The names that a change gives a value; what a new record gets by default is not given. */
const writtenNames = (model: Model, change: Change): readonly string[] => {
  if (change.verb === "remove" || change.verb === "move") return []
  if (change.verb === "patch") return Object.keys(change.set)
  return Object.keys(change.values).filter((name) => {
    const field = fieldNamed(model, change.entity, name)
    const value = change.values[name] ?? null
    return field !== undefined && value !== null && value !== field.defaultValue && !isEmptyList(value)
  })
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

const rootRecords = async (
  model: Model,
  facts: Records,
  entity: Entity,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RecordValues>> =>
  rootsAbove(model, facts, entity, ids.length === 0 ? [] : [...(await facts.byIds(entity, ids)).values()])

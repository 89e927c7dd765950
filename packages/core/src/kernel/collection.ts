/** Collections: the calls that the engine derives for an entity, as commands like any other. */
import { add, type Change, patchOf, remove, type Values } from "./changes.ts"
import type { OutcomeIds } from "./command.ts"
import { doorFieldsOf, withCustom } from "./customFields.ts"
import type { Derived, ReadRow } from "./derived.ts"
import type { Entity } from "./entity.ts"
import type { Fields, Id } from "./field.ts"
import { fieldsOf, partsOf } from "./fields.ts"
import { groupBy } from "./groupBy.ts"
import { listChanges, ownValues } from "./listPatch.ts"
import { decodeInput, type Executable } from "./machine.ts"
import { type Model, recordKey } from "./model.ts"
import { flatValues } from "./nesting.ts"
import type { Reads } from "./reads.ts"
import { changedNames } from "./recordChange.ts"
import type { RecordValues } from "./records.ts"
import { forbidden, InvalidInput, VersionConflict } from "./refusals.ts"
import { referencesIn } from "./rights/bounds.ts"
import { asKnown } from "./rights/knownModel.ts"

/** Creates one record with its children. */
export const createCommand = (name: string, entity: Entity): Executable => ({
  name: `${name}.create`,
  input: {},
  decode: (given, { model, derived }) => decodeInput(derived, doorFieldsOf(model, entity), given),
  references: (input: Values, model) => referencesIn(model, fieldsOf(model, entity), input),
  locks: () => [],
  decide: async (ctx, input: Values) => {
    // Who may not see a field cannot give it: a record that needs it is for others to make.
    if (!isWhole(entity.fields, input)) throw forbidden(`${name}.create`)
    const id = ctx.newId(entity)
    return {
      changes: [{ verb: "create", entity, id, values: withCustom(asKnown(ctx), entity, input, "create") }],
      outcome: { id },
    }
  },
  answer: (read, ids: { readonly id: string }) => read.get(entity, ids.id),
})

const isWhole = (fields: Fields, values: Values): boolean =>
  Object.entries(fields).every(([name, { presence, spec }]) =>
    spec.kind === "children"
      ? ((values[name] ?? []) as readonly Values[]).every((part) => isWhole(spec.entity.fields, part))
      : presence !== "required" || values[name] !== undefined,
  )

interface PatchInput {
  readonly id: string
  readonly version: number | null
  readonly set: Values
}

/** Changes values of one record, and its lists of parts. */
export const patchCommand = (name: string, entity: Entity): Executable => ({
  name: `${name}.patch`,
  input: {},
  decode: (given, { model, derived }) => decodePatch(derived, doorFieldsOf(model, entity), given),
  references: (input: PatchInput, model) => [
    { entity, id: input.id },
    ...referencesIn(model, fieldsOf(model, entity), input.set),
  ],
  locks: (input: PatchInput) => [{ entity, id: input.id }],
  decide: async (ctx, input: PatchInput) => {
    const row = await ctx.read.get(entity, input.id)
    if (input.version !== null && input.version !== row.version)
      return new VersionConflict({ entity: entity.name, id: row.id, expected: input.version, actual: row.version })
    const own = withCustom(asKnown(ctx), entity, ownValues(entity, input.set), "patch", "set.")
    const lists = await listChanges(ctx, entity, row.id, input.set)
    return { changes: [patchOf(entity, row, own), ...lists], outcome: { id: row.id } }
  },
  answer: (read, ids: { readonly id: string }) => read.get(entity, ids.id),
})

const decodePatch = (derived: Derived, fields: Fields, given: unknown): Readonly<Record<string, unknown>> => {
  const { id, version, set, ...rest } = (given ?? {}) as Record<string, unknown>
  const issues = Object.keys(rest).map((path) => ({ path, message: "is not known here" }))
  if (typeof id !== "string") issues.push({ path: "id", message: "must be an id" })
  if (version !== undefined && !Number.isSafeInteger(version))
    issues.push({ path: "version", message: "must be a whole number" })
  const decoded = derived.decode(fields, set, "patch")
  if (!decoded.ok)
    issues.push(...decoded.issues.map(({ path, message }) => ({ path: path === "" ? "set" : `set.${path}`, message })))
  if (issues.length > 0 || !decoded.ok) throw new InvalidInput({ issues })
  return { id, version: version ?? null, set: decoded.values }
}

interface ImportInput {
  readonly key: readonly string[]
  readonly rows: readonly Pick<ReadRow, "row" | "values">[]
}

/** Creates and changes records by their natural key; records that are already so are left alone. */
export const importCommand = (name: string, entity: Entity, derived: Derived): Executable => ({
  name: `${name}.import`,
  input: {},
  decode: (given) => given as Readonly<Record<string, unknown>>,
  references: ({ rows }: ImportInput, model) =>
    rows.flatMap(({ values }) => referencesIn(model, fieldsOf(model, entity), values)),
  locks: () => [],
  decide: async (ctx, input: ImportInput) => {
    const fields = fieldsOf(ctx.model, entity)
    const known = await knownRecords(ctx.view, { entity, fields, key: input.key, derived }, input)
    const parts = await partsOfRecords(ctx.model, ctx.read, entity, input, [...known.values()])
    const changes: Change[] = []
    const counts = { created: 0, changed: 0, unchanged: 0 }
    const records: string[] = []
    for (const { values } of input.rows) {
      const before = known.get(derived.naturalKey(fields, input.key, values))
      const own = before
        ? differences(ctx.model, entity, before, parts, values)
        : [{ verb: "create", entity, id: ctx.newId(entity), values } as const]
      changes.push(...own)
      const became = before ? (own.length > 0 ? "changed" : "unchanged") : "created"
      counts[became] += 1
      records.push(`${became} ${before?.id ?? own[0]?.id}`)
    }
    // Each row's record is for batches, which tell of rows one by one.
    return { changes, outcome: { ...counts, records } satisfies OutcomeIds }
  },
  answer: async (_, counts) => counts,
})

/** By which fields the records of an entity are known. */
export interface NaturalKey {
  readonly entity: Entity
  readonly fields: Fields
  readonly key: readonly string[]
  readonly derived: Derived
}

/** The records that these rows are about, as far as they exist, by their natural key. */
export const knownRecords = async (
  read: Reads,
  { entity, fields, key, derived }: NaturalKey,
  { rows }: Pick<ImportInput, "rows">,
): Promise<ReadonlyMap<string, RecordValues>> => {
  const [first] = key
  if (first === undefined || rows.length === 0) return new Map()
  const wanted = [...new Set(rows.map(({ values }) => values[first] ?? null))]
  const given = { [first]: { in: wanted.filter((value) => value !== null) } }
  const where = wanted.includes(null) ? { or: [given, { [first]: null }] } : given
  const found = await read.find(entity, where as never)
  const records = found.map((row) => flatValues(fields, row as never) as RecordValues)
  return new Map(records.map((record) => [derived.naturalKey(fields, key, record), record]))
}

/** The children of records, by the child's name and the record's id. */
type Parts = ReadonlyMap<string, readonly (Values & { readonly id: string })[]>

const partsOfRecords = async (
  model: Model,
  read: Reads,
  entity: Entity,
  { rows }: ImportInput,
  known: readonly RecordValues[],
): Promise<Parts> => {
  const parts = new Map<string, readonly (Values & { readonly id: string })[]>()
  for (const { name, child } of partsOf(model, entity)) {
    if (!rows.some(({ values }) => values[name] !== undefined)) continue
    const found = await read.children(
      child,
      known.map(({ id }) => id),
    )
    const fields = fieldsOf(model, child)
    for (const [parent, some] of groupBy(found, (row) => row.parent))
      parts.set(
        recordKey(child, parent),
        some.map((row) => flatValues(fields, row as never) as RecordValues),
      )
  }
  return parts
}

const differences = (
  model: Model,
  entity: Entity,
  before: RecordValues,
  parts: Parts,
  after: Values,
): readonly Change[] => {
  const changes: Change[] = []
  const set = changedValues(fieldsOf(model, entity), before, after)
  if (Object.keys(set).length > 0) changes.push(patchOf(entity, before, set))
  for (const { name, child } of partsOf(model, entity)) {
    if (after[name] === undefined) continue
    const rows = parts.get(recordKey(child, before.id)) ?? []
    changes.push(...childDifferences(fieldsOf(model, child), child, before.id, rows, after[name] as Values[]))
  }
  return changes
}

const childDifferences = (
  fields: Fields,
  child: Entity,
  parent: Id,
  before: readonly (Values & { readonly id: string })[],
  after: readonly Values[],
): readonly Change[] => {
  const changes: Change[] = []
  for (const [index, row] of before.entries()) {
    const next = after[index]
    if (!next) changes.push(remove(child, row))
    else {
      const set = changedValues(fields, row, next)
      if (Object.keys(set).length > 0) changes.push(patchOf(child, { id: row.id }, set))
    }
  }
  for (const values of after.slice(before.length)) changes.push(add(child, parent, values as never))
  return changes
}

/** The given values that differ; a value that was not given changes nothing. */
const changedValues = (fields: Fields, before: Values, after: Values): Values => {
  const given = Object.fromEntries(
    Object.entries(fields)
      .filter(([name, field]) => field.spec.kind !== "children" && after[name] !== undefined)
      .map(([name]) => [name, after[name]]),
  )
  return Object.fromEntries(changedNames(before, given).map((name) => [name, given[name]]))
}

/** Collections: the calls that the engine derives for an entity, as commands like any other. */
import { add, type Change, patchOf, remove, type Values } from "./changes.ts"
import type { OutcomeIds } from "./command.ts"
import type { Derived, ReadRow } from "./derived.ts"
import type { Entity } from "./entity.ts"
import type { Fields, Id } from "./field.ts"
import { groupBy } from "./groupBy.ts"
import { listChanges, ownValues } from "./listPatch.ts"
import type { Executable } from "./machine.ts"
import { recordKey } from "./model.ts"
import type { Reads } from "./reads.ts"
import { changedNames } from "./recordChange.ts"
import type { RecordValues } from "./records.ts"
import { InvalidInput, VersionConflict } from "./refusals.ts"

/** Creates one record with its children. */
export const createCommand = (name: string, entity: Entity): Executable => ({
  name: `${name}.create`,
  input: entity.fields,
  locks: () => [],
  decide: async (ctx, input: Values) => {
    const id = ctx.newId(entity)
    return { changes: [{ verb: "create", entity, id, values: input }], outcome: { id } }
  },
  answer: (read, ids: { readonly id: string }) => read.get(entity, ids.id),
})

interface PatchInput {
  readonly id: string
  readonly version: number | null
  readonly set: Values
}

/** Changes values of one record, and its lists of parts. */
export const patchCommand = (name: string, entity: Entity, derived: Derived): Executable => ({
  name: `${name}.patch`,
  input: {},
  decode: (given) => decodePatch(derived, entity, given),
  locks: (input: PatchInput) => [{ entity, id: input.id }],
  decide: async (ctx, input: PatchInput) => {
    const row = await ctx.read.get(entity, input.id)
    if (input.version !== null && input.version !== row.version)
      return new VersionConflict({ entity: entity.name, id: row.id, expected: input.version, actual: row.version })
    const own = ownValues(entity, input.set)
    const lists = await listChanges(ctx, entity, row.id, input.set)
    return { changes: [patchOf(entity, row, own), ...lists], outcome: { id: row.id } }
  },
  answer: (read, ids: { readonly id: string }) => read.get(entity, ids.id),
})

const decodePatch = (derived: Derived, entity: Entity, given: unknown): Readonly<Record<string, unknown>> => {
  const { id, version, set, ...rest } = (given ?? {}) as Record<string, unknown>
  const issues = Object.keys(rest).map((path) => ({ path, message: "is not known here" }))
  if (typeof id !== "string") issues.push({ path: "id", message: "must be an id" })
  if (version !== undefined && !Number.isSafeInteger(version))
    issues.push({ path: "version", message: "must be a whole number" })
  const decoded = derived.decode(entity.fields, set, "patch")
  if (!decoded.ok)
    issues.push(...decoded.issues.map(({ path, message }) => ({ path: path === "" ? "set" : `set.${path}`, message })))
  if (issues.length > 0 || !decoded.ok) throw new InvalidInput({ issues })
  return { id, version: version ?? null, set: decoded.values }
}

/** How many rows one import command takes; a longer file is several commands. */
export const IMPORT_CHUNK = 1000

interface ImportInput {
  readonly key: readonly string[]
  readonly rows: readonly Pick<ReadRow, "row" | "values">[]
}

/** Creates and changes records by their natural key; records that are already so are left alone. */
export const importCommand = (name: string, entity: Entity, derived: Derived): Executable => ({
  name: `${name}.import`,
  input: {},
  decode: (given) => given as Readonly<Record<string, unknown>>,
  locks: () => [],
  decide: async (ctx, input: ImportInput) => {
    const known = await knownRecords(ctx.read, entity, input, input.key, derived)
    const parts = await partsOf(ctx.read, entity, input, [...known.values()])
    const changes: Change[] = []
    const counts = { created: 0, changed: 0, unchanged: 0 }
    for (const { values } of input.rows) {
      const before = known.get(derived.naturalKey(entity, input.key, values))
      const own = before
        ? differences(entity, before, parts, values)
        : [{ verb: "create", entity, id: ctx.newId(entity), values } as const]
      changes.push(...own)
      counts[before ? (own.length > 0 ? "changed" : "unchanged") : "created"] += 1
    }
    return { changes, outcome: counts satisfies OutcomeIds }
  },
  answer: async (_, counts) => counts,
})

/** The records that these rows are about, as far as they exist, by their natural key. */
export const knownRecords = async (
  read: Reads,
  entity: Entity,
  { rows }: Pick<ImportInput, "rows">,
  key: readonly string[],
  derived: Derived,
): Promise<ReadonlyMap<string, RecordValues>> => {
  const [first] = key
  if (first === undefined || rows.length === 0) return new Map()
  const wanted = [...new Set(rows.map(({ values }) => values[first] ?? null))]
  const given = { [first]: { in: wanted.filter((value) => value !== null) } }
  const where = wanted.includes(null) ? { or: [given, { [first]: null }] } : given
  const found = await read.find(entity, where as never)
  return new Map(found.map((row) => [derived.naturalKey(entity, key, row), row as unknown as RecordValues]))
}

/** The children of records, by the child's name and the record's id. */
type Parts = ReadonlyMap<string, readonly (Values & { readonly id: string })[]>

const partsOf = async (
  read: Reads,
  entity: Entity,
  { rows }: ImportInput,
  known: readonly RecordValues[],
): Promise<Parts> => {
  const parts = new Map<string, readonly (Values & { readonly id: string })[]>()
  for (const [name, { spec }] of Object.entries(entity.fields)) {
    if (spec.kind !== "children" || !rows.some(({ values }) => values[name] !== undefined)) continue
    const child = spec.entity as Entity
    const found = await read.children(
      child,
      known.map(({ id }) => id),
    )
    for (const [parent, some] of groupBy(found, (row) => row.parent)) parts.set(recordKey(child, parent), some)
  }
  return parts
}

const differences = (entity: Entity, before: RecordValues, parts: Parts, after: Values): readonly Change[] => {
  const changes: Change[] = []
  const set = changedValues(entity.fields, before, after)
  if (Object.keys(set).length > 0) changes.push(patchOf(entity, before, set))
  for (const [name, { spec }] of Object.entries(entity.fields)) {
    if (spec.kind !== "children" || after[name] === undefined) continue
    const child = spec.entity as Entity
    const rows = parts.get(recordKey(child, before.id)) ?? []
    changes.push(...childDifferences(child, before.id, rows, after[name] as Values[]))
  }
  return changes
}

const childDifferences = (
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
      const set = changedValues(child.fields, row, next)
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

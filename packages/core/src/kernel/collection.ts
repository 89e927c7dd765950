/** Collections: the calls that the engine derives for an entity, as commands like any other. */
import { type Canonical, canonical } from "./canonical.ts"
import { add, type Change, remove, type Values } from "./changes.ts"
import type { CommandContext, OutcomeIds } from "./command.ts"
import type { Derived, ReadRow } from "./derived.ts"
import type { Entity } from "./entity.ts"
import type { Executable } from "./execute.ts"
import type { Fields, Id } from "./field.ts"
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

/** Changes values of one record. */
export const patchCommand = (name: string, entity: Entity, derived: Derived): Executable => ({
  name: `${name}.patch`,
  input: {},
  decode: (given) => decodePatch(derived, entity, given),
  locks: (input: PatchInput) => [{ entity, id: input.id }],
  decide: async (ctx, input: PatchInput) => {
    const row = await ctx.read.get(entity, input.id)
    if (input.version !== null && input.version !== row.version)
      return new VersionConflict({ entity: entity.name, id: row.id, expected: input.version, actual: row.version })
    return { changes: [patchOf(entity, row, input.set)], outcome: { id: row.id } }
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
  readonly rows: readonly ReadRow[]
}

/** Creates and changes records by their natural key; records that are already so are left alone. */
export const importCommand = (name: string, entity: Entity): Executable => ({
  name: `${name}.import`,
  input: {},
  decode: (given) => given as Readonly<Record<string, unknown>>,
  locks: () => [],
  decide: async (ctx, input: ImportInput) => {
    const known = await knownRecords(ctx, entity, input)
    const changes: Change[] = []
    const counts = { created: 0, changed: 0, unchanged: 0 }
    for (const { values } of input.rows) {
      const before = known.get(keyOf(values, input.key))
      if (!before) {
        changes.push({ verb: "create", entity, id: ctx.newId(entity), values })
        counts.created += 1
        continue
      }
      const difference = await differences(ctx, entity, before, values)
      changes.push(...difference)
      counts[difference.length > 0 ? "changed" : "unchanged"] += 1
    }
    return { changes, outcome: counts satisfies OutcomeIds }
  },
  answer: async (_, counts) => counts,
})

const knownRecords = async (
  ctx: CommandContext,
  entity: Entity,
  input: ImportInput,
): Promise<ReadonlyMap<string, RecordValues>> => {
  const [first] = input.key
  if (first === undefined) throw new InvalidInput({ issues: [{ path: "key", message: "must name a field" }] })
  const wanted = [...new Set(input.rows.map((row) => row.values[first] as string))]
  const found = await ctx.read.find(entity, { [first]: { in: wanted } } as never)
  return new Map(found.map((row) => [keyOf(row, input.key), row as unknown as RecordValues]))
}

const keyOf = (values: Values, key: readonly string[]): string =>
  canonical(key.map((field) => (values[field] ?? null) as Canonical))

const differences = async (
  ctx: CommandContext,
  entity: Entity,
  before: RecordValues,
  after: Values,
): Promise<readonly Change[]> => {
  const changes: Change[] = []
  const set = changedValues(entity.fields, before, after)
  if (Object.keys(set).length > 0) changes.push(patchOf(entity, before, set))
  for (const [name, { spec }] of Object.entries(entity.fields)) {
    if (spec.kind !== "children" || after[name] === undefined) continue
    const child = spec.entity as Entity
    changes.push(
      ...childDifferences(child, before.id, await ctx.read.children(child, before.id), after[name] as Values[]),
    )
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

const patchOf = (entity: Entity, row: { readonly id: string; readonly version?: number }, set: Values): Change => ({
  verb: "patch",
  entity,
  id: row.id,
  expectedVersion: row.version ?? null,
  set,
})

/** The given values that differ; a value that was not given changes nothing. */
const changedValues = (fields: Fields, before: Values, after: Values): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([name, field]) => field.spec.kind !== "children" && after[name] !== undefined)
      .filter(
        ([name]) => canonical((before[name] ?? null) as Canonical) !== canonical((after[name] ?? null) as Canonical),
      )
      .map(([name]) => [name, after[name]]),
  )

/**
 * Mass update: the same values for many records in one command, with an outcome per record; and undo, which gives a
 * command's records their values back where nobody has changed them since.
 */
import { type Canonical, canonical } from "./canonical.ts"
import { type Change, patchOf, remove, type Values } from "./changes.ts"
import { checkIssues, lockNothing } from "./checkIssues.ts"
import type { OutcomeIds } from "./command.ts"
import { doorFieldsOf, withCustom } from "./customFields.ts"
import type { Derived } from "./derived.ts"
import type { Entity } from "./entity.ts"
import type { Refusal } from "./errors.ts"
import type { Fields } from "./field.ts"
import { fieldsOf } from "./fields.ts"
import type { HistoryEntry } from "./history.ts"
import { withComputed } from "./insertions.ts"
import { ERASE } from "./journal.ts"
import type { DecisionContext, Executable } from "./machine.ts"
import { type MassOutcome, MassUpdateRefused, type RecordRefused } from "./massOutcome.ts"
import { flatValues } from "./nesting.ts"
import { changedNames } from "./recordChange.ts"
import type { RecordValues } from "./records.ts"
import { forbidden, type InputIssue, InvalidInput, NotFound, RuleBroken, VersionConflict } from "./refusals.ts"
import { checkFields, referencesIn, writeRefused } from "./rights/bounds.ts"
import { asKnown } from "./rights/knownModel.ts"
import { ruleIssues } from "./ruleIssues.ts"
import { UniqueTaken } from "./storeErrors.ts"

/** The most records that one command updates. */
export const MASS_LIMIT = 1000

interface MassInput {
  readonly ids: readonly string[]
  readonly set: Values
  readonly refused: "all" | "skip"
}

/** Sets the same values in many records. */
export const massUpdateCommand = (name: string, entity: Entity): Executable => ({
  name: `${name}.massUpdate`,
  input: {},
  decode: (given, { model, derived }) => decodeMass(doorFieldsOf(model, entity), derived, given, MASS_LIMIT),
  references: (input: MassInput, model) => referencesIn(model, fieldsOf(model, entity), input.set),
  locks: (input: MassInput) => input.ids.map((id) => ({ entity, id })),
  decide: async (ctx, input: MassInput) => {
    const set = valuesToSet(ctx, name, entity, input.set)
    const writing = { ...ctx, right: `${name}.massUpdate` }
    const rows = await seenRows(ctx, entity, input.ids)
    const taken = await takenValues(ctx, entity, rows, { ...input, set })
    const sides = input.ids.map((id) => judged(writing, entity, id, rows.get(id), set, taken))
    return concluded(entity, await checked(ctx, entity, sides, rows, set), input.refused)
  },
  answer: async (_, outcome: StoredMass) => outcomeOf(outcome),
})

/** The values of a mass update with the tenant's own fields; refuses with `InvalidInput` and `Forbidden`. */
export const valuesToSet = (ctx: DecisionContext, name: string, entity: Entity, given: Values): Values => {
  const set = withCustom(asKnown(ctx), entity, given, "patch", "set.")
  checkFields({ ...ctx, right: `${name}.massUpdate` }, entity, Object.keys(set))
  return set
}

/** Who writes by which right. */
interface Writing extends Pick<DecisionContext, "model" | "actor"> {
  readonly right: string
}

/** A record as the update would leave it, or why it stays as it is. */
type Judged =
  | { readonly kind: "updated"; readonly id: string; readonly change: Change }
  | { readonly kind: "unchanged"; readonly id: string }
  | { readonly kind: "failed"; readonly id: string; readonly error: Refusal }

const judged = (
  writing: Writing,
  entity: Entity,
  id: string,
  row: RecordValues | undefined,
  set: Values,
  taken: ReadonlyMap<string, string>,
): Judged => {
  if (!row) return { kind: "failed", id, error: new NotFound({ entity: entity.name, id }) }
  const { model } = writing
  const after = { ...row, ...withComputed(model, entity, row, set) }
  const error = writeRefused(writing, entity, row, after, Object.keys(set))
  if (error) return { kind: "failed", id, error }
  if (changedNames(row, after).length === 0) return { kind: "unchanged", id }
  for (const [field, owner] of taken)
    if (owner !== id) return { kind: "failed", id, error: new UniqueTaken({ table: entity.name, columns: [field] }) }
  const [issue] = ruleIssues(model, entity, after)
  if (issue) return { kind: "failed", id, error: new RuleBroken({ entity: entity.name, ...issue }) }
  return { kind: "updated", id, change: patchOf(entity, row, set) }
}

/** The same after the checks; those that fail are taken out and the rest is checked again, as it would then be. */
const checked = async (
  ctx: DecisionContext,
  entity: Entity,
  sides: readonly Judged[],
  rows: ReadonlyMap<string, RecordValues>,
  set: Values,
): Promise<readonly Judged[]> => {
  const batch = sides.flatMap(({ kind, id }) => {
    const before = rows.get(id)
    if (kind !== "updated" || !before) return []
    return [{ id, before, after: { ...before, ...withComputed(ctx.model, entity, before, set) } }]
  })
  const issues = await checkIssues(ctx.model, entity, batch, { read: ctx.read, lock: lockNothing })
  if (issues.size === 0) return sides
  const left = sides.map((side): Judged => {
    const issue = issues.get(side.id)
    if (!issue) return side
    return { kind: "failed", id: side.id, error: new RuleBroken({ entity: entity.name, ...issue }) }
  })
  return checked(ctx, entity, left, rows, set)
}

/** For each unique field that is set: the record that has the value, or the first that would get it. */
const takenValues = async (
  ctx: DecisionContext,
  entity: Entity,
  rows: ReadonlyMap<string, RecordValues>,
  { ids, set }: MassInput,
): Promise<ReadonlyMap<string, string>> => {
  const taken = new Map<string, string>()
  const fields = fieldsOf(ctx.model, entity)
  for (const [field, value] of Object.entries(set)) {
    if (!fields[field]?.options.unique || value === null) continue
    const [owner] = await ctx.read.find(entity, { [field]: value } as never, { limit: 1 })
    const first = owner?.id ?? ids.find((id) => rows.has(id))
    if (first !== undefined) taken.set(field, first)
  }
  return taken
}

/** Gives a command's records of this entity their values back, where they are as the command left them. */
export const undoCommand = (name: string, entity: Entity): Executable => ({
  name: `${name}.undo`,
  input: {},
  decode: decodeUndoOf("seq"),
  locks: () => [],
  decide: (ctx, input: UndoInput) => undoneBy(ctx, name, entity, input, ["patch"]),
  answer: async (_, outcome: StoredMass) => outcomeOf(outcome),
})

/** The same for some of a command's records, as a batch asks for it: those that it has made are removed. */
export const undoSomeCommand = (name: string, entity: Entity): Executable => ({
  ...undoCommand(name, entity),
  decode: (given) => given as Readonly<Record<string, unknown>>,
  decide: (ctx, input: UndoInput) => undoneBy(ctx, name, entity, input, ["patch", "create"]),
})

interface UndoInput {
  readonly seq: number
  readonly refused: "all" | "skip"
  /** Only these; all by default. */
  readonly records?: readonly string[]
}

const undoneBy = async (
  ctx: DecisionContext,
  name: string,
  entity: Entity,
  input: UndoInput,
  verbs: readonly HistoryEntry["verb"][],
) => {
  const entries = await ctx.history({ entity: entity.name, seq: input.seq })
  const wanted = input.records && new Set(input.records)
  const changed = entries.filter(
    ({ verb, command, record }) => verbs.includes(verb) && command !== ERASE && (wanted?.has(record) ?? true),
  )
  const rows = await seenRows(
    ctx,
    entity,
    changed.map(({ record }) => record),
  )
  // What the actor may not see was not changed, as far as the actor knows.
  const patched = changed.filter(({ record }) => ctx.view === ctx.read || rows.has(record))
  const writing = { ...ctx, right: `${name}.undo` }
  return concluded(
    entity,
    patched.map((entry) => undone(writing, entity, entry, rows.get(entry.record))),
    input.refused,
  )
}

const undone = (writing: Writing, entity: Entity, entry: HistoryEntry, row: RecordValues | undefined): Judged => {
  const id = entry.record
  if (!row) return { kind: "failed", id, error: new NotFound({ entity: entity.name, id }) }
  if (row.version !== entry.version) {
    const versions = { expected: entry.version, actual: row.version ?? 0 }
    return { kind: "failed", id, error: new VersionConflict({ entity: entity.name, id, ...versions }) }
  }
  if (entry.verb === "create") {
    const refused = writeRefused(writing, entity, row, row, [])
    return refused ? { kind: "failed", id, error: refused } : { kind: "updated", id, change: remove(entity, row) }
  }
  const names = new Set([...Object.keys(entry.before), ...Object.keys(entry.after)])
  const set = Object.fromEntries([...names].map((field) => [field, entry.before[field] ?? null]))
  const error = writeRefused(writing, entity, row, { ...row, ...set }, [...names])
  // A field that the actor may not see stays unnamed.
  if (error) return { kind: "failed", id, error: InvalidInput.is(error) ? forbidden(writing.right) : error }
  return { kind: "updated", id, change: patchOf(entity, row, set) }
}

interface StoredMass extends OutcomeIds {
  readonly updated: readonly string[]
  readonly unchanged: readonly string[]
  /** Each as JSON: ids, tags and the numbers of a refusal, never values of fields. */
  readonly failed: readonly string[]
}

const concluded = (entity: Entity, sides: readonly Judged[], refused: "all" | "skip") => {
  const failed = sides.flatMap((side) => (side.kind === "failed" ? [refusedRecord(side.id, side.error)] : []))
  if (failed.length > 0 && refused === "all") return new MassUpdateRefused({ entity: entity.name, failed })
  const idsOf = (kind: Judged["kind"]) => sides.filter((side) => side.kind === kind).map(({ id }) => id)
  const outcome: StoredMass = {
    updated: idsOf("updated"),
    unchanged: idsOf("unchanged"),
    failed: failed.map((one) => canonical(one as unknown as Canonical)),
  }
  return { changes: sides.flatMap((side) => (side.kind === "updated" ? [side.change] : [])), outcome }
}

const outcomeOf = ({ updated, unchanged, failed }: StoredMass): MassOutcome => ({
  updated,
  unchanged,
  failed: failed.map((one) => JSON.parse(one) as RecordRefused),
})

const refusedRecord = (id: string, { _tag, params, message }: Refusal): RecordRefused => ({
  id,
  tag: _tag,
  params,
  message,
})

/** The whole records among these that the actor may see. */
const seenRows = async (
  ctx: DecisionContext,
  entity: Entity,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RecordValues>> => {
  const rows = await rowsById(ctx, entity, ids)
  if (ctx.view === ctx.read) return rows
  const seen = new Set((await ctx.view.find(entity, { id: { in: ids } } as never)).map(({ id }) => id as string))
  return new Map([...rows].filter(([id]) => seen.has(id)))
}

const rowsById = async (
  ctx: DecisionContext,
  entity: Entity,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RecordValues>> => {
  const rows = await ctx.read.find(entity, { id: { in: ids } } as never)
  const fields = fieldsOf(ctx.model, entity)
  return new Map(rows.map((row) => [row.id, flatValues(fields, row as never) as RecordValues]))
}

/** What a mass update is given, with at most so many ids; refuses with `InvalidInput`. */
export const decodeMass = (
  fields: Fields,
  derived: Derived,
  given: unknown,
  most: number,
): Readonly<Record<string, unknown>> => {
  const { ids, set, refused, ...rest } = { ...(given as Record<string, unknown>) }
  const issues: InputIssue[] = Object.keys(rest).map((path) => ({ path, message: "is not known here" }))
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > most || !ids.every((id) => typeof id === "string"))
    issues.push({ path: "ids", message: `must be 1 to ${most} ids` })
  if (refused !== "all" && refused !== "skip") issues.push({ path: "refused", message: 'must be "all" or "skip"' })
  const decoded = derived.decode(fields, set, "patch")
  if (!decoded.ok) issues.push(...decoded.issues.map((issue) => ({ ...issue, path: `set.${issue.path}` })))
  else
    for (const name of Object.keys(decoded.values))
      if (fields[name]?.spec.kind === "children")
        issues.push({ path: `set.${name}`, message: "is a list, which is patched in one record at a time" })
  if (issues.length > 0 || !decoded.ok) throw new InvalidInput({ issues })
  return { ids: [...new Set(ids as readonly string[])], set: decoded.values, refused }
}

/** What an undo is given: of a command by its `seq`, or of a batch by its id. Refuses with `InvalidInput`. */
export const decodeUndoOf =
  (what: "seq" | "batch"): ((given: unknown) => Readonly<Record<string, unknown>>) =>
  (given) => {
    const { [what]: source, refused, ...rest } = { ...(given as Record<string, unknown>) }
    const issues: InputIssue[] = Object.keys(rest).map((path) => ({ path, message: "is not known here" }))
    if (what === "seq" && (!Number.isSafeInteger(source) || Number(source) < 1))
      issues.push({ path: "seq", message: "must be a command's seq" })
    if (what === "batch" && (typeof source !== "string" || /\0|\p{Surrogate}/u.test(source)))
      issues.push({ path: "batch", message: "must be a batch's id" })
    if (refused !== "all" && refused !== "skip") issues.push({ path: "refused", message: 'must be "all" or "skip"' })
    if (issues.length > 0) throw new InvalidInput({ issues })
    return { [what]: source, refused }
  }

/** Apply: turns a command's changes into rows and journal changes, with versions, computed fields and rules checked. */
import { isCurrencyBelow } from "./amounts.ts"
import { arranged, type Moved } from "./arrangement.ts"
import type { Change, Changes, Values } from "./changes.ts"
import { checkIssues } from "./checkIssues.ts"
import type { Lock } from "./command.ts"
import { checkCustomNames } from "./customFields.ts"
import type { Derived } from "./derived.ts"
import type { Entity } from "./entity.ts"
import { fieldsOf, partsOf } from "./fields.ts"
import { groupBy } from "./groupBy.ts"
import { insertionsOf, withComputed } from "./insertions.ts"
import { type Held, lockRecords, Restart } from "./locks.ts"
import { type Model, recordKey } from "./model.ts"
import { flatValues } from "./nesting.ts"
import { changedNames } from "./recordChange.ts"
import { forgetAbove, type Records, type RecordValues } from "./records.ts"
import { NotFound, RuleBroken, TooManyRecords, VersionConflict } from "./refusals.ts"
import { type Roots, rootsOf, type Stepped } from "./roots.ts"
import { ruleIssues } from "./ruleIssues.ts"
import { writeTokens } from "./searchTable.ts"
import type { Transaction } from "./store.ts"
import { type Rewritten, type Rows, writeRows } from "./writeRows.ts"
import { changedSince, noteMadeRoot, noteRecord, noteStep, type Written, type WrittenRecord } from "./written.ts"

/** The most records that one command writes; more is work for several. */
export const MAX_RECORDS = 1000

/** What applying needs from the running command. */
export interface ApplyContext {
  readonly model: Model
  readonly derived: Derived
  readonly tx: Transaction
  readonly tenant: string
  readonly records: Records
  readonly newId: (entity: Entity) => string
  readonly held: Held
  /** What the running command has written before. */
  readonly written: Written
  /** Neither a rule nor a ledger keeps personal values from being erased. */
  readonly isErasing: boolean
}

/** The patches of one record in one command, as one. */
interface Patched {
  readonly entity: Entity
  readonly id: string
  readonly expected: readonly number[]
  readonly set: Values
  /** Its new place in its parent's list. */
  readonly to?: number
}

interface Removed {
  readonly entity: Entity
  readonly row: RecordValues
}

/**
 * Writes the changes and notes them for the journal. A patch to what is already so writes nothing; a removed record
 * takes its parts with it. Refuses with `NotFound`, `VersionConflict`, `RuleBroken`, `TooManyRecords`.
 *
 * `by` is the plugin whose hook made the changes, null for the command itself.
 */
export const applyChanges = async (ctx: ApplyContext, changes: Changes, by: string | null): Promise<void> => {
  if (changes.length === 0) return
  const { model, records } = ctx
  const fresh = await insertionsOf(model, changes, records, ctx.newId, ctx.derived.kept)
  const { inserted, moved } = await arranged(model, changes, fresh, records)
  const patched = mergedPatches(ctx, changes, moved)
  const current = await currentRows(ctx, changes, moved)
  const removed = await withParts(ctx, changes, current)
  const roots = await rootsOf(ctx.model, ctx.records, inserted, [
    ...inserted.flatMap(({ entity, parent }) => (parent === null ? [] : [{ entity, parent }])),
    ...[...current].flatMap(([, { entity, row }]) => partOf(entity, row)),
    ...removed.flatMap(({ entity, row }) => partOf(entity, row)),
  ])
  for (const row of inserted) checkRecord(ctx.model, row.entity, { ...row.values, id: row.id }, row.parent, roots)
  const isRemoved = new Set(removed.map(({ entity, row }) => recordKey(entity, row.id)))
  const rewritten: Rewritten[] = []
  for (const patch of patched) {
    if (isRemoved.has(recordKey(patch.entity, patch.id))) continue
    const change = await rewrite(ctx, patch, rowAt(current, patch.entity, patch.id), roots, isRemoved)
    if (change) rewritten.push(change)
  }
  const rows = { inserted, rewritten, removed }
  const notes = notesOf(rows, roots)
  checkLimit(ctx, notes)
  await lockStepped(ctx, roots.stepped())
  if (!ctx.isErasing) await checkBatch(ctx, inserted, rewritten)
  await writeRows(ctx, { ...rows, stepped: roots.stepped() })
  await writeTokens(ctx, notes)
  for (const { entity, id, parent } of inserted) if (parent === null) noteMadeRoot(ctx.written, entity, id)
  const names = new Map(rewritten.map((change) => [recordKey(change.entity, change.before.id), change.names]))
  for (const root of roots.stepped()) noteStep(ctx.written, root, names.get(recordKey(root.entity, root.id)) ?? [])
  for (const note of notes) noteRecord(ctx.written, note, by)
}

/** Runs the checks of each entity over all its records at once. */
const checkBatch = async (
  ctx: ApplyContext,
  inserted: Rows["inserted"],
  rewritten: Rows["rewritten"],
): Promise<void> => {
  const lock = (locks: readonly Lock[]): Promise<void> =>
    lockRecords(ctx.model, { tx: ctx.tx, tenant: { id: ctx.tenant }, held: ctx.held }, locks)
  const batch = [
    ...inserted.map(({ entity, id, values }) => ({ entity, id, before: null, after: values })),
    ...rewritten.map(({ entity, before, after }) => ({ entity, id: before.id, before, after })),
  ]
  for (const [entity, some] of groupBy(batch, (one) => one.entity)) {
    const issues = await checkIssues(ctx.model, entity, some, { read: ctx.records, lock })
    for (const issue of issues.values()) throw new RuleBroken({ entity: entity.name, ...issue })
  }
}

type Note = Omit<WrittenRecord, "by">

/** What becomes of each record; it also steps the roots of those that exist. */
const notesOf = ({ inserted, rewritten, removed }: Omit<Rows, "stepped">, roots: Roots): readonly Note[] => [
  ...inserted.map(({ entity, id, parent, values }): Note => {
    const root = parent === null ? recordKey(entity, id) : roots.stepAbove({ entity, parent })
    return { entity, id, root, parent, before: null, after: values }
  }),
  ...rewritten.map(({ entity, before, after }): Note => {
    return { entity, id: before.id, root: stepOf(roots, entity, before), parent: null, before, after }
  }),
  ...removed.map(({ entity, row }): Note => {
    return { entity, id: row.id, root: stepOf(roots, entity, row), parent: null, before: row, after: null }
  }),
]

const checkLimit = ({ written }: ApplyContext, notes: readonly Note[]): void => {
  const fresh = notes.filter(({ entity, id }) => !written.records.has(recordKey(entity, id)))
  const given = written.records.size + fresh.length
  if (given > MAX_RECORDS) throw new TooManyRecords({ most: MAX_RECORDS, given })
}

/**
 * Locks the roots that are written and were not locked before. One that somebody has changed since it was read starts
 * the command again, with that lock taken first.
 */
const lockStepped = async (ctx: ApplyContext, stepped: readonly Stepped[]): Promise<void> => {
  const missing = stepped.filter(({ entity, id }) => !isHeld(ctx, entity, id))
  if (missing.length === 0) return
  await lockRecords(ctx.model, { tx: ctx.tx, tenant: { id: ctx.tenant }, held: ctx.held }, missing)
  for (const [entity, some] of groupBy(missing, (root) => root.entity)) {
    const ids = some.map(({ id }) => id)
    const rows = await ctx.records.byIds(entity, ids)
    if (some.some(({ id, version }) => rows.get(id)?.version !== version)) throw new Restart(missing)
  }
}

const isHeld = ({ held, written }: ApplyContext, entity: Entity, id: string): boolean => {
  const key = recordKey(entity, id)
  return held.keys.has(key) || written.roots.get(key)?.base === 0
}

/**
 * One patch per record: two parts of a decision may both have something to say about it. Both saw the record as it
 * was, so two that set one field to different values (a balance, twice) would lose the first: that is a bug.
 */
const mergedPatches = (
  { model, isErasing }: ApplyContext,
  changes: Changes,
  moved: readonly Moved[],
): readonly Patched[] => {
  const merged = new Map<string, Patched>()
  for (const change of changes) {
    if (change.verb !== "patch") continue
    if (!isErasing) checkLedger(change)
    const { entity, id, expectedVersion } = change
    const set = flatValues(fieldsOf(model, entity), change.set)
    checkCustomNames(model, entity, set)
    const before = merged.get(recordKey(entity, id))
    for (const name of Object.keys(set))
      if (before && Object.hasOwn(before.set, name) && changedNames(before.set, { [name]: set[name] }).length > 0)
        throw new Error(`${entity.name}.${name} is set twice in one command, to different values`)
    const expected = [...(before?.expected ?? []), ...(expectedVersion === null ? [] : [expectedVersion])]
    merged.set(recordKey(entity, id), { entity, id, expected, set: { ...before?.set, ...set } })
  }
  for (const { entity, row, to } of moved) {
    const before = merged.get(recordKey(entity, row.id)) ?? { entity, id: row.id, expected: [], set: {} }
    merged.set(recordKey(entity, row.id), { ...before, to })
  }
  return [...merged.values()]
}

const checkLedger = ({ entity, verb }: Change): void => {
  if (entity.ledger) throw new Error(`${entity.name} is a ledger: its records take no ${verb}`)
}

type Current = ReadonlyMap<string, { readonly entity: Entity; readonly row: RecordValues }>

const currentRows = async (ctx: ApplyContext, changes: Changes, moved: readonly Moved[]): Promise<Current> => {
  const rows = new Map(moved.map(({ entity, row }) => [recordKey(entity, row.id), { entity, row }]))
  const wanted = changes.flatMap((change) => (change.verb === "patch" || change.verb === "remove" ? [change] : []))
  for (const [entity, some] of groupBy(wanted, (change) => change.entity))
    for (const [id, row] of await ctx.records.byIds(entity, [...new Set(some.map((change) => change.id))]))
      rows.set(recordKey(entity, id), { entity, row })
  return rows
}

const rowAt = (rows: Current, entity: Entity, id: string): RecordValues => {
  const found = rows.get(recordKey(entity, id))
  if (!found) throw new NotFound({ entity: entity.name, id })
  return found.row
}

/** The records to remove and everything below them, each once. */
const withParts = async (ctx: ApplyContext, changes: Changes, current: Current): Promise<readonly Removed[]> => {
  const removed = new Map<string, Removed>()
  const add = async (entity: Entity, rows: readonly RecordValues[]): Promise<void> => {
    const fresh = rows.filter((row) => !removed.has(recordKey(entity, row.id)))
    if (fresh.length === 0) return
    for (const row of fresh) removed.set(recordKey(entity, row.id), { entity, row })
    for (const { child } of partsOf(ctx.model, entity)) {
      const ids = fresh.map(({ id }) => id)
      const parts = await ctx.records.children(child, ids)
      const fields = fieldsOf(ctx.model, child)
      await add(
        child,
        parts.map((part) => flatValues(fields, part as never) as RecordValues),
      )
    }
  }
  for (const change of changes) {
    if (change.verb !== "remove") continue
    checkLedger(change)
    await add(change.entity, [rowAt(current, change.entity, change.id)])
  }
  return [...removed.values()]
}

/** The record after a patch, checked; null if nothing differs. */
const rewrite = async (
  ctx: ApplyContext,
  { entity, set, expected, to }: Patched,
  before: RecordValues,
  roots: Roots,
  isRemoved: ReadonlySet<string>,
): Promise<Rewritten | null> => {
  for (const version of expected) checkVersion(ctx, entity, before, version, set)
  const { model, derived } = ctx
  const given = derived.kept(fieldsOf(model, entity), withComputed(model, entity, before, set))
  const after = { ...before, ...given, ...(to === undefined ? {} : { position: to }) }
  const names = changedNames(before, after)
  if (names.length === 0) return null
  if (ctx.isErasing) return { entity, before, after, names }
  checkRecord(ctx.model, entity, after, before.version === undefined ? String(before["parent"]) : null, roots)
  for (const name of names.filter((one) => isCurrencyBelow(ctx.model, entity, one))) {
    if (await hasParts(ctx, entity, before.id, isRemoved))
      throw new RuleBroken({ entity: entity.name, field: name, rule: "cannot change while amounts depend on it" })
    forgetAbove(ctx.tx)
  }
  return { entity, before, after, names }
}

/**
 * A record that others changed since it was read is a conflict; one that this command itself changed meanwhile is none
 * as long as the patch leaves those values alone, and a bug otherwise.
 */
const checkVersion = (ctx: ApplyContext, entity: Entity, before: RecordValues, expected: number, set: Values): void => {
  if (before.version === undefined || expected === before.version) return
  const changed = changedSince(ctx.written, recordKey(entity, before.id), expected)
  if (changed === null) {
    if (!isHeld(ctx, entity, before.id)) throw new Restart([{ entity, id: before.id }])
    throw new VersionConflict({ entity: entity.name, id: before.id, expected, actual: before.version })
  }
  const lost = changedNames(before, set).find((name) => changed.includes(name))
  if (lost !== undefined)
    throw new Error(`${entity.name}.${lost} was changed inside the command after it was read: read it again`)
}

const hasParts = async (
  ctx: ApplyContext,
  entity: Entity,
  id: string,
  isRemoved: ReadonlySet<string>,
): Promise<boolean> => {
  for (const { child } of partsOf(ctx.model, entity)) {
    const parts = await ctx.records.children(child, id)
    if (parts.some((part) => !isRemoved.has(recordKey(child, part.id)))) return true
  }
  return false
}

const checkRecord = (model: Model, entity: Entity, row: Values, parent: string | null, roots: Roots): void => {
  const above = (name: string): unknown => (parent === null ? null : roots.valueAbove({ entity, parent }, name))
  const [issue] = ruleIssues(model, entity, row, above)
  if (issue) throw new RuleBroken({ entity: entity.name, field: issue.field, rule: issue.rule })
}

const stepOf = (roots: Roots, entity: Entity, row: RecordValues): string =>
  row.version === undefined
    ? roots.stepAbove({ entity, parent: String(row["parent"]) })
    : roots.step(entity, { id: row.id, version: row.version })

const partOf = (entity: Entity, row: RecordValues): readonly { readonly entity: Entity; readonly parent: string }[] =>
  row.version === undefined ? [{ entity, parent: String(row["parent"]) }] : []

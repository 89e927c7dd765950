/** Apply: turns a command's changes into rows and journal changes, with versions, computed fields and rules checked. */
import { type Canonical, canonical } from "./canonical.ts"
import type { Changes, Values } from "./changes.ts"
import type { Derived } from "./derived.ts"
import type { Entity } from "./entity.ts"
import type { Fields } from "./field.ts"
import type { RecordChange } from "./journal.ts"
import { type Model, recordKey } from "./model.ts"
import { parentageOf, type Records, type RecordValues, tableName } from "./records.ts"
import { NotFound, RuleBroken, VersionConflict } from "./refusals.ts"
import type { Cell, RowPatch, StoredRow, Transaction } from "./store.ts"

/** What applying needs from the running command. */
export interface ApplyContext {
  readonly model: Model
  readonly derived: Derived
  readonly tx: Transaction
  readonly tenant: string
  readonly records: Records
  readonly newId: (entity: Entity) => string
}

interface Inserted {
  readonly entity: Entity
  readonly id: string
  readonly values: Values
  readonly parent: string | null
  readonly position: number
}

/** Writes the changes and returns what the journal must say; refuses with `NotFound`, `VersionConflict`, `RuleBroken`. */
export const applyChanges = async (ctx: ApplyContext, changes: Changes): Promise<readonly RecordChange[]> => {
  const inserted = await insertions(ctx, changes)
  const current = await currentRows(ctx, changes)
  const versions = new Versions(ctx, current)
  const journal: RecordChange[] = []

  for (const row of inserted) {
    checkRules(ctx.model, row.entity, { ...row.values, id: row.id })
    if (row.parent !== null) await versions.touch(row.entity, row.parent)
    journal.push(journalChange(row.entity, row.id, "create", {}, row.values, 1))
  }
  const patches: { readonly entity: Entity; readonly patch: RowPatch }[] = []
  const removals: { readonly entity: Entity; readonly id: string }[] = []
  for (const change of changes) {
    if (change.verb !== "patch" && change.verb !== "remove") continue
    if (change.entity.ledger)
      throw new Error(`${change.entity.name} is a ledger: its records are never ${change.verb}ed`)
    const before = recordAt(current, change.entity, change.id)
    const version = await versions.expect(
      change.entity,
      before,
      change.verb === "patch" ? change.expectedVersion : null,
    )
    if (change.verb === "remove") {
      removals.push({ entity: change.entity, id: change.id })
      journal.push(journalChange(change.entity, change.id, "remove", pick(change.entity, before), {}, version))
      continue
    }
    const set = withComputed(change.entity, before, change.set)
    checkRules(ctx.model, change.entity, { ...before, ...set })
    const isRoot = !ctx.model.parents.has(change.entity.name)
    patches.push({
      entity: change.entity,
      patch: {
        id: change.id,
        expectedVersion: isRoot ? Number(before.version) : null,
        set: ctx.derived.toColumns(pickFields(change.entity.fields, set), { ...before, ...set }),
      },
    })
    const old = Object.fromEntries(Object.keys(set).map((name) => [name, before[name]]))
    journal.push(journalChange(change.entity, change.id, "patch", old, set, version))
  }
  for (const touched of versions.touchedOnly()) patches.push(touched)
  await write(ctx, inserted, patches, removals)
  return journal.map((change) => ({ ...change, version: versions.of(change) }))
}

/** All rows to insert: creates flattened with their children, and children added to existing parents. */
const insertions = async (ctx: ApplyContext, changes: Changes): Promise<readonly Inserted[]> => {
  const rows: Inserted[] = []
  const flatten = (entity: Entity, id: string, given: Values, parent: string | null, position: number): void => {
    const own = completed(entity, given)
    rows.push({ entity, id, values: withComputed(entity, {}, own), parent, position })
    for (const [name, { spec }] of Object.entries(entity.fields)) {
      if (spec.kind !== "children") continue
      const list = (given[name] ?? []) as readonly (Values & { readonly id?: string })[]
      const child = spec.entity as Entity
      for (const [index, item] of list.entries()) flatten(child, item.id ?? ctx.newId(child), item, id, index + 1)
    }
  }
  const lengths = new Map<string, number>()
  for (const change of changes) {
    if (change.verb === "create") flatten(change.entity, change.id, change.values, null, 0)
    if (change.verb !== "add") continue
    const key = `${change.entity.name}/${change.parent}`
    const length = lengths.get(key) ?? (await lastPosition(ctx, change.entity, change.parent))
    lengths.set(key, length + 1)
    flatten(change.entity, change.id ?? ctx.newId(change.entity), change.values, change.parent, length + 1)
  }
  return rows
}

const lastPosition = async (ctx: ApplyContext, entity: Entity, parent: string): Promise<number> => {
  const siblings = await ctx.records.children(entity, parent)
  return siblings.at(-1)?.position ?? 0
}

const completed = (entity: Entity, given: Values): Values => {
  const values: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(entity.fields)) {
    if (field.spec.kind === "children") continue
    values[name] = given[name] ?? field.defaultValue ?? null
    if (values[name] === null && (field.presence === "required" || field.presence === "defaulted"))
      throw new Error(`${entity.name}.${name} is missing in a create`)
  }
  return values
}

const withComputed = (entity: Entity, before: Values, set: Values): Values => {
  const result: Record<string, unknown> = { ...set }
  for (const [name, field] of Object.entries(entity.fields))
    if (field.compute) result[name] = field.compute({ ...before, ...result })
  return result
}

const currentRows = async (ctx: ApplyContext, changes: Changes): Promise<ReadonlyMap<string, RecordValues>> => {
  const wanted = new Map<Entity, Set<string>>()
  for (const change of changes)
    if (change.verb === "patch" || change.verb === "remove")
      wanted.set(change.entity, (wanted.get(change.entity) ?? new Set()).add(change.id))
  const rows = new Map<string, RecordValues>()
  for (const [entity, ids] of wanted)
    for (const [id, row] of await ctx.records.byIds(entity, [...ids])) rows.set(`${entity.name}/${id}`, row)
  return rows
}

const recordAt = (rows: ReadonlyMap<string, RecordValues>, entity: Entity, id: string): RecordValues => {
  const row = rows.get(`${entity.name}/${id}`)
  if (!row) throw new NotFound({ entity: entity.name, id })
  return row
}

const checkRules = (model: Model, entity: Entity, row: Values): void => {
  for (const rule of model.rules.get(entity.name) ?? []) {
    const issue = rule.test(row as never)
    if (issue) throw new RuleBroken({ entity: entity.name, ...issue })
  }
}

/** Versions: one step per root record and command, whichever of its parts was written. */
class Versions {
  readonly #ctx: ApplyContext
  readonly #patched = new Set<string>()
  readonly #roots = new Map<string, { readonly entity: Entity; readonly id: string; readonly version: number }>()
  readonly #rootOf = new Map<string, string>()

  constructor(ctx: ApplyContext, rows: ReadonlyMap<string, RecordValues>) {
    this.#ctx = ctx
    for (const [key, row] of rows) if (row.version !== undefined) this.#patched.add(key)
  }

  /** The version after the change; refuses if the record is not at the expected one. */
  async expect(entity: Entity, row: RecordValues, expected: number | null): Promise<number> {
    if (row.version === undefined) return this.touch(entity, String(row["parent"]), row.id)
    if (expected !== null && expected !== row.version)
      throw new VersionConflict({ entity: entity.name, id: row.id, expected, actual: row.version })
    this.#roots.set(recordKey(entity, row.id), { entity, id: row.id, version: row.version })
    return row.version + 1
  }

  /** Notes that a part of the root above `parent` changes. */
  async touch(child: Entity, parent: string, id?: string): Promise<number> {
    let at = parentageOf(this.#ctx.model, child).entity
    let above = parent
    for (;;) {
      const row = (await this.#ctx.records.byIds(at, [above])).get(above)
      // A parent that is created in the same command has no row yet: its own create carries the version.
      if (!row) return 1
      if (row.version !== undefined) {
        this.#roots.set(recordKey(at, row.id), { entity: at, id: row.id, version: row.version })
        if (id !== undefined) this.#rootOf.set(recordKey(child, id), recordKey(at, row.id))
        return row.version + 1
      }
      above = String(row["parent"])
      at = parentageOf(this.#ctx.model, at).entity
    }
  }

  /** Roots whose own values do not change: an empty patch moves their version. */
  touchedOnly(): readonly { readonly entity: Entity; readonly patch: RowPatch }[] {
    return [...this.#roots]
      .filter(([key]) => !this.#patched.has(key))
      .map(([, root]) => ({ entity: root.entity, patch: { id: root.id, expectedVersion: root.version, set: {} } }))
  }

  /** The version that the journal gives a change. */
  of(change: RecordChange): number {
    const root = this.#roots.get(this.#rootOf.get(`${change.entity}/${change.record}`) ?? "")
    return root ? root.version + 1 : change.version
  }
}

const write = async (
  ctx: ApplyContext,
  inserted: readonly Inserted[],
  patches: readonly { readonly entity: Entity; readonly patch: RowPatch }[],
  removals: readonly { readonly entity: Entity; readonly id: string }[],
): Promise<void> => {
  for (const [entity, rows] of grouped(inserted))
    await ctx.tx.insert(
      tableName(entity),
      ctx.tenant,
      rows.map((row) => cells(ctx, row)),
    )
  for (const [entity, rows] of grouped(patches)) {
    const matched = new Set(
      await ctx.tx.update(
        tableName(entity),
        ctx.tenant,
        rows.map((row) => row.patch),
      ),
    )
    const missed = rows.find((row) => !matched.has(row.patch.id))
    if (missed) throw new Error(`${entity.name} ${missed.patch.id} changed under its lock`)
  }
  for (const [entity, rows] of grouped(removals))
    await ctx.tx.remove(
      tableName(entity),
      ctx.tenant,
      rows.map((row) => row.id),
    )
}

const cells = (ctx: ApplyContext, row: Inserted): StoredRow => {
  const own: Record<string, Cell> = { id: row.id, ...ctx.derived.toColumns(row.entity.fields, row.values) }
  const parentage = ctx.model.parents.get(row.entity.name)
  if (parentage) {
    own[parentage.by] = row.parent
    own[parentage.order] = row.position
  } else own["version"] = 1
  return own
}

const grouped = <T extends { readonly entity: Entity }>(items: readonly T[]): ReadonlyMap<Entity, readonly T[]> => {
  const groups = new Map<Entity, T[]>()
  for (const item of items) {
    const group = groups.get(item.entity)
    if (group) group.push(item)
    else groups.set(item.entity, [item])
  }
  return groups
}

const pickFields = (fields: Fields, set: Values): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name in set))

const pick = (entity: Entity, row: Values): Values =>
  Object.fromEntries(
    Object.entries(entity.fields)
      .filter(([, field]) => field.spec.kind !== "children")
      .map(([name]) => [name, row[name]]),
  )

const journalChange = (
  entity: Entity,
  record: string,
  verb: RecordChange["verb"],
  before: Values,
  after: Values,
  version: number,
): RecordChange => {
  const open = { before: {} as Record<string, Canonical>, after: {} as Record<string, Canonical> }
  const sealed = new Map<string, Record<string, Record<string, Canonical>>>()
  for (const [side, values] of [
    ["before", before],
    ["after", after],
  ] as const) {
    for (const [name, value] of Object.entries(values)) {
      if (value === null || value === undefined) continue
      const personal = entity.fields[name]?.options.personal
      if (!personal) {
        open[side][name] = value as Canonical
        continue
      }
      const subject = personal.of === "id" ? record : String(before[personal.of] ?? after[personal.of] ?? record)
      const part = sealed.get(subject) ?? {}
      part[side] = { ...part[side], [name]: value as Canonical }
      sealed.set(subject, part)
    }
  }
  const unchanged = (name: string): boolean =>
    canonical(open.before[name] ?? null) === canonical(open.after[name] ?? null)
  if (verb === "patch")
    for (const name of Object.keys(open.after))
      if (unchanged(name)) {
        delete open.before[name]
        delete open.after[name]
      }
  return {
    entity: entity.name,
    record,
    verb,
    version,
    ...open,
    sealed: [...sealed].map(([subject, values]) => ({ subject, values })),
  }
}

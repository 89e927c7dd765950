/**
 * Written: what a running command has written so far. Every decision in it is applied at once, so that whatever reads
 * next sees it; what the journal says, and the version that a root ends with, is the difference over the whole command.
 */
import type { Values } from "./changes.ts"
import type { Entity } from "./entity.ts"
import type { Fielded } from "./fields.ts"
import type { RecordChange } from "./journal.ts"
import { recordKey } from "./model.ts"
import { changedNames, erasedChange, recordChange } from "./recordChange.ts"
import type { Stepped } from "./roots.ts"

/** A record as it was before the command and as it is now; null where it does not exist. */
export interface WrittenRecord {
  readonly entity: Entity
  readonly id: string
  /** The key of its root. */
  readonly root: string
  readonly parent: string | null
  readonly before: Values | null
  readonly after: Values | null
  /** The plugins whose hooks had a part in it. */
  readonly by: readonly string[]
}

/** A root whose version the command steps, once, however often it is written. */
export interface WrittenRoot {
  readonly entity: Entity
  readonly id: string
  /** Its version before the command, 0 for a root that the command makes. */
  readonly base: number
  /** Its version in the table now: each apply steps it, so that a stale read inside the command is found. */
  readonly version: number
  /** What has changed in the root's own record, by the version to which it led. */
  readonly steps: readonly { readonly version: number; readonly names: readonly string[] }[]
}

/** Everything that a running command has written, in the order in which it first did. */
export interface Written {
  readonly records: Map<string, WrittenRecord>
  readonly roots: Map<string, WrittenRoot>
}

/** Nothing written yet. */
export const nothingWritten = (): Written => ({ records: new Map(), roots: new Map() })

/** Notes a record that was written, by the command itself or by a plugin's hook. */
export const noteRecord = ({ records }: Written, next: Omit<WrittenRecord, "by">, by: string | null): void => {
  const key = recordKey(next.entity, next.id)
  const known = records.get(key)
  const names = known?.by ?? []
  const all = by === null || names.includes(by) ? names : [...names, by]
  records.set(key, { ...next, before: known ? known.before : next.before, by: all })
}

/** Notes a root that the command has made. */
export const noteMadeRoot = ({ roots }: Written, entity: Entity, id: string): void => {
  roots.set(recordKey(entity, id), { entity, id, base: 0, version: 1, steps: [] })
}

/** Notes that a root's version has stepped in its table, and what changed in its own record. */
export const noteStep = ({ roots }: Written, { entity, id, version }: Stepped, names: readonly string[]): void => {
  const known = roots.get(recordKey(entity, id))
  const steps = [...(known?.steps ?? []), { version: version + 1, names }]
  roots.set(recordKey(entity, id), { entity, id, base: known?.base ?? version, version: version + 1, steps })
}

/** What the command has changed of a root's own record since it had this version; null if it never had it here. */
export const changedSince = ({ roots }: Written, key: string, version: number): readonly string[] | null => {
  const root = roots.get(key)
  if (!root || version < Math.max(root.base, 1) || version > root.version) return null
  return root.steps.filter((step) => step.version > version).flatMap(({ names }) => names)
}

/** Remembers what is written now; the function that it gives goes back to that. */
export const markOf = ({ records, roots }: Written): (() => void) => {
  const before = { records: [...records], roots: [...roots] }
  return () => {
    records.clear()
    roots.clear()
    for (const [key, record] of before.records) records.set(key, record)
    for (const [key, root] of before.roots) roots.set(key, root)
  }
}

/** Whether a record is another one than before the command. */
export const isChanged = ({ before, after }: WrittenRecord): boolean => {
  if (before === null || after === null) return before !== after
  // The version in the table steps with every apply; what counts is whether a value differs.
  return changedNames(before, after).some((name) => name !== "version")
}

/** What the journal says of the command: one change per record that is another one than before. */
export const changesOf = (model: Fielded, written: Written, isErasing: boolean): readonly RecordChange[] => {
  const versions = finalVersions(written)
  return [...written.records.values()].filter(isChanged).map((record) => {
    const { entity, id, root, before, after, by } = record
    const verb = before === null ? "create" : after === null ? "remove" : "patch"
    const sides = { before: before ?? {}, after: after ?? {} }
    const version = versions.get(root) ?? 1
    const at = { record: id, root, version }
    if (isErasing) return erasedChange(model, entity, at, sides)
    const change = recordChange(model, entity, at, verb, sides)
    return by.length > 0 ? { ...change, by: by.join(", ") } : change
  })
}

/** The roots whose version in the table is not the one that they end with. */
export const versionsToSet = (written: Written): readonly (WrittenRoot & { readonly final: number })[] => {
  const versions = finalVersions(written)
  return [...written.roots].flatMap(([key, root]) => {
    const final = versions.get(key) ?? root.base
    return final === root.version || written.records.get(key)?.after === null ? [] : [{ ...root, final }]
  })
}

const finalVersions = ({ records, roots }: Written): ReadonlyMap<string, number> => {
  const changed = new Set([...records.values()].filter(isChanged).map(({ root }) => root))
  return new Map([...roots].map(([key, { base }]) => [key, base === 0 || changed.has(key) ? base + 1 : base]))
}

/** Shown changes: what an actor may see of changes: in a preview, in a record's history, in the change feed. */
import type { Canonical } from "../canonical.ts"
import type { Entity } from "../entity.ts"
import { groupBy } from "../groupBy.ts"
import type { HistoryEntry, PlacedEntry } from "../history.ts"
import type { RecordChange } from "../journal.ts"
import { type Model, recordKey } from "../model.ts"
import { rootsAbove } from "../records.ts"
import { everything, type View } from "../view.ts"
import type { Seeing } from "./seeing.ts"

/**
 * The changes of records that the actor may see, without fields that the actor may not see. A record that is gone is
 * shown only where all of its kind are visible: nothing tells any more whose it was.
 */
export const shownChanges = async (
  model: Model,
  { view: read, facts }: Pick<Seeing, "view" | "facts">,
  changes: readonly RecordChange[],
): Promise<readonly RecordChange[]> => {
  const { view } = read
  if (view === everything) return changes
  const seen = new Set<string>()
  const roots = new Map<string, Readonly<Record<string, unknown>>>()
  for (const [name, some] of groupBy(changes, ({ entity }) => entity)) {
    const entity = entityNamed(model, name)
    const ids = [...new Set(some.map(({ record }) => record))]
    const found = [...(await read.byIds(entity, ids)).values()]
    for (const { id } of found) seen.add(recordKey(entity, id))
    const whole = [...(await facts.byIds(entity, ids)).values()]
    for (const [id, root] of await rootsAbove(model, facts, entity, whole)) roots.set(recordKey(entity, id), root)
  }
  return changes.flatMap((change) => {
    const entity = entityNamed(model, change.entity)
    const key = recordKey(entity, change.record)
    if (!seen.has(key) && !(change.verb === "remove" && view.rows(entity) === null)) return []
    const isShown = shownNames(view, entity, roots.get(key) ?? {})
    const sealed = change.sealed.map((part) => ({ ...part, values: sealedSides(part.values, isShown) }))
    return [{ ...change, before: only(change.before, isShown), after: only(change.after, isShown), sealed }]
  })
}

/** The entries of a record's history without parts and fields that may not be seen of the record as it is today. */
export const shownHistory = async (
  model: Model,
  { view: read, facts }: Pick<Seeing, "view" | "facts">,
  entity: Entity,
  record: string,
  entries: readonly HistoryEntry[],
): Promise<readonly HistoryEntry[]> => {
  if (read.view === everything) return entries
  const found = [...(await facts.byIds(entity, [record])).values()]
  const root = (await rootsAbove(model, facts, entity, found)).get(record) ?? {}
  return entries.flatMap((entry) => {
    const of = entityNamed(model, entry.entity)
    if (read.view.reaches?.(of, root) === false) return []
    const isShown = shownNames(read.view, of, root)
    return [{ ...entry, before: only(entry.before, isShown), after: only(entry.after, isShown) }]
  })
}

/**
 * Which fields of each change may be seen, null where none may: a change is seen as its root is today, by the rules of
 * its history. What is left of a root that is gone is shown only where all of its kind are visible.
 */
export const shownOfRoots = async (
  model: Model,
  { view: read, facts }: Pick<Seeing, "view" | "facts">,
  changes: readonly PlacedEntry[],
): Promise<(change: PlacedEntry) => IsShown | null> => {
  if (read.view === everything) return () => () => true
  const roots = new Map<string, Readonly<Record<string, unknown>>>()
  const wanted = new Map([...new Set(changes.map(({ root }) => root))].map((root) => [root, rootNamed(root)]))
  for (const [name, some] of groupBy([...wanted.values()], ({ entity }) => entity)) {
    const entity = model.entities.get(name)
    const ids = some.map(({ id }) => id)
    if (entity) for (const [id, row] of await facts.byIds(entity, ids)) roots.set(recordKey(entity, id), row)
  }
  return ({ entry, root: key }) => {
    const entity = model.entities.get(entry.entity)
    if (!entity) return null
    const root = roots.get(key)
    const isSeen = root ? read.view.reaches?.(entity, root) !== false : read.view.rows(entity) === null
    return isSeen ? shownNames(read.view, entity, root ?? {}) : null
  }
}

const rootNamed = (key: string): { readonly entity: string; readonly id: string } => {
  const slash = key.indexOf("/")
  return { entity: key.slice(0, slash), id: key.slice(slash + 1) }
}

type IsShown = (name: string) => boolean

const shownNames = (view: View, entity: Entity, root: Readonly<Record<string, unknown>>): IsShown => {
  const also = view.masks?.(entity)?.(root)
  return (name) => view.shows(entity, name) || (also?.has(name) ?? false)
}

const only = <V>(values: Readonly<Record<string, V>>, isShown: IsShown): Readonly<Record<string, V>> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => isShown(name)))

/** Personal values lie apart, a side each. */
const sealedSides = (values: Canonical, isShown: IsShown): Canonical =>
  Object.fromEntries(
    Object.entries(values as Record<string, Record<string, Canonical>>).map(([side, own]) => [
      side,
      only(own, isShown),
    ]),
  )

const entityNamed = (model: Model, name: string): Entity => {
  const entity = model.entities.get(name)
  if (!entity) throw new Error(`No plugin lists the entity ${name}`)
  return entity
}

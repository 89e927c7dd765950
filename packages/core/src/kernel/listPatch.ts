/** List patches: what a patch says of a record's lists of parts, as changes. */
import { type Change, patchOf, type Values } from "./changes.ts"
import type { Entity, ListPatchValues } from "./entity.ts"
import type { Fields } from "./field.ts"
import type { Reads } from "./reads.ts"
import { InvalidInput, NotFound } from "./refusals.ts"

/** What making changes of list patches needs. */
export interface ListContext {
  readonly read: Reads
  newId(entity: Entity): string
}

/** The values of a record's own that a patch sets, without its lists. */
export const ownValues = (entity: Entity, set: Values): Values =>
  Object.fromEntries(Object.entries(set).filter(([name]) => entity.fields[name]?.spec.kind !== "children"))

/**
 * The changes that a decoded patch asks for in the lists of one record, lists of parts of parts included. Refuses with
 * `NotFound` an id that is no part of the list, and with `InvalidInput` a place that the list does not have. Lists that
 * were `read` before need not be read again.
 */
export const listChanges = async (
  ctx: ListContext,
  entity: Entity,
  record: string,
  set: Values,
  read: { readonly [name: string]: unknown } = {},
): Promise<readonly Change[]> => {
  const changes: Change[] = []
  for (const [name, { spec }] of Object.entries(entity.fields)) {
    const given = spec.kind === "children" ? (set[name] as ListPatchValues<Fields> | undefined) : undefined
    if (spec.kind !== "children" || given === undefined || isEmpty(given)) continue
    const part = spec.entity as Entity
    const rows = (read[name] ?? (await ctx.read.children(part, record))) as readonly { readonly id: string }[]
    changes.push(...(await oneList(ctx, part, record, given, { name, rows })))
  }
  return changes
}

const isEmpty = ({ add, change, remove, move }: ListPatchValues<Fields>): boolean =>
  [add, change, remove, move].every(({ length }) => length === 0)

/** A part as its list will be: its id and its values. */
export interface PartAfter {
  readonly id: string
  readonly values: Values
}

/** A list of parts as changes leave it, in order: for a decision that must judge the whole. */
export const listAfter = (
  part: Entity,
  rows: readonly { readonly id: string }[],
  changes: readonly Change[],
): readonly PartAfter[] => {
  const list: PartAfter[] = rows.map((row) => ({ id: row.id, values: row as unknown as Values }))
  const placeOf = (id: string): number => list.findIndex((one) => one.id === id)
  for (const change of changes) {
    if (change.entity !== part || change.id === null) continue
    const { id } = change
    const at = placeOf(id)
    const [before] = change.verb === "add" || at < 0 ? [] : list.slice(at, at + 1)
    if (change.verb === "add") list.push({ id, values: change.values })
    if (change.verb === "patch" && before) list[at] = { id, values: { ...before.values, ...change.set } }
    if (change.verb === "remove" && before) list.splice(at, 1)
    if (change.verb === "move" && before) {
      list.splice(at, 1)
      list.splice(change.to - 1, 0, before)
    }
  }
  return list
}

const oneList = async (
  ctx: ListContext,
  part: Entity,
  record: string,
  given: ListPatchValues<Fields>,
  list: { readonly name: string; readonly rows: readonly { readonly id: string }[] },
): Promise<readonly Change[]> => {
  const ids = new Set(list.rows.map((row) => row.id))
  const known = (id: string): string => {
    if (!ids.has(id)) throw new NotFound({ entity: part.name, id })
    return id
  }
  const added = given.add.map((values) => ({ id: ctx.newId(part), values: values as Values }))
  const length = ids.size - new Set(given.remove).size + added.length
  const changes: Change[] = added.map(({ id, values }) => ({ verb: "add", entity: part, id, parent: record, values }))
  for (const { id, set } of given.change) {
    const own = ownValues(part, set)
    if (Object.keys(own).length > 0) changes.push(patchOf(part, { id: known(id) }, own))
    changes.push(...(await listChanges(ctx, part, known(id), set)))
  }
  for (const id of new Set(given.remove)) changes.push({ verb: "remove", entity: part, id: known(id) })
  for (const [index, { id, added: place, to }] of given.move.entries()) {
    const moved = id === undefined ? added[place ?? -1]?.id : known(id)
    const path = `${list.name}.move[${index}]`
    if (moved === undefined || given.remove.includes(moved))
      throw new InvalidInput({ issues: [{ path, message: "names no part that will be in the list" }] })
    if (to > length)
      throw new InvalidInput({ issues: [{ path: `${path}.to`, message: `must be from 1 to ${length}` }] })
    changes.push({ verb: "move", entity: part, id: moved, to })
  }
  return changes
}

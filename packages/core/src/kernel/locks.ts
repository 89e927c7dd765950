/**
 * Locks: records are locked in (entity rank, id) order, so that no two commands wait for each other in a ring. A lock
 * that comes late and out of order starts the command again with all it is known to need.
 */
import type { Lock } from "./command.ts"
import { groupBy } from "./groupBy.ts"
import { type Model, recordKey } from "./model.ts"
import type { Transaction } from "./store.ts"
import { tableName } from "./tableName.ts"

/** What a running command has locked, in order. */
export interface Held {
  readonly keys: Set<string>
  last: Lock | null
}

/** Starts a command's transaction again, with these locks taken first. */
export class Restart {
  readonly locks: readonly Lock[]
  constructor(locks: readonly Lock[]) {
    this.locks = locks
  }
}

/** Nothing locked yet. */
export const nothingHeld = (): Held => ({ keys: new Set(), last: null })

/** Locks what is not held; throws `Restart` if that must come before what is. */
export const lockRecords = async (
  model: Model,
  place: { readonly tx: Transaction; readonly tenant: { readonly id: string }; readonly held: Held },
  locks: readonly Lock[],
): Promise<void> => {
  const { tx, tenant, held } = place
  const missing = inOrder(model, locks).filter(({ entity, id }) => !held.keys.has(recordKey(entity, id)))
  const [first] = missing
  if (first && held.last && compare(model, first, held.last) < 0) throw new Restart(missing)
  for (const [entity, some] of groupBy(missing, (lock) => lock.entity)) {
    await tx.lock(
      tableName(entity),
      tenant.id,
      some.map(({ id }) => id),
    )
    for (const lock of some) held.keys.add(recordKey(lock.entity, lock.id))
    held.last = some.at(-1) ?? held.last
  }
}

/** Remembers what is held now; the function that it gives goes back to that, where later locks were given back. */
export const markOfHeld = (held: Held): (() => void) => {
  const [keys, last] = [[...held.keys], held.last]
  return () => {
    held.keys.clear()
    for (const key of keys) held.keys.add(key)
    held.last = last
  }
}

/** Each record once, in the order in which all commands lock. */
const inOrder = (model: Model, locks: readonly Lock[]): readonly Lock[] => {
  const distinct = new Map(locks.map((lock) => [recordKey(lock.entity, lock.id), lock]))
  return [...distinct.values()].sort((a, b) => compare(model, a, b))
}

const compare = (model: Model, a: Lock, b: Lock): number =>
  rankOf(model, a) - rankOf(model, b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

const rankOf = (model: Model, { entity }: Lock): number => model.ranks.get(entity.name) ?? model.ranks.size

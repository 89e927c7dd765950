/** Runs the guards of all plugins on what a command has written, before its last lock. */
import type { GuardContext } from "./guard.ts"
import type { RecordChange } from "./journal.ts"
import type { Machine } from "./machine.ts"
import type { Records } from "./records.ts"
import { deniesNothing } from "./rights/rightNames.ts"
import type { Actor } from "./rights.ts"
import { stepRights } from "./standing.ts"
import type { Transaction } from "./store.ts"
import { Tenant } from "./tenant.ts"

/** Where guards run. */
export interface GuardedPlace {
  readonly tx: Transaction
  readonly read: Records
  readonly tenant: { readonly id: string }
  readonly actor: Actor
}

/** Runs them; throws the first refusal. Where rights have changed, others who change them wait from here on. */
export const runGuards = async (
  { model }: Machine,
  { tx, read, tenant, actor }: GuardedPlace,
  changes: readonly RecordChange[],
): Promise<void> => {
  if (changes.length === 0) return
  const changed = new Set(changes.map(({ entity }) => entity))
  // Two who each leave one administrator would together leave none: the counter's lock comes before the guards.
  const isOfRights = model.authority?.reads.some(({ name }) => changed.has(name)) || changed.has(Tenant.name)
  if (isOfRights) await stepRights(tx, tenant.id)
  const ctx: GuardContext = { read, actor, deniesNothing: (rights) => deniesNothing(model, rights) }
  for (const { spec } of model.plugins) {
    for (const guard of spec.guards ?? []) {
      const own = changes.filter(({ entity }) => guard.entities.some(({ name }) => name === entity))
      const refused = own.length > 0 ? await guard.test(ctx, own) : undefined
      if (refused) throw refused
    }
  }
}

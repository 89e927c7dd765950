/** Reading: what a query or a read of a collection runs in: one snapshot, one tenant, one actor with a right. */

import type { QueryContext } from "./command.ts"
import { type Cursors, cursorsOf } from "./cursor.ts"
import { localDate } from "./localDate.ts"
import type { Caller, Machine } from "./machine.ts"
import type { Done } from "./pending.ts"
import { type Records, recordsOf } from "./records.ts"
import { Forbidden } from "./refusals.ts"
import { may } from "./rights.ts"
import { actorOf, tenantOf } from "./standing.ts"
import type { Reader } from "./store.ts"

/** What a read knows. */
export interface ReadScope extends QueryContext {
  readonly read: Records
  /** The store below the records, for what is no record. */
  readonly reader: Reader
  /** The caller's cursors. */
  readonly cursors: Cursors
}

/** Runs a read; refuses with `UnknownTenant`, `UnknownUser` and `Forbidden`. */
export const reading = <T>(
  machine: Machine,
  caller: Caller,
  right: string,
  work: (scope: ReadScope) => Promise<T>,
): Promise<Done<T>> =>
  machine.store.read(async (reader) => {
    const read = recordsOf(machine.model, machine.derived, reader, caller.tenant)
    const tenant = await tenantOf(read, caller.tenant)
    const actor = await actorOf(machine, read, caller)
    if (!may(actor, right)) throw new Forbidden({ right })
    const now = machine.clock.now()
    const { zone, currency } = tenant
    const value = await work({
      tenant: tenant.id,
      actor,
      now,
      today: localDate(now, zone),
      zone,
      currency,
      read,
      reader,
      cursors: cursorsOf({ tenant, actor: actor.id, secret: machine.secret ?? "" }),
    })
    return { value, replayed: false, seq: null }
  })

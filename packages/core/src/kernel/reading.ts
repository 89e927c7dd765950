/** Reading: what a query or a read of a collection runs in: one snapshot, one tenant, one actor with a right. */

import type { QueryContext } from "./command.ts"
import { type Cursors, cursorsOf } from "./cursor.ts"
import { localDate } from "./localDate.ts"
import type { Caller, Machine } from "./machine.ts"
import { observed } from "./observed.ts"
import type { Done } from "./pending.ts"
import type { Records } from "./records.ts"
import { forbidden } from "./refusals.ts"
import { type Seeing, seeing } from "./rights/seeing.ts"
import { may } from "./rights.ts"
import { narrowing } from "./searchNarrowing.ts"
import { standingOf } from "./standing.ts"
import type { Reader } from "./store.ts"

/** What a read knows. */
export interface ReadScope extends QueryContext, Pick<Seeing, "facts" | "view" | "knownModel"> {
  readonly read: Records
  readonly facts: Records
  /** The store below the records, for what is no record. */
  readonly reader: Reader
  /** The caller's cursors. */
  readonly cursors: Cursors
  /** The engine as the tenant has it, with its custom fields. */
  readonly machine: Machine
}

/** Runs a read, with a right or with none of its own; refuses with `UnknownTenant`, `UnknownUser` and `Forbidden`. */
export const reading = <T>(
  machine: Machine,
  caller: Caller,
  right: string | null,
  work: (scope: ReadScope) => Promise<T>,
  name = right ?? "search",
): Promise<Done<T>> => {
  const what = { kind: "query", name, tenant: String(caller.tenant) } as const
  return observed(
    machine.observer,
    what,
    () => readWith(machine, caller, right, work),
    ({ value }) => ({
      outcome: "done",
      ...rowsIn(value),
    }),
  )
}

/** How many rows an answer holds, where it is a list or a page. */
const rowsIn = (value: unknown): { readonly rows?: number } => {
  if (Array.isArray(value)) return { rows: value.length }
  const items = (value as { readonly items?: unknown } | null | undefined)?.items
  return Array.isArray(items) ? { rows: items.length } : {}
}

const readWith = <T>(
  machine: Machine,
  caller: Caller,
  right: string | null,
  work: (scope: ReadScope) => Promise<T>,
): Promise<Done<T>> =>
  machine.store.read(async (given) => {
    const reader = narrowing(given)
    const { machine: own, tenant, actor, read } = await standingOf(machine, reader, caller)
    if (right !== null && !may(actor, right)) throw forbidden(right)
    const now = machine.clock.now()
    const { zone } = tenant
    const seen = seeing(own, { reader, tenant, actor, read })
    const value = await work({
      tenant: tenant.id,
      actor,
      now,
      today: localDate(now, zone),
      zone,
      ...seen,
      read: seen.view,
      reader,
      cursors: cursorsOf({ tenant, actor: actor.id, secret: machine.secret ?? "" }),
      machine: own,
    })
    return { value, replayed: false, seq: null }
  })

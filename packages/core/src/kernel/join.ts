/**
 * Join: commands and reads inside a transaction of the host's own, so that both commit or neither does.
 *
 * Each call runs in a savepoint, one after the other. Their entries are sealed at the end, all at once: the journal's
 * counter stays the last lock that is taken, and the host's commit follows at once.
 */
import type { Caller, Machine, Unsealed } from "./machine.ts"
import type { Done } from "./pending.ts"
import type { Store, Transaction } from "./store.ts"
import { UseContext } from "./storeErrors.ts"
import { inTurn } from "./turn.ts"

/** Opens a session on a machine. */
export type OpenSession = (machine: Machine, caller: Caller, locale: string) => Record<string, unknown>

/** Who joins, and which language its messages are in. */
export interface Joining {
  readonly machine: Machine
  readonly caller: Caller
  readonly locale: string
}

/**
 * Runs the host's work with a session that reads and writes in the host's transaction. When the work throws, or its
 * entries cannot be sealed, all that the session did is undone and the error goes on to the host.
 */
export const join = <T>(
  { machine, caller, locale }: Joining,
  open: OpenSession,
  client: object,
  work: (session: never) => Promise<T>,
): Promise<Done<T>> =>
  machine.store.join(client, async (tx) => {
    const unsealed: Unsealed[] = []
    const calls = joinedCalls(machine.store, tx, unsealed)
    const session = open({ ...machine, store: calls.store, unsealed }, caller, locale)
    try {
      const value = await work(session as never)
      await calls.rest()
      for (const one of unsealed) await one.settle?.(await one.seal())
      return { value, replayed: false, seq: null }
    } finally {
      calls.end()
    }
  })

/** The store as the joined session has it: every read and every write is a savepoint in the host's transaction. */
const joinedCalls = (
  store: Store,
  tx: Transaction,
  unsealed: Unsealed[],
): { readonly store: Store; rest(): Promise<void>; end(): void } => {
  const turn = inTurn()
  let count = 0
  let hasEnded = false
  const inSavepoint = <T>(work: (tx: Transaction) => Promise<T>, signal?: AbortSignal): Promise<T> =>
    turn.take(async () => {
      if (hasEnded) throw new Error("The joined session has ended: nothing more can be asked of it.")
      signal?.throwIfAborted()
      count += 1
      const savepoint = `joined${count}`
      const before = unsealed.length
      await tx.savepoint(savepoint)
      try {
        return await work(tx)
      } catch (error) {
        unsealed.length = before
        await tx.rollbackTo(savepoint)
        throw error
      }
    })
  return {
    store: {
      ...store,
      read: (work) => inSavepoint(work),
      write: (work, { signal } = {}) => inSavepoint(work, signal),
      join: () => Promise.reject(new UseContext({})),
    },
    rest: turn.rest,
    end: () => {
      hasEnded = true
    },
  }
}

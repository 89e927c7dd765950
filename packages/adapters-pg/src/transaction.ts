/** A transaction on one connection: its statements, its end, and what became of it when the connection is lost. */
import type { Bound, OpenTransaction, Patience } from "@anbud/adapter-sql"
import { CommitUnknown, Contention, type StoredRow } from "@anbud/core"
import type { Pool, PoolClient, QueryResult } from "pg"
import { cellTypes } from "./cellTypes.ts"
import { isConnectionLost, isUnprepared, pgFailure } from "./pgFailure.ts"
import type { Preparing } from "./preparing.ts"

/** How often to ask what became of a transaction. */
const ASK_MILLISECONDS = 50

/** By which the server knows a transaction that writes. */
export interface Identity {
  readonly pid: number
  readonly xid: string
}

/** A connection on which a transaction has begun. */
export interface Begun {
  readonly client: PoolClient
  readonly pool: Pool
  /** Gives the connection back, or away if it is broken. */
  release(isBroken: boolean): void
  readonly waitMilliseconds: number
  readonly patience: Patience
  /** Known of a transaction that writes. */
  readonly identity?: Identity
  /** For a transaction that writes, on a connection of the server itself. */
  readonly preparing?: Preparing
  /** Ends the caller's wait for a statement. */
  readonly caller?: AbortSignal
  /** Starts what nobody waits for but the closing of the store. */
  inBackground(work: Promise<unknown>): void
}

/** The transaction that has begun on a connection. */
export const transaction = (begun: Begun): OpenTransaction => {
  const { client, release, caller, identity, preparing } = begun
  /** `open` until commit or rollback; `broken` when the connection can only be thrown away. */
  let state: "open" | "broken" | "ended" | "released" = "open"
  const query = async (sql: string, parameters: readonly Bound[]): Promise<QueryResult<StoredRow>> => {
    const startedAt = performance.now()
    caller?.throwIfAborted()
    const name = parameters.length > 0 ? preparing?.nameOf(sql) : undefined
    const named = name === undefined ? {} : { name }
    const running = client.query<StoredRow>({ ...named, text: sql, values: [...parameters], types: cellTypes })
    try {
      return await unlessAborted(running, caller)
    } catch (error) {
      if (caller?.aborted || isConnectionLost(error)) state = "broken"
      if (isUnprepared(error)) preparing?.stop()
      if (pgFailure(error).kind !== "contention") throw error
      throw new Contention({ waitedMilliseconds: Math.round(performance.now() - startedAt) })
    }
  }
  const leave = (isBroken: boolean): void => {
    if (state !== "released") release(isBroken)
    state = "released"
  }
  return {
    run: async (sql, parameters) => (await query(sql, parameters)).rows,
    runEach: async (sql, each) => {
      const changed: number[] = []
      for (const parameters of each) changed.push((await query(sql, parameters)).rowCount ?? 0)
      return changed
    },
    commit: async () => {
      try {
        const { command } = await client.query("commit")
        // A transaction that has failed answers to `commit` with a rollback and without an error.
        if (command !== "COMMIT") throw new Error("The database rolled the transaction back instead of committing it.")
      } catch (error) {
        state = isConnectionLost(error) ? "broken" : "ended"
        if (state === "ended" || identity === undefined) throw error
        leave(true)
        if (!(await hasCommitted(begun, identity))) throw error
        return
      }
      leave(false)
    },
    rollback: async () => {
      if (state === "open") {
        state = "ended"
        await client.query("rollback").catch(() => {
          state = "broken"
        })
      }
      const isBroken = state === "broken"
      leave(isBroken)
      // The server may still wait for a lock on behalf of a caller who has gone, and hold others meanwhile.
      if (isBroken && identity !== undefined) begun.inBackground(terminate(begun.pool, identity))
    },
  }
}

/** The answer, or the signal's reason as soon as it fires. */
export const unlessAborted = <T>(running: Promise<T>, caller?: AbortSignal): Promise<T> => {
  if (caller === undefined) return running
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(caller.reason)
    caller.addEventListener("abort", stop, { once: true })
    running.then(resolve, reject).finally(() => caller.removeEventListener("abort", stop))
  })
}

/**
 * Whether a transaction was committed whose connection was lost before the answer came.
 *
 * The server knows. While it does not know yet, the transaction is ended, because its connection may live on there.
 */
const hasCommitted = async ({ pool, waitMilliseconds, patience }: Begun, identity: Identity): Promise<boolean> => {
  const giveUpAt = patience.now() + waitMilliseconds
  let cause: unknown
  while (patience.now() < giveUpAt) {
    try {
      const { rows } = await pool.query({
        text: "select pg_catalog.pg_xact_status($1::pg_catalog.xid8) as status",
        values: [identity.xid],
        types: cellTypes,
      })
      if (rows[0]?.status === "committed") return true
      if (rows[0]?.status === "aborted") return false
      await terminate(pool, identity)
    } catch (error) {
      cause = error
    }
    await patience.pause(ASK_MILLISECONDS)
  }
  const unknown = new CommitUnknown({
    reason: "the connection was lost, and the server does not say what became of it",
  })
  unknown.cause = cause
  throw unknown
}

/** Ends the transaction on the server if it is still going on there; the number makes sure that it is this one. */
const terminate = async (pool: Pool, { pid, xid }: Identity): Promise<void> => {
  const number = String(BigInt(xid) & 0xffff_ffffn)
  await pool.query({
    text: `select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
      where pid = $1 and backend_xid::pg_catalog.text = $2`,
    values: [pid, number],
    types: cellTypes,
  })
}

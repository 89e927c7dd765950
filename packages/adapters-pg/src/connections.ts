/** Connections: one of a pool's for each transaction. Nothing is set on it that outlives the transaction. */
import { type Connections, type OpenTransaction, type Patience, systemPatience } from "@anbud/adapter-sql"
import { StorageFailed } from "@anbud/core"
import pg, { type Pool, type PoolClient } from "pg"
import { cellTypes } from "./cellTypes.ts"
import { isConnectionLost } from "./pgFailure.ts"
import { type Preparing, preparing } from "./preparing.ts"
import { transaction, unlessAborted } from "./transaction.ts"
import { type Arrivals, arrivals, deadlineAfter } from "./waiting.ts"

const OLDEST_VERSION = 130_000
/** A pool may hold this many connections that a restarted server has forgotten, before a fresh one is found. */
const MAX_LOST = 100
/** A process that stops in the middle of a transaction gives its locks back after this long. */
const IDLE_MILLISECONDS = 60_000

/** Where the connections come from and how long they wait. */
export interface ConnectionOptions {
  /** The host's pool, or how to make one of our own. */
  readonly pool: Pool | { readonly connectionString: string; readonly max: number }
  readonly waitMilliseconds: number
  /** The machine's own time and chance by default. */
  readonly patience?: Patience
  /** Whether the role must be one for which the policies of rows hold. */
  readonly isGuarded?: boolean
  /** Whether statements that come again are prepared; they are by default. */
  readonly isPreparing?: boolean
}

type Mode = "read" | "write" | "schema"

interface Opened {
  readonly pool: Pool
  readonly arrivals: Arrivals
  readonly waitMilliseconds: number
  readonly patience: Patience
  readonly preparing: Preparing | null
  /** What goes on behind the calls, for `close` to wait for. */
  readonly background: Set<Promise<unknown>>
}

/** The connections of a pool. */
export const connections = ({
  pool: given,
  waitMilliseconds,
  patience = systemPatience,
  isGuarded = false,
  isPreparing = true,
}: ConnectionOptions): Connections => {
  const isOurs = !(given instanceof pg.Pool || "connect" in given)
  let opened: Opened | undefined
  return {
    open: async () => {
      const pool = "connect" in given ? given : new pg.Pool({ ...given, application_name: "anbud" })
      // Without a listener an idle connection that is lost ends the process; the next call finds another one.
      pool.on("error", forgotten)
      opened = {
        pool,
        arrivals: arrivals(pool),
        waitMilliseconds,
        patience,
        preparing: isPreparing ? preparing() : null,
        background: new Set(),
      }
      try {
        await assertServer(opened, isGuarded)
      } catch (error) {
        await leave(opened, isOurs)
        throw error
      }
    },
    begin: async (mode, signal) => {
      if (opened === undefined) throw new Error("The connections are not open.")
      return begin(opened, mode, signal)
    },
    close: async () => {
      if (opened) await leave(opened, isOurs)
    },
  }
}

const forgotten = (): void => undefined

/** The host's pool is given back as it came; in ours a connection may report its end after the pool has ended. */
const leave = async ({ pool, background }: Opened, isOurs: boolean): Promise<void> => {
  await Promise.all(background)
  if (isOurs) await pool.end()
  else pool.removeListener("error", forgotten)
}

/** Settings that would make texts and numbers come back as other ones are found before the first row is written. */
const assertServer = async (opened: Opened, isGuarded: boolean): Promise<void> => {
  const reading = await begin(opened, "read")
  try {
    const [found] = await reading.run(
      `select pg_catalog.current_setting('server_version_num')::pg_catalog.int4 as version,
        pg_catalog.current_setting('server_encoding') as encoding, 9007199254740991::pg_catalog.int8 as whole,
        (select (rolsuper or rolbypassrls)::pg_catalog.int4 from pg_catalog.pg_roles where rolname = current_user) as passes`,
      [],
    )
    const version = Number(found?.["version"])
    if (version < OLDEST_VERSION) {
      throw new StorageFailed({
        reason: `PostgreSQL ${Math.floor(version / 10_000)} is too old; 13 or later is needed`,
      })
    }
    if (found?.["encoding"] !== "UTF8") {
      throw new StorageFailed({ reason: `the database holds ${String(found?.["encoding"])} texts; UTF8 is needed` })
    }
    if (isGuarded && found["passes"] !== 0) {
      throw new StorageFailed({
        reason: "row security is asked for, and the role passes by it: use one without SUPERUSER and BYPASSRLS",
      })
    }
    if (found["whole"] !== Number.MAX_SAFE_INTEGER) throw new Error("The pool must not read values in binary form.")
  } finally {
    await reading.rollback()
  }
}

const begin = async (opened: Opened, mode: Mode, caller?: AbortSignal): Promise<OpenTransaction> => {
  const deadline = deadlineAfter(opened.waitMilliseconds, caller)
  try {
    for (let lost = 0; ; lost += 1) {
      const client = await opened.arrivals.take(deadline.signal)
      try {
        return await beginOn(client, opened, mode, deadline.signal, caller)
      } catch (error) {
        client.release(true)
        // Nothing has happened yet, so another connection does as well.
        if (!isConnectionLost(error) || lost >= MAX_LOST) throw error
      }
    }
  } finally {
    deadline.end()
  }
}

const beginOn = async (
  client: PoolClient,
  { pool, waitMilliseconds, patience, preparing, background }: Opened,
  mode: Mode,
  deadline: AbortSignal,
  caller?: AbortSignal,
): Promise<OpenTransaction> => {
  // A connection in use that is lost says so here as well as in the call; unheard it would end the process.
  client.on("error", forgotten)
  const release = (isBroken: boolean): void => {
    client.removeListener("error", forgotten)
    client.release(isBroken)
  }
  try {
    const text = BEGIN[mode === "read" ? "read" : "write"](waitMilliseconds)
    // A pooler takes the message at once and lets it wait for a connection of the server.
    const answer = await unlessAborted(client.query({ text, types: cellTypes }), deadline)
    const results: readonly pg.QueryResult[] = Array.isArray(answer) ? answer : [answer]
    const { pid, xid } = (results.at(-1)?.rows[0] ?? {}) as { readonly pid?: number; readonly xid?: string }
    return transaction({
      client,
      pool,
      release,
      waitMilliseconds,
      patience,
      ...(pid === undefined || xid === undefined ? {} : { identity: { pid, xid } }),
      ...(preparing === null || mode !== "write" || pid !== greetedBy(client) ? {} : { preparing }),
      ...(caller === undefined ? {} : { caller }),
      inBackground: (work) => {
        const done = work.catch(() => undefined).finally(() => background.delete(done))
        background.add(done)
      },
    })
  } catch (error) {
    client.removeListener("error", forgotten)
    throw error
  }
}

/** The process of which the connection was told when it was made: the server's own, or what a pooler says instead. */
const greetedBy = (client: PoolClient): number | null =>
  (client as { readonly processID?: number | null }).processID ?? null

/**
 * One message begins a transaction with all that it needs. `set local` ends with the transaction, so another one on
 * the same connection, behind a pooler perhaps, finds nothing of it.
 *
 * A read has its snapshot only once it has read something. A write asks for its number, by which it can be found when
 * the connection is lost while it commits; what it answers is on the server's disk, also where the role or the database
 * has turned that off for the host's own sake; and its prepared statements are planned anew, since a plan that was made
 * for an empty table would be kept while the table grows.
 */
const BEGIN = {
  read: (wait: number) => `begin isolation level repeatable read read only; ${timeouts(wait)}; select 1`,
  write: (wait: number) =>
    `begin isolation level read committed read write; ${timeouts(wait)}; set local plan_cache_mode = force_custom_plan;
    select pg_catalog.pg_backend_pid() as pid, pg_catalog.pg_current_xact_id()::pg_catalog.text as xid,
      case pg_catalog.current_setting('synchronous_commit')
        when 'off' then pg_catalog.set_config('synchronous_commit', 'local', true) end as durable`,
} as const

const timeouts = (wait: number): string =>
  `set local lock_timeout = ${wait}; set local idle_in_transaction_session_timeout = ${IDLE_MILLISECONDS}`

/** Connections: one writer and, on a file, two readers that see a snapshot while the writer works. */
import type { Connections, OpenTransaction, Patience } from "@anbud/adapter-sql"
import { CommitUnknown, Contention, StorageFailed } from "@anbud/core"
import { type Handle, openHandle } from "./handle.ts"
import { isBusy, isNotWritten, sqliteFailure } from "./sqliteFailure.ts"
import { type Turns, turns } from "./turns.ts"

const READERS = 2
/** Pauses between two tries to get past another process, at random up to this, so that no two stay in step. */
const MAX_PAUSE_MILLISECONDS = 20

/** Where the connections lead and how long they wait. */
export interface ConnectionOptions {
  readonly file: string
  readonly waitMilliseconds: number
  readonly patience: Patience
}

interface Opened {
  readonly writers: Turns<Handle>
  readonly readers: Turns<Handle>
  readonly handles: readonly Handle[]
  /** Set when a commit failed in the file itself: what is on disk is then unknown until it is opened again. */
  stopped?: StorageFailed
}

/** The connections to a file, or the one connection of a database in memory, where reads and writes take turns. */
export const connections = (options: ConnectionOptions): Connections => {
  let opened: Opened | undefined
  return {
    open: async () => {
      opened = await openAll(options)
    },
    begin: async (mode, signal) => {
      if (opened === undefined) throw new Error("The connections are not open.")
      return begin(opened, mode, options, signal)
    },
    close: async () => {
      // The writer comes last: the last connection to leave a file tidies it up.
      for (const { database } of opened?.handles ?? []) database.close()
    },
  }
}

const openAll = async (options: ConnectionOptions): Promise<Opened> => {
  const { file } = options
  const wait = waiting(options)
  const handles: Handle[] = []
  try {
    const writer = await wait.until(() => openHandle(file, "write"))
    handles.push(writer)
    const writers = turns([writer])
    if (writer.database.memory) return { handles, writers, readers: writers }
    for (let count = 0; count < READERS; count += 1) {
      handles.unshift(await wait.until(() => openHandle(file, "read")))
    }
    return { handles, writers, readers: turns(handles.slice(0, READERS)) }
  } catch (error) {
    for (const { database } of handles) database.close()
    throw storageFailed(error)
  } finally {
    wait.end()
  }
}

const begin = async (
  opened: Opened,
  mode: "read" | "write" | "schema",
  options: ConnectionOptions,
  signal?: AbortSignal,
): Promise<OpenTransaction> => {
  const wait = waiting(options, signal)
  try {
    const held = await (mode === "read" ? opened.readers : opened.writers).take(wait.deadline)
    const leave = (): void => {
      rollback(held.thing)
      // Who changes tables replaces some of them: with references enforced, that would empty those that refer to them.
      if (mode === "schema") held.thing.database.pragma("foreign_keys = on")
      held.giveBack()
    }
    try {
      if (mode !== "read" && opened.stopped) throw opened.stopped
      if (mode === "schema") held.thing.database.pragma("foreign_keys = off")
      await wait.until(() => beginOn(held.thing, mode))
      return transaction(held.thing, opened, leave)
    } catch (error) {
      leave()
      throw error
    }
  } finally {
    wait.end()
  }
}

// A deferred transaction has its snapshot only once it has read something. The read also shows here, where it can be
// tried again, that another process is just recovering the file.
const beginOn = (handle: Handle, mode: "read" | "write" | "schema"): void => {
  if (mode !== "read") {
    handle.run("begin immediate", [])
    return
  }
  handle.run("begin", [])
  try {
    handle.run("select 1 from sqlite_schema limit 1", [])
  } catch (error) {
    rollback(handle)
    throw error
  }
}

const transaction = (handle: Handle, opened: Opened, leave: () => void): OpenTransaction => ({
  run: handle.run,
  runEach: handle.runEach,
  commit: async () => {
    try {
      handle.run("commit", [])
    } catch (error) {
      const failure = sqliteFailure(error)
      if (failure.kind !== "storage") throw error
      opened.stopped = new StorageFailed({ reason: `${failure.reason}; open the store again to go on` })
      throw isNotWritten(error) ? error : new CommitUnknown({ reason: failure.reason })
    }
    leave()
  },
  rollback: async () => leave(),
})

// SQLite has rolled back by itself after some errors; a second rollback would be an error of its own.
const rollback = ({ database, run }: Handle): void => {
  if (database.inTransaction) run("rollback", [])
}

interface Wait {
  /** Fires when the time is over or the caller's signal does; the reason says which. */
  readonly deadline: AbortSignal
  /** Tries until another process lets us pass. */
  until<T>(attempt: () => T): Promise<T>
  end(): void
}

const waiting = ({ waitMilliseconds, patience }: ConnectionOptions, signal?: AbortSignal): Wait => {
  const controller = new AbortController()
  const startedAt = patience.now()
  const stop = (): void => controller.abort(signal?.reason)
  const timer = setTimeout(() => {
    controller.abort(new Contention({ waitedMilliseconds: Math.round(patience.now() - startedAt) }))
  }, waitMilliseconds)
  if (signal?.aborted) stop()
  signal?.addEventListener("abort", stop, { once: true })
  return {
    deadline: controller.signal,
    until: async (attempt) => {
      for (;;) {
        controller.signal.throwIfAborted()
        try {
          return attempt()
        } catch (error) {
          if (!isBusy((error as { readonly code?: unknown }).code)) throw error
        }
        await patience.pause(patience.random() * MAX_PAUSE_MILLISECONDS, controller.signal)
      }
    },
    end: () => {
      clearTimeout(timer)
      signal?.removeEventListener("abort", stop)
    },
  }
}

/** The driver complains about a missing folder in an error of its own, with the path in it. */
const storageFailed = (error: unknown): unknown => {
  if (error instanceof TypeError) return new StorageFailed({ reason: "the file cannot be opened" })
  return error
}

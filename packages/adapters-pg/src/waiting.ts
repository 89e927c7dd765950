/** Waiting for a connection of the pool: who came first is served first, and no longer than it may take. */
import { Contention } from "@anbud/core"
import type { Pool, PoolClient } from "pg"

/** Hands out the pool's connections. */
export interface Arrivals {
  /** Waits for a connection; rejects when `deadline` fires, with its reason. */
  take(deadline: AbortSignal): Promise<PoolClient>
}

interface Waiting {
  readonly give: (client: PoolClient) => void
  readonly refuse: (error: unknown) => void
}

/**
 * Connections of a pool in order of arrival.
 *
 * A pool opens several connections at once and gives each to the call that asked for it, so that a later call may be
 * served first. Here the first connection that is ready goes to the call that has waited longest.
 */
export const arrivals = (pool: Pool): Arrivals => {
  // A set keeps the order of arrival and forgets who gave up in constant time.
  const queue = new Set<Waiting>()
  const first = (): Waiting | undefined => {
    const [waiting] = queue
    if (waiting) queue.delete(waiting)
    return waiting
  }
  return {
    take: (deadline) => {
      if (deadline.aborted) return Promise.reject(deadline.reason)
      return new Promise((resolve, reject) => {
        const giveUp = (): void => {
          queue.delete(waiting)
          reject(deadline.reason)
        }
        const settled =
          <T>(settle: (value: T) => void) =>
          (value: T): void => {
            deadline.removeEventListener("abort", giveUp)
            settle(value)
          }
        const waiting: Waiting = { give: settled(resolve), refuse: settled(reject) }
        deadline.addEventListener("abort", giveUp, { once: true })
        queue.add(waiting)
        pool.connect().then(
          (client) => {
            const next = first()
            if (next) next.give(client)
            else client.release()
          },
          (error: unknown) => first()?.refuse(error),
        )
      })
    },
  }
}

/** A wait that ends by itself. */
export interface Deadline {
  /** Fires when the time is over, with `Contention`, or when the caller's signal does, with its reason. */
  readonly signal: AbortSignal
  end(): void
}

/** A wait of at most this long. */
export const deadlineAfter = (milliseconds: number, caller?: AbortSignal): Deadline => {
  const controller = new AbortController()
  const startedAt = performance.now()
  const stop = (): void => controller.abort(caller?.reason)
  const timer = setTimeout(() => {
    controller.abort(new Contention({ waitedMilliseconds: Math.round(performance.now() - startedAt) }))
  }, milliseconds)
  if (caller?.aborted) stop()
  caller?.addEventListener("abort", stop, { once: true })
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer)
      caller?.removeEventListener("abort", stop)
    },
  }
}

/**
 * Patience: a transaction that the database ended in favour of another one is begun again, after a pause of random
 * length, so that those who met once do not meet again in step.
 */
import { Contention } from "@anbud/core"

/** Where pauses, their lengths and the time come from: injected, so that a simulation can repeat a run. */
export interface Patience {
  /** A number from 0 up to 1. */
  random(): number
  /** Milliseconds since some moment; they only grow. */
  now(): number
  /** Waits so long; ends early, with the signal's reason, when the signal fires. */
  pause(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** A transaction had to give way: nothing of it is written, and it may succeed when it is begun again. */
export class GaveWay extends Error {}

/** How often a transaction that writes is begun before it is refused. */
export const MAX_TRIES = 5
/** The longest pause after the first try; it doubles with each further one. */
const FIRST_PAUSE_MILLISECONDS = 20

/**
 * Does the work, and again while it throws `GaveWay`: so many times at most, then `Contention` with the time since the
 * first try. Pauses are random up to 20, 40, 80 and 160 ms. A signal ends them with its reason.
 */
export const patiently = async <T>(
  work: () => Promise<T>,
  maxTries: number,
  patience: Patience,
  signal?: AbortSignal,
): Promise<T> => {
  const startedAt = patience.now()
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof GaveWay)) throw error
      if (tries >= maxTries) throw new Contention({ waitedMilliseconds: Math.round(patience.now() - startedAt) })
    }
    await patience.pause(patience.random() * FIRST_PAUSE_MILLISECONDS * 2 ** (tries - 1), signal)
  }
}

/** The machine's own time and chance. */
export const systemPatience: Patience = {
  random: () => Math.random(),
  now: () => performance.now(),
  pause: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop)
        resolve()
      }, milliseconds)
      if (signal?.aborted) stop()
      else signal?.addEventListener("abort", stop, { once: true })
    }),
}

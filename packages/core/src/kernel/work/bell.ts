/**
 * Bells and alarms: how a worker learns that there is work without looking all the time. A bell rings in this process
 * when a command has left work; an alarm is what one worker sleeps by.
 */

/** A bell that many may listen to. */
export interface Bell {
  ring(): void
  /** Calls this at every ring, until what is given back is called. */
  listen(heard: () => void): () => void
}

/** A bell that nobody has rung yet. */
export const newBell = (): Bell => {
  const listeners = new Set<() => void>()
  return {
    ring: () => {
      for (const heard of listeners) heard()
    },
    listen: (heard) => {
      listeners.add(heard)
      return () => void listeners.delete(heard)
    },
  }
}

/** An alarm for one sleeper. */
export interface Alarm {
  wake(): void
  /** Sleeps until the time is over or somebody wakes; a wake since the last sleep ends it at once. */
  sleep(milliseconds: number): Promise<void>
}

/** An alarm that has not rung. It leaves no listener behind, however often its sleeper sleeps. */
export const newAlarm = (): Alarm => {
  let isWoken = false
  let end: (() => void) | null = null
  return {
    wake: () => {
      isWoken = true
      end?.()
    },
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => end?.(), isWoken ? 0 : milliseconds)
        end = () => {
          clearTimeout(timer)
          end = null
          isWoken = false
          resolve()
        }
      }),
  }
}

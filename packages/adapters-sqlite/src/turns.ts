/** Turns: a fair queue in front of things that only one may hold at a time. */

/** A thing that is held; `giveBack` lets the next one in and does nothing the second time. */
export interface Held<T> {
  readonly thing: T
  giveBack(): void
}

/** A queue in order of arrival. */
export interface Turns<T> {
  /** Waits until one of the things is free; rejects when `deadline` fires, with its reason. */
  take(deadline: AbortSignal): Promise<Held<T>>
}

interface Waiting<T> {
  readonly give: (thing: T) => void
}

/** Turns at these things: each is held by one at a time, and who came first is served first. */
export const turns = <T>(things: readonly T[]): Turns<T> => {
  const free = [...things]
  // A set keeps the order of arrival and forgets who gave up in constant time.
  const queue = new Set<Waiting<T>>()
  const giveBack = (thing: T): void => {
    const next = queue.values().next()
    if (next.done) {
      free.push(thing)
      return
    }
    queue.delete(next.value)
    next.value.give(thing)
  }
  return {
    take: (deadline) => {
      if (deadline.aborted) return Promise.reject(deadline.reason)
      const thing = free.pop()
      if (thing !== undefined) return Promise.resolve(held(thing, giveBack))
      return new Promise((resolve, reject) => {
        const giveUp = (): void => {
          queue.delete(waiting)
          reject(deadline.reason)
        }
        const waiting: Waiting<T> = {
          give: (given) => {
            deadline.removeEventListener("abort", giveUp)
            resolve(held(given, giveBack))
          },
        }
        deadline.addEventListener("abort", giveUp, { once: true })
        queue.add(waiting)
      })
    },
  }
}

const held = <T>(thing: T, giveBack: (thing: T) => void): Held<T> => {
  let isHeld = true
  return {
    thing,
    giveBack: () => {
      if (!isHeld) return
      isHeld = false
      giveBack(thing)
    },
  }
}

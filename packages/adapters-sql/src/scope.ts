/** Scopes: inside which stores' work an asynchronous context is, so that a call that could only wait for itself is told. */
import { AsyncLocalStorage } from "node:async_hooks"

/** Work on a store, from its beginning until its transaction has ended. */
export interface Scope {
  /** Does the work inside the scope; what it awaits is inside, too. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** From now on nothing is inside. */
  end(): void
}

interface Work {
  readonly store: object
  /** Work on another store, inside of which this one began. */
  readonly outer: Work | undefined
  isActive: boolean
}

/**
 * One for all stores: on Node 20 each promise carries a property for every one that was ever used, and a process may
 * open and close stores without end.
 */
const current = new AsyncLocalStorage<Work>()

/** A scope for work on the store, within those that this context is in. */
export const scopeOn = (store: object): Scope => {
  const work: Work = { store, outer: activeFrom(current.getStore()), isActive: true }
  return {
    run: (inside) => current.run(work, inside),
    end: () => {
      work.isActive = false
    },
  }
}

/** Whether this context is inside of work on the store. */
export const isInside = (store: object): boolean => {
  for (let work = activeFrom(current.getStore()); work; work = activeFrom(work.outer)) {
    if (work.store === store) return true
  }
  return false
}

/** The work itself or the nearest around it that has not ended, so that what has ended is not kept in memory. */
const activeFrom = (work: Work | undefined): Work | undefined => {
  let active = work
  while (active && !active.isActive) active = active.outer
  return active
}

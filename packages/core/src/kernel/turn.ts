/** Turns: work that was asked for at once and must be done one after the other, as calls inside one transaction. */

/** A queue of one place. */
export interface Turn {
  /** Runs the work when all that was asked for before has ended. */
  take<T>(work: () => Promise<T>): Promise<T>
  /** Waits for everything that was asked for. */
  rest(): Promise<void>
}

/** An empty queue. */
export const inTurn = (): Turn => {
  let last: Promise<unknown> = Promise.resolve()
  return {
    take: (work) => {
      const run = last.then(work)
      last = run.catch(() => undefined)
      return run
    },
    rest: async () => {
      await last
    },
  }
}

/**
 * A store whose failures are simulated: a real store beneath, and in front of it faults that are ordered one by one. Real
 * faults of disks, servers and processes are the business of the proof of crashes; these come at a chosen command, the
 * same on every database, so that a run can be repeated.
 */
import { CommitUnknown, Contention, StorageFailed, type Store } from "@anbud/core"

/**
 * How the next write fails: before it begins, after its work and before its commit, or after its commit, when the store
 * is there again at once or is away for the write after it, too.
 */
export type SimulatedFault = "busy" | "beforeWork" | "afterWork" | "afterCommit" | "afterCommitAndAway"

/** A store whose next write can be made to fail. */
export interface StoreWithSimulatedFailures extends Store {
  /** The next call of `write` fails like this; those after it do not. */
  failNext(fault: SimulatedFault): void
}

/** The refusal that a fault shows itself as; null for one that a command under a key gets over by itself. */
export const REFUSAL_OF: Readonly<Record<SimulatedFault, string | null>> = {
  busy: "Contention",
  beforeWork: "StorageFailed",
  afterWork: "StorageFailed",
  afterCommit: null,
  afterCommitAndAway: "CommitUnknown",
}

const REASON = { reason: "a simulated failure" }

/** Puts simulated failures in front of a store. */
export const withSimulatedFailures = (store: Store): StoreWithSimulatedFailures => {
  let next: SimulatedFault | null = null
  return {
    ...store,
    failNext: (fault) => {
      next = fault
    },
    write: async (work, options) => {
      const fault = next
      next = null
      if (fault === "busy") throw new Contention({ waitedMilliseconds: 0 })
      if (fault === "beforeWork") throw new StorageFailed(REASON)
      const result = await store.write(async (tx) => {
        const done = await work(tx)
        if (fault === "afterWork") throw new StorageFailed(REASON)
        return done
      }, options)
      if (fault === "afterCommitAndAway") next = "beforeWork"
      if (fault === "afterCommit" || fault === "afterCommitAndAway") throw new CommitUnknown(REASON)
      return result
    },
  }
}

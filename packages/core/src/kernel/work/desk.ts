/** The desk: where people see work that waits, runs or was given up, and decide about the last. */
import { type RefusalOf, refusal } from "../errors.ts"
import { text } from "../field.ts"
import type { Machine } from "../machine.ts"
import type { JobState, Jobs } from "./jobs.ts"

/**
 * No parked job or event of this id: it may have been retried or discarded already.
 *
 * List what is parked again: `engine.jobs.list({ tenant })` or `engine.events.list({ tenant })`.
 */
export const NotParked = refusal(
  "NotParked",
  { id: text() },
  { en: "Nothing is parked under {id}.", sv: "Inget är parkerat under {id}." },
  404,
)
export type NotParked = RefusalOf<typeof NotParked>

/** A job or an event of one tenant. */
export interface WorkItem {
  readonly tenant: string
  readonly id: string
}

/** Jobs or events, for those who run the engine. */
export interface WorkDesk {
  /** The first hundred in a state, by when they were due; the parked ones by default, each with its last failure. */
  list(of: { readonly tenant: string; readonly state?: JobState["state"] }): Promise<readonly JobState[]>
  /** Makes what was given up due again, with its attempts counted from the start. Refuses with `NotParked`. */
  retry(item: WorkItem): Promise<void>
  /** Gives it up for good. Refuses with `NotParked`. */
  discard(item: WorkItem): Promise<void>
}

const MOST = 100

/** The desk of a queue. */
export const deskOf = (machine: Machine, queue: Jobs): WorkDesk => ({
  list: ({ tenant, state = "parked" }) => queue.list(tenant, state, MOST),
  retry: async ({ tenant, id }) => {
    if (!(await queue.retry(tenant, id, machine.clock.now()))) throw new NotParked({ id })
    machine.log("info", "job.retried", { tenant, job: id })
    machine.bell.ring()
  },
  discard: async ({ tenant, id }) => {
    if (!(await queue.discard(tenant, id, machine.clock.now()))) throw new NotParked({ id })
    machine.log("info", "job.discarded", { tenant, job: id })
  },
})

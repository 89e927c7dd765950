/**
 * Jobs: the port behind which work waits until a worker does it. Each sentence in a docstring here that says what
 * happens is one case of `jobsContract` in the testkit.
 *
 * Delivery is at least once; effects are made exactly once by those who write them, under the job's fence and key.
 */
import type { Canonical } from "../canonical.ts"
import { type RefusalOf, refusal } from "../errors.ts"
import { type Instant, text } from "../field.ts"
import type { Transaction } from "../store.ts"

/** What a job carries: ids and counts, never values of fields. */
export type JobBody = { readonly [name: string]: Canonical }

/** A job to add. */
export interface NewJob {
  readonly id: string
  /** Which handler does it. */
  readonly kind: string
  /** A job of the same kind and key is added once, however often it is asked for; null if every one is meant. */
  readonly key: string | null
  /** Jobs of one kind and stream are done one after the other, by `place`. */
  readonly stream: string | null
  readonly place: number
  readonly dueAt: Instant
  /** The id of the user for whom it is done, `system` for nobody. */
  readonly actsFor: string
  readonly body: JobBody
}

/** Why a job failed the last time: the refusal, or an error's name and message. */
export interface JobFailure {
  readonly tag: string
  readonly params: Readonly<Record<string, unknown>>
}

/** A job as a worker holds it. */
export interface ClaimedJob {
  readonly tenant: string
  readonly id: string
  readonly kind: string
  readonly key: string
  readonly dueAt: Instant
  readonly actsFor: string
  readonly body: JobBody
  /** From 1. */
  readonly attempt: number
  /** Every claim raises it; who shows an older one is refused. */
  readonly fence: number
  /** How far an earlier attempt has said that it came, null if none has. */
  readonly progress: JobBody | null
}

/** What a worker asks for. */
export interface JobClaim {
  /** Only jobs of these kinds, or only the one with this id. */
  readonly kinds: readonly string[]
  readonly id?: string
  readonly now: Instant
  readonly leaseUntil: Instant
  readonly worker: string
  readonly limit: number
  /** How often a job of a kind is tried. */
  readonly maxAttempts: (kind: string) => number
}

/** A job as it is shown to people. */
export interface JobState {
  readonly id: string
  readonly kind: string
  readonly key: string
  readonly state: "waiting" | "running" | "parked"
  readonly dueAt: Instant
  readonly attempts: number
  readonly worker: string | null
  readonly failure: JobFailure | null
  /** How far it has said that it came, null before it has. */
  readonly progress: JobBody | null
}

/** How much work there is. */
export interface JobCounts {
  readonly waiting: number
  readonly running: number
  readonly parked: number
  /** When the oldest that waits was due, null if none waits. */
  readonly oldestDueAt: Instant | null
}

/**
 * The worker no longer holds the job: its lease ended and another one may have it.
 *
 * Nothing to do: the job is done by whoever has it now. If it comes often, give workers a longer `leaseMilliseconds`.
 */
export const LeaseLost = refusal(
  "LeaseLost",
  { job: text(), kind: text() },
  {
    en: "This worker no longer holds the {kind} {job}; nothing was written.",
    sv: "Den här arbetaren har inte längre {kind} {job}; inget skrevs.",
  },
  503,
)
export type LeaseLost = RefusalOf<typeof LeaseLost>

/** Where work waits. */
export interface Jobs {
  /**
   * Adds jobs in the caller's transaction: they are there if it commits, and not if it rolls back. A job whose kind
   * and key are known is not added again, whether it waits, runs, is parked, done or discarded.
   */
  add(tx: Transaction, tenant: string, jobs: readonly NewJob[]): Promise<void>
  /** Gives the tenants that have a job of these kinds to claim, in order. */
  tenants(kinds: readonly string[], now: Instant): Promise<readonly string[]>
  /**
   * Claims jobs that are due, and nobody else gets them before the lease ends. Jobs of other kinds stay where they
   * are. A job whose lease has ended is claimed again, under a higher fence. Of the jobs in one stream only the first
   * is claimed; the next is due once that one is finished, parked or discarded. A job that was claimed as often as it
   * may be and was not finished is parked.
   */
  claim(tenant: string, claim: JobClaim): Promise<readonly ClaimedJob[]>
  /** Makes the lease longer, and gives false when the job is no longer held. */
  extend(job: ClaimedJob, leaseUntil: Instant): Promise<boolean>
  /**
   * Keeps how far the job has come: it is listed, and given to who claims the job next. Gives false when the job is no
   * longer held.
   */
  note(job: ClaimedJob, progress: JobBody): Promise<boolean>
  /** Throws `LeaseLost` in the caller's transaction when the job is no longer held, and keeps it held until the end. */
  hold(tx: Transaction, job: ClaimedJob): Promise<void>
  /** Ends the job in the caller's transaction, or throws `LeaseLost` when it is no longer held. */
  finish(tx: Transaction, job: ClaimedJob, now: Instant): Promise<void>
  /**
   * Gives the job back, due again at that time. With a failure the attempt counts, without one it does not. Gives
   * false when the job is no longer held.
   */
  postpone(job: ClaimedJob, dueAt: Instant, failure: JobFailure | null): Promise<boolean>
  /** Parks the job with its failure: nobody claims it until it is retried. Gives false when it is no longer held. */
  park(job: ClaimedJob, failure: JobFailure): Promise<boolean>
  /** Makes a parked job due at once, with its attempts counted from the start; gives false if none is parked. */
  retry(tenant: string, id: string, now: Instant): Promise<boolean>
  /** Removes a parked job, whose key stays known; gives false if none is parked. */
  discard(tenant: string, id: string, now: Instant): Promise<boolean>
  /** Lists the tenant's jobs in a state, by when they were due. */
  list(tenant: string, state: JobState["state"], limit: number): Promise<readonly JobState[]>
  /** Counts a tenant's jobs, and says since when the oldest waits. */
  counts(tenant: string): Promise<JobCounts>
  /**
   * Where it can: calls this when there may be work that no command of this process has left, until what is given back
   * is called. Workers look by themselves from time to time as well.
   */
  listen?(heard: () => void): () => void
  /** Where it can: tells those who listen, in the caller's transaction, that there is work of another kind. */
  tell?(tx: Transaction, tenant: string, now: Instant): Promise<void>
}

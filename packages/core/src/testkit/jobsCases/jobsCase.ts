/** A case of the jobs' contract: a sentence of the port and the proof that it is kept. */
import type { Instant } from "../../kernel/field.ts"
import type { Store } from "../../kernel/store.ts"
import type { ClaimedJob, JobClaim, Jobs, NewJob } from "../../kernel/work/jobs.ts"
import type { Expect } from "../runner.ts"
import { TENANT } from "../storeCase.ts"

/** The jobs and the store whose transactions they take part in. */
export interface Place {
  readonly store: Store
  readonly jobs: Jobs
}

/** A sentence of `jobs.ts`, word by word, and what shows that it is true. */
export interface JobsCase {
  readonly sentence: string
  readonly run: (place: Place, expect: Expect) => Promise<void>
}

/** A minute of the day on which all cases happen. */
export const minute = (count: number): Instant => new Date(Date.UTC(2025, 2, 14, 8, count)).toISOString() as Instant

/** A job that is due at 08:00: what is not given is plain. */
export const newJob = (id: string, given: Partial<NewJob> = {}): NewJob => ({
  id,
  kind: "remind",
  key: null,
  stream: null,
  place: 0,
  dueAt: minute(0),
  actsFor: "ada",
  body: { invoice: id },
  ...given,
})

/** Adds jobs of the usual tenant in a transaction of their own. */
export const adding = ({ store, jobs }: Place, ...given: readonly NewJob[]): Promise<void> =>
  store.write((tx) => jobs.add(tx, TENANT, given))

/** Claims jobs at 08:`at` for ten minutes. */
export const claiming = (
  { jobs }: Place,
  at: number,
  given: Partial<JobClaim> = {},
  tenant = TENANT,
): Promise<readonly ClaimedJob[]> =>
  jobs.claim(tenant, {
    kinds: ["remind", "expire"],
    now: minute(at),
    leaseUntil: minute(at + 10),
    worker: "w1",
    limit: 10,
    maxAttempts: () => 3,
    ...given,
  })

/** The ids of jobs. */
export const idsOf = (jobs: readonly { readonly id: string }[]): readonly string[] => jobs.map(({ id }) => id)

/** The only one of a list that must have one. */
export const only = <T>(items: readonly T[]): T => {
  const [item] = items
  if (item === undefined || items.length > 1) throw new Error(`One was expected, not ${items.length}`)
  return item
}

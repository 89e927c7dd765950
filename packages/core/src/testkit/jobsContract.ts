/** The contract of jobs: one case per sentence of the port, the same for the embedded table and for any other. */
import type { Store } from "../kernel/store.ts"
import { STORE_TABLES } from "../kernel/store.ts"
import type { Jobs } from "../kernel/work/jobs.ts"
import { JOB_TABLE } from "../kernel/work/queueTable.ts"
import { tableJobs } from "../kernel/work/tableJobs.ts"
import { WORK_TABLES } from "../kernel/work/tables.ts"
import { addingCases, claimingCases } from "./jobsCases/claimingCases.ts"
import { endingCases } from "./jobsCases/endingCases.ts"
import type { JobsCase } from "./jobsCases/jobsCase.ts"
import type { Runner } from "./runner.ts"

/** Jobs to try, the store whose transactions they take part in, and how to remove what they leave behind. */
export interface JobsUnderTest {
  readonly store: Store
  /** Made when the store is open; the embedded table by default. */
  readonly jobs?: (store: Store) => Jobs
  readonly dispose?: () => Promise<void>
}

/** The cases, each with the words of its sentence. */
export const jobsCases: readonly JobsCase[] = [...addingCases, ...claimingCases, ...endingCases]

/**
 * Declares one test per sentence of `jobs.ts`, each on a store of its own.
 *
 * @example jobsContract({ describe, it, expect }, "SQLite", async () => ({ store: sqlite({ file: ":memory:" }) }))
 */
export const jobsContract = (runner: Runner, name: string, make: () => Promise<JobsUnderTest>): void => {
  runner.describe(`the jobs contract on ${name}`, () => {
    for (const { sentence, run } of jobsCases) {
      runner.it(sentence, async () => {
        const { store, jobs = (of) => tableJobs(of, JOB_TABLE), dispose } = await make()
        try {
          await store.open([...STORE_TABLES, ...WORK_TABLES])
          await run({ store, jobs: jobs(store) }, runner.expect)
        } finally {
          await store.close()
          await dispose?.()
        }
      })
    }
  })
}

/** Health: what an operator asks of a running engine, read from the store. */

import { isRefusal } from "../errors.ts"
import type { Instant } from "../field.ts"
import { genesis, headOf, type JournalHead } from "../journal.ts"
import { errorFields } from "../log.ts"
import type { Machine } from "../machine.ts"
import { recordsOf } from "../records.ts"
import { tenantOf } from "../standing.ts"
import type { Jobs } from "./jobs.ts"
import { JOB_TABLE, OUTBOX_TABLE } from "./queueTable.ts"
import { type WorkerSeen, workersSeen } from "./workers.ts"

/** How much of one kind of work there is. */
export interface WorkHealth {
  readonly waiting: number
  readonly running: number
  /** Given up after many tries: a person has to retry or discard them. */
  readonly parked: number
  /** How long the oldest that waits is overdue, 0 if none is. */
  readonly lagSeconds: number
}

/** The state of an engine. */
export interface Health {
  /** True if the store answers, its schema is current, nothing is parked, and work that is overdue has a worker. */
  readonly isWell: boolean
  readonly at: Instant
  readonly store:
    | { readonly dialect: string; readonly isReachable: true }
    | { readonly dialect: string; readonly isReachable: false; readonly reason: string }
  /** Where the schema stands: `current`, or `newer` when another process has changed it since. */
  readonly schema: string
  readonly outbox: WorkHealth
  readonly jobs: WorkHealth
  readonly workers: readonly (WorkerSeen & { readonly isAlive: boolean })[]
  /** The tenant's journal, if the question named one. */
  readonly journal: JournalHead | null
}

const NOTHING: WorkHealth = { waiting: 0, running: 0, parked: 0, lagSeconds: 0 }
/** A worker shows itself every ten seconds. */
const SILENT_SECONDS = 35
/** Work may wait this long before an engine without a worker counts as unwell. */
const PATIENCE_SECONDS = 60

/** Reads the health of all tenants' work or of one tenant's; a store that does not answer is a finding, not an error. */
export const healthOf = async (
  machine: Machine,
  schemaStatus: () => Promise<{ readonly state: string }>,
  tenant?: string,
): Promise<Health> => {
  const { store, clock } = machine
  const at = clock.now()
  try {
    const outbox = await workHealth(machine, machine.outbox, OUTBOX_TABLE, at, tenant)
    const { state: schema } = await schemaStatus()
    const jobs = await workHealth(machine, machine.jobs, JOB_TABLE, at, tenant)
    const workers = (await workersSeen(machine)).map((seen) => ({
      ...seen,
      isAlive: secondsBetween(seen.seenAt, at) <= SILENT_SECONDS,
    }))
    const lagSeconds = Math.max(outbox.lagSeconds, jobs.lagSeconds)
    const isServed = lagSeconds <= PATIENCE_SECONDS || workers.some(({ isAlive }) => isAlive)
    const journal = tenant === undefined ? null : await journalOf(machine, tenant)
    const reachable = { dialect: store.dialect, isReachable: true } as const
    const isWell = isServed && schema === "current" && outbox.parked + jobs.parked === 0
    return { isWell, at, store: reachable, schema, outbox, jobs, workers, journal }
  } catch (error) {
    if (isRefusal(error) && error.status < 500) throw error
    const reason = String(errorFields(error)["error"])
    const unreachable = { dialect: store.dialect, isReachable: false, reason } as const
    return {
      isWell: false,
      at,
      store: unreachable,
      schema: "unknown",
      outbox: NOTHING,
      jobs: NOTHING,
      workers: [],
      journal: null,
    }
  }
}

const workHealth = async (
  { store }: Machine,
  queue: Jobs,
  table: string,
  now: Instant,
  tenant?: string,
): Promise<WorkHealth> => {
  const tenants = tenant === undefined ? await store.read((reader) => reader.tenants({ table })) : [tenant]
  let sum = NOTHING
  for (const one of tenants) {
    const { waiting, running, parked, oldestDueAt } = await queue.counts(one)
    sum = {
      waiting: sum.waiting + waiting,
      running: sum.running + running,
      parked: sum.parked + parked,
      lagSeconds: Math.max(sum.lagSeconds, oldestDueAt === null ? 0 : secondsBetween(oldestDueAt, now)),
    }
  }
  return sum
}

const secondsBetween = (from: Instant, to: Instant): number =>
  Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / 1_000))

const journalOf = (machine: Machine, id: string): Promise<JournalHead> =>
  machine.store.read(async (reader) => {
    const tenant = await tenantOf(recordsOf(machine.model, machine.derived, reader, id), id)
    return headOf(reader, id, genesis(id, tenant.nonce))
  })

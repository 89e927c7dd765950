/**
 * Waiting for a batch. Who waits also works: the caller's process takes the job if no worker has it, so that an engine
 * without workers comes to an end too, and one that is killed leaves the rest to whoever comes next.
 */
import { randomUUID } from "node:crypto"
import { errorFields } from "../log.ts"
import type { Machine } from "../machine.ts"
import { NotFound } from "../refusals.ts"
import type { StoredRow } from "../store.ts"
import { failureOf, keptAlive, later } from "../work/runJob.ts"
import { BATCH_JOB } from "../work/workWiring.ts"
import { type Batch, type BatchProgress, batchOf, hasEnded, progressOf } from "./batch.ts"
import { type BatchKey, endBatch, lockedBatch, rowsWith, setBatch, storedBatch } from "./batchRows.ts"
import { workBatch } from "./workBatch.ts"

/** What long work takes beside its input. */
export interface WaitOptions {
  /** Cancels the batch; the call ends when it is cancelled. */
  readonly signal?: AbortSignal
  /** Called as the work goes on. */
  readonly onProgress?: (progress: BatchProgress) => void
}

const LEASE_MILLISECONDS = 30_000
const PAUSE_MILLISECONDS = 100

/** Works on a batch, or waits while others do, until it has ended. */
export const waitForBatch = async (machine: Machine, key: BatchKey, options: WaitOptions): Promise<Batch> => {
  const { signal } = options
  const worker = `caller ${randomUUID()}`
  let told = ""
  for (;;) {
    if (signal?.aborted) await cancelBatch(machine, key)
    const stored = await machine.store.read((reader) => storedBatch(reader, key))
    if (!stored) throw new NotFound({ entity: "batch", id: key.id })
    const batch = batchOf(stored, machine.model.refusals, "en")
    const progress = progressOf(batch)
    if (JSON.stringify(progress) !== told) report(machine, options, progress)
    told = JSON.stringify(progress)
    if (hasEnded(batch)) return batch
    const hasWorked = await workAsCaller(machine, key, stored, worker)
    if (!hasWorked) {
      await checkNotParked(machine, key, stored)
      await pause(PAUSE_MILLISECONDS)
    }
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

const report = ({ log }: Machine, { onProgress }: WaitOptions, progress: BatchProgress): void => {
  try {
    onProgress?.(progress)
  } catch (error) {
    log("error", "batch.onProgress", errorFields(error))
  }
}

/** Does one chunk, if nobody else has the job; gives whether it did. A failure leaves the rest to workers. */
const workAsCaller = async (machine: Machine, key: BatchKey, stored: StoredRow, worker: string): Promise<boolean> => {
  const queue = machine.jobs
  const now = machine.clock.now()
  const [job] = await queue.claim(key.tenant, {
    kinds: [BATCH_JOB],
    id: String(stored["job"]),
    now,
    leaseUntil: later(now, LEASE_MILLISECONDS),
    worker,
    limit: 1,
    maxAttempts: () => Number.MAX_SAFE_INTEGER,
  })
  if (!job) return false
  const control = new AbortController()
  const lease = keptAlive(machine, { queue, job }, LEASE_MILLISECONDS, control)
  try {
    const isDone = await workBatch({ machine, queue, job, signal: control.signal }, 1)
    if (isDone) await machine.store.write((tx) => queue.finish(tx, job, machine.clock.now()))
    else await queue.postpone(job, machine.clock.now(), null)
    return true
  } catch (error) {
    if (control.signal.aborted) return false
    await queue.postpone(job, machine.clock.now(), failureOf(error)).catch(() => false)
    throw error
  } finally {
    lease.end()
  }
}

const MOST_PARKED = 1_000

/** Nobody works on a job that was given up: who waits for it must hear of it. */
const checkNotParked = async ({ jobs }: Machine, { tenant, id }: BatchKey, stored: StoredRow): Promise<void> => {
  const parked = await jobs.list(tenant, "parked", MOST_PARKED)
  const given = parked.find((job) => job.id === stored["job"])
  if (given) throw new Error(`The batch ${id} was given up after ${given.attempts} tries: see engine.jobs`)
}

/** Cancels a batch, unless it has ended: no further chunk begins. All or nothing leaves nothing. */
export const cancelBatch = (machine: Machine, key: BatchKey): Promise<void> =>
  machine.store.write(async (tx) => {
    const stored = await lockedBatch(tx, key)
    if (!stored || hasEnded({ state: stored["state"] as Batch["state"] }) || stored["state"] === "undoing") return
    const written = await rowsWith(tx, key, ["created", "changed"], { limit: 1 })
    if (stored["policy"] === "skip" || written.length === 0) return endBatch(tx, key, "cancelled", machine.clock.now())
    await setBatch(tx, key, { state: "undoing", ending: "cancelled" })
  })

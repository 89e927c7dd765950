/** A batch while it is worked on: its transactions, and how it is refused. */
import type { Entity } from "../entity.ts"
import { isRefusal, type Refusal } from "../errors.ts"
import type { Caller, Machine } from "../machine.ts"
import type { StoredRow, Transaction } from "../store.ts"
import type { ClaimedJob, Jobs } from "../work/jobs.ts"
import type { BatchStateName, StoredRefusal } from "./batch.ts"
import type { BatchWork } from "./batchKinds.ts"
import { type BatchKey, endBatch, lockedBatch, mark, rowsWith, setBatch } from "./batchRows.ts"

/** A batch's job as a worker holds it. */
export interface BatchRun {
  readonly machine: Machine
  readonly queue: Jobs
  readonly job: ClaimedJob
  readonly signal: AbortSignal
}

/** A batch as it was read, with what it is about. */
export interface Working extends BatchRun {
  readonly key: BatchKey
  readonly stored: StoredRow
  readonly state: BatchStateName
  /** `plugin.collection` */
  readonly name: string
  readonly entity: Entity
  readonly work: BatchWork
}

/** The batch has moved on since it was read: somebody has cancelled it. Nothing of the transaction is written. */
export class MovedOn extends Error {}

/** Runs a transaction of the batch: fenced, and only while the batch stands where it stood. */
export const inBatch = (working: Working, work: (tx: Transaction, stored: StoredRow) => Promise<void>): Promise<void> =>
  working.machine.store.write(async (tx) => work(tx, await begin(working, tx)))

/** The batch, locked, if the job is still held; throws `MovedOn` if it does not stand where it stood. */
export const begin = async ({ queue, job, key, state }: Working, tx: Transaction): Promise<StoredRow> => {
  await queue.hold(tx, job)
  const stored = await lockedBatch(tx, key)
  if (stored?.["state"] !== state) throw new MovedOn()
  return stored
}

/** Ends the batch as refused; where that refuses all, what was written is taken back first. */
export const refuse = (working: Working, error: Refusal): Promise<void> =>
  inBatch(working, (tx, stored) => endRefused(tx, working, stored, storable(error)))

/** The same in a transaction of the batch. */
export const endRefused = async (
  tx: Transaction,
  { machine, key }: Pick<Working, "machine" | "key">,
  stored: StoredRow,
  refusal: StoredRefusal,
): Promise<void> => {
  const written = await rowsWith(tx, key, ["created", "changed"], { limit: 1 })
  if (stored["policy"] === "skip" || written.length === 0) {
    // Whoever lets bad rows be skipped is told of each why it was: those that are left are refused like the batch.
    const left = stored["policy"] === "skip" ? await rowsWith(tx, key, ["waiting"], {}) : []
    const as = { outcome: "refused", refused: [refusal] } as const
    await mark(
      tx,
      key,
      stored,
      left.map((row) => ({ row, as })),
      null,
    )
    return endBatch(tx, key, "refused", machine.clock.now(), refusal)
  }
  await setBatch(tx, key, { state: "undoing", ending: "refused", refusal: JSON.stringify(refusal) })
}

/** Who asked, with today's rights; the journal names the batch. */
export const callerOf = ({ key, stored }: Pick<Working, "key" | "stored">): Caller => {
  const why = stored["reason"] === null ? "" : `: ${String(stored["reason"])}`
  const reason = `batch ${key.id}${why}`
  return { kind: "onBehalf", tenant: key.tenant, actor: String(stored["actor"]), plugin: null, reason }
}

/** A decision against the work; a failure or a bug goes on to where jobs are tried again. */
export const decided = (error: unknown): Refusal => {
  if (!isRefusal(error) || error.status >= 500) throw error
  return error
}

/** A refusal as it is stored. */
export const storable = ({ _tag, params }: Refusal): StoredRefusal => ({ tag: _tag, params })

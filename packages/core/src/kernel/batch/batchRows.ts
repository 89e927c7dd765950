/** The stored rows of a batch: which wait, and how they and the batch are marked in the transaction that does them. */
import type { Instant } from "../field.ts"
import type { Condition, Reader, RowPatch, StoredRow, Transaction } from "../store.ts"
import type { Batch, RowOutcome, StoredRefusal } from "./batch.ts"
import { BATCH_ROW_TABLE, BATCH_TABLE } from "./batchTable.ts"

/** A batch by its tenant and id. */
export interface BatchKey {
  readonly tenant: string
  readonly id: string
}

/** What became of one row. */
export interface Marked {
  readonly outcome: RowOutcome
  readonly record?: string
  readonly refused?: readonly StoredRefusal[]
}

/** The stored batch, null if there is none. */
export const storedBatch = async (reader: Reader, { tenant, id }: BatchKey): Promise<StoredRow | null> => {
  const where = { op: "eq", column: "id", value: id } as const
  const [row] = await reader.select({ table: BATCH_TABLE, tenant, where, limit: 1 })
  return row ?? null
}

/** The stored batch, locked: whoever else wants to change it waits until this transaction has ended. */
export const lockedBatch = async (tx: Transaction, key: BatchKey): Promise<StoredRow | null> => {
  await tx.lock(BATCH_TABLE, key.tenant, [key.id])
  return storedBatch(tx, key)
}

/** Changes the stored batch. */
export const setBatch = async (tx: Transaction, { tenant, id }: BatchKey, set: StoredRow): Promise<void> => {
  await tx.update(BATCH_TABLE, tenant, [{ id, expectedVersion: null, set }])
}

/** The rows with one of these outcomes, in their order or from the last; those after a place only. */
export const rowsWith = (
  reader: Reader,
  { tenant, id }: BatchKey,
  outcomes: readonly string[],
  {
    limit,
    after,
    descending = false,
  }: { readonly limit?: number; readonly after?: number; readonly descending?: boolean },
): Promise<readonly StoredRow[]> => {
  const of: Condition[] = [
    { op: "eq", column: "batch", value: id },
    { op: "in", column: "outcome", values: outcomes },
  ]
  if (after !== undefined) of.push({ op: "gt", column: "place", value: after })
  const order = [{ column: "place", descending }]
  const where = { op: "and", of } as const
  return reader.select({ table: BATCH_ROW_TABLE, tenant, where, order, ...(limit === undefined ? {} : { limit }) })
}

/** Marks rows with what became of them, and counts them in the batch; what they were to write is forgotten. */
export const mark = async (
  tx: Transaction,
  key: BatchKey,
  batch: StoredRow,
  marks: readonly { readonly row: StoredRow; readonly as: Marked }[],
  seq: number | null,
): Promise<StoredRow> => {
  const counts = { ...(JSON.parse(String(batch["counts"])) as Record<string, number>) }
  const patches: RowPatch[] = []
  for (const { row, as } of marks) {
    const before = String(row["outcome"])
    if (before !== "waiting") counts[before] = (counts[before] ?? 0) - 1
    counts[as.outcome] = (counts[as.outcome] ?? 0) + 1
    const set = {
      outcome: as.outcome,
      input: null,
      ...(seq === null || as.outcome === "refused" || as.outcome === "unchanged" ? {} : { seq }),
      ...(as.record === undefined ? {} : { record: as.record }),
      ...(as.refused === undefined ? {} : { refused: JSON.stringify(as.refused) }),
    }
    patches.push({ id: String(row["id"]), expectedVersion: null, set })
  }
  if (patches.length > 0) await tx.update(BATCH_ROW_TABLE, key.tenant, patches)
  const set = { counts: JSON.stringify(counts) }
  await setBatch(tx, key, set)
  return { ...batch, ...set }
}

/** Ends a batch: what it was to write is forgotten, in its rows too. */
export const endBatch = async (
  tx: Transaction,
  key: BatchKey,
  state: Batch["state"],
  now: Instant,
  refusal: StoredRefusal | null = null,
): Promise<void> => {
  const left = await rowsWith(tx, key, ["waiting"], {})
  const patches = left
    .filter(({ input }) => input !== null)
    .map((row) => ({ id: String(row["id"]), expectedVersion: null, set: { input: null } }))
  if (patches.length > 0) await tx.update(BATCH_ROW_TABLE, key.tenant, patches)
  const reason = refusal === null ? {} : { refusal: JSON.stringify(refusal) }
  await setBatch(tx, key, { state, ended_at: now, input: null, ...reason })
}

/**
 * Forgetting: what an erasure takes out of the tables beside the records. Refusals are kept for repeated calls, for jobs
 * that failed and for rows of batches; their numbers and texts may speak of the person, and nothing tells of which.
 */
import { BATCH_ROW_TABLE, BATCH_TABLE } from "./batch/batchTable.ts"
import { CLAIM_TABLE, type Condition, type StoredRow, type Transaction } from "./store.ts"
import { JOB_TABLE, OUTBOX_TABLE } from "./work/queueTable.ts"

/** Where refusals are kept as JSON of a tag with its parameters, or of a list of these. */
const KEPT = [
  [JOB_TABLE, "failure"],
  [OUTBOX_TABLE, "failure"],
  [BATCH_TABLE, "refusal"],
  [BATCH_ROW_TABLE, "refused"],
] as const

/**
 * Leaves of every refusal that the tenant's tables keep nothing but its tag. A call that was refused under a key is
 * decided anew when it is repeated: it has written nothing.
 */
export const forgetRefusals = async (tx: Transaction, tenant: string): Promise<void> => {
  // The outcome of a refused command begins so; that of one that was done holds ids.
  await tx.removeWhere(CLAIM_TABLE, tenant, { op: "contains", column: "outcome", value: '{"refused":' })
  for (const [table, column] of KEPT) {
    const where: Condition = { op: "not", of: { op: "isNull", column } }
    const rows = await tx.select({ table, tenant, where })
    const patches = rows.flatMap((row) => {
      const set = { [column]: tagsOf(row[column]) }
      return set[column] === row[column] ? [] : [{ id: String(row["id"]), expectedVersion: null, set }]
    })
    if (patches.length > 0) await tx.update(table, tenant, patches)
  }
}

interface Kept {
  readonly tag: string
}

const tagsOf = (cell: StoredRow[string] | undefined): string => {
  const kept = JSON.parse(String(cell)) as Kept | readonly Kept[]
  const tagOf = ({ tag }: Kept) => ({ tag, params: {} })
  return JSON.stringify(Array.isArray(kept) ? kept.map(tagOf) : tagOf(kept as Kept))
}

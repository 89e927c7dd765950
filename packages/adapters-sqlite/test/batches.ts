/** Batches: the table that the tests with several processes write to, and what must be true of it. */
import type { Store, StoredRow, Table } from "@anbud/core"

/** The tenant of the batches. */
export const TENANT = "fjallservice"
/** Every transaction writes this many rows. */
export const ROWS_PER_BATCH = 50

/** One row per step of a batch. */
export const STEP: Table = {
  name: "step",
  owner: "test",
  columns: [
    { name: "id", type: "text", nullable: false },
    { name: "seq", type: "integer", nullable: false },
    { name: "writer", type: "text", nullable: false },
  ],
  primaryKey: ["id"],
  uniques: [],
  foreignKeys: [],
  indexes: [["seq"]],
}

/** Writes one batch under the tenant's next number and returns that number. */
export const writeBatch = (
  store: Store,
  writer: string,
  pause: () => Promise<void> = async () => {},
): Promise<number> =>
  store.write(async (tx) => {
    const seq = await tx.next(TENANT, "seq")
    const half = ROWS_PER_BATCH / 2
    await tx.insert("step", TENANT, steps(seq, writer, 0, half))
    await pause()
    await tx.insert("step", TENANT, steps(seq, writer, half, ROWS_PER_BATCH))
    return seq
  })

/** How many rows each batch has, by its number, in order. */
export const batchSizes = async (store: Store): Promise<ReadonlyMap<number, number>> => {
  const rows = await store.read((reader) =>
    reader.select({ table: "step", tenant: TENANT, order: [{ column: "seq" }] }),
  )
  const sizes = new Map<number, number>()
  for (const row of rows) sizes.set(Number(row["seq"]), (sizes.get(Number(row["seq"])) ?? 0) + 1)
  return sizes
}

const steps = (seq: number, writer: string, from: number, to: number): readonly StoredRow[] =>
  Array.from({ length: to - from }, (_, index) => ({ id: `${seq}-${from + index}`, seq, writer }))

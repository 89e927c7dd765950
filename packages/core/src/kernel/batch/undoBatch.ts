/** Undoing what a batch has written, since it is refused or cancelled and all or nothing was asked for. */
import { execute } from "../execute.ts"
import type { Caller } from "../machine.ts"
import { undoSomeCommand } from "../massUpdate.ts"
import type { StoredRow } from "../store.ts"
import type { BatchStateName } from "./batch.ts"
import { BATCH_WORK, CHUNK_ROWS } from "./batchKinds.ts"
import { endBatch, mark, rowsWith } from "./batchRows.ts"
import { begin, decided, inBatch, storable, type Working } from "./working.ts"

/** Takes back what the last command of the batch has written; the engine owes it, whatever rights are left. */
export const undoChunk = async (working: Working): Promise<void> => {
  const { machine, key, stored } = working
  const written = await machine.store.read((reader) =>
    rowsWith(reader, key, ["created", "changed"], { limit: CHUNK_ROWS, descending: true }),
  )
  const [last] = written
  if (last)
    return undo(
      working,
      written.filter((row) => row["seq"] === last["seq"]),
    )
  await inBatch(working, (tx) => endBatch(tx, key, stored["ending"] as BatchStateName, machine.clock.now()))
}

/** Undoes rows in one command; one that is refused is tried again with fewer, down to the row that must stay. */
const undo = async (working: Working, rows: readonly StoredRow[]): Promise<void> => {
  const { machine, key, name, entity, signal } = working
  const system: Caller = { kind: "system", tenant: key.tenant, reason: `batch ${key.id}` }
  const command = undoSomeCommand(name, entity)
  const input = { seq: rows[0]?.["seq"], records: rows.map((row) => String(row["record"])), refused: "skip" }
  let locked = working.stored
  const within = {
    begin: async (tx: Parameters<typeof begin>[1]) => {
      locked = await begin(working, tx)
    },
    end: async (tx: Parameters<typeof begin>[1], done: { readonly value: unknown; readonly seq: number | null }) => {
      const marks = BATCH_WORK.undo.marks(done.value, rows).map((as, index) => {
        const outcome = as.outcome === "refused" ? "kept" : "undone"
        return { row: rows[index] as StoredRow, as: { ...as, outcome } as const }
      })
      await mark(tx, key, locked, marks, done.seq)
    },
  }
  try {
    await execute(machine, system, command, input, { signal }, within)
  } catch (error) {
    const refused = decided(error)
    if (rows.length > 1) {
      const half = Math.ceil(rows.length / 2)
      await undo(working, rows.slice(0, half))
      return undo(working, rows.slice(half))
    }
    const as = { outcome: "kept", refused: [storable(refused)] } as const
    const marks = rows.map((row) => ({ row, as }))
    await inBatch(working, async (tx, now) => void (await mark(tx, key, now, marks, null)))
  }
}

/**
 * Working on a batch: chunk after chunk, each a command under its own `seq`, by the rights that the user who asked has
 * when it runs. What became of a chunk's rows is written in the chunk's own transaction, under the job's fence and the
 * batch's lock: a worker that is killed leaves a chunk done or not done, and none is done twice.
 */
import type { Entity } from "../entity.ts"
import type { Refusal } from "../errors.ts"
import { execute } from "../execute.ts"
import type { Machine } from "../machine.ts"
import { MassUpdateRefused, type RecordRefused } from "../massOutcome.ts"
import { previewOf } from "../preview.ts"
import { forbidden } from "../refusals.ts"
import { may } from "../rights.ts"
import { standingOf } from "../standing.ts"
import type { StoredRow } from "../store.ts"
import { type BatchKind, type BatchStateName, hasEnded, type StoredRefusal } from "./batch.ts"
import { BATCH_WORK, CHUNK_ROWS } from "./batchKinds.ts"
import { endBatch, mark, rowsWith, setBatch, storedBatch } from "./batchRows.ts"
import { undoChunk } from "./undoBatch.ts"
import {
  type BatchRun,
  begin,
  callerOf,
  decided,
  endRefused,
  inBatch,
  MovedOn,
  refuse,
  storable,
  type Working,
} from "./working.ts"

/** Works on a batch, so many chunks at most; gives whether nothing is left to do. */
export const workBatch = async (run: BatchRun, chunks: number): Promise<boolean> => {
  const { machine, job } = run
  const { batch: id } = job.body["payload"] as { readonly batch: string }
  const key = { tenant: job.tenant, id }
  for (let done = 0; done < chunks; done += 1) {
    const stored = await machine.store.read((reader) => storedBatch(reader, key))
    const state = stored?.["state"] as BatchStateName
    if (stored === null || hasEnded({ state })) return true
    run.signal.throwIfAborted()
    const name = String(stored["collection"])
    const work = BATCH_WORK[stored["kind"] as BatchKind]
    const working = { ...run, key, stored, state, name, entity: entityOf(machine, name), work }
    try {
      await step(working)
    } catch (error) {
      if (!(error instanceof MovedOn)) throw error
    }
  }
  return false
}

const entityOf = ({ model }: Machine, name: string): Entity => {
  const [id = "", collection = ""] = name.split(".")
  const entity = model.plugins.find((plugin) => plugin.id === id)?.spec.collections?.[collection]
  if (!entity) throw new Error(`No plugin has the collection ${name} of a batch`)
  return entity
}

const step = async (working: Working): Promise<void> => {
  if (working.state === "undoing") return undoChunk(working)
  const after = working.state === "checking" ? { after: Number(working.stored["checked"]) - 1 } : {}
  const waiting = await working.machine.store.read((reader) =>
    rowsWith(reader, working.key, ["waiting"], { limit: CHUNK_ROWS, ...after }),
  )
  if (waiting.length === 0) return nothingWaits(working)
  const rows = working.work.chunk(waiting, working.machine.model, working.entity)
  return working.state === "checking" ? checkChunk(working, rows) : applyRows(working, rows)
}

const nothingWaits = (working: Working): Promise<void> =>
  inBatch(working, async (tx, stored) => {
    const { machine, key, state, entity } = working
    if (state === "applying") return endBatch(tx, key, "done", machine.clock.now())
    const refused = await rowsWith(tx, key, ["refused"], { limit: CHUNK_ROWS })
    if (refused.length === 0) return setBatch(tx, key, { state: "applying" })
    const failed = refused.flatMap((row) =>
      (JSON.parse(String(row["refused"])) as readonly StoredRefusal[]).map((one) => ({ id: row["record"], ...one })),
    )
    await endRefused(tx, working, stored, { tag: MassUpdateRefused.tag, params: { entity: entity.name, failed } })
  })

/** What a chunk would do, where one refused row refuses all: nothing is written but the reasons. */
const checkChunk = async (working: Working, rows: readonly StoredRow[]): Promise<void> => {
  const { machine, key, work, stored, entity, name } = working
  const input = work.input(inputIn(stored), rows, "skip")
  let failed: ReadonlyMap<string, StoredRefusal>
  try {
    const command = work.command(name, entity, machine.derived)
    const { value } = await previewOf(machine, callerOf(working), command, input)
    const found = (value.outcome["failed"] as readonly string[]).map((one) => JSON.parse(one) as RecordRefused)
    failed = new Map(found.map(({ id, tag, params }) => [id, { tag, params }]))
  } catch (error) {
    return refuse(working, decided(error))
  }
  await inBatch(working, async (tx, locked) => {
    const marks = rows.flatMap((row) => {
      const refused = failed.get(String(row["record"]))
      return refused ? [{ row, as: { outcome: "refused", refused: [refused] } as const }] : []
    })
    await mark(tx, key, locked, marks, null)
    await setBatch(tx, key, { checked: Number(rows.at(-1)?.["place"]) + 1 })
  })
}

/** Does rows in one command; one that refuses them is tried again with fewer, down to the row that is refused. */
const applyRows = async (working: Working, rows: readonly StoredRow[]): Promise<void> => {
  const { machine, key, work, stored, entity, name, signal } = working
  const command = work.command(name, entity, machine.derived)
  const input = work.input(inputIn(stored), rows, working.stored["policy"] as "all" | "skip")
  let locked: StoredRow = stored
  try {
    await execute(
      machine,
      callerOf(working),
      command,
      input,
      { signal },
      {
        begin: async (tx) => {
          locked = await begin(working, tx)
        },
        end: async (tx, { value, seq }) => {
          const marks = work.marks(value, rows).map((as, index) => ({ row: rows[index] as StoredRow, as }))
          await mark(tx, key, locked, marks, seq)
        },
      },
    )
  } catch (error) {
    await refusedRows(working, rows, decided(error))
  }
}

const refusedRows = async (working: Working, rows: readonly StoredRow[], error: Refusal): Promise<void> => {
  const lost = await lostStanding(working)
  if (lost || working.stored["policy"] === "all") return refuse(working, lost ?? error)
  if (rows.length > 1) {
    const half = Math.ceil(rows.length / 2)
    await applyRows(working, rows.slice(0, half))
    return applyRows(working, rows.slice(half))
  }
  await inBatch(working, async (tx, stored) => {
    const as = { outcome: "refused", refused: [storable(error)] } as const
    await mark(
      tx,
      working.key,
      stored,
      rows.map((row) => ({ row, as })),
      null,
    )
  })
}

/** Why the user who asked may do none of it any more; null if that user may. */
const lostStanding = async (working: Working): Promise<Refusal | null> => {
  const right = `${working.name}.${String(working.stored["kind"])}`
  try {
    const { actor } = await working.machine.store.read((reader) =>
      standingOf(working.machine, reader, callerOf(working)),
    )
    return may(actor, right) ? null : forbidden(right)
  } catch (error) {
    return decided(error)
  }
}

const inputIn = (stored: StoredRow): unknown => JSON.parse(String(stored["input"] ?? "{}"))

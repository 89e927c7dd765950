/** The calls on a collection's batches. */

import type { InvalidCursor } from "../cursor.ts"
import { mutating } from "../effectFace.ts"
import type { Entity, RecordValues } from "../entity.ts"
import type { CallOptions, LongOptions, Page } from "../face.ts"
import type { Id } from "../field.ts"
import { readFile } from "../importFile.ts"
import type { ImportFile, ImportRejected } from "../importing.ts"
import { limitIssues, unknownNames } from "../pages.ts"
import type { Done, Pending } from "../pending.ts"
import { type ReadScope, reading } from "../reading.ts"
import type { CommonRefusal, ReadRefusal } from "../refusals.ts"
import { InvalidInput } from "../refusals.ts"
import { type Batch, type BatchRow, batchOf, batchRowOf } from "./batch.ts"
import { rowsWith, storedBatch } from "./batchRows.ts"
import { type BatchTarget, startBatch } from "./startBatch.ts"
import { importGiven, importStart, massStart, ownBatch, undoStart } from "./starts.ts"
import { cancelBatch, waitForBatch } from "./waitForBatch.ts"

/** Which rows of a batch to list. */
export interface BatchRowsQuery {
  readonly batch: string
  /** Only those with this outcome; `waiting` are those that have none yet. */
  readonly outcome?: BatchRow["outcome"]
  readonly limit?: number
  readonly after?: string
}

/**
 * Work on more records than one command takes, done by workers in chunks of one command each, by the rights that the
 * user who asked has when a chunk runs. A user sees the own batches; who may do everything sees all.
 */
export interface Batches<E extends Entity> {
  /** Begins a mass update of up to 100 000 records. */
  massUpdate(
    input: { readonly ids: readonly Id<E["name"]>[]; readonly set: RecordValues<E>; readonly refused: "all" | "skip" },
    options?: CallOptions,
  ): Pending<Batch, CommonRefusal>
  /** Reads a file and begins to import what is sound in it. */
  import(file: ImportFile<E>, options?: CallOptions): Pending<Batch, CommonRefusal | ImportRejected>
  /** Begins to give the records of a batch that has ended their values back, and to remove those that it has made. */
  undo(
    input: { readonly batch: string; readonly refused: "all" | "skip" },
    options?: CallOptions,
  ): Pending<Batch, CommonRefusal>
  /** Where a batch stands. */
  get(batch: string): Pending<Batch, ReadRefusal>
  /** A page of its rows, in the order of the input. */
  rows(query: BatchRowsQuery): Pending<Page<BatchRow>, ReadRefusal | InvalidCursor>
  /**
   * Ends it before its next chunk. With `refused: "all"` what was written is taken back; with `"skip"` it stays, and
   * `undo` takes it back. A batch that has ended stays as it is.
   */
  cancel(batch: string): Pending<Batch, ReadRefusal>
  /** Works on it, or waits while others do, until it has ended; aborting cancels it. */
  wait(batch: string, options?: LongOptions): Pending<Batch, CommonRefusal>
}

/** Wraps a call in its Promise face. */
type Spoken = <T>(run: Promise<Done<T>>) => Pending<T, never>

/** The calls on the batches of one collection for one caller. */
export const batchFace = (target: BatchTarget, locale: string, spoken: Spoken): Readonly<Record<string, unknown>> => {
  const { machine, caller, name, entity } = target
  const { refusals } = machine.model
  const read = <T>(work: (scope: ReadScope) => Promise<T>): Promise<Done<T>> => reading(machine, caller, null, work)
  const own = async ({ reader, tenant, actor }: ReadScope, id: string) =>
    ownBatch(typeof id === "string" ? await storedBatch(reader, { tenant, id }) : null, { id, name, actor })
  const get = (id: string): Promise<Done<Batch>> =>
    read(async (scope) => batchOf(await own(scope, id), refusals, locale))
  const started = async (start: Promise<Done<string>>): Promise<Done<Batch>> => {
    const { value, replayed } = await start
    return { ...(await get(value)), replayed }
  }
  return {
    massUpdate: mutating((input: unknown, options: CallOptions = {}) =>
      spoken(started(startBatch(target, massStart(name, entity, input), input, options))),
    ),
    import: mutating((file: ImportFile<Entity>, options: CallOptions = {}) =>
      spoken(
        started(
          readFile(target, file).then((found) => startBatch(target, importStart(found), importGiven(found), options)),
        ),
      ),
    ),
    undo: mutating((input: unknown, options: CallOptions = {}) =>
      spoken(started(startBatch(target, undoStart(name), input, options))),
    ),
    get: (id: string) => spoken(get(id)),
    rows: (query: BatchRowsQuery) => spoken(read((scope) => rowsPage(scope, own(scope, query.batch), query, locale))),
    cancel: (id: string) =>
      spoken(
        get(id)
          .then(() => cancelBatch(machine, { tenant: caller.tenant, id }))
          .then(() => {
            machine.bell.ring()
            return get(id)
          }),
      ),
    wait: mutating((id: string, options: LongOptions = {}) =>
      spoken(
        get(id)
          .then(() => waitForBatch(machine, { tenant: caller.tenant, id }, options))
          .then(() => get(id)),
      ),
    ),
  }
}

const OUTCOMES: readonly BatchRow["outcome"][] = [
  "waiting",
  "created",
  "changed",
  "unchanged",
  "refused",
  "undone",
  "kept",
]

const rowsPage = async (
  { reader, tenant, cursors, machine }: ReadScope,
  owned: Promise<unknown>,
  { batch: id, outcome, limit = 50, after, ...unknown }: BatchRowsQuery,
  locale: string,
): Promise<Page<BatchRow>> => {
  await owned
  const issues = [...unknownNames(unknown), ...limitIssues(limit)]
  if (outcome !== undefined && !OUTCOMES.includes(outcome))
    issues.push({ path: "outcome", message: `must be one of ${OUTCOMES.join(", ")}` })
  if (issues.length > 0) throw new InvalidInput({ issues })
  const asked = ["batch rows", id, outcome ?? null]
  const from = after === undefined ? {} : { after: Number(cursors.cells(asked, after)[0]) }
  const outcomes = outcome === undefined ? OUTCOMES : [outcome]
  const found = await rowsWith(reader, { tenant, id }, outcomes, { limit: limit + 1, ...from })
  const items = found.slice(0, limit).map((row) => batchRowOf(row, machine.model.refusals, locale))
  const last = items.at(-1)
  return { items, next: found.length > limit && last ? cursors.after(asked, [last.place]) : null }
}

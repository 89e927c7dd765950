/** Batches as callers see them: how far one has come, and what became of each of its rows. */
import type { AnyRefusalClass } from "../errors.ts"
import { messageOf } from "../errors.ts"
import type { Instant } from "../field.ts"
import type { StoredRow } from "../store.ts"

/** What a batch does. */
export type BatchKind = "massUpdate" | "import" | "undo"

/**
 * Where a batch stands. `checking` looks at every row before the first is written, `undoing` takes back what was
 * written; the last three are ends.
 */
export type BatchStateName = "checking" | "applying" | "undoing" | "done" | "refused" | "cancelled"

/**
 * What became of a row. `undone` was written and taken back; `kept` was written and could not be taken back, since
 * somebody has changed the record meanwhile.
 */
export type RowOutcome = "created" | "changed" | "unchanged" | "refused" | "undone" | "kept"

/** Why a row, or a whole batch, was refused. */
export interface BatchRefusal {
  readonly tag: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message: string
}

/** Work on many records, done in chunks of one command each. */
export interface Batch {
  readonly id: string
  /** `plugin.collection` */
  readonly collection: string
  readonly kind: BatchKind
  readonly state: BatchStateName
  /** Whether one refused row refuses them all. */
  readonly policy: "all" | "skip"
  readonly startedAt: Instant
  readonly endedAt: Instant | null
  readonly total: number
  /** How many rows were looked at before the first is written, where one refused row refuses all. */
  readonly checked: number
  /** How many rows have an outcome. */
  readonly done: number
  readonly counts: Readonly<Record<RowOutcome, number>>
  /** Why the whole batch was refused. */
  readonly refusal: BatchRefusal | null
  /** The batch that this one undoes. */
  readonly undoes: string | null
}

/** A row of a batch. */
export interface BatchRow {
  /** From 0, in the order of the input. */
  readonly place: number
  /** The record's id, null for one that is not made yet. */
  readonly record: string | null
  /** The line of the file on which it begins, null for a row of no file. */
  readonly line: number | null
  readonly outcome: RowOutcome | "waiting"
  /** The entry of the journal that wrote it. */
  readonly seq: number | null
  readonly refused: readonly BatchRefusal[]
}

/** How far long work has come. */
export interface BatchProgress {
  readonly batch: string
  readonly state: BatchStateName
  readonly done: number
  readonly total: number
  readonly refused: number
}

/** No row has an outcome yet. */
export const NOTHING_DONE: Batch["counts"] = {
  created: 0,
  changed: 0,
  unchanged: 0,
  refused: 0,
  undone: 0,
  kept: 0,
}

/** Whether nothing will be done any more. */
export const hasEnded = ({ state }: Pick<Batch, "state">): boolean =>
  state === "done" || state === "refused" || state === "cancelled"

/** How far a batch has come. */
export const progressOf = ({ id, state, done, total, counts }: Batch): BatchProgress => ({
  batch: id,
  state,
  done,
  total,
  refused: counts.refused,
})

type Refusals = ReadonlyMap<string, AnyRefusalClass>

/** A refusal as it is stored: without its message, which is made in the reader's language. */
export type StoredRefusal = Pick<BatchRefusal, "tag" | "params"> & Partial<Pick<BatchRefusal, "message">>

/** A batch from its row. */
export const batchOf = (row: StoredRow, refusals: Refusals, locale: string): Batch => {
  const counts = { ...NOTHING_DONE, ...(JSON.parse(String(row["counts"])) as Partial<Batch["counts"]>) }
  const refusal = row["refusal"] ?? null
  return {
    id: String(row["id"]),
    collection: String(row["collection"]),
    kind: row["kind"] as BatchKind,
    state: row["state"] as BatchStateName,
    policy: row["policy"] as Batch["policy"],
    startedAt: String(row["started_at"]) as Instant,
    endedAt: row["ended_at"] === null ? null : (String(row["ended_at"]) as Instant),
    total: Number(row["total"]),
    checked: Number(row["checked"]),
    done: Object.values(counts).reduce((sum, some) => sum + some, 0),
    counts,
    refusal: refusal === null ? null : refusalOf(JSON.parse(String(refusal)) as StoredRefusal, refusals, locale),
    undoes: row["undoes"] === null ? null : String(row["undoes"]),
  }
}

/** A row of a batch from its row. */
export const batchRowOf = (row: StoredRow, refusals: Refusals, locale: string): BatchRow => ({
  place: Number(row["place"]),
  record: row["record"] === null ? null : String(row["record"]),
  line: row["line"] === null ? null : Number(row["line"]),
  outcome: row["outcome"] as BatchRow["outcome"],
  seq: row["seq"] === null ? null : Number(row["seq"]),
  refused: row["refused"] === null ? [] : refusalsIn(String(row["refused"]), refusals, locale),
})

const refusalsIn = (text: string, refusals: Refusals, locale: string): readonly BatchRefusal[] =>
  (JSON.parse(text) as readonly StoredRefusal[]).map((stored) => refusalOf(stored, refusals, locale))

const refusalOf = (stored: StoredRefusal, refusals: Refusals, locale: string): BatchRefusal => {
  const { tag, params } = stored
  const refused = refusals.get(tag)
  // What a file's rows are refused with are codes of their own, which say in words what is wrong.
  // An erasure leaves of a refusal nothing but its tag.
  const isWhole = refused !== undefined && Object.keys(params).length > 0
  const message = isWhole ? messageOf(new refused(params as never), locale) : (stored.message ?? tag)
  return { tag, params, message }
}

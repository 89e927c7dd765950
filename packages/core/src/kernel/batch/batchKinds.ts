/** The kinds of batches: the command that does a chunk of each, its input, and what it says of each row. */
import { MAX_RECORDS } from "../apply.ts"
import { importCommand } from "../collection.ts"
import type { Derived } from "../derived.ts"
import type { Entity } from "../entity.ts"
import { recordsIn } from "../importFile.ts"
import type { Executable } from "../machine.ts"
import type { MassOutcome } from "../massOutcome.ts"
import { massUpdateCommand, undoSomeCommand } from "../massUpdate.ts"
import type { Model } from "../model.ts"
import type { StoredRow } from "../store.ts"
import type { BatchKind } from "./batch.ts"
import type { Marked } from "./batchRows.ts"

/** Rows that one command takes: few enough that others who wait for the store's writer hardly notice. */
export const CHUNK_ROWS = 200

/** What a kind of batch is made of. */
export interface BatchWork {
  readonly command: (name: string, entity: Entity, derived: Derived) => Executable
  /** The first of these rows that one command does. */
  readonly chunk: (rows: readonly StoredRow[], model: Model, entity: Entity) => readonly StoredRow[]
  /** The command's input: from the batch's and from its rows. */
  readonly input: (of: unknown, rows: readonly StoredRow[], refused: "all" | "skip") => unknown
  /** What the command's answer says of each row. */
  readonly marks: (answer: unknown, rows: readonly StoredRow[]) => readonly Marked[]
}

const recordOf = (row: StoredRow): string => String(row["record"])

/** By record: what a mass update or an undo says of it; a record that it does not name is not there for the actor. */
const massMarks = (answer: unknown, rows: readonly StoredRow[]): readonly Marked[] => {
  const { updated, unchanged, failed } = answer as MassOutcome
  const changed = new Set(updated)
  const left = new Set(unchanged)
  const refused = new Map(failed.map(({ id, tag, params }) => [id, { tag, params }]))
  return rows.map((row): Marked => {
    const id = recordOf(row)
    if (changed.has(id)) return { outcome: "changed" }
    if (left.has(id)) return { outcome: "unchanged" }
    return { outcome: "refused", refused: [refused.get(id) ?? { tag: "NotFound", params: { entity: "", id } }] }
  })
}

const importMarks = (answer: unknown, rows: readonly StoredRow[]): readonly Marked[] => {
  const { records } = answer as { readonly records: readonly string[] }
  return rows.map((_, index): Marked => {
    const [outcome = "unchanged", record = ""] = (records[index] ?? "").split(" ")
    return { outcome: outcome as Marked["outcome"], record }
  })
}

/** The rows at the beginning that one command can write, each with its parts; at least one. */
const writable = (rows: readonly StoredRow[], model: Model, entity: Entity): readonly StoredRow[] => {
  let room = MAX_RECORDS
  const end = rows.findIndex(({ input }, index) => {
    room -= recordsIn(model, entity, JSON.parse(String(input)) as Readonly<Record<string, unknown>>)
    return room < 0 && index > 0
  })
  return end < 0 ? rows : rows.slice(0, end)
}

/** What each kind does. */
export const BATCH_WORK: Readonly<Record<BatchKind, BatchWork>> = {
  massUpdate: {
    command: massUpdateCommand,
    chunk: (rows) => rows,
    input: (of, rows, refused) => ({ ...(of as object), ids: rows.map(recordOf), refused }),
    marks: massMarks,
  },
  import: {
    command: importCommand,
    chunk: writable,
    input: (of, rows) => ({
      ...(of as object),
      rows: rows.map(({ line, input }) => ({ row: line, values: JSON.parse(String(input)) })),
    }),
    marks: importMarks,
  },
  undo: {
    command: undoSomeCommand,
    chunk: (rows) => rows.filter((row) => row["source_seq"] === rows[0]?.["source_seq"]),
    input: (_, rows, refused) => ({ seq: rows[0]?.["source_seq"], records: rows.map(recordOf), refused }),
    marks: massMarks,
  },
}

/** How each kind of batch begins: a mass update, a file, and the undoing of another batch. */
import type { Values } from "../changes.ts"
import { doorFieldsOf } from "../customFields.ts"
import type { ReadRow } from "../derived.ts"
import type { Entity } from "../entity.ts"
import { fieldsOf } from "../fields.ts"
import type { RowIssue } from "../importing.ts"
import { decodeMass, decodeUndoOf, valuesToSet } from "../massUpdate.ts"
import { InvalidInput, NotFound } from "../refusals.ts"
import { referencesIn } from "../rights/bounds.ts"
import { isUnlimited } from "../rights/escalation.ts"
import type { Actor } from "../rights.ts"
import type { StoredRow } from "../store.ts"
import { type BatchStateName, hasEnded } from "./batch.ts"
import { lockedBatch, rowsWith } from "./batchRows.ts"
import type { BatchStart, NewRow } from "./startBatch.ts"

/** The most records that one batch updates. */
export const BATCH_LIMIT = 100_000

interface MassInput {
  readonly ids: readonly string[]
  readonly set: Values
  readonly refused: "all" | "skip"
}

const nothing = { changes: [], outcome: {} }

/** A mass update of up to 100 000 records. */
export const massStart = (name: string, entity: Entity, given: unknown): BatchStart<MassInput> => ({
  kind: "massUpdate",
  command: {
    decode: (input, { model, derived }) => decodeMass(doorFieldsOf(model, entity), derived, input, BATCH_LIMIT),
    references: (input: MassInput, model) => referencesIn(model, fieldsOf(model, entity), input.set),
    decide: async (ctx, input: MassInput) => {
      valuesToSet(ctx, name, entity, input.set)
      return nothing
    },
  },
  plan: async (_, { ids, refused }) => ({
    policy: refused,
    // As it was given: each chunk decodes it again, by the fields that there are then.
    input: { set: (given as { readonly set: unknown }).set },
    rows: ids.map((record) => ({ record })),
  }),
})

/** A file that was read and looked through. */
export interface ReadFile {
  readonly file: string
  readonly key: readonly string[]
  readonly policy: "all" | "skip"
  /** How many rows the file has. */
  readonly total: number
  readonly rows: readonly Pick<ReadRow, "row" | "values">[]
  readonly issues: readonly RowIssue[]
}

/** What an import asks for, as its idempotency key stands for it. */
export const importGiven = ({ key, rows }: ReadFile): Pick<ReadFile, "key" | "rows"> => ({ key, rows })

/** The rows of a file; those that cannot be imported are refused from the start. */
export const importStart = ({ key, policy, total, rows, issues }: ReadFile): BatchStart<unknown> => ({
  kind: "import",
  command: { decode: (input) => input as Values, references: () => [], decide: async () => nothing },
  plan: async () => {
    const lines = [...new Set(issues.map(({ row }) => row))]
    const refused = lines.map((line): NewRow => ({ line, refused: issues.filter(({ row }) => row === line).map(told) }))
    const sound = rows.map(({ row, values }): NewRow => ({ line: row, input: values }))
    return { policy, input: { key }, rows: [...sound, ...refused], total }
  },
})

/** What is kept of an issue: where it is and what is wrong, not what stands there. */
const told = ({ row, field, column, code, message }: RowIssue) => ({
  tag: code,
  params: { row, field, column },
  message,
})

interface UndoInput {
  readonly batch: string
  readonly refused: "all" | "skip"
}

/** Undoing what a batch has written, the last first. */
export const undoStart = (name: string): BatchStart<UndoInput> => ({
  kind: "undo",
  command: { decode: decodeUndoOf("batch"), references: () => [], decide: async () => nothing },
  plan: async ({ tx, tenant, actor }, { batch: id, refused }) => {
    const key = { tenant, id }
    const stored = ownBatch(await lockedBatch(tx, key), { id, name, actor })
    if (!hasEnded({ state: stored["state"] as BatchStateName }))
      throw new InvalidInput({ issues: [{ path: "batch", message: "is still being worked on" }] })
    const written = await rowsWith(tx, key, ["created", "changed"], { descending: true })
    const rows = written.map((row) => ({ record: String(row["record"]), sourceSeq: Number(row["seq"]) }))
    return { policy: refused, input: {}, rows, undoes: id }
  },
})

/** The batch, if it is one of this collection's and the actor's own; who may do everything sees all. */
export const ownBatch = (
  stored: StoredRow | null,
  { id, name, actor }: { readonly id: string; readonly name: string; readonly actor: Actor },
): StoredRow => {
  const isOwn = stored?.["collection"] === name && (stored["actor"] === actor.id || isUnlimited(actor.grants))
  if (!stored || !isOwn) throw new NotFound({ entity: "batch", id })
  return stored
}

/** Calls that are batches when there is more than one command takes: they wait for the end and give its outcome. */

import { doorFieldsOf } from "../customFields.ts"
import type { AnyRefusalClass, Refusal } from "../errors.ts"
import type { LongOptions } from "../face.ts"
import type { ImportReport, RowIssue } from "../importing.ts"
import { type MassOutcome, MassUpdateRefused, type RecordRefused } from "../massOutcome.ts"
import { decodeMass, MASS_LIMIT, massUpdateCommand } from "../massUpdate.ts"
import type { Done } from "../pending.ts"
import { type Preview, type PreviewedChange, previewOf } from "../preview.ts"
import { givenInput } from "../rights/knownInput.ts"
import { type Batch, type BatchRow, batchRowOf } from "./batch.ts"
import { rowsWith } from "./batchRows.ts"
import { BatchCancelled } from "./refusals.ts"
import { type BatchTarget, startBatch } from "./startBatch.ts"
import { BATCH_LIMIT, importGiven, importStart, massStart, type ReadFile, undoStart } from "./starts.ts"
import { waitForBatch } from "./waitForBatch.ts"

/** Whether a mass update names more records than one command takes. */
export const isLong = (input: unknown): boolean => {
  const ids = (input as { readonly ids?: unknown } | null | undefined)?.ids
  return Array.isArray(ids) && ids.length > MASS_LIMIT
}

/** A mass update of more records than one command takes. */
export const longMassUpdate = async (
  target: BatchTarget,
  input: unknown,
  options: LongOptions,
): Promise<Done<MassOutcome>> =>
  massOutcomeOf(target, await startBatch(target, massStart(target.name, target.entity, input), input, options), options)

/** The undoing of a batch. */
export const undoBatch = async (
  target: BatchTarget,
  input: unknown,
  options: LongOptions,
): Promise<Done<MassOutcome>> =>
  massOutcomeOf(target, await startBatch(target, undoStart(target.name), input, options), options)

const massOutcomeOf = async (
  target: BatchTarget,
  started: Done<string>,
  options: LongOptions,
): Promise<Done<MassOutcome>> => {
  const { rows } = await ended(target, started.value, options)
  const idsOf = (...outcomes: readonly BatchRow["outcome"][]) =>
    rows.flatMap(({ outcome, record }) => (record !== null && outcomes.includes(outcome) ? [record] : []))
  return {
    ...started,
    value: {
      updated: idsOf("changed", "created"),
      unchanged: idsOf("unchanged"),
      failed: failedIn(rows),
      batch: started.value,
    },
  }
}

const failedIn = (rows: readonly BatchRow[]): readonly RecordRefused[] =>
  rows.flatMap(({ outcome, record, refused: [first] }) =>
    outcome === "refused" && first ? [{ id: record ?? "", ...first }] : [],
  )

/** An import of more records than one command takes. */
export const longImport = async (
  target: BatchTarget,
  read: ReadFile,
  options: LongOptions,
): Promise<Done<ImportReport>> => {
  const { file, issues } = read
  const started = await startBatch(target, importStart(read), importGiven(read), options)
  const { batch, rows } = await ended(target, started.value, options)
  const known = new Set(issues.map(({ row }) => row))
  const late = rows.flatMap(({ outcome, line, refused }): readonly RowIssue[] =>
    outcome !== "refused" || line === null || known.has(line)
      ? []
      : refused.map(({ message }) => ({ row: line, field: "", column: "", code: "Refused", value: "", message })),
  )
  const { created, changed, unchanged } = batch.counts
  const refused = [...issues, ...late].sort((a, b) => a.row - b.row)
  return { ...started, value: { file, rows: batch.total, created, changed, unchanged, refused } }
}

/** Waits for the end; throws why the batch was refused or cancelled. */
const ended = async (
  { machine, caller }: BatchTarget,
  id: string,
  options: LongOptions,
): Promise<{ readonly batch: Batch; readonly rows: readonly BatchRow[] }> => {
  const key = { tenant: caller.tenant, id }
  const batch = await waitForBatch(machine, key, options)
  if (batch.state === "cancelled") {
    options.signal?.throwIfAborted()
    throw new BatchCancelled({ batch: id })
  }
  const outcomes = ["waiting", "created", "changed", "unchanged", "refused", "undone", "kept"]
  const { refusals } = machine.model
  const stored = await machine.store.read((reader) => rowsWith(reader, key, outcomes, {}))
  const rows = stored.map((row) => batchRowOf(row, refusals, "en"))
  // Who lets bad rows be skipped hears of each row by itself.
  if (batch.refusal && batch.policy === "all") throw refusalOf(refusals, batch, failedIn(rows))
  return { batch, rows }
}

const refusalOf = (
  refusals: ReadonlyMap<string, AnyRefusalClass>,
  { refusal }: Batch,
  failed: readonly RecordRefused[],
): Refusal => {
  const { tag = "", params = {} } = refusal ?? {}
  if (tag === MassUpdateRefused.tag) return new MassUpdateRefused({ entity: String(params["entity"]), failed })
  const refused = refusals.get(tag)
  if (!refused) throw new Error(`No plugin defines the refusal ${tag}`)
  return new refused(params as never)
}

/** What a mass update of more records than one command takes would do. */
export const longPreview = async (
  { machine, caller, name, entity }: BatchTarget,
  given: unknown,
): Promise<Done<Preview>> => {
  const command = massUpdateCommand(name, entity)
  const all = await givenInput(
    machine,
    caller,
    {
      ...command,
      decode: (input, { model, derived }) => decodeMass(doorFieldsOf(model, entity), derived, input, BATCH_LIMIT),
    },
    given,
  )
  const ids = all["ids"] as readonly string[]
  const outcome = { updated: [] as string[], unchanged: [] as string[], failed: [] as string[] }
  const changes: PreviewedChange[] = []
  for (let from = 0; from < ids.length; from += MASS_LIMIT) {
    const some = { ...(given as object), ids: ids.slice(from, from + MASS_LIMIT), refused: "skip" }
    const { value } = await previewOf(machine, caller, command, some)
    for (const part of ["updated", "unchanged", "failed"] as const)
      outcome[part].push(...(value.outcome[part] as readonly string[]))
    changes.push(...value.changes)
  }
  if (all["refused"] === "all" && outcome.failed.length > 0)
    throw new MassUpdateRefused({ entity: entity.name, failed: outcome.failed.map((one) => JSON.parse(one)) })
  return { value: { outcome, changes }, replayed: false, seq: null }
}

/** Starting a batch: a command like any other, which writes no record but leaves the batch, its rows and its job. */
import type { Entity } from "../entity.ts"
import { execute } from "../execute.ts"
import type { CallOptions } from "../face.ts"
import type { Caller, Executable, Machine } from "../machine.ts"
import type { Done } from "../pending.ts"
import type { Actor } from "../rights.ts"
import type { StoredRow, Transaction } from "../store.ts"
import { BATCH_JOB } from "../work/workWiring.ts"
import { type BatchKind, NOTHING_DONE, type RowOutcome, type StoredRefusal } from "./batch.ts"
import { BATCH_ROW_TABLE, BATCH_TABLE } from "./batchTable.ts"

/** Whose batch it is, and of what. */
export interface BatchTarget {
  readonly machine: Machine
  readonly caller: Caller
  /** `plugin.collection` */
  readonly name: string
  readonly entity: Entity
}

/** A row to begin with; one that is refused before it begins says why. */
export interface NewRow {
  readonly record?: string
  readonly line?: number
  readonly sourceSeq?: number
  readonly input?: unknown
  readonly refused?: readonly StoredRefusal[]
}

/** A batch to begin. */
export interface NewBatch {
  readonly policy: "all" | "skip"
  readonly input: unknown
  readonly rows: readonly NewRow[]
  readonly undoes?: string
  /** More than there are rows, where some lines of a file say the same; those count as unchanged. */
  readonly total?: number
}

/** Where a batch begins: in the transaction of the command that asks for it. */
export interface Starting {
  readonly tx: Transaction
  readonly tenant: string
  readonly actor: Actor
}

/** How a kind of batch begins: what is asked, by which fields, and what is to be done. */
export interface BatchStart<Input> {
  readonly kind: BatchKind
  readonly command: Pick<Executable, "decode" | "references" | "decide">
  readonly plan: (at: Starting, input: Input) => Promise<NewBatch>
}

/** Starts a batch and gives its id; the same call with the same idempotency key gives the same batch. */
export const startBatch = async <Input>(
  { machine, caller, name }: BatchTarget,
  { kind, command: start, plan }: BatchStart<Input>,
  given: unknown,
  options: CallOptions,
): Promise<Done<string>> => {
  const asked: { actor?: Actor; input?: Input } = {}
  const command: Executable = {
    name: `${name}.${kind}`,
    input: {},
    locks: () => [],
    ...start,
    decide: async (ctx, input) => {
      await start.decide(ctx, input)
      Object.assign(asked, { actor: ctx.actor, input })
      return { changes: [], outcome: { batch: machine.ids.next(ctx.now) } }
    },
    answer: async (_, { batch }: { readonly batch: string }) => batch,
  }
  const done = await execute(machine, caller, command, given, options, {
    end: async (tx, { value, replayed }) => {
      const { actor, input } = asked
      if (replayed || !actor) return
      const at = { tx, tenant: caller.tenant, actor }
      await insertBatch(machine, at, { id: String(value), name, kind }, await plan(at, input as Input))
    },
  })
  machine.bell.ring()
  return { ...done, value: String(done.value) }
}

interface Identity {
  readonly id: string
  readonly name: string
  readonly kind: BatchKind
}

const insertBatch = async (
  machine: Machine,
  { tx, tenant, actor }: Starting,
  { id, name, kind }: Identity,
  { policy, input, rows, undoes, total = rows.length }: NewBatch,
): Promise<void> => {
  const now = machine.clock.now()
  const job = machine.ids.next(now)
  const refused = rows.filter((row) => row.refused !== undefined).length
  const counts = { ...NOTHING_DONE, refused, unchanged: total - rows.length }
  const batch: StoredRow = {
    id,
    collection: name,
    kind,
    policy,
    actor: actor.id,
    reason: actor.reason,
    // A file's rows were looked at when it was read.
    state: policy === "all" && kind !== "import" ? "checking" : "applying",
    started_at: now,
    job,
    undoes: undoes ?? null,
    total,
    checked: 0,
    counts: JSON.stringify(counts),
    input: JSON.stringify(input),
  }
  await tx.insert(BATCH_TABLE, tenant, [batch])
  await tx.insert(
    BATCH_ROW_TABLE,
    tenant,
    rows.map((row, place) => rowOf(id, place, row)),
  )
  const body = { payload: { batch: id } }
  const asJob = { id: job, kind: BATCH_JOB, key: null, stream: null, place: 0, dueAt: now, actsFor: actor.id, body }
  await machine.jobs.add(tx, tenant, [asJob])
}

const rowOf = (batch: string, place: number, { record, line, sourceSeq, input, refused }: NewRow): StoredRow => ({
  id: `${batch}/${place}`,
  batch,
  place,
  record: record ?? null,
  line: line ?? null,
  source_seq: sourceSeq ?? null,
  outcome: (refused === undefined ? "waiting" : "refused") satisfies RowOutcome | "waiting",
  refused: refused === undefined ? null : JSON.stringify(refused),
  input: input === undefined ? null : JSON.stringify(input),
})

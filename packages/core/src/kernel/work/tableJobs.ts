/** The embedded jobs: a table of the engine's own, the same on every database. */
import { canonical } from "../canonical.ts"
import type { Instant } from "../field.ts"
import type { Cell, Condition, RowPatch, Store, StoredRow, Transaction } from "../store.ts"
import {
  type ClaimedJob,
  type JobBody,
  type JobClaim,
  type JobCounts,
  type JobFailure,
  type JobState,
  type Jobs,
  LeaseLost,
  type NewJob,
} from "./jobs.ts"
import { DONE_TABLE } from "./queueTable.ts"

/** Jobs in a table of the store's. Times are compared as texts, which instants are made for. */
export const tableJobs = (store: Store, table: string): Jobs => ({
  add: (tx, tenant, jobs) => add(tx, table, tenant, jobs),
  tenants: (kinds, now) =>
    store.read(async (reader) => {
      const found = [isLate(kinds, now), isDue(kinds, now)].map((where) => reader.tenants({ table, where }))
      return [...new Set((await Promise.all(found)).flat())].sort()
    }),
  claim: (tenant, claim) => store.write((tx) => claimIn(tx, table, tenant, claim)),
  extend: (job, leaseUntil) => ifHeld(store, table, job, (tx) => patch(tx, table, job, { lease_until: leaseUntil })),
  note: (job, progress) => ifHeld(store, table, job, (tx) => patch(tx, table, job, { progress: canonical(progress) })),
  hold: (tx, job) => heldRow(tx, table, job).then(() => undefined),
  finish: async (tx, job, now) => end(tx, table, job.tenant, await heldRow(tx, table, job), now),
  postpone: (job, dueAt, failure) =>
    ifHeld(store, table, job, (tx, row) => patch(tx, table, job, givenBack(row, dueAt, failure))),
  park: (job, failure) =>
    ifHeld(store, table, job, async (tx, row) => {
      await patch(tx, table, job, parked(failure))
      await letNextCome(tx, table, job.tenant, row)
    }),
  retry: (tenant, id, now) =>
    ifParked(store, table, tenant, id, (tx) =>
      patch(tx, table, { tenant, id }, { state: "waiting", due_at: now, run_at: now, attempts: 0, failure: null }),
    ),
  discard: (tenant, id, now) => ifParked(store, table, tenant, id, (tx, row) => end(tx, table, tenant, row, now)),
  list: async (tenant, state, limit) => {
    const order = [{ column: "due_at" }, { column: "place" }]
    const where = is("state", state)
    return (await store.read((reader) => reader.select({ table, tenant, where, order, limit }))).map(stateOf)
  },
  counts: (tenant) => counts(store, table, tenant),
})

const is = (column: string, value: string | number): Condition => ({ op: "eq", column, value })
const and = (...of: readonly Condition[]): Condition => ({ op: "and", of })

const isOfKind = (kinds: readonly string[]): Condition => ({ op: "in", column: "kind", values: kinds })

// Two conditions and not one with an `or`: each reads one stretch of an index, however many jobs wait.
const isDue = (kinds: readonly string[], now: Instant): Condition =>
  and(is("state", "waiting"), { op: "lte", column: "run_at", value: now }, isOfKind(kinds))

const isLate = (kinds: readonly string[], now: Instant): Condition =>
  and(is("state", "running"), { op: "lt", column: "lease_until", value: now }, isOfKind(kinds))

const add = async (tx: Transaction, table: string, tenant: string, jobs: readonly NewJob[]): Promise<void> => {
  const wanted = distinct(jobs)
  const keyed = wanted.filter(({ key }) => key !== null).map(({ key }) => String(key))
  if (keyed.length > 0) {
    const where: Condition = { op: "in", column: "key", values: keyed }
    // First those that live: one that ends in between is found among the ended ones.
    const live = await tx.select({ table, tenant, where })
    const ended = await tx.select({ table: DONE_TABLE, tenant, where: and(is("queue", table), where) })
    const known = new Set([...live, ...ended].map((row) => `${row["kind"]}\n${row["key"]}`))
    await insert(
      tx,
      table,
      tenant,
      wanted.filter(({ kind, key }) => !known.has(`${kind}\n${key}`)),
    )
  } else await insert(tx, table, tenant, wanted)
}

const distinct = (jobs: readonly NewJob[]): readonly NewJob[] => [
  ...new Map(jobs.map((job) => [`${job.kind}\n${job.key ?? job.id}`, job])).values(),
]

const insert = async (tx: Transaction, table: string, tenant: string, jobs: readonly NewJob[]): Promise<void> => {
  const rows = jobs.map(({ id, kind, key, stream, place, dueAt, actsFor, body }) => ({
    id,
    kind,
    key: key ?? id,
    has_own_key: key === null ? 0 : 1,
    stream,
    place,
    due_at: dueAt,
    run_at: dueAt,
    state: "waiting",
    attempts: 0,
    fence: 0,
    acts_for: actsFor,
    body: canonical(body),
  }))
  if (rows.length > 0) await tx.insert(table, tenant, rows)
}

/** Candidates per job that is wanted: some stand behind others in their stream. */
const CANDIDATES = 4

const claimIn = async (
  tx: Transaction,
  table: string,
  tenant: string,
  claim: JobClaim,
): Promise<readonly ClaimedJob[]> => {
  const { kinds, now, id } = claim
  const order = [{ column: "run_at" }, { column: "place" }]
  const limit = claim.limit * CANDIDATES
  const rows: StoredRow[] = []
  for (const due of [isLate(kinds, now), isDue(kinds, now)]) {
    const where = id === undefined ? due : and(due, is("id", id))
    rows.push(...(await tx.take({ table, tenant, where, order, limit })))
  }
  const claimed: ClaimedJob[] = []
  const patches: RowPatch[] = []
  for (const row of rows) {
    if (claimed.length === claim.limit) break
    const head = await headOf(tx, table, tenant, row)
    if (head && head["id"] !== row["id"]) patches.push(patchOf(row, { run_at: behind(head, claim.now) }))
    else if (Number(row["attempts"]) >= claim.maxAttempts(String(row["kind"]))) {
      patches.push(patchOf(row, parked({ tag: "LeaseLost", params: { job: row["id"], kind: row["kind"] } })))
      await letNextCome(tx, table, tenant, row)
    } else {
      const job = claimedJob(tenant, row)
      claimed.push(job)
      patches.push(patchOf(row, held(job, claim)))
    }
  }
  if (patches.length > 0) await tx.update(table, tenant, patches)
  return claimed
}

const held = ({ attempt, fence }: ClaimedJob, { leaseUntil, worker }: JobClaim): StoredRow => ({
  state: "running",
  attempts: attempt,
  fence,
  lease_until: leaseUntil,
  worker,
})

/** The first of a stream that is not parked; null for a job without a stream. */
const headOf = async (tx: Transaction, table: string, tenant: string, row: StoredRow): Promise<StoredRow | null> => {
  if (row["stream"] === null) return null
  const where = and(is("kind", String(row["kind"])), is("stream", String(row["stream"])), {
    op: "ne",
    column: "state",
    value: "parked",
  })
  const [head] = await tx.select({ table, tenant, where, order: [{ column: "place" }], limit: 1 })
  return head ?? null
}

const PAUSE_MILLISECONDS = 250

/** When to look again at a job that stands behind another: when that one is due or its lease ends, yet not at once. */
const behind = (head: StoredRow, now: Instant): Instant => {
  const next = head["state"] === "running" ? head["lease_until"] : head["run_at"]
  const soonest = new Date(Date.parse(now) + PAUSE_MILLISECONDS).toISOString()
  return (String(next) > soonest ? String(next) : soonest) as Instant
}

const heldRow = async (tx: Transaction, table: string, job: ClaimedJob): Promise<StoredRow> => {
  const { tenant, id, kind, fence } = job
  await tx.lock(table, tenant, [id])
  const [row] = await tx.select({ table, tenant, where: is("id", id) })
  if (row?.["state"] !== "running" || row["fence"] !== fence) throw new LeaseLost({ job: id, kind })
  return row
}

const ifHeld = async (
  store: Store,
  table: string,
  job: ClaimedJob,
  work: (tx: Transaction, row: StoredRow) => Promise<void>,
): Promise<boolean> => {
  try {
    await store.write(async (tx) => work(tx, await heldRow(tx, table, job)))
    return true
  } catch (error) {
    if (LeaseLost.is(error)) return false
    throw error
  }
}

const ifParked = (
  store: Store,
  table: string,
  tenant: string,
  id: string,
  work: (tx: Transaction, row: StoredRow) => Promise<void>,
): Promise<boolean> =>
  store.write(async (tx) => {
    await tx.lock(table, tenant, [id])
    const [row] = await tx.select({ table, tenant, where: is("id", id) })
    if (row?.["state"] !== "parked") return false
    await work(tx, row)
    return true
  })

/** Removes a job; its key, if it was given one, is remembered. */
const end = async (tx: Transaction, table: string, tenant: string, row: StoredRow, now: Instant): Promise<void> => {
  await tx.remove(table, tenant, [String(row["id"])])
  if (row["has_own_key"] === 1) {
    const done = { queue: table, kind: row["kind"] ?? null, key: row["key"] ?? null, done_at: now }
    await tx.insert(DONE_TABLE, tenant, [done])
  }
  await letNextCome(tx, table, tenant, row)
}

/** What stood behind a job in its stream is due by its own time again. */
const letNextCome = async (tx: Transaction, table: string, tenant: string, row: StoredRow): Promise<void> => {
  if (row["stream"] === null) return
  const where = and(is("kind", String(row["kind"])), is("stream", String(row["stream"])), is("state", "waiting"), {
    op: "gt",
    column: "place",
    value: Number(row["place"]),
  })
  const [next] = await tx.select({ table, tenant, where, order: [{ column: "place" }], limit: 1 })
  if (next && next["run_at"] !== next["due_at"])
    await patch(tx, table, { tenant, id: String(next["id"]) }, { run_at: next["due_at"] ?? null })
}

// The fence grows when a job is given back too: whoever had it is not to write under it any more.
const givenBack = (row: StoredRow, dueAt: Instant, failure: JobFailure | null): StoredRow => ({
  state: "waiting",
  due_at: dueAt,
  run_at: dueAt,
  fence: Number(row["fence"]) + 1,
  attempts: Number(row["attempts"]) - (failure ? 0 : 1),
  lease_until: null,
  worker: null,
  ...(failure ? { failure: JSON.stringify(failure) } : {}),
})

const parked = (failure: JobFailure): StoredRow => ({
  state: "parked",
  lease_until: null,
  worker: null,
  failure: JSON.stringify(failure),
})

const patchOf = (row: StoredRow, set: StoredRow): RowPatch => ({ id: String(row["id"]), expectedVersion: null, set })

const patch = async (
  tx: Transaction,
  table: string,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  set: Readonly<Record<string, Cell>>,
): Promise<void> => {
  await tx.update(table, tenant, [{ id, expectedVersion: null, set }])
}

const claimedJob = (tenant: string, row: StoredRow): ClaimedJob => ({
  tenant,
  id: String(row["id"]),
  kind: String(row["kind"]),
  key: String(row["key"]),
  dueAt: String(row["due_at"]) as Instant,
  actsFor: String(row["acts_for"]),
  body: JSON.parse(String(row["body"])) as JobBody,
  attempt: Number(row["attempts"]) + 1,
  fence: Number(row["fence"]) + 1,
  progress: progressOf(row),
})

const progressOf = ({ progress = null }: StoredRow): JobBody | null =>
  progress === null ? null : (JSON.parse(String(progress)) as JobBody)

const stateOf = (row: StoredRow): JobState => ({
  id: String(row["id"]),
  kind: String(row["kind"]),
  key: String(row["key"]),
  state: row["state"] as JobState["state"],
  dueAt: String(row["due_at"]) as Instant,
  attempts: Number(row["attempts"]),
  worker: row["worker"] === null ? null : String(row["worker"]),
  failure: row["failure"] === null ? null : (JSON.parse(String(row["failure"])) as JobFailure),
  progress: progressOf(row),
})

const counts = (store: Store, table: string, tenant: string): Promise<JobCounts> =>
  store.read(async (reader) => {
    const count = (state: JobState["state"]) => reader.count({ table, tenant, where: is("state", state) })
    const order = [{ column: "due_at" }]
    const [oldest] = await reader.select({ table, tenant, where: is("state", "waiting"), order, limit: 1 })
    return {
      waiting: await count("waiting"),
      running: await count("running"),
      parked: await count("parked"),
      oldestDueAt: oldest ? (String(oldest["due_at"]) as Instant) : null,
    }
  })

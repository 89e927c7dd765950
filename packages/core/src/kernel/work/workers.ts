/** The workers that are at work on a store, as each of them shows itself from time to time. */
import type { Instant } from "../field.ts"
import type { Machine } from "../machine.ts"
import type { Table } from "../store.ts"

/** The table of workers. */
export const WORKER_TABLE = "worker"
/** Workers belong to no tenant; no tenant can be called this. */
const NO_TENANT = "*"

/** The table of workers. */
export const WORKER_TABLES: readonly Table[] = [
  {
    name: WORKER_TABLE,
    owner: "kernel",
    columns: [
      { name: "id", type: "text", nullable: false },
      { name: "started_at", type: "text", nullable: false },
      { name: "seen_at", type: "text", nullable: false },
      { name: "running", type: "integer", nullable: false, min: 0 },
    ],
    primaryKey: ["id"],
    uniques: [],
    foreignKeys: [],
    indexes: [],
  },
]

/** A worker as it was last seen. */
export interface WorkerSeen {
  readonly id: string
  readonly startedAt: Instant
  readonly seenAt: Instant
  /** How many jobs and events it was running. */
  readonly running: number
}

/** After this long without a sign a worker counts as gone. */
const GONE_MILLISECONDS = 86_400_000

/** Notes that a worker is there; forgets those that were killed long ago. */
export const showWorker = ({ store, clock }: Machine, id: string, running: number): Promise<void> =>
  store.write(async (tx) => {
    const now = clock.now()
    const set = { seen_at: now, running }
    const known = await tx.update(WORKER_TABLE, NO_TENANT, [{ id, expectedVersion: null, set }])
    if (known.length > 0) return
    await tx.insert(WORKER_TABLE, NO_TENANT, [{ id, started_at: now, ...set }])
    const before = new Date(Date.parse(now) - GONE_MILLISECONDS).toISOString()
    const where = { op: "lt", column: "seen_at", value: before } as const
    const gone = await tx.select({ table: WORKER_TABLE, tenant: NO_TENANT, where })
    await tx.remove(
      WORKER_TABLE,
      NO_TENANT,
      gone.map((row) => String(row["id"])),
    )
  })

/** Takes a worker that stops off the list. */
export const forgetWorker = ({ store }: Machine, id: string): Promise<void> =>
  store.write((tx) => tx.remove(WORKER_TABLE, NO_TENANT, [id]))

/** The workers on the store, by when they began. */
export const workersSeen = async ({ store }: Machine): Promise<readonly WorkerSeen[]> => {
  const order = [{ column: "started_at" }]
  const rows = await store.read((reader) => reader.select({ table: WORKER_TABLE, tenant: NO_TENANT, order }))
  return rows.map((row) => ({
    id: String(row["id"]),
    startedAt: String(row["started_at"]) as Instant,
    seenAt: String(row["seen_at"]) as Instant,
    running: Number(row["running"]),
  }))
}

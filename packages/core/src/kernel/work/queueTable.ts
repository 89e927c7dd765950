/** The tables of work that waits: jobs, the outbox of events, and what is remembered of them when they are done. */
import type { Table } from "../store.ts"

/** Jobs that wait, run or are parked; one that is done leaves the table. */
export const JOB_TABLE = "job"
/** Events of committed commands that hooks have not handled yet. */
export const OUTBOX_TABLE = "outbox"
/** The keys of jobs that are done or discarded: such a job is not added again. */
export const DONE_TABLE = "job_done"

const text = (name: string, nullable = false): Table["columns"][number] => ({ name, type: "text", nullable })
const count = (name: string): Table["columns"][number] => ({ name, type: "integer", nullable: false, min: 0 })

const queue = (name: string): Table => ({
  name,
  owner: "kernel",
  columns: [
    text("id"),
    text("kind"),
    text("key"),
    { name: "has_own_key", type: "boolean", nullable: false },
    text("stream", true),
    count("place"),
    text("due_at"),
    // When to look at it again: later than due_at while it stands behind another in its stream.
    text("run_at"),
    { name: "state", type: "text", nullable: false, values: ["waiting", "running", "parked"] },
    count("attempts"),
    count("fence"),
    text("lease_until", true),
    text("worker", true),
    text("acts_for"),
    { name: "body", type: "json", nullable: false },
    { name: "failure", type: "json", nullable: true },
    { name: "progress", type: "json", nullable: true },
  ],
  primaryKey: ["id"],
  uniques: [["kind", "key"]],
  foreignKeys: [],
  indexes: [
    ["state", "run_at"],
    ["kind", "stream", "place"],
  ],
})

/** The tables of waiting work. */
export const QUEUE_TABLES: readonly Table[] = [
  queue(JOB_TABLE),
  queue(OUTBOX_TABLE),
  {
    name: DONE_TABLE,
    owner: "kernel",
    columns: [text("queue"), text("kind"), text("key"), text("done_at")],
    primaryKey: ["queue", "kind", "key"],
    uniques: [],
    foreignKeys: [],
    indexes: [],
  },
]

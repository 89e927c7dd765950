/** The tables of everything that runs beside commands. */
import { BATCH_TABLES } from "../batch/batchTable.ts"
import type { Table } from "../store.ts"
import { QUEUE_TABLES } from "./queueTable.ts"
import { SCHEDULE_TABLES } from "./scheduling.ts"
import { WORKER_TABLES } from "./workers.ts"

/** The tables of jobs, events, schedules, workers and batches. */
export const WORK_TABLES: readonly Table[] = [...QUEUE_TABLES, ...SCHEDULE_TABLES, ...WORKER_TABLES, ...BATCH_TABLES]

/**
 * Jobs that pg-boss wakes workers for. Each job is a row of the engine's own table, with its key, order, lease and fence,
 * and a message of pg-boss that is written in the same transaction: whichever process gets the message looks at once.
 * What a message tells late, twice or never changes nothing but the time at which somebody looks.
 */
import { runIn } from "@anbud/adapter-sql"
import { type Instant, JOB_TABLE, type Jobs, type Store, type Transaction, tableJobs } from "@anbud/core"

/** A message of pg-boss: where a job waits, and when it is due. */
interface Message {
  readonly name: string
  readonly data: { readonly tenant: string; readonly id: string }
  readonly startAfter: string
}

/** A database as pg-boss takes it. */
interface BossDatabase {
  executeSql(text: string, values: unknown[]): Promise<{ rows: unknown[] }>
}

/** A started `PgBoss`, told by what is needed of it: no types of `pg-boss` are needed. */
export interface StartedPgBoss {
  createQueue(name: string): Promise<void>
  insert(messages: Message[], options?: { db?: BossDatabase }): Promise<unknown>
  work(
    name: string,
    options: { batchSize: number; pollingIntervalSeconds: number },
    handler: () => Promise<void>,
  ): Promise<string>
  offWork(worker: { id: string }): Promise<void>
}

/** How jobs are told through pg-boss. */
export interface PgBossOptions {
  /** The host's own, started on the database of the store; it stays running when the engine closes. */
  readonly boss: StartedPgBoss
  /** The queue that holds the messages; `anbud` by default. */
  readonly queue?: string
  /** How often a worker asks pg-boss, from 0.5; 2 by default. */
  readonly pollingIntervalSeconds?: number
}

const MESSAGES_PER_LOOK = 100

/**
 * Jobs for an engine on PostgreSQL whose workers are told by pg-boss. Its workers may have a longer `pollMilliseconds`:
 * they look by themselves only for schedules and for what no message tells, such as the jobs of a worker that was killed.
 *
 * @example createEngine({ store: postgres({ pool }), plugins: standard, jobs: pgBoss({ boss }) })
 */
export const pgBoss =
  ({ boss, queue = "anbud", pollingIntervalSeconds = 2 }: PgBossOptions): ((store: Store) => Jobs) =>
  (store) => {
    const table = tableJobs(store, JOB_TABLE)
    const message = (tenant: string, id: string, at: Instant): Message => ({
      name: queue,
      data: { tenant, id },
      startAfter: at,
    })
    const later = async (tenant: string, id: string, at: Instant): Promise<void> => {
      await queueOf(boss, queue)
      await boss.insert([message(tenant, id, at)])
    }
    return {
      ...table,
      add: async (tx, tenant, jobs) => {
        await queueOf(boss, queue)
        await table.add(tx, tenant, jobs)
        const messages = jobs.map(({ id, dueAt }) => message(tenant, id, dueAt))
        if (messages.length > 0) await boss.insert(messages, { db: within(tx) })
      },
      postpone: async (job, dueAt, failure) => {
        const isHeld = await table.postpone(job, dueAt, failure)
        if (isHeld) await later(job.tenant, job.id, dueAt)
        return isHeld
      },
      retry: async (tenant, id, now) => {
        const isParked = await table.retry(tenant, id, now)
        if (isParked) await later(tenant, id, now)
        return isParked
      },
      tell: async (tx, tenant, now) => {
        await queueOf(boss, queue)
        await boss.insert([message(tenant, "events", now)], { db: within(tx) })
      },
      listen: (heard) => {
        const options = { batchSize: MESSAGES_PER_LOOK, pollingIntervalSeconds }
        const working = queueOf(boss, queue).then(() => boss.work(queue, options, async () => heard()))
        // Without messages a worker still looks by itself.
        working.catch(() => undefined)
        return () => void working.then((id) => boss.offWork({ id })).catch(() => undefined)
      },
    }
  }

/** The queues that are known to be there. */
const queues = new WeakMap<StartedPgBoss, Map<string, Promise<void>>>()

/** Makes a queue once; a failure may be tried again. */
const queueOf = (boss: StartedPgBoss, queue: string): Promise<void> => {
  const known = queues.get(boss) ?? new Map<string, Promise<void>>()
  queues.set(boss, known)
  const made = known.get(queue) ?? boss.createQueue(queue)
  known.set(queue, made)
  made.catch(() => known.delete(queue))
  return made
}

/** The engine's transaction, for pg-boss to write in. */
const within = (tx: Transaction): BossDatabase => ({
  executeSql: async (text, values) => ({ rows: [...(await runIn(tx, text, values))] }),
})

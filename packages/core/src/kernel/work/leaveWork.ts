/** Leaving work: a command's events and jobs become rows in its own transaction, as the last thing it writes. */
import type { OutcomeIds } from "../command.ts"
import type { Instant } from "../field.ts"
import type { Machine } from "../machine.ts"
import type { Transaction } from "../store.ts"
import type { EnqueueOptions, Job } from "./job.ts"
import type { NewJob } from "./jobs.ts"

/** A job that a command has asked for. */
export interface Enqueued {
  readonly job: Job<never>
  readonly payload: OutcomeIds
  readonly options: EnqueueOptions
}

/** A command as its hooks after the commit see it; `record` is what it is about. */
export interface Happened {
  readonly name: string
  readonly outcome: OutcomeIds
  readonly record: string | null
}

/** What a command leaves to do. */
export interface Left {
  /** The journal's entry, null for a command that changed nothing: then nothing has happened. */
  readonly seq: number | null
  readonly now: Instant
  /** What was called. */
  readonly command: string
  readonly actor: string
  readonly happened: readonly Happened[]
  readonly enqueued: readonly Enqueued[]
}

/** Events of one entry, at most, so that places stay in the order of entries. */
const EVENTS_PER_ENTRY = 1_000

/** Writes the rows; gives whether there are any. */
export const leaveWork = async (machine: Machine, tx: Transaction, tenant: string, left: Left): Promise<boolean> => {
  const events = eventsOf(machine, tenant, left)
  const jobs = jobsOf(machine, left)
  if (events.length > 0) await machine.outbox.add(tx, tenant, events)
  if (jobs.length > 0) await machine.jobs.add(tx, tenant, jobs)
  else if (events.length > 0) await machine.jobs.tell?.(tx, tenant, left.now)
  return events.length + jobs.length > 0
}

const eventsOf = (
  machine: Machine,
  tenant: string,
  { seq, now, command, actor, happened }: Left,
): readonly NewJob[] => {
  if (seq === null) return []
  if (happened.length > EVENTS_PER_ENTRY) throw new Error(`A command calls more than ${EVENTS_PER_ENTRY} others`)
  const { afterCommit, afterEntry } = machine.model.wiring.work
  const ofEntry = afterEntry.map(
    (kind): NewJob => ({
      id: `${seq}/${kind}`,
      kind,
      key: `${tenant}/${seq}`,
      stream: "entries",
      place: seq * EVENTS_PER_ENTRY,
      dueAt: now,
      // Whoever has made the entry may be gone before it is handled.
      actsFor: "system",
      body: { seq, at: now, command, outcome: {} },
    }),
  )
  const ofCommands = happened.flatMap(({ name, outcome, record }, index) =>
    (afterCommit.get(name) ?? []).map((kind) => ({
      id: `${seq}.${index + 1}/${kind}`,
      kind,
      key: `${tenant}/${seq}.${index + 1}`,
      stream: record ?? `${seq}.${index + 1}`,
      place: seq * EVENTS_PER_ENTRY + index,
      dueAt: now,
      actsFor: actor,
      body: { seq, at: now, command: name, outcome },
    })),
  )
  return [...ofEntry, ...ofCommands]
}

const jobsOf = (machine: Machine, { seq, now, actor, enqueued }: Left): readonly NewJob[] =>
  enqueued.map(({ job, payload, options }, index) => {
    const kind = machine.model.wiring.work.kinds.get(job)
    if (kind === undefined) throw new Error(`No plugin lists the job ${job.name} that is asked for`)
    const { key = null, dueAt = now, inOrderOf, stream } = options
    return {
      id: machine.ids.next(now),
      kind,
      key,
      stream: stream?.name ?? (inOrderOf ? `${inOrderOf.entity.name}/${inOrderOf.id}` : null),
      place: stream?.place ?? (seq ?? 0) * EVENTS_PER_ENTRY + Math.min(index, EVENTS_PER_ENTRY - 1),
      dueAt,
      actsFor: actor,
      body: { payload },
    }
  })

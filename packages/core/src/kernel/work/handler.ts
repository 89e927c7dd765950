/**
 * Handlers: what runs after a commit. A handler acts as its plugin on behalf of a user whose rights are looked up now,
 * or of the system. It may use the network; what it writes, it writes through commands, each in a transaction of its
 * own under a key that follows from the job or event, so that a handler that runs twice has one effect.
 */
import { canonical, digest } from "../canonical.ts"
import type { Command, OutcomeIds } from "../command.ts"
import type { Refusal } from "../errors.ts"
import { execute } from "../execute.ts"
import type { Instant, LocalDate } from "../field.ts"
import { localDate } from "../localDate.ts"
import type { Caller, Executable, Machine } from "../machine.ts"
import type { Plugin } from "../plugin.ts"
import type { Reads } from "../reads.ts"
import type { Actor } from "../rights.ts"
import { standingOf, within } from "../standing.ts"
import { type ClaimedJob, type JobBody, type Jobs, LeaseLost } from "./jobs.ts"

/** An event that a command has left behind: facts to tell it apart, and ids to read the rest. */
export interface CommittedEvent<Ids = OutcomeIds> {
  /** Unlike any other event's, the same however often it is handled: give it to receivers as their idempotency key. */
  readonly event: string
  /** The journal's entry. Events of one record come in the order of their `seq`. */
  readonly seq: number
  readonly at: Instant
  readonly command: string
  /** The id of the user who called the command, `system` for nobody. */
  readonly actor: string
  readonly outcome: Ids
}

/** What a handler may use. */
export interface HandlerContext {
  readonly tenant: string
  /** For whom it acts, with the rights that it has now. */
  readonly actor: Actor
  readonly now: Instant
  /** Today's date in the tenant's zone. */
  readonly today: LocalDate
  readonly zone: string
  readonly currency: string
  /** Which try this is, from 1. */
  readonly attempt: number
  /** How far an earlier try has said that it came: begin there. Null before any has. */
  readonly reached: JobBody | null
  /**
   * Says how far the job has come, in counts and ids. It outlives the worker: `engine.jobs.list` shows it, and the next
   * try is given it as `reached`. Throws `LeaseLost` when the worker no longer holds the job.
   */
  reach(progress: JobBody): Promise<void>
  /** Aborts when the worker is to stop, and when it no longer holds the job. */
  readonly signal: AbortSignal
  /** Reads of the tenant's records, each in a snapshot of its own. */
  readonly read: Reads
  /**
   * Calls a command in a transaction of its own; gives its answer or throws its refusal. A handler that runs again
   * gets the first answer: its calls of a command are told apart by their order, or by `key` where that may change.
   * Throws `LeaseLost` and writes nothing when the worker no longer holds the job.
   */
  call<In, Out>(command: Command<In, Out, Refusal>, input: In, key?: string): Promise<Out>
  /** As `call`, and ends the job or event in the same transaction: either both are done or neither is. */
  finish<In, Out>(command: Command<In, Out, Refusal>, input: In): Promise<Out>
}

/** A job or event as it runs. */
export interface Run {
  readonly machine: Machine
  readonly queue: Jobs
  readonly job: ClaimedJob
  readonly plugin: Plugin | null
  readonly signal: AbortSignal
  /** Set when a call has ended the job with its transaction. */
  isFinished: boolean
}

/** The context of a run; refuses with `UnknownUser` if its user is gone. */
export const handlerContext = async (run: Run): Promise<HandlerContext> => {
  const { machine, job, signal } = run
  const caller = callerOf(run)
  const { tenant, actor } = await machine.store.read((reader) => standingOf(machine, reader, caller))
  const now = machine.clock.now()
  const { zone, currency } = tenant
  return {
    tenant: tenant.id,
    actor,
    now,
    today: localDate(now, zone),
    zone,
    currency,
    attempt: job.attempt,
    reached: job.progress,
    reach: async (progress) => {
      if (!(await run.queue.note(job, progress))) throw new LeaseLost({ job: job.id, kind: job.kind })
    },
    signal,
    read: readsOf(machine, job.tenant),
    call: callsOf(run, caller),
    finish: async (command, input) => {
      const { queue } = run
      const end = (tx: Parameters<Jobs["finish"]>[0]) => queue.finish(tx, job, machine.clock.now())
      const options = { idempotencyKey: effectKey(job, "end"), signal }
      const { value } = await execute(machine, caller, executable(machine, command as Command), input, options, {
        begin: (tx) => queue.hold(tx, job),
        end,
      })
      run.isFinished = true
      return value as never
    },
  }
}

/** The key of an effect: the same for every try of one job or event, unlike that of any other handler. */
const effectKey = ({ kind, key }: ClaimedJob, part: string): string => digest("effect/1", canonical([kind, key, part]))

/** Who acts: the plugin for the user, named by the job; the system where no user asked for it. */
const callerOf = ({ job, plugin }: Run): Caller => ({
  kind: "onBehalf",
  tenant: job.tenant,
  actor: job.actsFor,
  plugin,
  reason: `${job.kind} ${job.key}`,
})

const callsOf = (run: Run, caller: Caller): HandlerContext["call"] => {
  const { machine, queue, job, signal } = run
  const turns = new Map<string, number>()
  return async (command, input, key) => {
    const called = executable(machine, command as Command)
    const turn = (turns.get(called.name) ?? 0) + 1
    turns.set(called.name, turn)
    const options = { idempotencyKey: effectKey(job, key ?? String(turn)), signal }
    const guard = { begin: (tx: Parameters<Jobs["hold"]>[0]) => queue.hold(tx, job) }
    return (await execute(machine, caller, called, input, options, guard)).value as never
  }
}

const executable = (machine: Machine, command: Command): Executable => {
  const name = machine.model.wiring.names.get(command)
  if (name === undefined) throw new Error("No plugin lists the command that is called")
  return { ...command, name }
}

const readsOf = (machine: Machine, tenant: string): Reads => {
  const reading = <T>(work: (read: Reads) => Promise<T>): Promise<T> =>
    machine.store.read(async (reader) => work((await within(machine, reader, tenant)).read))
  return {
    get: (entity, id) => reading((read) => read.get(entity, id)),
    find: (entity, where, options) => reading((read) => read.find(entity, where, options)),
    one: (entity, where) => reading((read) => read.one(entity, where)),
    children: (entity, parents) => reading((read) => read.children(entity, parents)),
    count: (entity, where) => reading((read) => read.count(entity, where)),
    sum: (entity, field, where) => reading((read) => read.sum(entity, field, where)),
  }
}

/** Running one job or event: its handler under a lease that is kept alive, and what becomes of it. */
import * as Effect from "effect/Effect"
import { workBatch } from "../batch/workBatch.ts"
import { isRefusal } from "../errors.ts"
import type { Instant } from "../field.ts"
import { errorFields } from "../log.ts"
import type { Machine } from "../machine.ts"
import { observed } from "../observed.ts"
import { UnknownUser } from "../refusals.ts"
import { UnknownTenant } from "../tenant.ts"
import { backoffMilliseconds } from "./backoff.ts"
import { type CommittedEvent, handlerContext, type Run } from "./handler.ts"
import { type ClaimedJob, type JobFailure, type Jobs, LeaseLost } from "./jobs.ts"
import { BATCH_JOB, type Handler } from "./workWiring.ts"

/** What became of a job or event: `lost` is held by another worker now. */
export type RunOutcome = "done" | "postponed" | "parked" | "released" | "lost"

/** A job with the queue that it came from and the handler that does it. */
export interface Claimed {
  readonly queue: Jobs
  readonly job: ClaimedJob
  readonly handler: Handler
}

/** Runs a claimed job. Who aborts `control` asks it to end early: a handler that throws then is given back. */
export const runJob = async (
  machine: Machine,
  claimed: Claimed,
  leaseMilliseconds: number,
  control: AbortController,
): Promise<RunOutcome> => {
  const { job } = claimed
  const kind = "command" in job.body ? "event" : "job"
  const what = { kind, name: job.kind, tenant: job.tenant, attempt: job.attempt } as const
  const run = () => ran(machine, claimed, leaseMilliseconds, control)
  return observed(machine.observer, what, run, (outcome) => ({ outcome }))
}

const ran = async (
  machine: Machine,
  claimed: Claimed,
  leaseMilliseconds: number,
  control: AbortController,
): Promise<RunOutcome> => {
  const { queue, job, handler } = claimed
  const run: Run = { machine, queue, job, plugin: handler.plugin, signal: control.signal, isFinished: false }
  const lease = keptAlive(machine, claimed, leaseMilliseconds, control)
  try {
    if (handler.kind === BATCH_JOB) {
      // Others wait for this worker too: a long batch gives its place back from time to time.
      const hasEnded = await workBatch(run, CHUNKS_IN_TURN)
      if (!hasEnded) return (await queue.postpone(job, machine.clock.now(), null)) ? "released" : "lost"
    } else await resultOf(handler, await handlerContext(run), job)
    if (!run.isFinished) await machine.store.write((tx) => queue.finish(tx, job, machine.clock.now()))
    return "done"
  } catch (error) {
    return run.isFinished ? "done" : await failed(machine, claimed, error, control.signal)
  } finally {
    lease.end()
  }
}

const CHUNKS_IN_TURN = 10

const resultOf = async (handler: Handler, ctx: unknown, job: ClaimedJob): Promise<void> => {
  const run = handler.run as (ctx: unknown, given: unknown) => unknown
  const result = run(ctx, "command" in job.body ? eventOf(job) : job.body["payload"])
  if (Effect.isEffect(result)) await Effect.runPromise(result as Effect.Effect<void, unknown>)
  else await result
}

const eventOf = ({ key, actsFor, body }: ClaimedJob): CommittedEvent => ({
  event: key,
  seq: Number(body["seq"]),
  at: String(body["at"]) as Instant,
  command: String(body["command"]),
  actor: actsFor,
  outcome: body["outcome"] as CommittedEvent["outcome"],
})

const failed = async (machine: Machine, claimed: Claimed, error: unknown, signal: AbortSignal): Promise<RunOutcome> => {
  const { queue, job, handler } = claimed
  if (LeaseLost.is(error) || LeaseLost.is(signal.reason)) return "lost"
  if (signal.aborted) return (await queue.postpone(job, machine.clock.now(), null)) ? "released" : "lost"
  const failure = failureOf(error)
  const { tenant, kind, id, attempt } = job
  // Nobody to act for: waiting does not bring a user back, and a person has to decide.
  const isFinal = attempt >= handler.maxAttempts || UnknownUser.is(error) || UnknownTenant.is(error)
  machine.log(isFinal ? "error" : "warn", isFinal ? "job.parked" : "job.failed", {
    tenant,
    kind,
    job: id,
    attempt,
    ...errorFields(error),
  })
  if (isFinal) return (await queue.park(job, failure)) ? "parked" : "lost"
  const dueAt = later(machine.clock.now(), backoffMilliseconds(attempt, `${tenant}/${id}`))
  return (await queue.postpone(job, dueAt, failure)) ? "postponed" : "lost"
}

const LONGEST_MESSAGE = 500

/** A refusal by its tag and numbers, any other error by its name and message. */
export const failureOf = (error: unknown): JobFailure => {
  if (isRefusal(error)) return { tag: error._tag, params: error.params }
  const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) }
  const storable = message.slice(0, LONGEST_MESSAGE).replace(/\0|\p{Surrogate}/gu, "\uFFFD")
  return { tag: "HandlerFailed", params: { error: name, message: storable } }
}

/** Extends the lease at a third of its length, until the run ends or the job is lost. */
export const keptAlive = (
  machine: Machine,
  { queue, job }: Pick<Claimed, "queue" | "job">,
  leaseMilliseconds: number,
  control: AbortController,
): { end(): void } => {
  let isOver = false
  const beat = async (): Promise<void> => {
    try {
      const isHeld = await queue.extend(job, later(machine.clock.now(), leaseMilliseconds))
      if (!isHeld && !isOver) control.abort(new LeaseLost({ job: job.id, kind: job.kind }))
    } catch (error) {
      // The store may be busy or away for a while; if it stays so, the lease ends and the fence keeps this run out.
      machine.log("warn", "job.lease", { tenant: job.tenant, kind: job.kind, job: job.id, ...errorFields(error) })
    }
  }
  const timer = setInterval(() => void beat(), leaseMilliseconds / 3)
  return {
    end: () => {
      isOver = true
      clearInterval(timer)
    },
  }
}

/** An instant so many milliseconds later. */
export const later = (at: Instant, milliseconds: number): Instant =>
  new Date(Date.parse(at) + milliseconds).toISOString() as Instant

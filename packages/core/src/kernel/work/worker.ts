/** Workers: a loop that claims what is due, tenant by tenant in turn, and runs so many jobs and events at once. */
import { errorFields } from "../log.ts"
import type { Machine } from "../machine.ts"
import { StoreClosed } from "../storeErrors.ts"
import { type Alarm, newAlarm } from "./bell.ts"
import type { Jobs } from "./jobs.ts"
import { type Claimed, later, type RunOutcome, runJob } from "./runJob.ts"
import { beginSchedules, makeScheduledJobs } from "./scheduling.ts"
import { forgetWorker, showWorker } from "./workers.ts"
import type { Handler } from "./workWiring.ts"

/** What a worker has done with one job or event. */
export interface WorkProgress {
  readonly tenant: string
  readonly kind: string
  readonly id: string
  readonly attempt: number
  readonly outcome: RunOutcome
}

/** How a worker works. */
export interface WorkOptions {
  /** Ends the work: what runs is given some seconds to end, and is otherwise given back. */
  readonly signal: AbortSignal
  /** How many jobs and events run at once; 4 by default. */
  readonly concurrency?: number
  /** How often to look for work that nobody told of; 1 000 by default. */
  readonly pollMilliseconds?: number
  /** How long a worker that was killed or stopped keeps others from its jobs; 30 000 by default. */
  readonly leaseMilliseconds?: number
  /** How long running handlers may take to end once the signal has fired; 5 000 by default. */
  readonly graceMilliseconds?: number
  readonly onProgress?: (progress: WorkProgress) => void
}

interface Worker {
  readonly machine: Machine
  readonly id: string
  readonly options: Required<Omit<WorkOptions, "onProgress" | "signal">> & Pick<WorkOptions, "onProgress">
  readonly alarm: Alarm
  readonly running: Map<Promise<void>, { readonly claimed: Claimed; readonly control: AbortController }>
  isStopping: boolean
  /** The tenant that was served last: the next round begins after it. */
  lastTenant: string
}

/** The workers of one engine: `stop` ends them all. */
export const workersOf = (machine: Machine): { work(options: WorkOptions): Promise<void>; stop(): Promise<void> } => {
  const closing = new AbortController()
  const running = new Set<Promise<void>>()
  return {
    work: async (options) => {
      const stop = new AbortController()
      const end = (): void => stop.abort()
      for (const signal of [closing.signal, options.signal]) {
        if (signal.aborted) end()
        signal.addEventListener("abort", end)
      }
      const worked = work(machine, { ...options, signal: stop.signal })
      const settled = worked.then(undefined, () => undefined)
      running.add(settled)
      try {
        await worked
      } finally {
        running.delete(settled)
        for (const signal of [closing.signal, options.signal]) signal.removeEventListener("abort", end)
      }
    },
    stop: async () => {
      closing.abort()
      await Promise.all(running)
    },
  }
}

/** Works until the signal fires, then ends what runs or gives it back. */
export const work = async (machine: Machine, { signal, onProgress, ...given }: WorkOptions): Promise<void> => {
  const options = { ...DEFAULTS, ...given }
  for (const [name, value] of Object.entries(options))
    if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${name} is a whole number from 1.`)
  const worker: Worker = {
    machine,
    id: machine.ids.next(machine.clock.now()),
    options: onProgress ? { ...options, onProgress } : options,
    alarm: newAlarm(),
    running: new Map(),
    isStopping: false,
    lastTenant: "",
  }
  const silence = machine.bell.listen(worker.alarm.wake)
  const silenceJobs = machine.jobs.listen?.(worker.alarm.wake)
  const stop = (): void => stopping(worker, signal.reason)
  if (signal.aborted) stop()
  signal.addEventListener("abort", stop)
  machine.log("info", "worker.started", { worker: worker.id })
  try {
    await loop(worker)
  } finally {
    await ended(worker)
    silence()
    silenceJobs?.()
    signal.removeEventListener("abort", stop)
    machine.log("info", "worker.stopped", { worker: worker.id })
  }
}

const DEFAULTS = { concurrency: 4, pollMilliseconds: 1_000, leaseMilliseconds: 30_000, graceMilliseconds: 5_000 }

const stopping = (worker: Worker, reason: unknown): void => {
  worker.isStopping = true
  for (const { control } of worker.running.values()) control.abort(reason)
  worker.alarm.wake()
}

const SHOW_MILLISECONDS = 10_000
const BEGIN_MILLISECONDS = 60_000

const loop = async (worker: Worker): Promise<void> => {
  const { machine, options, alarm } = worker
  const show = sometimes(SHOW_MILLISECONDS)
  const begin = sometimes(BEGIN_MILLISECONDS)
  const schedule = sometimes(options.pollMilliseconds)
  while (!worker.isStopping) {
    try {
      if (show()) await showWorker(machine, worker.id, worker.running.size)
      if (begin()) await beginSchedules(machine)
      if (schedule()) await makeScheduledJobs(machine)
      await fill(worker)
      if (worker.running.size === 0) machine.log("debug", "worker.idle", { worker: worker.id })
    } catch (error) {
      if (StoreClosed.is(error)) return
      machine.log("warn", "worker.failed", { worker: worker.id, ...errorFields(error) })
    }
    if (!worker.isStopping) await alarm.sleep(options.pollMilliseconds)
  }
}

/** Claims and starts what is due, round by round, until every place is taken or nothing is due. */
const fill = async (worker: Worker): Promise<void> => {
  const { machine, options } = worker
  const { work: wired } = machine.model.wiring
  let hasClaimed = true
  while (hasClaimed && !worker.isStopping && worker.running.size < options.concurrency) {
    const hasEvents = await fillFrom(worker, machine.outbox, wired.events)
    hasClaimed = (await fillFrom(worker, machine.jobs, wired.jobs)) || hasEvents
  }
}

/** One round over the tenants that have work; gives whether anything was claimed. */
const fillFrom = async (worker: Worker, queue: Jobs, handlers: ReadonlyMap<string, Handler>): Promise<boolean> => {
  const { machine, options } = worker
  if (handlers.size === 0) return false
  const kinds = [...handlers.keys()]
  const tenants = inTurn(await queue.tenants(kinds, machine.clock.now()), worker.lastTenant)
  let hasClaimed = false
  for (const tenant of tenants) {
    const free = options.concurrency - worker.running.size
    if (free <= 0 || worker.isStopping) return hasClaimed
    const now = machine.clock.now()
    const claimed = await queue.claim(tenant, {
      kinds,
      now,
      leaseUntil: later(now, options.leaseMilliseconds),
      worker: worker.id,
      limit: Math.max(1, Math.floor(free / tenants.length)),
      maxAttempts: (kind) => handlers.get(kind)?.maxAttempts ?? 1,
    })
    for (const job of claimed) start(worker, { queue, job, handler: handlers.get(job.kind) as Handler })
    hasClaimed ||= claimed.length > 0
    worker.lastTenant = tenant
  }
  return hasClaimed
}

/** The tenants after the one that was served last, then the others. */
const inTurn = (tenants: readonly string[], last: string): readonly string[] => [
  ...tenants.filter((tenant) => tenant > last),
  ...tenants.filter((tenant) => tenant <= last),
]

const start = (worker: Worker, claimed: Claimed): void => {
  const { machine, options } = worker
  const { tenant, kind, id, attempt } = claimed.job
  const control = new AbortController()
  if (worker.isStopping) control.abort()
  const run = runJob(machine, claimed, options.leaseMilliseconds, control)
    .catch((error: unknown): RunOutcome => {
      machine.log("error", "job.lost", { tenant, kind, job: id, ...errorFields(error) })
      return "lost"
    })
    .then((outcome) => {
      worker.running.delete(run)
      machine.log("debug", "job.ended", { tenant, kind, job: id, attempt, outcome })
      // A place is free, and what stood behind it may be due.
      worker.alarm.wake()
      report(worker, { tenant, kind, id, attempt, outcome })
    })
  worker.running.set(run, { claimed, control })
}

const report = ({ machine, options }: Worker, progress: WorkProgress): void => {
  try {
    options.onProgress?.(progress)
  } catch (error) {
    machine.log("error", "worker.onProgress", errorFields(error))
  }
}

/** Waits for what runs, and gives back what does not end in time: its fence keeps it from writing later. */
const ended = async (worker: Worker): Promise<void> => {
  const { machine, options, running } = worker
  const grace = newAlarm()
  void Promise.all(running.keys()).then(grace.wake)
  await grace.sleep(options.graceMilliseconds)
  try {
    for (const { claimed } of running.values()) await claimed.queue.postpone(claimed.job, machine.clock.now(), null)
    await forgetWorker(machine, worker.id)
  } catch (error) {
    if (!StoreClosed.is(error)) machine.log("warn", "worker.failed", { worker: worker.id, ...errorFields(error) })
  }
}

/** True the first time and then once in so many milliseconds. */
const sometimes = (milliseconds: number): (() => boolean) => {
  let next = 0
  return () => {
    const at = performance.now()
    if (at < next) return false
    next = at + milliseconds
    return true
  }
}

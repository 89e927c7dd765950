/** The wiring of work: which handler does which kind of job and which event. */
import type { AfterCommitHook, AfterEntryHook } from "../hook.ts"
import type { Plugin } from "../plugin.ts"
import type { HandlerContext } from "./handler.ts"
import { type HandlerResult, type Job, MAX_ATTEMPTS, type Schedule, scheduleIssue } from "./job.ts"

/** A handler with the plugin that it belongs to. */
export interface Handler {
  /** `plugin.job` of a job; `plugin/command` of a hook, with a number where a plugin has several on one command. */
  readonly kind: string
  /** Null for what the engine does itself. */
  readonly plugin: Plugin | null
  readonly maxAttempts: number
  readonly run: (ctx: HandlerContext, given: never) => HandlerResult
}

/** The handlers of a model's plugins. */
export interface WorkWiring {
  readonly jobs: ReadonlyMap<string, Handler>
  readonly kinds: ReadonlyMap<Job<never>, string>
  readonly schedules: ReadonlyMap<string, Schedule>
  readonly events: ReadonlyMap<string, Handler>
  /** The kinds of the hooks that wait for a command. */
  readonly afterCommit: ReadonlyMap<string, readonly string[]>
  /** The kinds of the hooks that wait for any command. */
  readonly afterEntry: readonly string[]
}

/** The hooks that workers run, with the plugins that they belong to. */
export interface LaterHooks {
  readonly afterCommit: ReadonlyMap<string, readonly { readonly plugin: Plugin; readonly hook: AfterCommitHook }[]>
  readonly afterEntry: readonly { readonly plugin: Plugin; readonly hook: AfterEntryHook }[]
}

/** Wires the jobs and the hooks after a commit; what is wrong with them is an issue. */
export const workWiringOf = (plugins: readonly Plugin[], hooks: LaterHooks, issues: string[]): WorkWiring => ({
  ...wiredJobs(plugins, issues),
  ...wiredEvents(hooks),
})

/** The kind of the job that does a batch: no plugin's has a name without a dot. */
export const BATCH_JOB = "batch"
const BATCHES: Handler = {
  kind: BATCH_JOB,
  plugin: null,
  maxAttempts: MAX_ATTEMPTS,
  run: () => {
    throw new Error("Batches are worked on by the engine itself")
  },
}

const NAME = /^[a-z][A-Za-z0-9]{0,40}$/

const wiredJobs = (plugins: readonly Plugin[], issues: string[]): Pick<WorkWiring, "jobs" | "kinds" | "schedules"> => {
  const jobs = new Map<string, Handler>([[BATCH_JOB, BATCHES]])
  const kinds = new Map<Job<never>, string>()
  const schedules = new Map<string, Schedule>()
  for (const plugin of plugins) {
    for (const job of plugin.spec.jobs ?? []) {
      const kind = `${plugin.id}.${job.name}`
      if (!NAME.test(job.name)) issues.push(`"${kind}" is not a name for a job`)
      if (jobs.has(kind)) issues.push(`two jobs are called "${kind}"`)
      if (!Number.isSafeInteger(job.maxAttempts) || job.maxAttempts < 1)
        issues.push(`the job "${kind}" must be tried once or more`)
      const issue = job.schedule && scheduleIssue(job.schedule)
      if (issue) issues.push(`the job "${kind}" ${issue}`)
      jobs.set(kind, { kind, plugin, maxAttempts: job.maxAttempts, run: job.run })
      kinds.set(job, kind)
      if (job.schedule) schedules.set(kind, job.schedule)
    }
  }
  return { jobs, kinds, schedules }
}

const wiredEvents = ({
  afterCommit,
  afterEntry,
}: LaterHooks): Pick<WorkWiring, "events" | "afterCommit" | "afterEntry"> => {
  const events = new Map<string, Handler>()
  const byCommand = new Map<string, readonly string[]>()
  for (const [command, hooks] of afterCommit) {
    const kinds = hooks.map(({ plugin, hook }) => {
      const turn = hooks.filter((other) => other.plugin === plugin).findIndex((other) => other.hook === hook)
      const kind = `${plugin.id}/${command}${turn === 0 ? "" : `#${turn + 1}`}`
      events.set(kind, { kind, plugin, maxAttempts: MAX_ATTEMPTS, run: hook.run })
      return kind
    })
    byCommand.set(command, kinds)
  }
  const ofEntries = afterEntry.map(({ plugin, hook }, index) => {
    const turn = afterEntry.slice(0, index).filter((other) => other.plugin === plugin).length
    const kind = `${plugin.id}/*${turn === 0 ? "" : `#${turn + 1}`}`
    events.set(kind, { kind, plugin, maxAttempts: MAX_ATTEMPTS, run: hook.run })
    return kind
  })
  return { events, afterCommit: byCommand, afterEntry: ofEntries }
}

/**
 * Jobs as plugins declare them: values with a handler. A command asks for one with `ctx.enqueue`, and it is there
 * exactly if the command commits; a scheduled one comes by itself, once in each of its periods.
 */
import type { Effect } from "effect/Effect"
import type { OutcomeIds } from "../command.ts"
import type { Entity } from "../entity.ts"
import type { Instant, LocalDate } from "../field.ts"
import type { HandlerContext } from "./handler.ts"

/** What a handler may give: nothing, a promise of it, or an Effect of it. */
export type HandlerResult = void | Promise<void> | Effect<void, unknown, never>

/** When a scheduled job is due, in the tenant's zone. */
export type Schedule =
  | { readonly every: "day"; readonly at: string }
  | { readonly every: "week"; readonly on: Weekday; readonly at: string }
  | { readonly every: "month"; readonly day: number; readonly at: string }
  | { readonly every: "minutes"; readonly minutes: number }
  | { readonly every: "once" }

/** A day of the week. */
export type Weekday = (typeof WEEKDAYS)[number]
/** The days of the week as calendars number them, Monday first. */
export const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const

/** What a scheduled job is given: the period that it is for. */
export interface JobPeriod extends OutcomeIds {
  /** `2025-03-14`, `2025-W11`, `2025-03`, the instant or `once`, by the schedule. */
  readonly period: string
  /** The date in the tenant's zone on which it was due, though it may run later. */
  readonly dueOn: LocalDate
}

/** How a job is tried. */
export interface JobOptions {
  /** How often a job is tried before it is parked; 12 by default, which takes about a day. */
  readonly maxAttempts?: number
}

/** A kind of job, as plugins list it. */
export interface Job<Payload extends OutcomeIds = OutcomeIds> {
  readonly type: "job"
  readonly name: string
  readonly schedule: Schedule | null
  readonly maxAttempts: number
  readonly run: (ctx: HandlerContext, payload: never) => HandlerResult
  readonly _payload?: (payload: Payload) => void
}

/** When and how a job that a command asks for is done. */
export interface EnqueueOptions {
  /** Asking again with the same key changes nothing, even when the job is done. */
  readonly key?: string
  /** Not before; at once by default. */
  readonly dueAt?: Instant
  /** Jobs of this kind for one record are done one after the other. */
  readonly inOrderOf?: { readonly entity: Entity; readonly id: string }
  /** The same for whatever else has an order: jobs of this kind in one stream are done by their places, from 0. */
  readonly stream?: { readonly name: string; readonly place: number }
}

/** How often a job or an event is tried before it is parked. */
export const MAX_ATTEMPTS = 12

/**
 * A job that commands ask for with `ctx.enqueue`. It carries ids and counts, and reads everything else when it runs.
 *
 * @example const remind = job<{ invoice: string }>("remind", async (ctx, { invoice }) => { await mailer.send(…) })
 */
export const job = <Payload extends OutcomeIds>(
  name: string,
  run: (ctx: HandlerContext, payload: Payload) => HandlerResult,
  options: JobOptions = {},
): Job<Payload> => ({ type: "job", name, schedule: null, maxAttempts: options.maxAttempts ?? MAX_ATTEMPTS, run })

/** The rest of a scheduled job: at which time of the day, 02:00 by default, and how it is tried. */
export interface ScheduleOptions extends JobOptions {
  /** `HH:MM` in the tenant's zone. */
  readonly at?: string
}

type ScheduledRun = (ctx: HandlerContext, period: JobPeriod) => HandlerResult

/**
 * A job that comes once for each day of the tenant's calendar.
 *
 * After an outage every day that was missed comes, oldest first and one after the other.
 *
 * @example daily("expireUnusedHours", async (ctx, { dueOn }) => { await ctx.finish(expire, { on: dueOn }) })
 */
export const daily = (name: string, run: ScheduledRun, options: ScheduleOptions = {}): Job<JobPeriod> =>
  scheduled(name, { every: "day", at: options.at ?? DEFAULT_AT }, run, options)

/** A job that comes once a week on this day. */
export const weekly = (name: string, on: Weekday, run: ScheduledRun, options: ScheduleOptions = {}): Job<JobPeriod> =>
  scheduled(name, { every: "week", on, at: options.at ?? DEFAULT_AT }, run, options)

/** A job that comes once a month on this day, or on the month's last day where it is shorter. */
export const monthly = (name: string, day: number, run: ScheduledRun, options: ScheduleOptions = {}): Job<JobPeriod> =>
  scheduled(name, { every: "month", day, at: options.at ?? DEFAULT_AT }, run, options)

/** A job that comes once in each stretch of so many minutes, counted from midnight UTC of 1 January 1970. */
export const every = (name: string, minutes: number, run: ScheduledRun, options: JobOptions = {}): Job<JobPeriod> =>
  scheduled(name, { every: "minutes", minutes }, run, options)

/**
 * A job that comes once in each tenant, as soon as a worker of the release that brings it sees the tenant: work on the
 * data that is there, such as filling a field that a later release requires.
 *
 * It does its work in steps, each a `ctx.call` with a key of its own. Killed in the middle, it begins again, and the
 * steps that are done are answered and not done twice. A migration that has come to stay keeps its name: under another
 * one it would come again.
 *
 * @example
 * once("fillSegments", async (ctx) => {
 *   for (let step = 1; (await ctx.call(fillSome, {}, `step ${step}`)) > 0; step++);
 * })
 */
export const once = (name: string, run: ScheduledRun, options: JobOptions = {}): Job<JobPeriod> =>
  scheduled(name, { every: "once" }, run, options)

const DEFAULT_AT = "02:00"

const scheduled = (name: string, schedule: Schedule, run: ScheduledRun, options: JobOptions): Job<JobPeriod> => ({
  type: "job",
  name,
  schedule,
  maxAttempts: options.maxAttempts ?? MAX_ATTEMPTS,
  run,
})

/** What is wrong with a schedule, null if nothing is. */
export const scheduleIssue = (schedule: Schedule): string | null => {
  if (schedule.every === "once") return null
  if (schedule.every === "minutes")
    return Number.isSafeInteger(schedule.minutes) && schedule.minutes > 0 ? null : "comes every whole number of minutes"
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(schedule.at)) return "comes at a time from 00:00 to 23:59"
  if (schedule.every === "month" && !(Number.isSafeInteger(schedule.day) && schedule.day >= 1 && schedule.day <= 31))
    return "comes on a day from 1 to 31"
  if (schedule.every === "week" && !WEEKDAYS.includes(schedule.on)) return "comes on a day of the week"
  return null
}

/** Schedules: which periods a scheduled job has, and when each is due in the tenant's zone. */
import type { Instant, LocalDate } from "../field.ts"
import { localDate } from "../localDate.ts"
import type { JobPeriod, Schedule } from "./job.ts"
import { WEEKDAYS } from "./job.ts"
import { instantAt } from "./zonedTime.ts"

/** A period and the instant at which it is due. */
export interface DuePeriod extends JobPeriod {
  readonly dueAt: Instant
}

/** A schedule whose periods follow one another. */
export type Recurring = Exclude<Schedule, { every: "once" }>

/** What comes after something that comes once. */
export const NEVER: Instant = "9999-12-31T23:59:59.999Z" as Instant

/** The only period of what comes once. */
export const onlyPeriod = (dueAt: Instant, zone: string): DuePeriod => ({
  period: "once",
  dueAt,
  dueOn: localDate(dueAt, zone),
})

/**
 * The first period that is due after an instant. Periods are counted by the calendar, so that neither a change of
 * clocks nor a worker that was away makes one double or lets one out.
 *
 * @example nextPeriod({ every: "day", at: "02:00" }, "2025-03-14T08:00:00.000Z", "Europe/Stockholm").period // "2025-03-15"
 */
export const nextPeriod = (schedule: Recurring, after: Instant, zone: string): DuePeriod => {
  if (schedule.every === "minutes") {
    const length = schedule.minutes * 60_000
    const dueAt = new Date((Math.floor(Date.parse(after) / length) + 1) * length).toISOString() as Instant
    return { period: dueAt, dueAt, dueOn: localDate(dueAt, zone) }
  }
  // The day before: the period that is due on it may fall after the instant, where a zone has moved.
  let date = addDays(localDate(after, zone), -1)
  for (;;) {
    date = nextDate(schedule, date)
    const dueAt = instantAt(date, schedule.at, zone)
    if (dueAt > after) return { period: nameOf(schedule, date), dueAt, dueOn: date }
  }
}

type Calendar = Exclude<Recurring, { every: "minutes" }>

/** The first date of the schedule after a date. */
const nextDate = (schedule: Calendar, after: LocalDate): LocalDate => {
  const tomorrow = addDays(after, 1)
  if (schedule.every === "day") return tomorrow
  if (schedule.every === "week") return addDays(tomorrow, (WEEKDAYS.indexOf(schedule.on) - weekdayOf(tomorrow) + 7) % 7)
  const inMonth = dayOfMonth(tomorrow.slice(0, 7), schedule.day)
  return inMonth > after ? inMonth : dayOfMonth(monthAfter(tomorrow.slice(0, 7)), schedule.day)
}

const nameOf = (schedule: Calendar, date: LocalDate): string => {
  if (schedule.every === "day") return date
  return schedule.every === "month" ? date.slice(0, 7) : weekOf(date)
}

/** Monday is 0. */
const weekdayOf = (date: LocalDate): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7

const addDays = (date: LocalDate, days: number): LocalDate => {
  const at = new Date(`${date}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10) as LocalDate
}

/** The ISO week of a date: that of its Thursday. */
const weekOf = (date: LocalDate): string => {
  const thursday = addDays(date, 3 - weekdayOf(date))
  const year = thursday.slice(0, 4)
  const days = (Date.parse(`${thursday}T00:00:00Z`) - Date.parse(`${year}-01-01T00:00:00Z`)) / 86_400_000
  return `${year}-W${String(Math.floor(days / 7) + 1).padStart(2, "0")}`
}

const dayOfMonth = (month: string, day: number): LocalDate => {
  const [year, number] = month.split("-").map(Number)
  const last = new Date(Date.UTC(year ?? 0, number ?? 0, 0)).getUTCDate()
  return `${month}-${String(Math.min(day, last)).padStart(2, "0")}` as LocalDate
}

const monthAfter = (month: string): string => addDays(dayOfMonth(month, 31), 1).slice(0, 7)

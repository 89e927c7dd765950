/** Local time: where a date begins in a zone, as an instant. */
import type { Instant, LocalDate } from "@anbud/core"

const MINUTE = 60_000

/** The instant at which a local date begins. */
export const startOf = (date: LocalDate, zone: string): Instant => {
  const asIfUtc = Date.parse(`${date}T00:00:00Z`)
  // The offset is that of the wanted instant, not of midnight UTC: look once, then again from where it led.
  const first = asIfUtc - offsetMinutes(asIfUtc, zone) * MINUTE
  return new Date(asIfUtc - offsetMinutes(first, zone) * MINUTE).toISOString() as Instant
}

/** The dates from one to another, both included, that are no Saturday or Sunday. */
export const weekdaysBetween = (from: string, to: string): readonly LocalDate[] => {
  const dates: LocalDate[] = []
  for (let at = Date.parse(from); at <= Date.parse(to); at += 24 * 60 * MINUTE) {
    const day = new Date(at)
    if (day.getUTCDay() !== 0 && day.getUTCDay() !== 6) dates.push(day.toISOString().slice(0, 10) as LocalDate)
  }
  return dates
}

/** The date after. */
export const dayAfter = (date: LocalDate): LocalDate =>
  new Date(Date.parse(date) + 24 * 60 * MINUTE).toISOString().slice(0, 10) as LocalDate

const offsetMinutes = (at: number, zone: string): number => {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(at)
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value)
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"))
  return Math.round((local - at) / MINUTE)
}

/**
 * Periods: the days, ISO weeks or months that results are counted in, in the firm's zone.
 */
import {
  civilFromDays,
  DAY,
  dateOfDay,
  dayOf,
  daysFromCivil,
  isoWeekOf,
  type LocalDate,
  type Minute,
  weekdayOf,
} from "./instant.ts"
import { toUtc, type Zone } from "./zone.ts"

/** Lengths of a period: local days, ISO weeks, calendar months. */
export type Bucket = "day" | "week" | "month"

/** One period, half-open in minutes, inclusive in dates. */
export interface Period {
  /** `"2026-03-02"`, `"2026-W10"` or `"2026-03"`. */
  readonly label: string
  readonly firstDate: LocalDate
  readonly lastDate: LocalDate
  readonly from: Minute
  readonly to: Minute
}

/** The whole periods that the dates `from` to `to` touch. A week may reach outside the dates. */
export const periodsOf = (zone: Zone, from: LocalDate, to: LocalDate, bucket: Bucket): readonly Period[] => {
  const first = dayOf(from)
  const last = dayOf(to)
  const periods: Period[] = []
  if (first === undefined || last === undefined) return periods
  for (let day = startOf(first, bucket); day <= last; ) {
    const next = after(day, bucket)
    const label = bucket === "week" ? isoWeekOf(day) : bucket === "month" ? dateOfDay(day).slice(0, 7) : dateOfDay(day)
    periods.push({
      label,
      firstDate: dateOfDay(day),
      lastDate: dateOfDay(next - 1),
      from: toUtc(zone, day * DAY),
      to: toUtc(zone, next * DAY),
    })
    day = next
  }
  return periods
}

const startOf = (day: number, bucket: Bucket): number => {
  if (bucket === "day") return day
  if (bucket === "week") return day - weekdayOf(day)
  const [year, month] = civilFromDays(day)
  return daysFromCivil(year, month, 1)
}

const after = (day: number, bucket: Bucket): number => {
  if (bucket === "day") return day + 1
  if (bucket === "week") return day + 7
  const [year, month] = civilFromDays(day)
  return daysFromCivil(year, month + 1, 1)
}

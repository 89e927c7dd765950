/**
 * Compiled calendars: each calendar's open intervals over the horizon, and what closed it when.
 *
 * Order: weekly pattern, minus holidays, exceptions in place of the pattern's day, then the base calendar.
 */
import type { Calendar, OpenHours } from "../calendar.ts"
import { DAY, dayOf, timeOf, weekdayOf } from "../instant.ts"
import { type Interval, intersect, joined } from "../openTime.ts"
import { toUtc, type Zone } from "../zone.ts"

/** A named cause of closed (or extra) time. */
export interface Closure extends Interval {
  readonly kind: "holiday" | "exception" | "absence" | "notEmployed"
  readonly reason: string
}

export interface CompiledCalendar {
  readonly id: string
  readonly zone: Zone
  /** Open by the weekly pattern (within the base's pattern). */
  readonly usual: readonly Interval[]
  /** Open after holidays, exceptions and the base. */
  readonly open: readonly Interval[]
  readonly closures: readonly Closure[]
  readonly base: CompiledCalendar | undefined
}

/** Open hours as minutes after the date's midnight; the end may exceed 1 440 for a night shift. */
export const hoursOf = (hours: OpenHours): readonly [number, number] | undefined => {
  const from = timeOf(hours[0])
  const to = timeOf(hours[1])
  if (from === undefined || to === undefined || from === to || from === DAY) return undefined
  return [from, to > from ? to : to + DAY]
}

/** Compiles one checked calendar whose base (if any) is compiled already. */
export const compileCalendar = (
  calendar: Calendar,
  zone: Zone,
  days: readonly [from: number, to: number],
  base: CompiledCalendar | undefined,
): CompiledCalendar => {
  const special = new Map<number, readonly OpenHours[]>()
  const closures: Closure[] = []
  const name = (day: number, kind: Closure["kind"], reason: string): void => {
    closures.push({ from: toUtc(zone, day * DAY), to: toUtc(zone, (day + 1) * DAY), kind, reason })
  }
  for (const holiday of calendar.holidays ?? []) {
    const day = dayOf(holiday.date)!
    special.set(day, [])
    name(day, "holiday", holiday.name)
  }
  for (const exception of calendar.exceptions ?? []) {
    const last = Math.min(dayOf(exception.to ?? exception.from)!, days[1])
    for (let day = Math.max(dayOf(exception.from)!, days[0]); day <= last; day++) {
      special.set(day, exception.hours ?? [])
      name(day, "exception", exception.reason)
    }
  }
  const pattern = calendar.week.map((hours) => hours.map((each) => hoursOf(each)!))
  const usual: Interval[] = []
  const actual: Interval[] = []
  for (let day = days[0] - 1; day <= days[1]; day++) {
    const ordinary = pattern[weekdayOf(day)]!
    const own = special.get(day)?.map((each) => hoursOf(each)!) ?? ordinary
    for (const [from, to] of ordinary) usual.push(onDate(zone, day, from, to))
    for (const [from, to] of own) actual.push(onDate(zone, day, from, to))
  }
  const regular = joined(usual)
  const open = joined(actual)
  return {
    id: calendar.id,
    zone,
    usual: base === undefined ? regular : intersect(regular, base.usual),
    open: base === undefined ? open : intersect(open, base.open),
    closures: [...closures, ...(base?.closures ?? [])],
    base,
  }
}

const onDate = (zone: Zone, day: number, from: number, to: number): Interval => ({
  from: toUtc(zone, day * DAY + from),
  to: toUtc(zone, day * DAY + to),
})

/**
 * Compiled resources: own open time (calendar minus absences, within employment), limits and rates.
 */
import type { Absence } from "../calendar.ts"
import type { Resource } from "../data.ts"
import { DAY, dayOf, minuteOf, weekdayOf } from "../instant.ts"
import { compareText } from "../issue.ts"
import type { LimitPeriods, ModelResource } from "../model.ts"
import { WHOLE } from "../model.ts"
import { type Interval, joined, type OpenTime, openBefore, openTimeWithout } from "../openTime.ts"
import { localDay, toUtc, type Zone } from "../zone.ts"
import { type Closure, type CompiledCalendar, hoursOf } from "./calendars.ts"
import { type Check, MOST_MINUTES } from "./check.ts"

/** Open time per calendar, so that resources without closures share one index. */
export type SharedTime = ReadonlyMap<string, OpenTime>

/** Compiles one resource whose calendar is compiled; issues go to `check`. */
export const compileResource = (
  resource: Resource,
  index: number,
  calendar: CompiledCalendar,
  shared: SharedTime,
  span: Interval,
  check: Check,
): ModelResource => {
  const at = `resources[${resource.id}]`
  const employment = employmentClosures(resource, calendar.zone, span, check)
  const whole = shared.get(calendar.id)!
  const contract = employment.length === 0 ? whole : openTimeWithout(whole, joined(employment))
  const absences = (resource.absences ?? []).flatMap((absence, position) =>
    absenceClosures(absence, calendar, shared, span, check, `${at}.absences[${position}]`, resource.id),
  )
  const closures = [...calendar.closures, ...employment, ...absences].sort(
    (a, b) => a.from - b.from || a.to - b.to || compareText(a.reason, b.reason),
  )
  const open = absences.length === 0 ? contract : openTimeWithout(contract, joined(absences))
  if (open.total === 0) {
    check.issues.push({
      _tag: "ZeroCapacity",
      path: at,
      ids: [resource.id],
      calendars: calendarsOf(calendar),
      hint: "No open minute is left within the horizon: see its calendar, base calendar, absences and employment.",
    })
  }
  const capacity =
    resource.capacity === undefined ? 1 : check.whole(resource.capacity, `${at}.capacity`, resource.id, 1, 1000)
  const ratePpm =
    resource.ratePpm === undefined ? WHOLE : check.whole(resource.ratePpm, `${at}.ratePpm`, resource.id, 1, 10_000_000)
  return {
    index,
    id: resource.id,
    name: resource.name ?? resource.id,
    data: resource,
    zone: calendar.zone,
    usual: calendar.usual,
    open,
    contract,
    closures,
    calendars: calendarsOf(calendar),
    unitsPpm: capacity * WHOLE,
    ratePpm,
    limits: limitsOf(resource, open, calendar.zone, span, capacity, check),
    longestOpenMinutes: longestOf(open),
  }
}

const calendarsOf = (calendar: CompiledCalendar): readonly string[] =>
  calendar.base === undefined ? [calendar.id] : [calendar.id, ...calendarsOf(calendar.base)]

const longestOf = (open: OpenTime): number =>
  open.start.reduce((longest, start, index) => Math.max(longest, open.end[index]! - start), 0)

const employmentClosures = (resource: Resource, zone: Zone, span: Interval, check: Check): Closure[] => {
  const at = `resources[${resource.id}]`
  const first = check.day(resource.employedFrom, `${at}.employedFrom`, resource.id)
  const last = check.day(resource.employedTo, `${at}.employedTo`, resource.id)
  const closures: Closure[] = []
  const add = (from: number, to: number): void => {
    if (from < to) closures.push({ from, to, kind: "notEmployed", reason: "not employed" })
  }
  if (first !== undefined) add(span.from, toUtc(zone, first * DAY))
  if (last !== undefined) add(toUtc(zone, (last + 1) * DAY), span.to)
  return closures
}

const absenceClosures = (
  absence: Absence,
  calendar: CompiledCalendar,
  shared: SharedTime,
  span: Interval,
  check: Check,
  path: string,
  id: string,
): Closure[] => {
  const bad = (hint: string): Closure[] => {
    check.issues.push({ _tag: "BadInterval", path, ids: [id], hint })
    return []
  }
  const { reason } = absence
  if ("fromAt" in absence) {
    const from = minuteOf(absence.fromAt)
    const to = minuteOf(absence.toAt)
    if (from === undefined || to === undefined || from >= to)
      return bad("Give two instants with zone, the first earlier.")
    return [{ from, to, kind: "absence", reason }]
  }
  const first = typeof absence.from === "string" ? dayOf(absence.from) : undefined
  if (first === undefined) return bad("Give a first date that exists.")
  if (absence.to !== undefined && absence.workingDays !== undefined)
    return bad("Give an end date or working days, not both.")
  const last = lastDay(absence, first, calendar, shared.get(calendar.id)!, span)
  if (last === undefined || last < first)
    return bad("Give a last date on or after the first, or whole working days from 1.")
  const hours = absence.hours === undefined ? ([0, DAY] as const) : hoursOf(absence.hours)
  if (hours === undefined) return bad("Give hours such as 12:00 and 17:00.")
  const { zone } = calendar
  if (absence.hours === undefined) {
    return [{ from: toUtc(zone, first * DAY), to: toUtc(zone, (last + 1) * DAY), kind: "absence", reason }]
  }
  const days = Math.min(last, localDay(zone, span.to)) - first
  return Array.from({ length: Math.max(0, days + 1) }, (_, step) => ({
    from: toUtc(zone, (first + step) * DAY + hours[0]),
    to: toUtc(zone, (first + step) * DAY + hours[1]),
    kind: "absence",
    reason,
  }))
}

/** Working days are dates on which the calendar is open at all, counted from the first date on. */
const lastDay = (
  absence: Extract<Absence, { readonly from: string }>,
  first: number,
  calendar: CompiledCalendar,
  time: OpenTime,
  span: Interval,
): number | undefined => {
  const { workingDays } = absence
  if (workingDays === undefined) return absence.to === undefined ? first : dayOf(absence.to)
  if (!Number.isSafeInteger(workingDays) || workingDays < 1 || workingDays > 3650) return undefined
  let left = workingDays
  const end = localDay(calendar.zone, span.to)
  for (let day = first; day <= end; day++) {
    const from = openBefore(time, toUtc(calendar.zone, day * DAY))
    if (openBefore(time, toUtc(calendar.zone, (day + 1) * DAY)) > from && --left === 0) return day
  }
  return end
}

const limitsOf = (
  resource: Resource,
  open: OpenTime,
  zone: Zone,
  span: Interval,
  capacity: number,
  check: Check,
): LimitPeriods[] => {
  const at = `resources[${resource.id}]`
  const perDay = check.whole(resource.maxMinutesPerDay, `${at}.maxMinutesPerDay`, resource.id, 1, MOST_MINUTES)
  const perWeek = check.whole(resource.maxMinutesPerWeek, `${at}.maxMinutesPerWeek`, resource.id, 1, MOST_MINUTES)
  const target = check.share(resource.billableTargetPpm, `${at}.billableTargetPpm`, resource.id)
  const limits: LimitPeriods[] = []
  if (resource.maxMinutesPerDay !== undefined) {
    limits.push(periods("day", open, zone, span, () => perDay * capacity * WHOLE))
  }
  if (resource.maxMinutesPerWeek !== undefined || target < WHOLE) {
    const most = resource.maxMinutesPerWeek === undefined ? Number.MAX_SAFE_INTEGER / WHOLE / 1000 : perWeek
    // The target is a share of the week's own minutes: a week with a holiday has less to sell.
    const cap = (minutes: number): number =>
      Math.min(most * capacity * WHOLE, Math.floor((minutes * capacity * target) / WHOLE) * WHOLE)
    limits.push(periods("week", open, zone, span, cap))
  }
  return limits
}

const periods = (
  per: "day" | "week",
  open: OpenTime,
  zone: Zone,
  span: Interval,
  cap: (openMinutes: number) => number,
): LimitPeriods => {
  const step = per === "day" ? 1 : 7
  const first = localDay(zone, span.from)
  const start = per === "day" ? first : first - weekdayOf(first)
  const count = Math.ceil((localDay(zone, span.to) + 1 - start) / step)
  const startW = new Int32Array(count + 1)
  for (let index = 0; index <= count; index++)
    startW[index] = openBefore(open, toUtc(zone, (start + index * step) * DAY))
  startW[count] = open.total
  const caps = new Float64Array(count)
  for (let index = 0; index < count; index++) caps[index] = cap(startW[index + 1]! - startW[index]!)
  return { per, startW, cap: caps }
}

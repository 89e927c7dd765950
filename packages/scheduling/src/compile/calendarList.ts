/**
 * Calendar list: every calendar checked and laid out, bases before those that rest on them.
 */
import type { Calendar } from "../calendar.ts"
import type { PlanningData } from "../data.ts"
import type { Model } from "../model.ts"
import { intersect, type OpenTime, openTimeFrom } from "../openTime.ts"
import { unknown } from "./activities.ts"
import { type CompiledCalendar, compileCalendar, hoursOf } from "./calendars.ts"
import type { Check } from "./check.ts"
import { type Span, zoneFor } from "./input.ts"

/** Compiles all calendars; those of `previous` that rest on the same records are taken over. */
export const compileCalendars = (
  data: PlanningData,
  span: Span,
  previous: Model | undefined,
  check: Check,
): {
  readonly calendars: ReadonlyMap<string, CompiledCalendar>
  readonly calendarTime: ReadonlyMap<string, OpenTime>
} => {
  if (previous !== undefined && data.calendars === previous.data.calendars) return previous

  const byId = new Map(data.calendars.map((each) => [each.id, each]))
  const calendars = new Map<string, CompiledCalendar>()
  const visit = (calendar: Calendar, trail: readonly string[]): CompiledCalendar | undefined => {
    const done = calendars.get(calendar.id)
    if (done !== undefined) return done
    const at = `calendars[${calendar.id}]`
    const zone = zoneFor(calendar.zone, [span.firstDay, span.lastDay], `${at}.zone`, calendar.id, check)
    const valid = checkCalendar(calendar, at, check)
    const parent = calendar.base === undefined ? undefined : byId.get(calendar.base)
    if (calendar.base !== undefined && parent === undefined) unknown(check, `${at}.base`, calendar.id, calendar.base)
    if (trail.includes(calendar.id)) {
      const cycle = [...trail.slice(trail.indexOf(calendar.id)), calendar.id]
      check.issues.push({
        _tag: "Cycle",
        path: `${at}.base`,
        ids: cycle.slice(1),
        cycle,
        hint: "Base calendars go round in a circle.",
      })
      return undefined
    }
    const base = parent === undefined ? undefined : visit(parent, [...trail, calendar.id])
    if (zone === undefined || !valid || (parent !== undefined && base === undefined)) return undefined
    const compiled = compileCalendar(calendar, zone, [span.firstDay - 1, span.lastDay + 1], base)
    calendars.set(calendar.id, compiled)
    return compiled
  }
  for (const calendar of data.calendars) visit(calendar, [])
  const calendarTime = new Map([...calendars].map(([id, each]) => [id, openTimeFrom(intersect(each.open, [span]))]))
  return { calendars, calendarTime }
}

const checkCalendar = (calendar: Calendar, at: string, check: Check): boolean => {
  const count = check.issues.length
  const bad = (path: string, hint: string): void => {
    check.issues.push({ _tag: "BadInterval", path, ids: [calendar.id], hint })
  }
  if (!Array.isArray(calendar.week) || calendar.week.length !== 7) bad(`${at}.week`, "A week has seven lists of hours.")
  else {
    calendar.week.forEach((hours, day) => {
      if (hours.some((each) => hoursOf(each) === undefined))
        bad(`${at}.week[${day}]`, "Give hours such as 08:00 and 17:00.")
    })
  }
  for (const each of calendar.holidays ?? []) check.day(each.date, `${at}.holidays`, calendar.id)
  ;(calendar.exceptions ?? []).forEach((each, n) => {
    const first = check.day(each.from, `${at}.exceptions[${n}].from`, calendar.id)
    const last = check.day(each.to ?? each.from, `${at}.exceptions[${n}].to`, calendar.id)
    if (first !== undefined && last !== undefined && last < first)
      bad(`${at}.exceptions[${n}]`, "The last date is before the first.")
    if ((each.hours ?? []).some((hours) => hoursOf(hours) === undefined))
      bad(`${at}.exceptions[${n}].hours`, "Give hours such as 08:00 and 12:00.")
  })
  return check.issues.length === count
}

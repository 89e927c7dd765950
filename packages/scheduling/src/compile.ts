/**
 * Compile: from planning data to a model, or to every issue of the data at once.
 */

import type { Calendar } from "./calendar.ts"
import { compileActivity, type Staff, unknown, unlinked } from "./compile/activities.ts"
import { type CompiledCalendar, compileCalendar, hoursOf } from "./compile/calendars.ts"
import { type Check, startCheck } from "./compile/check.ts"
import { shortestCycle } from "./compile/cycle.ts"
import { compileResource } from "./compile/resources.ts"
import type { PlanningData, Precedence } from "./data.ts"
import { canonical, hashText } from "./hash.ts"
import { DAY } from "./instant.ts"
import { byPath, compareText, type Issue } from "./issue.ts"
import type { Model, ModelActivity, ModelBooking, ModelLink, ModelResource } from "./model.ts"
import { type Interval, intersect, openTimeFrom } from "./openTime.ts"
import { fail, type NonEmpty, ok, type Result } from "./result.ts"
import { toUtc, type Zone, zoneOf } from "./zone.ts"

/** The largest input that is accepted, per list. */
const MOST = {
  calendars: 5000,
  resources: 10_000,
  activities: 200_000,
  precedences: 500_000,
  bookings: 500_000,
  opportunities: 10_000,
}
const MOST_DAYS = 3650

/**
 * Checks planning data and lays out its calendars.
 *
 * Gives all issues together, sorted by path; a model only if there are none. The order of lists and keys in the
 * data changes neither the model nor the issues.
 *
 * @example
 * const model = compile({ zone: "Europe/Stockholm", horizon, calendars, resources, activities })
 * if (!model.ok) show(model.error) // [{ _tag: "UnknownRef", path: "resources[anna].calendar", … }]
 */
export const compile = (data: PlanningData): Result<Model, NonEmpty<Issue>> => {
  const check = startCheck()
  const sorted = sortedById(data, check)
  const { issues } = check
  const span = spanOf(sorted, check)
  if (span === undefined) return refuse(issues)
  const { calendars, times } = compileCalendars(sorted, span, check)
  const resources = compileResources(sorted, calendars, times, span, check)
  const resourceIndex = new Map(resources.map((each) => [each.id, each.index]))
  const teams = teamsOf(sorted, resourceIndex, check)
  const staff: Staff = { ...span, resources, resourceIndex, teams, bySkill: new Map() }
  const opportunities = new Map((sorted.opportunities ?? []).map((each) => [each.id, each]))
  const activities = (sorted.activities ?? []).map((each, index) =>
    unlinked(compileActivity(each, index, staff, check)),
  )
  const activityIndex = new Map(activities.map((each) => [each.id, each.index]))
  link(activities, sorted.precedences ?? [], activityIndex, times, check)
  for (const each of [...(sorted.activities ?? []), ...(sorted.bookings ?? [])]) {
    if (each.opportunity !== undefined && !opportunities.has(each.opportunity))
      unknown(check, `${each.id}.opportunity`, each.id, each.opportunity)
  }
  const { expectedStarts, expiries } = compileOpportunities(sorted, span.zone, check)
  const bookings = compileBookings(sorted, resourceIndex, check)
  if (issues.length > 0) return refuse(issues)
  const hash = hashText(canonical(sorted))
  const calendarTime = times
  return ok({
    data: sorted,
    ...span,
    calendars,
    calendarTime,
    resources,
    resourceIndex,
    activities,
    activityIndex,
    bookings,
    bookingIndex: new Map(bookings.map((each) => [each.id, each])),
    opportunities,
    expectedStarts,
    expiries,
    staff,
    hash,
  })
}

/** Links activities by precedences; used for a quote's activities as well. */
export const link = (
  activities: readonly (ModelActivity & { readonly before: ModelLink[]; readonly after: ModelLink[] })[],
  precedences: readonly Precedence[],
  activityIndex: ReadonlyMap<string, number>,
  times: Model["calendarTime"],
  check: Check,
): void => {
  for (const each of precedences) {
    const path = `precedences[${each.from}>${each.to}]`
    const from = activityIndex.get(each.from)
    const to = activityIndex.get(each.to)
    if (from === undefined) unknown(check, `${path}.from`, each.to, each.from)
    if (to === undefined) unknown(check, `${path}.to`, each.from, each.to)
    const lagMinutes =
      each.lagMinutes === undefined
        ? 0
        : check.whole(each.lagMinutes, `${path}.lagMinutes`, each.to, -5_000_000, 5_000_000)
    const lagTime = each.lagUnit === "working" ? times.get(each.lagCalendar ?? "") : undefined
    if (each.lagUnit === "working" && lagTime === undefined)
      unknown(check, `${path}.lagCalendar`, each.to, each.lagCalendar ?? "")
    if (from === undefined || to === undefined) continue
    const type = each.type ?? "FS"
    activities[to]!.before.push({ other: from, type, lagMinutes, lagTime })
    activities[from]!.after.push({ other: to, type, lagMinutes, lagTime })
  }
  const cycle = shortestCycle(activities.map((each) => each.after.map((after) => after.other)))
  if (cycle !== undefined) {
    const ids = cycle.map((index) => activities[index]!.id)
    const hint = `${[...ids, ids[0]!].join(" → ")}: remove one of these precedences.`
    check.issues.push({ _tag: "Cycle", path: "precedences", ids, cycle: [...ids, ids[0]!], hint })
  }
}

const refuse = (issues: readonly Issue[]): Result<never, NonEmpty<Issue>> => {
  const [first, ...rest] = [...issues].sort(byPath)
  return fail([first!, ...rest])
}

const sortedById = (data: PlanningData, check: Check): PlanningData => {
  const sort = <Row extends { readonly id: string }>(
    rows: readonly Row[] | undefined,
    name: keyof typeof MOST,
  ): readonly Row[] => {
    const list = [...(rows ?? [])]
    if (list.length > MOST[name]) {
      const hint = `At most ${MOST[name]} ${name}.`
      check.issues.push({ _tag: "Limit", path: name, ids: [], hint, size: list.length, limit: MOST[name] })
      return []
    }
    list.sort((a, b) => compareText(a.id, b.id))
    list.forEach((row, index) => {
      if (typeof row.id !== "string" || row.id === "")
        unknown(check, `${name}[${String(row.id)}].id`, String(row.id), String(row.id))
      else if (index > 0 && list[index - 1]!.id === row.id) {
        check.issues.push({
          _tag: "DuplicateId",
          path: `${name}[${row.id}]`,
          ids: [row.id],
          hint: "Give each record its own id.",
        })
      }
    })
    return list
  }
  const key = (each: Precedence): string => canonical([each.from, each.to, each])
  return {
    zone: data.zone,
    horizon: data.horizon,
    calendars: sort(data.calendars, "calendars"),
    resources: sort(data.resources, "resources"),
    activities: sort(data.activities, "activities"),
    bookings: sort(data.bookings, "bookings"),
    opportunities: sort(data.opportunities, "opportunities"),
    precedences: (data.precedences ?? []).length > 1 ? byKey(data.precedences!, key) : (data.precedences ?? []),
  }
}

const byKey = <Row>(rows: readonly Row[], key: (row: Row) => string): readonly Row[] =>
  rows
    .map((row) => [key(row), row] as const)
    .sort((a, b) => compareText(a[0], b[0]))
    .map(([, row]) => row)

interface Span extends Interval {
  readonly zone: Zone
  readonly firstDay: number
  readonly lastDay: number
}

const spanOf = (data: PlanningData, check: Check): Span | undefined => {
  const first = check.day(data.horizon?.from ?? "", "horizon.from", "")
  const last = check.day(data.horizon?.to ?? "", "horizon.to", "")
  if (first === undefined || last === undefined) return undefined
  if (last < first) {
    check.issues.push({ _tag: "BadInterval", path: "horizon", ids: [], hint: "The last date is before the first." })
    return undefined
  }
  if (last - first >= MOST_DAYS) {
    const hint = `A horizon has at most ${MOST_DAYS} days.`
    check.issues.push({ _tag: "Limit", path: "horizon", ids: [], hint, size: last - first + 1, limit: MOST_DAYS })
    return undefined
  }
  const zone = zoneFor(data.zone, [first, last], "zone", "", check)
  return (
    zone && { zone, from: toUtc(zone, first * DAY), to: toUtc(zone, (last + 1) * DAY), firstDay: first, lastDay: last }
  )
}

const zoneFor = (
  name: string,
  days: readonly [number, number],
  path: string,
  id: string,
  check: Check,
): Zone | undefined => {
  const zone = zoneOf(name, days[0], days[1])
  if (zone === undefined) {
    const hint = `${JSON.stringify(name)} is not a zone that this runtime knows.`
    check.issues.push({ _tag: "BadZone", path, ids: id === "" ? [] : [id], hint, zone: String(name) })
  }
  return zone
}

const compileCalendars = (data: PlanningData, span: Span, check: Check) => {
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
  const times = new Map([...calendars].map(([id, each]) => [id, openTimeFrom(intersect(each.open, [span]))]))
  return { calendars, times }
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

const compileResources = (
  data: PlanningData,
  calendars: ReadonlyMap<string, CompiledCalendar>,
  times: Model["calendarTime"],
  span: Span,
  check: Check,
): readonly ModelResource[] => {
  const known = new Set(data.calendars.map((each) => each.id))
  const resources: ModelResource[] = []
  for (const resource of data.resources) {
    if (resource.members !== undefined) continue
    const at = `resources[${resource.id}]`
    if (!known.has(resource.calendar ?? "")) unknown(check, `${at}.calendar`, resource.id, resource.calendar ?? "")
    for (const skill of resource.skills ?? []) {
      check.day(skill.from, `${at}.skills[${skill.skill}].from`, resource.id)
      check.day(skill.to, `${at}.skills[${skill.skill}].to`, resource.id)
      if (skill.level !== undefined) check.whole(skill.level, `${at}.skills[${skill.skill}].level`, resource.id, 1, 5)
    }
    const calendar = calendars.get(resource.calendar ?? "")
    if (calendar !== undefined)
      resources.push(compileResource(resource, resources.length, calendar, times, span, check))
  }
  return resources
}

const teamsOf = (
  data: PlanningData,
  index: ReadonlyMap<string, number>,
  check: Check,
): ReadonlyMap<string, readonly string[]> => {
  const teams = new Map<string, readonly string[]>()
  const known = new Set(data.resources.map((each) => each.id))
  for (const resource of data.resources) {
    if (resource.members === undefined) continue
    const at = `resources[${resource.id}].members`
    for (const member of resource.members) {
      if (
        !known.has(member) ||
        (!index.has(member) && data.resources.some((each) => each.id === member && each.members !== undefined))
      ) {
        unknown(check, at, resource.id, member)
      }
    }
    teams.set(resource.id, [...new Set(resource.members)].sort(compareText))
  }
  return teams
}

const compileBookings = (
  data: PlanningData,
  index: ReadonlyMap<string, number>,
  check: Check,
): readonly ModelBooking[] =>
  (data.bookings ?? []).flatMap((booking) => {
    const at = `bookings[${booking.id}]`
    const from = check.instant(booking.from, `${at}.from`, booking.id)
    const to = check.instant(booking.to, `${at}.to`, booking.id)
    check.whole(booking.minutes, `${at}.minutes`, booking.id, 0, 10_000_000)
    const resource = index.get(booking.resource)
    if (resource === undefined) unknown(check, `${at}.resource`, booking.id, booking.resource)
    if (from === undefined || to === undefined || resource === undefined) return []
    if (from >= to) {
      check.issues.push({ _tag: "BadInterval", path: at, ids: [booking.id], hint: "End must be after start." })
      return []
    }
    return [{ id: booking.id, data: booking, resource, from, to }]
  })

const compileOpportunities = (data: PlanningData, zone: Zone, check: Check) => {
  const expectedStarts = new Map<string, number>()
  const expiries = new Map<string, number>()
  for (const each of data.opportunities ?? []) {
    const at = `opportunities[${each.id}]`
    check.share(each.probabilityPpm ?? Number.NaN, `${at}.probabilityPpm`, each.id)
    const start = check.moment(each.expectedStart, zone, false, `${at}.expectedStart`, each.id)
    if (start !== undefined) expectedStarts.set(each.id, start)
    const expires = check.instant(each.expires, `${at}.expires`, each.id)
    if (expires !== undefined) expiries.set(each.id, expires)
    check.whole(each.startSpreadDays, `${at}.startSpreadDays`, each.id, 0, 3650)
  }
  return { expectedStarts, expiries }
}

/**
 * Compile: from planning data to a model, or to every issue of the data at once.
 */
import { compileActivity, type Linked, type Staff, unknown } from "./compile/activities.ts"
import { compileCalendars } from "./compile/calendarList.ts"
import { type Check, startCheck } from "./compile/check.ts"
import { sortedById, spanOf } from "./compile/input.ts"
import { link } from "./compile/link.ts"
import { compileBookings, compileOpportunities } from "./compile/soft.ts"
import { compileResources, teamsOf } from "./compile/staff.ts"
import type { PlanningData } from "./data.ts"
import { canonical, modelHash } from "./hash.ts"
import { byPath, type Issue } from "./issue.ts"
import type { Model } from "./model.ts"
import { fail, type NonEmpty, ok, type Result } from "./result.ts"

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
export const compile = (data: PlanningData): Result<Model, NonEmpty<Issue>> => compileFrom(data, undefined)

/** The same, taking over from an earlier model what rests on the very same records. */
export const compileFrom = (data: PlanningData, previous: Model | undefined): Result<Model, NonEmpty<Issue>> => {
  const check = startCheck()
  const sorted = sortedById(data, previous?.data, check)
  const { issues } = check
  const span = spanOf(sorted, check)
  if (span === undefined) return refuse(issues)
  const old = sameSpan(sorted, previous) ? previous : undefined
  const { calendars, calendarTime } = compileCalendars(sorted, span, old, check)
  const resources = compileResources(sorted, calendars, calendarTime, span, old, check)
  const resourceIndex = new Map(resources.map((each) => [each.id, each.index]))
  const teams = teamsOf(sorted, resourceIndex, check)
  const sameStaff = old !== undefined && sameSkills(sorted, old)
  const staff: Staff = { ...span, resources, resourceIndex, teams, bySkill: sameStaff ? old.staff.bySkill : new Map() }
  const opportunities = new Map((sorted.opportunities ?? []).map((each) => [each.id, each]))
  const work = compileWork(sorted, staff, { calendarTime, reuse: sameStaff ? old : undefined }, check)
  for (const each of [...(sorted.activities ?? []), ...(sorted.bookings ?? [])]) {
    if (each.opportunity === undefined || opportunities.has(each.opportunity)) continue
    unknown(check, `${each.id}.opportunity`, each.id, each.opportunity)
  }
  const { expectedStarts, expiries } = compileOpportunities(sorted, span.zone, check)
  const bookings = compileBookings(sorted, resourceIndex, check)
  for (const each of bookings) {
    if (!work.activityIndex.has(each.id)) continue
    const hint = "A booking and an activity share this id: explanations could not tell them apart."
    issues.push({ _tag: "DuplicateId", path: `bookings[${each.id}]`, ids: [each.id], hint })
  }
  if (issues.length > 0) return refuse(issues)
  return ok({
    data: sorted,
    ...span,
    calendars,
    calendarTime,
    resources,
    resourceIndex,
    ...work,
    bookings,
    bookingIndex: new Map(bookings.map((each) => [each.id, each])),
    opportunities,
    expectedStarts,
    expiries,
    staff,
    hash: modelHash(sorted, previous !== undefined),
  })
}

/** Activities with their links. Whole links are kept when neither the ids nor the precedences have changed. */
const compileWork = (
  data: PlanningData,
  staff: Staff,
  from: { readonly calendarTime: Model["calendarTime"]; readonly reuse: Model | undefined },
  check: Check,
): Pick<Model, "activities" | "activityIndex"> => {
  const rows = data.activities ?? []
  const { reuse } = from
  const sameIds =
    reuse !== undefined &&
    rows.length === reuse.activities.length &&
    rows.every((each, n) => each.id === reuse.activities[n]!.id)
  const sameLinks = sameIds && data.precedences === reuse.data.precedences && from.calendarTime === reuse.calendarTime
  const activities = rows.map((each, index): Linked => {
    const known = reuse?.activityIndex.get(each.id)
    const old = known === undefined ? undefined : reuse!.activities[known]!
    // The very same activity at the same place needs no copy: models never change.
    if (sameLinks && old?.data === each) return old as Linked
    if (old?.data === each) return { ...old, index, before: [], after: [] }
    const own = compileActivity(each, index, staff, check)
    return sameLinks ? { ...own, before: [...old!.before], after: [...old!.after] } : own
  })
  if (sameLinks && activities.every((each, n) => each === reuse.activities[n])) {
    return { activities: reuse.activities, activityIndex: reuse.activityIndex }
  }
  const activityIndex = sameIds ? reuse.activityIndex : new Map(activities.map((each) => [each.id, each.index]))
  if (!sameLinks) link(activities, data.precedences ?? [], activityIndex, from.calendarTime, check)
  return { activities, activityIndex }
}

const sameSpan = (data: PlanningData, previous: Model | undefined): boolean =>
  previous !== undefined &&
  data.zone === previous.data.zone &&
  data.horizon.from === previous.data.horizon.from &&
  data.horizon.to === previous.data.horizon.to

/** Whether the same people can do the same things, so that candidates need not be looked up again. */
const sameSkills = (data: PlanningData, previous: Model): boolean =>
  data.resources === previous.data.resources ||
  (data.resources.length === previous.data.resources.length &&
    data.resources.every((each, n) => {
      const old = previous.data.resources[n]!
      if (each === old) return true
      const same =
        canonical([old.skills, old.members, old.capacity, old.calendar]) ===
        canonical([each.skills, each.members, each.capacity, each.calendar])
      return old.id === each.id && same
    }))

const refuse = (issues: readonly Issue[]): Result<never, NonEmpty<Issue>> => {
  const [first, ...rest] = [...issues].sort(byPath)
  return fail([first!, ...rest])
}

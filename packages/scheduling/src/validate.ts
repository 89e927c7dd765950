/**
 * Validate: checks a plan against the rules of its data, minute by minute, without the planner's bookkeeping.
 *
 * It reads assignments, calendars and the data only; it shares no search, profile or free-time code with the planner.
 */
import type { Activity } from "./data.ts"
import { durationOf } from "./duration.ts"
import { type Minute, weekdayOf } from "./instant.ts"
import { compareText } from "./issue.ts"
import { type Model, type ModelActivity, type ModelResource, WHOLE } from "./model.ts"
import { addWork, intervalsWithin, workingMinutesBetween } from "./openTime.ts"
import type { Assignment, Piece, Plan } from "./plan.ts"
import { stateOf } from "./planning.ts"
import type { Taken } from "./profile.ts"
import { localDay, startOfDay } from "./zone.ts"

/** A rule that a plan breaks. `minutes` is by how much. */
export interface Violation {
  readonly rule: "Capacity" | "Calendar" | "Effort" | "Skill" | "Precedence" | "Now" | "Split" | "Limit" | "Deadline"
  readonly ids: readonly string[]
  readonly at: Minute
  readonly minutes: number
}

/**
 * Every rule that the plan breaks; an empty list means that it is sound.
 *
 * Fixed load is exempt from capacity and calendar rules by itself (it stands where its owner put it), but planned work
 * on top of it is not.
 */
export const validate = (plan: Plan): readonly Violation[] => {
  const { model, sheet } = stateOf(plan)
  const byId = new Map(plan.assignments.map((each) => [each.activity, each]))
  const found: Violation[] = []
  for (const assignment of plan.assignments) {
    const activity = model.activities[model.activityIndex.get(assignment.activity)!]!
    if (!isFixed(activity)) {
      found.push(...ownRules(model, activity, assignment, plan.now, sheet.effortOf(activity)))
      found.push(...precedenceRules(model, activity, assignment, byId))
    }
    const late = activity.deadline === undefined ? 0 : assignment.finish - activity.deadline
    const reported = plan.issues.some((issue) => issue._tag === "DeadlineInfeasible" && issue.ids[0] === activity.id)
    if (late > 0 && !reported)
      found.push({ rule: "Deadline", ids: [activity.id], at: assignment.finish, minutes: late })
  }
  for (const resource of model.resources) found.push(...limitRules(model, plan, resource))
  for (const resource of model.resources)
    found.push(...loadRules(model, plan, sheet.profiles[resource.index]!.taken, resource.index))
  return found
}

const isFixed = (activity: ModelActivity): boolean => activity.status === "pinned" || activity.status === "done"

const ownRules = (
  model: Model,
  activity: ModelActivity,
  assignment: Assignment,
  now: Minute,
  effort: number,
): readonly Violation[] => {
  const found: Violation[] = []
  const add = (rule: Violation["rule"], at: Minute, minutes: number): void => {
    found.push({ rule, ids: [activity.id], at, minutes })
  }
  const floor = Math.max(now, activity.hasEarliest ? activity.earliest : now)
  if (assignment.start < floor) add("Now", assignment.start, floor - assignment.start)
  for (const piece of assignment.pieces) {
    const resource = model.resources[model.resourceIndex.get(piece.resource)!]!
    const open = workingMinutesBetween(resource.open, piece.from, piece.to)
    if (open !== piece.minutes) add("Calendar", piece.from, piece.minutes - open)
    if (!mayWork(model, activity, piece)) add("Skill", piece.from, piece.minutes)
  }
  const chosen = assignment.resources.map((id, n) => ({
    unitsPpm: activity.slots[n]!.unitsPpm,
    ratePpm: model.resources[model.resourceIndex.get(id)!]!.ratePpm,
  }))
  if (chosen.length !== activity.slots.length && effort > 0) add("Skill", assignment.start, effort)
  if (new Set(assignment.resources).size !== assignment.resources.length) add("Skill", assignment.start, effort)
  if (chosen.length === 0) return found
  const needed = durationOf(activity.data.mode, effort, chosen)
  for (const id of assignment.resources) {
    const own = assignment.pieces.filter((piece) => piece.resource === id)
    const worked = own.reduce((sum, piece) => sum + piece.minutes, 0)
    if (worked !== needed) add("Effort", assignment.start, worked - needed)
    if (
      clockText(model, own) !==
      clockText(
        model,
        assignment.pieces.filter((piece) => piece.resource === assignment.resources[0]),
      )
    ) {
      add("Effort", assignment.start, worked)
    }
  }
  if (splitBroken(model, activity.data.split, assignment)) add("Split", assignment.start, needed)
  return found
}

/** The exact clock minutes of pieces, so that people who must work together can be compared. */
const clockText = (model: Model, pieces: readonly Piece[]): string =>
  pieces
    .flatMap((piece) =>
      intervalsWithin(model.resources[model.resourceIndex.get(piece.resource)!]!.open, piece.from, piece.to),
    )
    .reduce<{ from: number; to: number }[]>((merged, each) => {
      const last = merged[merged.length - 1]
      if (last !== undefined && last.to === each.from) last.to = each.to
      else merged.push({ from: each.from, to: each.to })
      return merged
    }, [])
    .map((each) => `${each.from}-${each.to}`)
    .join()

const mayWork = (model: Model, activity: ModelActivity, piece: Piece): boolean => {
  const index = model.resourceIndex.get(piece.resource)!
  return activity.slots.some((slot) =>
    slot.candidates.some((each) => each.resource === index && each.from <= piece.from && each.to >= piece.to),
  )
}

const splitBroken = (model: Model, split: Activity["split"], assignment: Assignment): boolean => {
  if (split === undefined || split === "anywhere") return false
  return assignment.resources.some((id) => {
    const resource = model.resources[model.resourceIndex.get(id)!]!
    const worked = assignment.pieces.filter((piece) => piece.resource === id)
    if (split === "none")
      return intervalsWithin(resource.open, assignment.start, assignment.finish).length !== 1 || worked.length !== 1
    // Others may close in between, and limits may pause the work, so only a lone resource without limits is bound to one piece.
    return assignment.resources.length === 1 && resource.limits.length === 0 && worked.length !== 1
  })
}

const precedenceRules = (
  model: Model,
  activity: ModelActivity,
  assignment: Assignment,
  byId: ReadonlyMap<string, Assignment>,
): readonly Violation[] =>
  activity.before.flatMap((link): Violation[] => {
    const before = byId.get(model.activities[link.other]!.id)
    if (before === undefined) return []
    const anchor = link.type === "FS" || link.type === "FF" ? before.finish : before.start
    const bound = link.lagTime === undefined ? anchor + link.lagMinutes : addWork(link.lagTime, anchor, link.lagMinutes)
    const at = link.type === "FS" || link.type === "SS" ? assignment.start : assignment.finish
    const missing = (bound ?? Number.MAX_SAFE_INTEGER) - at
    return missing > 0 ? [{ rule: "Precedence", ids: [before.activity, activity.id], at, minutes: missing }] : []
  })

/**
 * Daily and weekly limits and the billable target, summed day by day from the pieces.
 *
 * Fixed load counts but is not to blame by itself: a period is broken only if planned work stands in it.
 */
const limitRules = (model: Model, plan: Plan, resource: ModelResource): readonly Violation[] => {
  const { maxMinutesPerDay, maxMinutesPerWeek, billableTargetPpm } = resource.data
  const units = resource.unitsPpm / WHOLE
  const days = new Map<number, number>()
  const planned = new Set<number>()
  for (const assignment of plan.assignments) {
    const isPlanned = !isFixed(model.activities[model.activityIndex.get(assignment.activity)!]!)
    for (const piece of assignment.pieces) {
      if (piece.resource !== resource.id) continue
      const last = localDay(resource.zone, piece.to - 1)
      for (let day = localDay(resource.zone, piece.from); day <= last; day++) {
        const from = Math.max(piece.from, startOfDay(resource.zone, day))
        const minutes = workingMinutesBetween(
          resource.open,
          from,
          Math.min(piece.to, startOfDay(resource.zone, day + 1)),
        )
        if (minutes <= 0) continue
        days.set(day, (days.get(day) ?? 0) + (minutes * piece.unitsPpm) / WHOLE)
        if (isPlanned) planned.add(day)
      }
    }
  }
  const weeks = new Map<number, number>()
  for (const [day, minutes] of days) {
    const monday = day - weekdayOf(day)
    weeks.set(monday, (weeks.get(monday) ?? 0) + minutes)
  }
  const over = (day: number, minutes: number, most: number): readonly Violation[] =>
    minutes <= most + 1e-6
      ? []
      : [{ rule: "Limit", ids: [resource.id], at: startOfDay(resource.zone, day), minutes: Math.ceil(minutes - most) }]
  const perDay = maxMinutesPerDay === undefined ? Number.POSITIVE_INFINITY : maxMinutesPerDay * units
  return [
    ...[...days].flatMap(([day, minutes]) => (planned.has(day) ? over(day, minutes, perDay) : [])),
    ...[...weeks].flatMap(([monday, minutes]) => {
      if (![0, 1, 2, 3, 4, 5, 6].some((n) => planned.has(monday + n))) return []
      const open = workingMinutesBetween(
        resource.open,
        startOfDay(resource.zone, monday),
        startOfDay(resource.zone, monday + 7),
      )
      const target = (open * units * (billableTargetPpm ?? WHOLE)) / WHOLE
      const perWeek = maxMinutesPerWeek === undefined ? Number.POSITIVE_INFINITY : maxMinutesPerWeek * units
      return over(monday, minutes, Math.min(target, perWeek))
    }),
  ]
}

interface Event {
  readonly at: Minute
  readonly units: number
  readonly planned: boolean
  readonly owner: string
}

/** Sweeps one resource's load over the clock: planned work must fit on top of what is fixed. */
const loadRules = (model: Model, plan: Plan, taken: readonly Taken[], index: number): readonly Violation[] => {
  const resource = model.resources[index]!
  const pieces = plan.assignments.flatMap((each) =>
    each.pieces.filter((piece) => piece.resource === resource.id).map((piece) => ({ piece, each })),
  )
  const events: Event[] = []
  const add = (from: Minute, to: Minute, units: number, planned: boolean, owner: string): void => {
    for (const open of intervalsWithin(resource.open, from, to)) {
      events.push({ at: open.from, units, planned, owner }, { at: open.to, units: -units, planned, owner })
    }
  }
  for (const { piece, each } of pieces)
    add(
      piece.from,
      piece.to,
      piece.unitsPpm,
      !isFixed(model.activities[model.activityIndex.get(each.activity)!]!),
      each.activity,
    )
  const planned = new Set(plan.assignments.map((each) => each.activity))
  for (const each of taken) {
    if (planned.has(each.owner) || each.fromW >= each.toW) continue
    const from = resource.open.start[0]! // Bookings are kept in open minutes; turn them back by adding work from the first.
    add(
      addWork(resource.open, from, each.fromW + 1)! - 1,
      addWork(resource.open, from, each.toW)!,
      each.unitsPpm,
      false,
      each.owner,
    )
  }
  events.sort((a, b) => a.at - b.at || a.units - b.units || compareText(a.owner, b.owner))
  const found: Violation[] = []
  let load = 0
  let plannedNow = 0
  for (let n = 0; n < events.length; n++) {
    load += events[n]!.units
    if (events[n]!.planned) plannedNow += events[n]!.units
    const next = events[n + 1]?.at ?? events[n]!.at
    if (load > resource.unitsPpm && plannedNow > 0 && next > events[n]!.at) {
      const minutes = Math.round(((next - events[n]!.at) * (load - resource.unitsPpm)) / WHOLE)
      found.push({ rule: "Capacity", ids: [resource.id, events[n]!.owner], at: events[n]!.at, minutes })
    }
  }
  return found
}

/**
 * Place: puts one activity onto a sheet as early as its predecessors and resources allow.
 */
import { type Choice, choose, combinations } from "./choice.ts"
import { durationOf } from "./duration.ts"
import { fillJoint } from "./freeTime.ts"
import type { Minute } from "./instant.ts"
import type { Issue } from "./issue.ts"
import type { Candidate, ModelActivity, ModelLink } from "./model.ts"
import { addWork, finishAt, startAt } from "./openTime.ts"
import type { Piece } from "./plan.ts"
import { take } from "./profile.ts"
import type { Reason } from "./reason.ts"
import { ownProfile, type Placement, type Ready, type Sheet } from "./sheet.ts"
import { bindingReasonAt } from "./timeline.ts"

/**
 * Places an activity at its earliest finish; ties go to the resource with less planned work, then to its id.
 *
 * Gives the placement, or the issue that keeps it out of the plan. `activities` are those the links count in.
 */
export const place = (
  sheet: Sheet,
  activity: ModelActivity,
  activities: readonly ModelActivity[],
): Placement | Issue => {
  const effort = sheet.effortOf(activity)
  const ready = readyOf(sheet, activity, activities)
  if (ready === undefined) {
    const ids = activity.before.map((link) => activities[link.other]!.id)
    return { _tag: "PredecessorUnplaced", path: `activities[${activity.id}]`, ids, hint: "A predecessor has no place." }
  }
  const floor = finishFloor(sheet, activity, activities)
  if (effort === 0 || activity.slots.length === 0) {
    return milestone(activity, floor !== undefined && floor.at > ready.at ? floor : ready)
  }
  const choice = choose(sheet, activity, effort, ready.at)
  if (choice === undefined) return unplaceable(sheet, activity, effort, ready.at)
  if (floor === undefined || choice.finish >= floor.at) return write(sheet, activity, choice, ready)
  const from = pushedStart(sheet, activity, effort, ready.at, floor.at)
  const later = choose(sheet, activity, effort, from)
  if (later === undefined) return unplaceable(sheet, activity, effort, from)
  return write(sheet, activity, later, { ...floor, at: from })
}

const AT_ONCE: Reason = { _tag: "Now" }

/** When an activity may start: the latest of now, its own date and what its predecessors say. */
export const readyOf = (
  sheet: Sheet,
  activity: ModelActivity,
  activities: readonly ModelActivity[],
): Ready | undefined => {
  let ready: Ready = { at: sheet.now, reason: AT_ONCE }
  const { opportunity } = activity
  const expected = opportunity === undefined ? undefined : sheet.expectedStarts.get(opportunity)
  const own = Math.max(activity.hasEarliest ? activity.earliest : 0, expected ?? 0)
  if (own > ready.at) ready = { at: own, reason: { _tag: "EarliestStart", at: own } }
  for (const link of activity.before) {
    if (sheet.absent.has(link.other)) continue
    const earlier = sheet.placements[link.other]
    if (earlier === undefined) return undefined
    if (link.type === "FF" || link.type === "SF") continue
    const from = link.type === "FS" ? earlier.assignment.finish : earlier.assignment.start
    const at = lagged(from, link)
    if (at === undefined) return undefined
    if (at <= ready.at) continue
    const reason = { _tag: "Predecessor", activity: activities[link.other]!.id, lagMinutes: link.lagMinutes } as const
    ready = { at, reason, cause: { activity: activities[link.other]!, at: from } }
  }
  return ready
}

/** The instant that a precedence says, from the end it is anchored at; undefined beyond the horizon. */
export const lagged = (from: Minute, link: ModelLink): Minute | undefined =>
  link.lagTime === undefined ? from + link.lagMinutes : addWork(link.lagTime, from, link.lagMinutes)

/** The earliest finish that FF and SF precedences allow, with the one that says so. */
const finishFloor = (
  sheet: Sheet,
  activity: ModelActivity,
  activities: readonly ModelActivity[],
): Ready | undefined => {
  let floor: Ready | undefined
  for (const link of activity.before) {
    if (link.type !== "FF" && link.type !== "SF") continue
    const earlier = sheet.placements[link.other]
    if (earlier === undefined) continue
    const from = link.type === "FF" ? earlier.assignment.finish : earlier.assignment.start
    const at = lagged(from, link)
    if (at === undefined || (floor !== undefined && at <= floor.at)) continue
    const before = activities[link.other]!
    const reason = { _tag: "Predecessor", activity: before.id, lagMinutes: link.lagMinutes } as const
    floor = { at, reason, cause: { activity: before, at: from } }
  }
  return floor
}

/** The first start after which the work ends at or after `floor`: a later start never ends earlier. */
const pushedStart = (sheet: Sheet, activity: ModelActivity, effort: number, ready: Minute, floor: Minute): Minute => {
  let low = ready
  let high = Math.max(floor, ready + 1)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    const choice = choose(sheet, activity, effort, middle)
    if (choice !== undefined && choice.finish < floor) low = middle
    else high = middle
  }
  return high
}

const write = (sheet: Sheet, activity: ModelActivity, choice: Choice, ready: Ready): Placement => {
  const pieces: Piece[] = []
  const seen: number[] = []
  const start = choice.candidates.reduce((least, each, n) => {
    const from = choice.parts[n]![0]!.fromW
    return Math.min(least, startAt(sheet.model.resources[each.resource]!.open, from))
  }, Number.MAX_SAFE_INTEGER)
  const bindingReason = sheet.isBrief ? ready.reason : bindingReasonAt(sheet, activity, choice.candidates, ready, start)
  choice.candidates.forEach((candidate, n) => {
    const profile = ownProfile(sheet, candidate.resource)
    seen.push(profile.taken.length)
    const { open, id } = profile.resource
    const { unitsPpm } = activity.slots[n]!
    for (const span of choice.parts[n]!) {
      take(profile, { owner: activity.id, ...span, unitsPpm })
      const minutes = span.toW - span.fromW
      pieces.push({ resource: id, from: startAt(open, span.fromW), to: finishAt(open, span.toW), minutes, unitsPpm })
    }
  })
  return {
    activity,
    ready,
    eligible: scarcestOf(activity),
    seen,
    assignment: {
      activity: activity.id,
      resources: choice.candidates.map((each) => sheet.model.resources[each.resource]!.id),
      start,
      finish: choice.finish,
      pieces,
      bindingReason,
    },
  }
}

/** Who could fill the slot that fewest can; nobody for a milestone. */
export const scarcestOf = ({ slots }: ModelActivity): readonly Candidate[] =>
  slots.reduce(
    (least, slot) => (slot.candidates.length < least.length ? slot.candidates : least),
    slots[0]?.candidates ?? [],
  )

const milestone = (activity: ModelActivity, ready: Ready): Placement => ({
  activity,
  ready,
  eligible: [],
  seen: [],
  assignment: {
    activity: activity.id,
    resources: [],
    start: ready.at,
    finish: ready.at,
    pieces: [],
    bindingReason: ready.reason,
  },
})

/** Why there is no place: too long for any open interval, or more work than the horizon holds. */
const unplaceable = (sheet: Sheet, activity: ModelActivity, effort: number, ready: Minute): Issue => {
  const path = `activities[${activity.id}]`
  const ids = [activity.id]
  const resources = activity.slots.flatMap((slot) =>
    slot.candidates.map((each) => sheet.model.resources[each.resource]!),
  )
  const longest = resources.reduce((most, each) => Math.max(most, each.longestOpenMinutes), 0)
  const speeds = activity.slots.map((slot) => ({
    unitsPpm: slot.unitsPpm,
    ratePpm: slot.candidates.reduce((most, each) => Math.max(most, sheet.model.resources[each.resource]!.ratePpm), 1),
  }))
  const needed = durationOf(activity.data.mode, effort, speeds)
  if (activity.data.split === "none" && needed > longest) {
    const hint = `It needs ${needed} minutes in one go; the longest open interval has ${longest}.`
    return { _tag: "DurationTooLongForBlock", path, ids, hint, neededMinutes: needed, longestOpenMinutes: longest }
  }
  if (activity.slots.length > 1 && !everMeet(sheet, activity, ready)) {
    const calendars = [...new Set(resources.flatMap((each) => each.calendars))]
    const hint = "The resources it needs at once are never open at the same time."
    return { _tag: "ZeroCapacity", path, ids, hint, calendars }
  }
  const hint = "The horizon ends before the work does: lengthen it, or add capacity."
  return { _tag: "Horizon", path, ids, hint, minutesLeft: needed, reachedAt: sheet.model.to }
}

const everMeet = (sheet: Sheet, activity: ModelActivity, ready: Minute): boolean => {
  for (const candidates of combinations(sheet, activity, ready)) {
    const workers = candidates.map((each, n) => ({
      profile: {
        ...sheet.profiles[each.resource]!,
        at: [0],
        load: [0],
        used: sheet.profiles[each.resource]!.used.map((u) => new Float64Array(u.length)),
      },
      unitsPpm: activity.slots[n]!.unitsPpm,
      until: each.to,
    }))
    if (fillJoint(workers, ready, 1, "anywhere", 1) !== undefined) return true
  }
  return false
}

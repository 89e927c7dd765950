/**
 * Lower bound: minutes that no plan can undercut, found without planning.
 */
import type { Policy } from "./data.ts"
import { durationOf } from "./duration.ts"
import { weightedEffort, weightsOf } from "./holds.ts"
import { type Minute, minuteOf } from "./instant.ts"
import type { Issue } from "./issue.ts"
import { type Model, type ModelActivity, WHOLE } from "./model.ts"
import { addWork, openBefore } from "./openTime.ts"
import { inOrder } from "./order.ts"
import { fail, type NonEmpty, ok, type Result } from "./result.ts"

/**
 * Minutes from now before which the last activity cannot finish.
 *
 * The larger of two bounds: the longest chain if everybody were free, and, for each set of people who share work, the
 * time in which they could do all that only they can do. Refuses with `BadInterval` for a `now` outside the horizon.
 */
export const lowerBound = (model: Model, policy: Policy): Result<number, NonEmpty<Issue>> => {
  const now = minuteOf(policy.now)
  if (now === undefined || now < model.from || now >= model.to) {
    return fail([
      { _tag: "BadInterval", path: "policy.now", ids: [], hint: "Give an instant with zone within the horizon." },
    ])
  }
  const weightOf = weightsOf(model, now, "asSaid")
  const effortOf = (activity: ModelActivity): number => weightedEffort(activity, weightOf)
  const open = model.activities.filter(
    (each) => each.status !== "done" && each.status !== "pinned" && effortOf(each) > 0,
  )
  return ok(Math.max(0, chainBound(model, now, effortOf) - now, workBound(model, now, open, effortOf) - now))
}

/** The earliest finish of every activity with empty calendars, along FS precedences. */
export const chainBound = (model: Model, now: Minute, effortOf: (activity: ModelActivity) => number): Minute => {
  const finish = new Float64Array(model.activities.length)
  let latest = now
  for (const index of inOrder(model.activities, (a, b) => a < b)) {
    const activity = model.activities[index]!
    if (activity.status === "pinned" || activity.status === "done") {
      finish[index] = activity.fixed.reduce((most, each) => Math.max(most, each.to), Number.MIN_SAFE_INTEGER)
      continue
    }
    let ready = Math.max(now, activity.hasEarliest ? activity.earliest : now)
    for (const link of activity.before) {
      if (
        link.type !== "FS" ||
        (model.activities[link.other]!.effortMinutes > 0 && effortOf(model.activities[link.other]!) === 0)
      )
        continue
      const after =
        link.lagTime === undefined
          ? finish[link.other]! + link.lagMinutes
          : (addWork(link.lagTime, finish[link.other]!, link.lagMinutes) ?? ready)
      ready = Math.max(ready, after)
    }
    finish[index] = aloneFinish(model, activity, effortOf(activity), ready)
    latest = Math.max(latest, finish[index]!)
  }
  return latest
}

/** The earliest finish with nothing else to do; several workers are as if all were always open. */
const aloneFinish = (model: Model, activity: ModelActivity, effort: number, ready: Minute): Minute => {
  const [slot] = activity.slots
  if (slot === undefined || effort === 0) return ready
  const fastest = activity.slots.map((each) => ({
    unitsPpm: each.unitsPpm,
    ratePpm: each.candidates.reduce((most, one) => Math.max(most, model.resources[one.resource]!.ratePpm), 1),
  }))
  if (activity.slots.length > 1) return ready + durationOf(activity.data.mode, effort, fastest)
  return slot.candidates.reduce((least, each) => {
    const { open, ratePpm } = model.resources[each.resource]!
    const minutes = durationOf(activity.data.mode, effort, [{ unitsPpm: slot.unitsPpm, ratePpm }])
    return Math.min(least, addWork(open, Math.max(ready, each.from), minutes) ?? least)
  }, model.to)
}

/** For each set of people: when they could have done, side by side, all that only they can do. */
const workBound = (
  model: Model,
  now: Minute,
  activities: readonly ModelActivity[],
  effortOf: (activity: ModelActivity) => number,
): Minute => {
  const sets = new Map<string, { readonly members: readonly number[]; work: number }>()
  for (const activity of activities) {
    if (activity.slots.length !== 1) continue
    const slot = activity.slots[0]!
    const members = [...new Set(slot.candidates.map((each) => each.resource))].sort((a, b) => a - b)
    const set = sets.get(members.join()) ?? { members, work: 0 }
    // Work of a fixed duration uses a person at the pace of the fastest: never more than it may take.
    const pace =
      activity.data.mode === "duration"
        ? members.reduce((least, each) => Math.min(least, model.resources[each]!.ratePpm), Number.MAX_SAFE_INTEGER)
        : WHOLE
    set.work +=
      activity.data.mode === "duration"
        ? (effortOf(activity) * pace * slot.unitsPpm) / WHOLE / WHOLE
        : effortOf(activity)
    sets.set(members.join(), set)
  }
  let latest = now
  for (const { members, work } of sets.values()) latest = Math.max(latest, firstTime(model, now, members, work))
  return latest
}

const firstTime = (model: Model, now: Minute, members: readonly number[], work: number): Minute => {
  const before = members.map((each) => openBefore(model.resources[each]!.open, now))
  const done = (at: Minute): number =>
    members.reduce((sum, each, n) => {
      const { open, ratePpm, unitsPpm } = model.resources[each]!
      return sum + (((openBefore(open, at) - before[n]!) * ratePpm) / WHOLE) * (unitsPpm / WHOLE)
    }, 0)
  let low = now
  let high = model.to
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (done(middle) >= work - 1e-6) high = middle
    else low = middle + 1
  }
  return low
}

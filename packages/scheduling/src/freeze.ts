/**
 * Freeze: work that starts within the next few working days keeps its place when a plan is made again.
 */
import { type Minute, weekdayOf } from "./instant.ts"
import type { Model, ModelActivity } from "./model.ts"
import { openBefore } from "./openTime.ts"
import { type Profile, stepAt, take } from "./profile.ts"
import type { Played } from "./replay.ts"
import type { Placement, Sheet } from "./sheet.ts"
import { localDay, startOfDay } from "./zone.ts"

/** The end of the fence: so many Mondays to Fridays of the firm, today included. */
export const fenceOf = (model: Model, now: Minute, freezeDays: number): Minute => {
  if (freezeDays <= 0) return now
  let day = localDay(model.zone, now)
  for (let left = Math.min(freezeDays, 3650); ; day++) {
    if (weekdayOf(day) < 5 && --left === 0) return startOfDay(model.zone, day + 1)
  }
}

/**
 * Writes old placements that start before the fence, where they still fit: the work itself is unchanged, its people
 * are open and free then, and its predecessors end in time. What no longer fits is planned anew.
 */
export const keepFrozen = (old: Played, sheet: Sheet, fence: Minute): void => {
  const due = old.sheet.placements.flatMap((each) =>
    each !== undefined && each.assignment.pieces.length > 0 && each.assignment.start < fence ? [each] : [],
  )
  due.sort((a, b) => a.assignment.start - b.assignment.start || a.activity.index - b.activity.index)
  for (const before of due) {
    const index = sheet.model.activityIndex.get(before.activity.id)
    const activity = index === undefined ? undefined : sheet.model.activities[index]
    if (activity === undefined || sheet.placements[activity.index] !== undefined || sheet.absent.has(activity.index))
      continue
    if (
      before.assignment.start < sheet.now ||
      !isSameWork(old, before, activity, sheet) ||
      !fits(sheet, before, activity)
    )
      continue
    sheet.placements[activity.index] = writeAgain(sheet, before, activity, fence)
  }
}

const isSameWork = (old: Played, before: Placement, activity: ModelActivity, sheet: Sheet): boolean =>
  old.sheet.effortOf(before.activity) === sheet.effortOf(activity) &&
  JSON.stringify(before.activity.data.demand) === JSON.stringify(activity.data.demand) &&
  before.activity.data.mode === activity.data.mode &&
  (!activity.hasEarliest || activity.earliest <= before.assignment.start)

const fits = (sheet: Sheet, before: Placement, activity: ModelActivity): boolean => {
  const inTime = activity.before.every((link) => {
    if (sheet.absent.has(link.other)) return true
    const earlier = sheet.placements[link.other]?.assignment
    return (
      link.type === "FS" &&
      link.lagTime === undefined &&
      earlier !== undefined &&
      earlier.finish + link.lagMinutes <= before.assignment.start
    )
  })
  const known = before.assignment.resources.every((id, n) => {
    const resource = sheet.model.resourceIndex.get(id)
    return resource !== undefined && (activity.slots[n]?.candidates.some((each) => each.resource === resource) ?? false)
  })
  return (
    inTime &&
    known &&
    before.assignment.pieces.every((piece) =>
      hasRoom(
        sheet.profiles[sheet.model.resourceIndex.get(piece.resource)!]!,
        piece.from,
        piece.to,
        piece.minutes,
        piece.unitsPpm,
      ),
    )
  )
}

const hasRoom = (profile: Profile, from: Minute, to: Minute, minutes: number, unitsPpm: number): boolean => {
  const { open, unitsPpm: units, limits } = profile.resource
  const fromW = openBefore(open, from)
  const toW = openBefore(open, to)
  // Under a limit the exact place depends on the order of all the work: it is planned anew.
  if (toW - fromW !== minutes || limits.length > 0) return false
  for (let step = stepAt(profile, fromW); step < profile.at.length && profile.at[step]! < toW; step++) {
    if (profile.load[step]! + unitsPpm > units) return false
  }
  return true
}

const writeAgain = (sheet: Sheet, before: Placement, activity: ModelActivity, fence: Minute): Placement => {
  const seen = before.assignment.resources.map((id) => sheet.profiles[sheet.model.resourceIndex.get(id)!]!.taken.length)
  for (const piece of before.assignment.pieces) {
    const profile = sheet.profiles[sheet.model.resourceIndex.get(piece.resource)!]!
    const { open } = profile.resource
    take(profile, {
      owner: activity.id,
      fromW: openBefore(open, piece.from),
      toW: openBefore(open, piece.to),
      unitsPpm: piece.unitsPpm,
    })
  }
  const reason = { _tag: "Freeze", until: fence } as const
  const start = before.assignment.start
  return {
    ...before,
    activity,
    seen,
    ready: { at: start, reason },
    assignment: { ...before.assignment, bindingReason: reason },
  }
}

/**
 * Keep: the place that work had in an earlier plan, if it still stands there.
 */
import { durationOf } from "./duration.ts"
import type { Minute } from "./instant.ts"
import type { ModelActivity } from "./model.ts"
import { openBefore } from "./openTime.ts"
import { lagged } from "./place.ts"
import type { Piece } from "./plan.ts"
import { type Profile, periodAt, stepAt, take } from "./profile.ts"
import type { Played } from "./replay.ts"
import { ownProfile, type Placement, type Sheet } from "./sheet.ts"

/** Work of an earlier plan beside what it is now. */
export interface Known {
  readonly before: Placement
  readonly activity: ModelActivity
}

/** Work of the old plan that the sheet has to place too, by start. Pinned work is not among it. */
export const knownWork = (old: Played, sheet: Sheet): readonly Known[] =>
  old.sheet.placements
    .flatMap((before): Known[] => {
      const index = before === undefined ? undefined : sheet.model.activityIndex.get(before.activity.id)
      if (before === undefined || index === undefined) return []
      if (sheet.placements[index] !== undefined || sheet.absent.has(index)) return []
      return [{ before, activity: sheet.model.activities[index]! }]
    })
    .sort((a, b) => a.before.assignment.start - b.before.assignment.start || a.activity.index - b.activity.index)

/** Whether the same people may and can still do the work in the same minutes, predecessors aside. */
export const fitsStill = (sheet: Sheet, { before, activity }: Known): boolean => {
  const { assignment } = before
  const { data } = activity
  const expected = activity.opportunity === undefined ? undefined : sheet.expectedStarts.get(activity.opportunity)
  const floor = Math.max(sheet.now, activity.hasEarliest ? activity.earliest : sheet.now, expected ?? sheet.now)
  const effort = sheet.effortOf(activity)
  const people = effort === 0 ? 0 : activity.slots.length
  if (assignment.start < floor || assignment.resources.length !== people) return false
  if ((data.split ?? "anywhere") !== (before.activity.data.split ?? "anywhere")) return false
  if ((data.minBlockMinutes ?? 1) > (before.activity.data.minBlockMinutes ?? 1)) return false
  const indices = assignment.resources.map((id) => sheet.model.resourceIndex.get(id) ?? -1)
  if (indices.includes(-1)) return false
  const speeds = indices.map((index, n) => ({
    unitsPpm: activity.slots[n]!.unitsPpm,
    ratePpm: sheet.model.resources[index]!.ratePpm,
  }))
  const needed = indices.length === 0 ? 0 : durationOf(data.mode, effort, speeds)
  return indices.every((index, n) => {
    const pieces = assignment.pieces.filter((piece) => piece.resource === assignment.resources[n])
    const candidate = activity.slots[n]!.candidates.find((each) => each.resource === index)
    const mayWork =
      candidate !== undefined && pieces.every((each) => each.from >= candidate.from && each.to <= candidate.to)
    const worked = pieces.reduce((sum, each) => sum + each.minutes, 0)
    return mayWork && worked === needed && hasRoom(sheet.profiles[index]!, pieces, speeds[n]!.unitsPpm)
  })
}

/** Whether predecessors that the sheet has placed leave the old place alone; false while one is missing. */
export const followsStill = (sheet: Sheet, { before, activity }: Known): boolean =>
  activity.before.every((link) => {
    if (sheet.absent.has(link.other)) return true
    const earlier = sheet.placements[link.other]?.assignment
    if (earlier === undefined) return false
    const anchor = link.type === "FS" || link.type === "FF" ? earlier.finish : earlier.start
    const bound = lagged(anchor, link) ?? Number.MAX_SAFE_INTEGER
    const own = link.type === "FS" || link.type === "SS" ? before.assignment.start : before.assignment.finish
    return bound <= own
  })

/** Open, free and within every limit, for all the pieces together. */
const hasRoom = (profile: Profile, pieces: readonly Piece[], unitsPpm: number): boolean => {
  const { open, unitsPpm: units, limits } = profile.resource
  const own = limits.map(() => new Map<number, number>())
  for (const piece of pieces) {
    const fromW = openBefore(open, piece.from)
    const toW = openBefore(open, piece.to)
    if (toW - fromW !== piece.minutes || piece.unitsPpm !== unitsPpm) return false
    for (let step = stepAt(profile, fromW); step < profile.at.length && profile.at[step]! < toW; step++) {
      if (profile.load[step]! + unitsPpm > units) return false
    }
    limits.forEach((limit, n) => {
      for (let period = periodAt(limit, fromW); limit.startW[period]! < toW; period++) {
        const minutes = Math.min(toW, limit.startW[period + 1]!) - Math.max(fromW, limit.startW[period]!)
        own[n]!.set(period, (own[n]!.get(period) ?? 0) + minutes * unitsPpm)
      }
    })
  }
  return limits.every((limit, n) =>
    [...own[n]!].every(([period, more]) => profile.used[n]![period]! + more <= limit.cap[period]!),
  )
}

/** Writes (or, with `sign` −1, takes away) the pieces of a placement, and gives what had been written before. */
export const writePieces = (sheet: Sheet, activity: string, placement: Placement, sign: 1 | -1): readonly number[] => {
  const { resources, pieces } = placement.assignment
  const seen = resources.map((id) => sheet.profiles[sheet.model.resourceIndex.get(id)!]!.taken.length)
  for (const piece of pieces) {
    const profile = ownProfile(sheet, sheet.model.resourceIndex.get(piece.resource)!)
    const [fromW, toW] = openMinutes(profile, piece)
    take(profile, { owner: activity, fromW, toW, unitsPpm: sign * piece.unitsPpm })
  }
  return seen
}

const openMinutes = (profile: Profile, { from, to }: { readonly from: Minute; readonly to: Minute }) =>
  [openBefore(profile.resource.open, from), openBefore(profile.resource.open, to)] as const

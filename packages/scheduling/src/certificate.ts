/**
 * Certificate: an earlier plan as proof that its dates can be met.
 *
 * Placing work piece by piece may answer an easier problem with a later date (Graham's anomaly). Where every place of
 * the earlier plan still stands, it is a plan of the new data too: each piece of work is then only moved to earlier
 * finishes, so no date is later than it was.
 */
import type { Minute } from "./instant.ts"
import { fitsStill, followsStill, type Known, writePieces } from "./keep.ts"
import type { ModelActivity } from "./model.ts"
import { place, readyOf } from "./place.ts"
import type { Played } from "./replay.ts"
import type { Placement, Sheet } from "./sheet.ts"
import { bindingReasonAt } from "./timeline.ts"

/** Rounds of moving everything earlier; most plans settle after two. */
const ROUNDS = 8

/** Whether some work that both have is later than before, has lost its place, or has moved inside the fence. */
export const isWorse = (old: Played, fresh: Sheet, fence: Minute): boolean =>
  old.sheet.placements.some((before) => {
    const index = before === undefined ? undefined : fresh.model.activityIndex.get(before.activity.id)
    if (before === undefined || index === undefined || fresh.absent.has(index)) return false
    const after = fresh.placements[index]
    if (after === undefined || after.assignment.finish > before.assignment.finish) return true
    const hasMoved =
      after.assignment.start !== before.assignment.start || after.assignment.finish !== before.assignment.finish
    return hasMoved && before.assignment.start < fence
  })

/**
 * Moves known work to its earliest finishes, each piece no later than it stood.
 *
 * `blank` gives a sheet that holds what cannot move. Undefined if a known place no longer stands: then it proves nothing. What starts before `fence` stays.
 */
export const movedEarlier = (
  known: readonly Known[],
  activities: readonly ModelActivity[],
  blank: () => Sheet,
  fence: Minute,
): Sheet | undefined => {
  const scratch = blank()
  for (const each of known) {
    if (!fitsStill(scratch, each)) return undefined
    writePieces(scratch, each.activity.id, each.before, 1)
    scratch.placements[each.activity.index] = { ...each.before, activity: each.activity }
  }
  if (!known.every((each) => followsStill(scratch, each))) return undefined
  const movable = known.filter((each) => each.before.assignment.start >= fence).map((each) => each.activity.index)
  for (let round = 0; round < ROUNDS && moveAll(scratch, activities, movable); round++);
  return written(scratch, activities, blank())
}

/** One round in order of starts; true if anything moved. */
const moveAll = (scratch: Sheet, activities: readonly ModelActivity[], movable: readonly number[]): boolean => {
  const startOf = (index: number): number => scratch.placements[index]!.assignment.start
  let moved = false
  for (const index of [...movable].sort((a, b) => startOf(a) - startOf(b) || a - b)) {
    const held = scratch.placements[index]!
    const { activity, assignment } = held
    writePieces(scratch, activity.id, held, -1)
    const found = place(scratch, activity, activities)
    // What starts with this work must not be pushed by it: it may finish earlier, but not start later.
    const isHeldByStart = activity.after.some((link) => link.type === "SS" || link.type === "SF")
    const isBetter =
      !("_tag" in found) &&
      found.assignment.finish < assignment.finish &&
      (!isHeldByStart || found.assignment.start <= assignment.start)
    if (!("_tag" in found)) writePieces(scratch, activity.id, found, -1)
    scratch.placements[index] = isBetter ? found : held
    writePieces(scratch, activity.id, scratch.placements[index]!, 1)
    moved ||= isBetter
  }
  return moved
}

/** The same places on a clean sheet in order of starts, each with its reasons. */
const written = (scratch: Sheet, activities: readonly ModelActivity[], sheet: Sheet): Sheet => {
  const { resourceIndex } = scratch.model
  const inOrder = scratch.placements
    .filter((each): each is Placement => each !== undefined && sheet.placements[each.activity.index] === undefined)
    .sort((a, b) => a.assignment.start - b.assignment.start || a.activity.index - b.activity.index)
  for (const placed of inOrder) {
    const { activity, assignment } = placed
    const ready = readyOf(scratch, activity, activities) ?? placed.ready
    const candidates = assignment.resources.map((id, n) => {
      const resource = resourceIndex.get(id)!
      return activity.slots[n]!.candidates.find((each) => each.resource === resource)!
    })
    const bindingReason =
      candidates.length === 0 ? ready.reason : bindingReasonAt(sheet, activity, candidates, ready, assignment.start)
    const seen = writePieces(sheet, activity.id, placed, 1)
    sheet.placements[activity.index] = { ...placed, ready, seen, assignment: { ...assignment, bindingReason } }
  }
  return sheet
}

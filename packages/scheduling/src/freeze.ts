/**
 * Freeze: what starts soon stays where the earlier plan has it, so that nobody's week changes under their feet.
 */
import { type Minute, weekdayOf } from "./instant.ts"
import { fitsStill, followsStill, type Known, knownWork, writePieces } from "./keep.ts"
import type { Model } from "./model.ts"
import type { Played } from "./replay.ts"
import type { Sheet } from "./sheet.ts"
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
  let waiting = frozenOf(knownWork(old, sheet), fence)
  // A milestone may stand at the same minute as what it waits for, so a second look may keep more.
  for (let before = -1; before !== waiting.length; ) {
    before = waiting.length
    waiting = waiting.filter((known) => {
      if (!fitsStill(sheet, known) || !followsStill(sheet, known)) return true
      writeFrozen(sheet, known, fence)
      return false
    })
  }
}

/** Work that starts before the fence, and all that its place rests on: an FF or SF bound may come from beyond it. */
const frozenOf = (known: readonly Known[], fence: Minute): readonly Known[] => {
  const byIndex = new Map(known.map((each) => [each.activity.index, each]))
  const frozen = new Set(known.filter((each) => each.before.assignment.start < fence))
  for (const { activity } of frozen) {
    for (const link of activity.before) {
      const earlier = byIndex.get(link.other)
      if (earlier !== undefined) frozen.add(earlier)
    }
  }
  return known.filter((each) => frozen.has(each))
}

const writeFrozen = (sheet: Sheet, { before, activity }: Known, fence: Minute): void => {
  const seen = writePieces(sheet, activity.id, before, 1)
  const reason = { _tag: "Freeze", until: fence } as const
  sheet.placements[activity.index] = {
    ...before,
    activity,
    seen,
    ready: { at: before.assignment.start, reason },
    assignment: { ...before.assignment, bindingReason: reason },
  }
}

/**
 * Replay: keeps placements of an earlier plan wherever a fresh search would find the same.
 *
 * A search depends on the activity, on when it is ready, and on what its possible resources have been given before.
 * If all of that is as it was, so is the answer. A resource stays *clean* while the entries written to it are, one for
 * one, those of the old plan.
 */
import type { Model, ModelActivity } from "./model.ts"
import { type Profile, type Taken, take } from "./profile.ts"
import type { Placement, Sheet } from "./sheet.ts"

/** What a plan leaves behind for the next one. */
export interface Played {
  readonly model: Model
  readonly sheet: Sheet
  /** Position of each activity in the planning order, by index. */
  readonly position: Int32Array
  /** Whether all was placed in that order; otherwise nothing can be replayed. */
  readonly isInOrder: boolean
}

export interface Replay {
  /** The old placement, written to the sheet, if a search would give the same. */
  readonly keep: (activity: ModelActivity) => Placement | undefined
  /** Tells which resources a fresh search has written to. */
  readonly note: (placement: Placement) => void
}

/** A replay of `old` onto a sheet that already holds its bookings and pinned work. */
export const replayOf = (old: Played, sheet: Sheet): Replay => {
  const { model } = sheet
  const oldProfiles = model.resources.map(({ id }) => old.sheet.profiles[old.model.resourceIndex.get(id) ?? -1])
  const clean = model.resources.map((resource, index) => {
    const profile = oldProfiles[index]
    return profile !== undefined && profile.resource === resource && startsAlike(profile, sheet.profiles[index]!)
  })
  const positionOf = (owner: string): number => {
    const index = old.model.activityIndex.get(owner)
    return index === undefined ? -1 : old.position[index]!
  }

  /** Where the old plan was when it wrote a resource's next entry; kept while the resource is not written to. */
  const nextLength = new Int32Array(model.resources.length).fill(-1)
  const nextPosition = new Int32Array(model.resources.length)

  /** Whether a resource has been given exactly what it had been given when the old plan reached `position`. */
  const inStep = (resource: number, position: number): boolean => {
    if (!clean[resource]) return false
    const { length } = sheet.profiles[resource]!.taken
    if (nextLength[resource] !== length) {
      const next = oldProfiles[resource]!.taken[length]
      nextLength[resource] = length
      nextPosition[resource] = next === undefined ? 0x7fffffff : positionOf(next.owner)
    }
    return nextPosition[resource]! >= position
  }

  const keep = (activity: ModelActivity): Placement | undefined => {
    const index = old.model.activityIndex.get(activity.id)
    const before = index === undefined ? undefined : old.sheet.placements[index]
    if (index === undefined || before === undefined) return undefined
    const known = old.model.activities[index]!
    if (known.data !== activity.data || known.slots !== activity.slots || sheet.now !== old.sheet.now) return undefined
    if (sheet.effortOf(activity) !== old.sheet.effortOf(known) || !sameBefore(old, sheet, known, activity))
      return undefined
    const position = old.position[index]!
    const alike = activity.slots.every((slot) => slot.candidates.every((each) => inStep(each.resource, position)))
    if (!alike) return undefined
    writeAgain(before, sheet, oldProfiles)
    const { cause } = before.ready
    const ready =
      cause === undefined
        ? before.ready
        : {
            ...before.ready,
            cause: { ...cause, activity: model.activities[model.activityIndex.get(cause.activity.id)!]! },
          }
    return { ...before, activity, ready }
  }

  const note = (placement: Placement): void => {
    for (const id of placement.assignment.resources) {
      const resource = model.resourceIndex.get(id)!
      if (clean[resource]) clean[resource] = startsAlike(oldProfiles[resource]!, sheet.profiles[resource]!)
    }
  }
  return { keep, note }
}

/** Writes an old placement's entries to the new profiles of its resources. */
const writeAgain = (before: Placement, sheet: Sheet, oldProfiles: readonly (Profile | undefined)[]): void => {
  before.assignment.resources.forEach((id, n) => {
    const resource = sheet.model.resourceIndex.get(id)!
    const { taken } = oldProfiles[resource]!
    for (let at = before.seen[n]!; at < taken.length && taken[at]!.owner === before.activity.id; at++) {
      take(sheet.profiles[resource]!, taken[at]!)
    }
  })
}

/** Whether the entries of `now` are the first entries of `old`.. */
const startsAlike = (old: Profile, now: Profile): boolean =>
  now.taken.length <= old.taken.length && now.taken.every((each, n) => sameEntry(each, old.taken[n]!))

const sameEntry = (a: Taken, b: Taken): boolean =>
  a === b ||
  (a.owner === b.owner &&
    a.fromW === b.fromW &&
    a.toW === b.toW &&
    a.unitsPpm === b.unitsPpm &&
    a.closed?.minutes === b.closed?.minutes &&
    a.closed?.at === b.closed?.at)

/** Whether all that bounds the start stands as it stood. */
const sameBefore = (old: Played, sheet: Sheet, known: ModelActivity, activity: ModelActivity): boolean => {
  const { opportunity } = activity
  if (opportunity !== undefined && sheet.expectedStarts.get(opportunity) !== old.sheet.expectedStarts.get(opportunity))
    return false
  if (known.before.length !== activity.before.length) return false
  return activity.before.every((link, n) => {
    const was = known.before[n]!
    const a = old.sheet.placements[was.other]?.assignment
    const b = sheet.placements[link.other]?.assignment
    if (old.model.activities[was.other]!.id !== sheet.model.activities[link.other]!.id) return false
    if (was.type !== link.type || was.lagMinutes !== link.lagMinutes || was.lagTime !== link.lagTime) return false
    return (
      a?.start === b?.start &&
      a?.finish === b?.finish &&
      old.sheet.absent.has(was.other) === sheet.absent.has(link.other)
    )
  })
}

/**
 * Replay: keeps placements of an earlier plan wherever a fresh search would find the same.
 *
 * A search depends on the activity, on when it is ready, and on what its possible resources have been given before.
 * A resource is *in step* until its history differs: up to an old position in the planning order. Work whose resources
 * are all in step keeps its place unsearched; if only some are, those alone are tried against the old place.
 *
 * Kept work is not written to the new profiles until somebody reads them, and a resource that stays in step to the end
 * takes over its old profile as it is.
 */
import { finishOn, isDivisible } from "./choice.ts"
import type { Model, ModelActivity, ModelResource } from "./model.ts"

import { type Profile, take } from "./profile.ts"
import type { Placement, Sheet } from "./sheet.ts"

/** What a plan leaves behind for the next one. */
export interface Played {
  readonly model: Model
  readonly sheet: Sheet
  /** Position of each activity in the planning order, by index. */
  readonly position: Int32Array
  /** Entries per resource that stood before the first search: bookings, pinned and frozen work. */
  readonly fixedEntries: Int32Array
  /** Whether all else was placed in that order; otherwise nothing can be replayed. */
  readonly isInOrder: boolean
}

export interface Replay {
  /** The old placement if a search would give the same; if not, the profiles that a search reads are made ready. */
  readonly keep: (activity: ModelActivity) => Placement | undefined
  /** Tells what a fresh search has found, if anything. */
  readonly note: (activity: ModelActivity, placed: Placement | undefined) => void
  /** Brings all profiles up to date after the last activity. */
  readonly finish: () => void
}

interface State {
  readonly old: Played
  readonly sheet: Sheet
  /** Old index of each activity, −1 if it is new, has changed, or comes in another order. */
  readonly known: Int32Array
  /** Whether an activity's dates (or that it counts at all) differ from the old plan. */
  readonly moved: Uint8Array
  /** Old profile of each resource, if there was the very same one. */
  readonly profiles: readonly (Profile | undefined)[]
  /** The history of a resource differs for activities after this old position. */
  readonly inStepUntil: Int32Array
  /** Old position of the last activity that came in its old order. */
  cursor: number
}

const ALWAYS = 0x7fffffff

/** A replay of `old` onto a sheet that already holds its bookings, pinned and frozen work; undefined if none can be. */
export const replayOf = (old: Played, sheet: Sheet, order: readonly number[]): Replay | undefined => {
  if (!old.isInOrder || old.sheet.now !== sheet.now) return undefined
  const state = startOf(old, sheet)
  leaveOut(state, order)
  return {
    keep: (activity) => keep(state, activity),
    note: (activity, placed) => note(state, activity, placed),
    finish: () => {
      sheet.model.resources.forEach(({ index }) => {
        const profile = state.profiles[index]
        if (profile === undefined || state.inStepUntil[index] !== ALWAYS) {
          catchUp(state, index, ALWAYS)
          return
        }
        sheet.profiles[index] = profile
        sheet.owned[index] = 0
      })
    },
  }
}

const startOf = (old: Played, sheet: Sheet): State => {
  const { resources, activities, activityIndex } = sheet.model
  const profiles = resources.map((resource) => sameProfile(old, sheet, resource))
  const inStepUntil = Int32Array.from(profiles, (profile) => (profile === undefined ? -1 : ALWAYS))
  const known = new Int32Array(activities.length).fill(-1)
  const moved = new Uint8Array(activities.length).fill(1)
  const state: State = { old, sheet, known, moved, profiles, inStepUntil, cursor: -1 }
  // An edit of people leaves the very same work, which then need not be looked at.
  const isSameWork =
    activities === old.model.activities && sheet.model.data.opportunities === old.model.data.opportunities
  for (let before = 0; before < old.model.activities.length; before++) {
    const index = isSameWork ? before : activityIndex.get(old.model.activities[before]!.id)
    if (index !== undefined && isSearched(state, before, index) && (isSameWork || isSame(state, before, index)))
      known[index] = before
    else spoil(state, before)
    if (index !== undefined) moved[index] = hasMoved(state, before, index) ? 1 : 0
  }
  return state
}

/** The old profile of the very same resource, if bookings, pinned and frozen work are what they were. */
const sameProfile = (old: Played, sheet: Sheet, resource: ModelResource): Profile | undefined => {
  const index = old.model.resourceIndex.get(resource.id)
  const profile = index === undefined ? undefined : old.sheet.profiles[index]
  if (index === undefined || profile?.resource !== resource) return undefined
  const { taken } = sheet.profiles[resource.index]!
  const isAlike =
    taken.length === old.fixedEntries[index] &&
    taken.every((each, n) => {
      const was = profile.taken[n]!
      return (
        each.owner === was.owner &&
        each.fromW === was.fromW &&
        each.toW === was.toW &&
        each.unitsPpm === was.unitsPpm &&
        each.closed?.minutes === was.closed?.minutes &&
        each.closed?.at === was.closed?.at
      )
    })
  return isAlike ? profile : undefined
}

/** Whether work was and is to be searched a place: fixed, frozen and absent work is not. */
const isSearched = ({ old, sheet }: State, before: number, index: number): boolean =>
  sheet.placements[index] === undefined &&
  !sheet.absent.has(index) &&
  old.sheet.placements[before]?.ready.reason._tag !== "Freeze"

/** Whether an activity asks for the same: its record, people, amount, dates and precedences. */
const isSame = ({ old, sheet }: State, index: number, now: number): boolean => {
  const before = old.model.activities[index]!
  const activity = sheet.model.activities[now]!
  if (before.data !== activity.data || before.slots !== activity.slots) return false
  if (sheet.effortOf(activity) !== old.sheet.effortOf(before)) return false
  const { opportunity } = activity
  if (opportunity !== undefined && sheet.expectedStarts.get(opportunity) !== old.sheet.expectedStarts.get(opportunity))
    return false
  if (before === activity) return true
  if (before.before.length !== activity.before.length) return false
  return activity.before.every((link, n) => {
    const was = before.before[n]!
    if (old.model.activities[was.other]!.id !== sheet.model.activities[link.other]!.id) return false
    return was.type === link.type && was.lagMinutes === link.lagMinutes && was.lagTime === link.lagTime
  })
}

/** Whether fixed work stands elsewhere, or work counts in one plan only; all else has not moved yet. */
const hasMoved = ({ old, sheet }: State, before: number, index: number): boolean => {
  if (old.sheet.absent.has(before) !== sheet.absent.has(index)) return true
  const now = sheet.placements[index]?.assignment
  const was = old.sheet.placements[before]?.assignment
  return now !== undefined && (now.start !== was?.start || now.finish !== was.finish)
}

/** Work that has come into another order counts as new: its people were given other things before it. */
const leaveOut = (state: State, order: readonly number[]): void => {
  const { old, sheet, known } = state
  if (sheet.model.activities === old.model.activities) return
  let last = -1
  for (const index of order) {
    const before = known[index]!
    if (before < 0) continue
    if (old.position[before]! > last) last = old.position[before]!
    else {
      known[index] = -1
      spoil(state, before)
    }
  }
}

/** The people of an old placement have another history from its position on. */
const spoil = (state: State, before: number): void => {
  const { old } = state
  const placement = old.sheet.placements[before]
  if (placement !== undefined) endStep(state, placement, old.position[before]!)
}

const endStep = ({ sheet, inStepUntil }: State, { assignment }: Placement, position: number): void => {
  for (const id of assignment.resources) {
    const resource = sheet.model.resourceIndex.get(id)
    if (resource !== undefined) inStepUntil[resource] = Math.min(inStepUntil[resource]!, position)
  }
}

const keep = (state: State, activity: ModelActivity): Placement | undefined => {
  const { old, sheet, known } = state
  const index = known[activity.index]!
  const before = index < 0 ? undefined : old.sheet.placements[index]
  if (before !== undefined && isBest(state, activity, before, old.position[index]!)) {
    state.cursor = old.position[index]!
    return sheet.model.activities === old.model.activities ? before : onModel(before, activity, sheet.model)
  }
  for (const slot of activity.slots) for (const each of slot.candidates) catchUp(state, each.resource, state.cursor)
  return undefined
}

/** Whether a search would find the old place again. */
const isBest = (state: State, activity: ModelActivity, before: Placement, position: number): boolean => {
  const { inStepUntil, moved, sheet } = state
  for (const link of activity.before) if (moved[link.other] === 1) return false
  let others = 0
  for (const slot of activity.slots)
    for (const each of slot.candidates) if (inStepUntil[each.resource]! < position) others++
  if (others === 0) return true
  const chosen = sheet.model.resourceIndex.get(before.assignment.resources[0]!)
  if (chosen === undefined || inStepUntil[chosen]! < position || !isDivisible(activity)) return false
  const { candidates } = activity.slots[0]!
  const { finish } = before.assignment
  const own = candidates.findIndex((each) => each.resource === chosen)
  return candidates.every((each, n) => {
    if (inStepUntil[each.resource]! >= position) return true
    catchUp(state, each.resource, state.cursor)
    const end = finishOn(sheet, activity, each, before.ready.at, finish)
    if (end !== finish) return end > finish
    catchUp(state, chosen, state.cursor)
    const { total } = sheet.profiles[each.resource]!
    const least = sheet.profiles[chosen]!.total
    return total > least || (total === least && n > own)
  })
}

/** The old placement, telling of the activities of the new model. */
const onModel = (before: Placement, activity: ModelActivity, model: Model): Placement => {
  const { cause } = before.ready
  const causing = cause && model.activities[model.activityIndex.get(cause.activity.id)!]!
  const ready = causing === undefined ? before.ready : { ...before.ready, cause: { ...cause!, activity: causing } }
  return { ...before, activity, ready }
}

/** Writes the kept work of a resource up to an old position to its new profile. */
const catchUp = ({ old, sheet, profiles, inStepUntil }: State, resource: number, position: number): void => {
  const from = profiles[resource]
  if (from === undefined) return
  const profile = sheet.profiles[resource]!
  for (let n = profile.taken.length; n < from.taken.length; n++) {
    const entry = from.taken[n]!
    const at = old.position[old.model.activityIndex.get(entry.owner)!]!
    if (at > position || at >= inStepUntil[resource]!) return
    take(profile, entry)
  }
}

const note = (state: State, activity: ModelActivity, placed: Placement | undefined): void => {
  const { old, known, moved } = state
  const index = known[activity.index]!
  const before = index < 0 ? undefined : old.sheet.placements[index]
  if (index >= 0) state.cursor = old.position[index]!
  if (before !== undefined && placed !== undefined && samePlace(before, placed)) return
  const was = before ?? oldPlacement(old, activity.id)
  moved[activity.index] =
    was !== undefined &&
    placed !== undefined &&
    was.assignment.start === placed.assignment.start &&
    was.assignment.finish === placed.assignment.finish
      ? 0
      : 1
  if (before !== undefined) endStep(state, before, state.cursor)
  if (placed !== undefined) endStep(state, placed, state.cursor)
}

const oldPlacement = (old: Played, id: string): Placement | undefined => {
  const index = old.model.activityIndex.get(id)
  return index === undefined ? undefined : old.sheet.placements[index]
}

/** Work without effort has no pieces: its dates alone say where it is. */
const samePlace = ({ assignment: a }: Placement, { assignment: b }: Placement): boolean =>
  a.start === b.start &&
  a.finish === b.finish &&
  a.resources.length === b.resources.length &&
  a.resources.every((id, n) => id === b.resources[n]) &&
  a.pieces.length === b.pieces.length &&
  a.pieces.every((piece, n) => {
    const other = b.pieces[n]!
    return piece.resource === other.resource && piece.from === other.from && piece.to === other.to
  })

/**
 * Profile: how much of one resource is taken, as a step function over its own open minutes.
 *
 * Counting open minutes instead of clock minutes makes a plan without holes: work that pauses only at closing time
 * is one segment, and full stretches melt into one step, so a search walks a handful of steps.
 */
import type { Minute } from "./instant.ts"
import { type LimitPeriods, type ModelResource, WHOLE } from "./model.ts"
import { startAt } from "./openTime.ts"

/** What is taken by one activity or booking, in open minutes of the resource. */
export interface Taken {
  readonly owner: string
  readonly fromW: number
  readonly toW: number
  readonly unitsPpm: number
  /** Minutes that fixed load asks for outside open hours, and when it ends: nobody is there to do them. */
  readonly closed?: { readonly minutes: number; readonly at: number }
}

/** Mutable while a plan is made; a finished plan's profiles are only read or copied. */
export interface Profile {
  readonly resource: ModelResource
  /** Step `i` spans `at[i]` to `at[i + 1]` (the last one to the total) and has `load[i]` ppm taken. */
  readonly at: number[]
  readonly load: number[]
  /** Minutes times ppm taken in each period of each limit. */
  readonly used: readonly Float64Array[]
  readonly taken: Taken[]
  /** Minutes times ppm in all: the tie-break between equally early resources. */
  total: number
  /** No whole unit is free before this open minute: searches for one start here. */
  fullBefore: number
  /** When that minute begins on the clock; infinite if there is none. */
  freeAt: Minute
}

/** Nothing taken. */
export const emptyProfile = (resource: ModelResource): Profile => ({
  resource,
  at: [0],
  load: [0],
  used: resource.limits.map((limit) => new Float64Array(limit.cap.length)),
  taken: [],
  total: 0,
  fullBefore: 0,
  freeAt: Number.NEGATIVE_INFINITY,
})

/** An independent copy, with what has been taken by whom or without. */
export const copyProfile = (profile: Profile, withTaken: boolean): Profile => ({
  resource: profile.resource,
  at: [...profile.at],
  load: [...profile.load],
  used: profile.used.map((each) => each.slice()),
  taken: withTaken ? [...profile.taken] : [],
  total: profile.total,
  fullBefore: profile.fullBefore,
  freeAt: profile.freeAt,
})

/** Takes `unitsPpm` over an interval of open minutes, above capacity too if asked. */
export const take = (profile: Profile, taken: Taken): void => {
  profile.taken.push(taken)
  const { fromW, toW, unitsPpm } = taken
  if (fromW >= toW) return
  profile.total += (toW - fromW) * unitsPpm
  addStep(profile, fromW, toW, unitsPpm)
  for (let index = 0; index < profile.used.length; index++) {
    addUse(profile.resource.limits[index]!, profile.used[index]!, fromW, toW, unitsPpm)
  }
  if (unitsPpm < 0) profile.fullBefore = Math.min(profile.fullBefore, fromW)
  skipFull(profile)
}

/** Lets every search begin at `w` or later. */
export const startSearchAt = (profile: Profile, w: number): void => {
  profile.fullBefore = Math.max(profile.fullBefore, Math.min(w, profile.resource.open.total))
  skipFull(profile)
}

/** Moves `fullBefore` over what is taken or beyond a limit. */
const skipFull = (profile: Profile): void => {
  const { at, load, resource, used } = profile
  const room = resource.unitsPpm - WHOLE
  const { total } = resource.open
  let position = profile.fullBefore
  let step = stepAt(profile, position)
  for (;;) {
    while (step + 1 < at.length && at[step + 1]! <= position) step++
    let next = load[step]! > room ? (at[step + 1] ?? total) : position
    for (let index = 0; index < used.length; index++) {
      const limit = resource.limits[index]!
      const period = periodAt(limit, position)
      if (limit.cap[period]! - used[index]![period]! < WHOLE) next = Math.max(next, limit.startW[period + 1]!)
    }
    if (next <= position || position >= total) break
    position = next
  }
  profile.fullBefore = position
  profile.freeAt = position >= total ? Number.POSITIVE_INFINITY : startAt(resource.open, position)
}

/** The step that holds open minute number `w`. */
export const stepAt = (profile: Profile, w: number): number => {
  const { at } = profile
  let low = 0
  let high = at.length
  while (low + 1 < high) {
    const middle = (low + high) >> 1
    if (at[middle]! <= w) low = middle
    else high = middle
  }
  return low
}

/** The period of a limit that holds open minute number `w`. */
export const periodAt = (limit: LimitPeriods, w: number): number => {
  const { startW } = limit
  let low = 0
  let high = limit.cap.length
  while (low + 1 < high) {
    const middle = (low + high) >> 1
    if (startW[middle]! <= w) low = middle
    else high = middle
  }
  return low
}

const addStep = (profile: Profile, fromW: number, toW: number, unitsPpm: number): void => {
  const first = splitAt(profile, fromW)
  const last = toW >= profile.resource.open.total ? profile.at.length : splitAt(profile, toW)
  for (let step = first; step < last; step++) profile.load[step]! += unitsPpm
  melt(profile, last)
  melt(profile, first)
}

const splitAt = (profile: Profile, w: number): number => {
  const step = stepAt(profile, w)
  if (profile.at[step] === w) return step
  profile.at.splice(step + 1, 0, w)
  profile.load.splice(step + 1, 0, profile.load[step]!)
  return step + 1
}

const melt = (profile: Profile, step: number): void => {
  if (step <= 0 || step >= profile.at.length || profile.load[step] !== profile.load[step - 1]) return
  profile.at.splice(step, 1)
  profile.load.splice(step, 1)
}

const addUse = (limit: LimitPeriods, used: Float64Array, fromW: number, toW: number, unitsPpm: number): void => {
  for (let period = periodAt(limit, fromW); period < used.length && limit.startW[period]! < toW; period++) {
    const minutes = Math.min(toW, limit.startW[period + 1]!) - Math.max(fromW, limit.startW[period]!)
    if (minutes > 0) used[period]! += minutes * unitsPpm
  }
}

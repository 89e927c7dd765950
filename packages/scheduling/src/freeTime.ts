/**
 * Free time: where the next piece of work fits on one resource, or on several at once.
 */
import type { Minute } from "./instant.ts"
import { type LimitPeriods, WHOLE } from "./model.ts"
import { type Interval, intervalOf, openBefore, startAt } from "./openTime.ts"
import { type Profile, periodAt, stepAt } from "./profile.ts"

/** Open minutes of one resource, half-open. */
export interface Span {
  readonly fromW: number
  readonly toW: number
}

/**
 * Fills `minutes` of divisible work into the earliest free open minutes from `earliestW` on.
 *
 * Gives the open minute count at which it ends, or −1 beyond `untilW`. `spans`, if given, receives the parts.
 * Free stretches shorter than `minBlock` are passed over unless they hold all that is left.
 */
export const fillEarliest = (
  profile: Profile,
  earliestW: number,
  untilW: number,
  minutes: number,
  unitsPpm: number,
  minBlock: number,
  spans?: Span[],
): number => {
  const { at, load, resource } = profile
  // Nobody has more than two limits, one per day and one per week; one that is not set never binds.
  const first = resource.limits[0] ?? NO_LIMIT
  const second = resource.limits[1] ?? NO_LIMIT
  const firstUsed = profile.used[0] ?? NO_USE
  const secondUsed = profile.used[1] ?? NO_USE
  const room = resource.unitsPpm - unitsPpm
  const end = Math.min(untilW, resource.open.total)
  let left = minutes
  let position = unitsPpm >= WHOLE && earliestW < profile.fullBefore ? profile.fullBefore : earliestW
  let step = stepAt(profile, position)
  let a = periodAt(first, position)
  let b = second === NO_LIMIT ? 0 : periodAt(second, position)
  let ownA = 0
  let ownB = 0
  while (position < end && position + left <= end) {
    while (step + 1 < at.length && at[step + 1]! <= position) step++
    if (load[step]! > room) {
      position = at[step + 1] ?? end
      continue
    }
    while (first.startW[a + 1]! <= position) {
      a++
      ownA = 0
    }
    while (second.startW[b + 1]! <= position) {
      b++
      ownB = 0
    }
    const leftA = Math.floor((first.cap[a]! - firstUsed[a]! - ownA) / unitsPpm)
    const leftB = Math.floor((second.cap[b]! - secondUsed[b]! - ownB) / unitsPpm)
    if (leftA <= 0 || leftB <= 0) {
      position = leftA <= 0 ? first.startW[a + 1]! : second.startW[b + 1]!
      continue
    }
    let last = step
    while (last + 1 < at.length && load[last + 1]! <= room) last++
    const within = Math.min(first.startW[a + 1]!, second.startW[b + 1]!, position + leftA, position + leftB)
    const stop = Math.min(end, at[last + 1] ?? end, within)
    const length = Math.min(left, stop - position)
    if (length >= minBlock || length === left) {
      spans?.push({ fromW: position, toW: position + length })
      ownA += length * unitsPpm
      ownB += length * unitsPpm
      left -= length
      if (left === 0) return position + length
    }
    position = stop
  }
  return -1
}

/** One period without end or cap: a limit that is not set. */
const NO_LIMIT: LimitPeriods = {
  per: "week",
  startW: Int32Array.of(0, 0x7fffffff),
  cap: Float64Array.of(Number.POSITIVE_INFINITY),
}
const NO_USE = new Float64Array(1)

/** The next open minutes from `fromW` that are free and within every limit. */
const nextFree = (profile: Profile, fromW: number, untilW: number, unitsPpm: number, own: OwnUse): Span | undefined => {
  const { at, load, resource } = profile
  const room = resource.unitsPpm - unitsPpm
  let position = fromW
  let step = stepAt(profile, fromW)
  while (position < untilW) {
    while (step + 1 < at.length && at[step + 1]! <= position) step++
    if (load[step]! > room) {
      if (step + 1 >= at.length) return undefined
      position = at[step + 1]!
      continue
    }
    let last = step
    while (last + 1 < at.length && load[last + 1]! <= room) last++
    const stop = Math.min(untilW, at[last + 1] ?? untilW)
    const window = own.window(position, stop, unitsPpm)
    if (window.toW > window.fromW) return window
    position = window.toW
  }
  return undefined
}

/**
 * What an activity that is being placed has used of each limit itself.
 *
 * It only walks forward, so the latest period of each limit is all it needs to remember.
 */
class OwnUse {
  readonly #profile: Profile
  readonly #period: number[]
  readonly #used: number[]

  constructor(profile: Profile) {
    this.#profile = profile
    this.#period = profile.resource.limits.map(() => -1)
    this.#used = profile.resource.limits.map(() => 0)
  }

  /** Notes minutes taken from `fromW` on; they lie within one period of each limit. */
  add(fromW: number, minutes: number, unitsPpm: number): void {
    this.#profile.resource.limits.forEach((limit, index) => {
      const period = periodAt(limit, fromW)
      if (this.#period[index] !== period) {
        this.#period[index] = period
        this.#used[index] = 0
      }
      this.#used[index]! += minutes * unitsPpm
    })
  }

  /** The part of `[fromW, toW)` that starts at once within the limits; empty and ending where to look next if none. */
  window(fromW: number, toW: number, unitsPpm: number): Span {
    let stop = toW
    for (let index = 0; index < this.#profile.resource.limits.length; index++) {
      const limit = this.#profile.resource.limits[index]!
      const period = periodAt(limit, fromW)
      const own = this.#period[index] === period ? this.#used[index]! : 0
      const left = Math.floor((limit.cap[period]! - this.#profile.used[index]![period]! - own) / unitsPpm)
      const periodEnd = limit.startW[period + 1]!
      if (left <= 0) return { fromW: periodEnd, toW: periodEnd }
      stop = Math.min(stop, periodEnd, fromW + left)
    }
    return { fromW, toW: stop }
  }
}

/** One resource of a joint search. */
export interface Worker {
  readonly profile: Profile
  readonly unitsPpm: number
  readonly until: Minute
}

/**
 * Fills `minutes` of work that all workers do together, from `from` on; undefined beyond the horizon.
 *
 * `breaks`: no other work in between, pausing only when somebody is closed or at a limit. `none`: in one go inside
 * one open interval of everybody. `anywhere`: whichever minutes all have free.
 */
export const fillJoint = (
  workers: readonly Worker[],
  from: Minute,
  minutes: number,
  split: "anywhere" | "breaks" | "none",
  minBlock: number,
): Interval[] | undefined => {
  let own = workers.map((worker) => new OwnUse(worker.profile))
  let parts: Interval[] = []
  let left = minutes
  let position = from
  while (left > 0) {
    const window = commonWindow(workers, own, position)
    if (window === undefined) return undefined
    const previous = parts[parts.length - 1]
    const cut = previous !== undefined && interrupted(workers, previous.to, window.from, split)
    if (cut) {
      parts = []
      left = minutes
      own = workers.map((worker) => new OwnUse(worker.profile))
    }
    const length = Math.min(left, window.to - window.from)
    if (split !== "anywhere" || length >= minBlock || length === left) {
      parts.push({ from: window.from, to: window.from + length })
      workers.forEach((worker, index) => {
        own[index]!.add(openBefore(worker.profile.resource.open, window.from), length, worker.unitsPpm)
      })
      left -= length
    }
    position = window.to
  }
  return parts
}

/** The next clock interval in which every worker is open, free and within the limits. */
const commonWindow = (workers: readonly Worker[], own: readonly OwnUse[], from: Minute): Interval | undefined => {
  let position = from
  let rounds = 0
  while (rounds < workers.length) {
    let to = Number.MAX_SAFE_INTEGER
    rounds = 0
    for (let index = 0; index < workers.length; index++) {
      const window = workerWindow(workers[index]!, own[index]!, position)
      if (window === undefined) return undefined
      if (window.from > position) {
        position = window.from
        break
      }
      to = Math.min(to, window.to)
      rounds++
    }
    if (rounds === workers.length) return { from: position, to }
  }
  return undefined
}

const workerWindow = (worker: Worker, own: OwnUse, from: Minute): Interval | undefined => {
  const { open } = worker.profile.resource
  const untilW = openBefore(open, worker.until)
  const span = nextFree(worker.profile, openBefore(open, from), untilW, worker.unitsPpm, own)
  if (span === undefined) return undefined
  const start = Math.max(from, startAt(open, span.fromW))
  const closes = open.end[intervalOf(open, span.fromW)]!
  return { from: start, to: Math.min(closes, start + span.toW - span.fromW) }
}

/** Whether a pause breaks work that must go on: other work in an open minute, or (`none`) any pause at all. */
const interrupted = (
  workers: readonly Worker[],
  from: Minute,
  to: Minute,
  split: "anywhere" | "breaks" | "none",
): boolean => {
  if (split === "anywhere" || from === to) return false
  if (split === "none") return true
  return workers.some((worker) => {
    const { profile } = worker
    const fromW = openBefore(profile.resource.open, from)
    const toW = openBefore(profile.resource.open, to)
    const room = profile.resource.unitsPpm - worker.unitsPpm
    for (
      let step = stepAt(profile, fromW);
      fromW < toW && step < profile.at.length && profile.at[step]! < toW;
      step++
    ) {
      if (profile.load[step]! > room) return true
    }
    return false
  })
}

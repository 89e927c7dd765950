/**
 * Fixed load: bookings and pinned work. It stands where it is said to stand, over capacity or not; what does not fit
 * is reported.
 */
import { fillEarliest, type Span } from "./freeTime.ts"
import { bookingWeight, type WeightOf } from "./holds.ts"
import type { Issue, PinnedConflict } from "./issue.ts"
import { compareText } from "./issue.ts"
import type { Model, ModelActivity, ModelBooking } from "./model.ts"
import { WHOLE } from "./model.ts"
import { finishAt, type Interval, openBefore, startAt } from "./openTime.ts"
import type { Piece } from "./plan.ts"
import { emptyProfile, type Profile, type Taken, take } from "./profile.ts"
import type { Placement } from "./sheet.ts"

/** Profiles that hold nothing but bookings. Exact intervals go first, then divisible ones by their end. */
export const bookedProfiles = (model: Model, weightOf: WeightOf): Profile[] => {
  const profiles = model.resources.map(emptyProfile)
  const divisible: (readonly [ModelBooking, number])[] = []
  for (const booking of model.bookings) {
    const weight = bookingWeight(booking, weightOf)
    if (weight === 0) continue
    const profile = profiles[booking.resource]!
    const { open } = profile.resource
    const fromW = openBefore(open, booking.from)
    const toW = openBefore(open, booking.to)
    if (booking.data.minutes === undefined && weight === WHOLE) {
      take(profile, { owner: booking.id, fromW, toW, unitsPpm: WHOLE, ...closedPart(booking, toW - fromW) })
    } else {
      divisible.push([booking, Math.round(((booking.data.minutes ?? toW - fromW) * weight) / WHOLE)])
    }
  }
  divisible.sort(([a], [b]) => a.to - b.to || a.from - b.from || compareText(a.id, b.id))
  for (const [booking, minutes] of divisible) bookDivisible(profiles[booking.resource]!, booking, minutes)
  return profiles
}

/** Fills the booking's own interval from its start; what is left over stands on top of other work at its end. */
export const bookDivisible = (profile: Profile, booking: ModelBooking, minutes: number): void => {
  const { open } = profile.resource
  const fromW = openBefore(open, booking.from)
  const toW = openBefore(open, booking.to)
  const free = freeWithin(profile, fromW, toW, minutes)
  const spans: Span[] = []
  if (free > 0) fillEarliest(profile, fromW, toW, free, WHOLE, 1, spans)
  for (const span of spans) take(profile, { owner: booking.id, ...span, unitsPpm: WHOLE })
  const over = minutes - free
  if (over <= 0) return
  const onTop = Math.max(fromW, toW - over)
  const closed = { minutes: over - (toW - onTop), at: booking.to }
  take(profile, { owner: booking.id, fromW: onTop, toW, unitsPpm: WHOLE, closed })
}

/** An interval of which no minute is open counts in full; otherwise only its open minutes are meant (a lunch is not). */
const closedPart = (interval: Interval, openMinutes: number): Pick<Taken, "closed"> =>
  openMinutes > 0 ? {} : { closed: { minutes: interval.to - interval.from, at: interval.to } }

/** The most minutes, up to `minutes`, that fit into an interval. */
const freeWithin = (profile: Profile, fromW: number, toW: number, minutes: number): number => {
  let low = 0
  let high = Math.min(minutes, toW - fromW)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fillEarliest(profile, fromW, toW, middle, WHOLE, 1) >= 0) low = middle
    else high = middle - 1
  }
  return low
}

/** Puts pinned (or done) work where it stands. */
export const placeFixed = (
  model: Model,
  profiles: readonly Profile[],
  activity: ModelActivity,
  now: number,
): Placement => {
  const units = activity.slots[0]?.unitsPpm ?? WHOLE
  const seen: number[] = []
  const pieces = activity.fixed.map((piece): Piece => {
    const profile = profiles[piece.resource]!
    const { open } = profile.resource
    const fromW = openBefore(open, piece.from)
    const toW = openBefore(open, piece.to)
    seen.push(profile.taken.length)
    take(profile, { owner: activity.id, fromW, toW, unitsPpm: units, ...closedPart(piece, toW - fromW) })
    return { resource: profile.resource.id, from: piece.from, to: piece.to, minutes: toW - fromW, unitsPpm: units }
  })
  const start = pieces.reduce((least, piece) => Math.min(least, piece.from), pieces[0]?.from ?? now)
  const finish = pieces.reduce((most, piece) => Math.max(most, piece.to), pieces[0]?.to ?? now)
  const reason = { _tag: "Pinned" } as const
  return {
    activity,
    ready: { at: start, reason },
    eligible: [],
    seen,
    assignment: {
      activity: activity.id,
      resources: [...new Set(activity.fixed.map((piece) => model.resources[piece.resource]!.id))],
      start,
      finish,
      pieces,
      bindingReason: reason,
    },
  }
}

/** Where fixed load exceeds a resource, with all who stand there. */
export const conflictsOf = (profiles: readonly Profile[]): readonly Issue[] =>
  profiles.flatMap((profile) => {
    const { resource } = profile
    return profile.load.flatMap((load, step): PinnedConflict[] => {
      if (load <= resource.unitsPpm) return []
      const fromW = profile.at[step]!
      const toW = profile.at[step + 1] ?? resource.open.total
      const ids = profile.taken.filter((each) => each.fromW < toW && each.toW > fromW).map((each) => each.owner)
      const from = startAt(resource.open, fromW)
      const to = finishAt(resource.open, toW)
      return [
        {
          _tag: "PinnedConflict",
          path: `resources[${resource.id}]`,
          ids: [...new Set(ids)].sort(compareText),
          hint: "More is fixed here than the resource can do; it is kept and shown as overload.",
          resource: resource.id,
          from,
          to,
          overloadMinutes: Math.round(((toW - fromW) * (load - resource.unitsPpm)) / WHOLE),
        },
      ]
    })
  })

/**
 * Timeline: where each minute between the moment an activity could have started and its finish went.
 */
import type { Minute } from "./instant.ts"
import { compareText } from "./issue.ts"
import type { Candidate, ModelActivity, ModelResource } from "./model.ts"
import { finishAt, type Interval, intersect, intervalsWithin, openBefore, startAt } from "./openTime.ts"
import { type Profile, stepAt } from "./profile.ts"
import type { Reason, Wait } from "./reason.ts"
import type { Placement, Ready, Sheet } from "./sheet.ts"

/** A stretch of clock time with one cause; `work` when the activity is worked on. */
export interface Stretch extends Interval {
  readonly reason: Reason | "work" | "unused"
}

/** Splits `[from, to)` of a placement's life into work and waiting, without gaps. */
export const stretchesOf = (sheet: Sheet, placement: Placement, from: Minute, to: Minute): readonly Stretch[] => {
  const { assignment } = placement
  const work = workOf(sheet, placement).map((each): Stretch => ({ ...each, reason: "work" }))
  const blocks = assignment.resources.map((id, n) => {
    const profile = sheet.profiles[sheet.model.resourceIndex.get(id)!]!
    return blockedOf(profile, placement, placement.seen[n] ?? 0, from, to)
  })
  // Work first, then each resource's reasons: the first list that covers a minute names it.
  const lists = [work, ...blocks]
  const at = lists.map(() => 0)
  const stretches: Stretch[] = []
  for (let position = from; position < to; ) {
    let reason: Stretch["reason"] | undefined
    let next = to
    for (let n = 0; n < lists.length; n++) {
      const list = lists[n]!
      while (at[n]! < list.length && list[at[n]!]!.to <= position) at[n]!++
      const each = list[at[n]!]
      if (each === undefined) continue
      next = Math.min(next, each.from > position ? each.from : each.to)
      if (each.from <= position) reason ??= each.reason
    }
    stretches.push({ from: position, to: next, reason: reason ?? "unused" })
    position = next
  }
  return withUnusedNamed(stretches)
}

/** Elapsed minutes by cause, in order of first appearance; equal causes are added up. */
export const waitsOf = (
  stretches: readonly Stretch[],
): { readonly workMinutes: number; readonly waits: readonly Wait[] } => {
  let workMinutes = 0
  const byCause = new Map<string, { reason: Reason; minutes: number }>()
  for (const each of stretches) {
    const minutes = each.to - each.from
    if (each.reason === "work" || each.reason === "unused") {
      workMinutes += minutes
      continue
    }
    const key = causeKey(each.reason)
    const known = byCause.get(key)
    if (known === undefined) byCause.set(key, { reason: each.reason, minutes })
    else {
      known.minutes += minutes
      known.reason = mergedReason(known.reason, each.reason)
    }
  }
  return { workMinutes, waits: [...byCause.values()] }
}

/**
 * What alone keeps work from starting earlier than `start`, asked before it is written to the profiles.
 *
 * Of all that lies between readiness and start, the cause that ends last: other work, a limit, or a closure that took
 * usual hours. Ordinary closing hours count only when nothing else does. No cause means it starts when it is ready.
 */
export const bindingReasonAt = (
  sheet: Sheet,
  activity: ModelActivity,
  candidates: readonly Candidate[],
  ready: Ready,
  start: Minute,
): Reason => {
  if (start <= ready.at) return ready.reason
  let latest = Number.MIN_SAFE_INTEGER
  let reason: Reason | undefined
  candidates.forEach((candidate, n) => {
    const profile = sheet.profiles[candidate.resource]!
    for (const cause of [
      busyBefore(profile, activity.slots[n]!.unitsPpm, ready.at, start),
      closureBefore(profile.resource, ready.at, start),
    ]) {
      if (cause === undefined || cause.to <= latest) continue
      latest = cause.to
      reason = cause.reason
    }
  })
  if (reason !== undefined) return reason
  if (ready.reason._tag !== "Now") return ready.reason
  const resource = sheet.model.resources[candidates[0]!.resource]!
  return { _tag: "Calendar", resource: resource.id, kind: "closed", reason: "closed hours", from: ready.at, to: start }
}

interface Cause {
  readonly reason: Reason
  readonly to: Minute
}

/** Who has the last open minute before the start, or which limit had been reached by then. */
const busyBefore = (profile: Profile, unitsPpm: number, ready: Minute, start: Minute): Cause | undefined => {
  const { resource } = profile
  const startW = openBefore(resource.open, start)
  if (startW <= openBefore(resource.open, ready)) return undefined
  const to = finishAt(resource.open, startW)
  if (profile.load[stepAt(profile, startW - 1)]! + unitsPpm > resource.unitsPpm) {
    const here = profile.taken.filter((each) => each.fromW < startW && each.toW >= startW)
    const blockedBy = [...new Set(here.map((each) => each.owner))].sort(compareText)
    return { to, reason: { _tag: "ResourceBusy", resource: resource.id, blockedBy } }
  }
  return resource.limits.length > 0 ? { to, reason: limitReason(resource) } : undefined
}

const closureBefore = (resource: ModelResource, ready: Minute, start: Minute): Cause | undefined => {
  let found: Cause | undefined
  for (const each of resource.closures) {
    if (each.from >= start) break
    if (each.to <= ready || (found !== undefined && each.to <= found.to)) continue
    const within = { from: Math.max(each.from, ready), to: Math.min(each.to, start) }
    if (usualWithin(resource, within).length === 0) continue
    const { kind, reason, from, to } = each
    found = { to: within.to, reason: { _tag: "Calendar", resource: resource.id, kind, reason, from, to } }
  }
  return found
}

const workOf = (sheet: Sheet, placement: Placement): readonly Interval[] => {
  const first = placement.assignment.resources[0]
  if (first === undefined) return []
  const { open } = sheet.model.resources[sheet.model.resourceIndex.get(first)!]!
  return placement.assignment.pieces
    .filter((piece) => piece.resource === first)
    .flatMap((piece) => (piece.minutes === 0 ? [piece] : intervalsWithin(open, piece.from, piece.to)))
}

/** Clock intervals in which one resource could not work on the placement, each with its reason. */
const blockedOf = (
  profile: Profile,
  placement: Placement,
  seen: number,
  from: Minute,
  to: Minute,
): readonly Stretch[] => {
  const { resource } = profile
  const closed = closedOf(resource, from, to)
  const fromW = openBefore(resource.open, from)
  const toW = openBefore(resource.open, to)
  const earlier = profile.taken
    .slice(0, seen)
    .filter((each) => each.owner !== placement.activity.id && each.fromW < toW && each.toW > fromW)
  const units = placement.assignment.pieces[0]?.unitsPpm ?? 0
  const edges = [...new Set([fromW, toW, ...earlier.flatMap((each) => [each.fromW, each.toW])])]
    .filter((w) => w >= fromW && w <= toW)
    .sort((a, b) => a - b)
  const busy: Stretch[] = []
  for (let n = 0; n + 1 < edges.length; n++) {
    const here = earlier.filter((each) => each.fromW <= edges[n]! && each.toW > edges[n]!)
    const load = here.reduce((sum, each) => sum + each.unitsPpm, 0)
    if (load + units <= resource.unitsPpm) {
      if (resource.limits.length > 0)
        busy.push(...openStretches(resource, edges[n]!, edges[n + 1]!, limitReason(resource)))
      continue
    }
    const blockedBy = [...new Set(here.map((each) => each.owner))].sort(compareText)
    const reason: Reason = { _tag: "ResourceBusy", resource: resource.id, blockedBy }
    busy.push(...openStretches(resource, edges[n]!, edges[n + 1]!, reason))
  }
  return [...busy, ...closed].sort((a, b) => a.from - b.from)
}

const limitReason = (resource: ModelResource): Reason => ({
  _tag: "LimitPerDay",
  resource: resource.id,
  per: resource.limits[0]!.per,
})

const openStretches = (resource: ModelResource, fromW: number, toW: number, reason: Reason): readonly Stretch[] =>
  intervalsWithin(resource.open, startAt(resource.open, fromW), finishAt(resource.open, toW)).map((each) => ({
    ...each,
    reason,
  }))

/** Closed time, each minute under the closure that took it from the usual hours, or under the usual hours themselves. */
const closedOf = (resource: ModelResource, from: Minute, to: Minute): readonly Stretch[] => {
  const stretches: Stretch[] = []
  let position = from
  const gaps: Interval[] = []
  for (const open of intervalsWithin(resource.open, from, to)) {
    if (open.from > position) gaps.push({ from: position, to: open.from })
    position = open.to
  }
  if (position < to) gaps.push({ from: position, to })
  const usual = { _tag: "Calendar", resource: resource.id, kind: "closed", reason: "closed hours" } as const
  const closures = resource.closures.filter((each) => each.from < to && each.to > from)
  for (const gap of gaps) {
    let at = gap.from
    for (const lost of intersect(usualWithin(resource, gap), [gap])) {
      if (lost.from > at) stretches.push({ from: at, to: lost.from, reason: { ...usual, from: at, to: lost.from } })
      stretches.push(...namedStretches(resource, lost, closures))
      at = lost.to
    }
    if (at < gap.to) stretches.push({ from: at, to: gap.to, reason: { ...usual, from: at, to: gap.to } })
  }
  return stretches
}

const usualWithin = (resource: ModelResource, gap: Interval): readonly Interval[] => {
  const { usual } = resource
  let low = 0
  let high = usual.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (usual[middle]!.to <= gap.from) low = middle + 1
    else high = middle
  }
  let end = low
  while (end < usual.length && usual[end]!.from < gap.to) end++
  return usual.slice(low, end)
}

const namedStretches = (
  resource: ModelResource,
  lost: Interval,
  closures: ModelResource["closures"],
): readonly Stretch[] => {
  const edges = [...new Set([lost.from, lost.to, ...closures.flatMap((each) => [each.from, each.to])])]
    .filter((at) => at >= lost.from && at <= lost.to)
    .sort((a, b) => a - b)
  return edges.slice(0, -1).map((from, n) => {
    const to = edges[n + 1]!
    // Nobody can be absent from a holiday: an absence only takes what the calendar has left.
    const covering = closures.filter((each) => each.from <= from && each.to >= to)
    const cause = covering.find((each) => each.kind !== "absence") ?? covering[0]
    const reason: Reason = {
      _tag: "Calendar",
      resource: resource.id,
      kind: cause?.kind ?? "closed",
      reason: cause?.reason ?? "closed hours",
      from: cause?.from ?? from,
      to: cause?.to ?? to,
    }
    return { from, to, reason }
  })
}

/** Free minutes that were left unused (too short a block) count under the block that follows, or else before, them. */
const withUnusedNamed = (stretches: readonly Stretch[]): readonly Stretch[] => {
  if (stretches.every((each) => each.reason !== "unused")) return stretches
  const isCause = (each: Stretch): boolean => each.reason !== "work" && each.reason !== "unused"
  return stretches.map((each, n) => {
    if (each.reason !== "unused") return each
    const near = stretches.slice(n + 1).find(isCause) ?? stretches.slice(0, n).reverse().find(isCause)
    return { ...each, reason: near?.reason ?? { _tag: "Now" } }
  })
}

const causeKey = (reason: Reason): string => {
  switch (reason._tag) {
    case "ResourceBusy":
      return `busy ${reason.resource}`
    case "Calendar":
      return `calendar ${reason.resource} ${reason.kind} ${reason.reason}`
    case "Predecessor":
      return `after ${reason.activity}`
    case "LimitPerDay":
      return `limit ${reason.resource} ${reason.per}`
    default:
      return reason._tag
  }
}

const mergedReason = (a: Reason, b: Reason): Reason => {
  if (a._tag === "ResourceBusy" && b._tag === "ResourceBusy") {
    return { ...a, blockedBy: [...new Set([...a.blockedBy, ...b.blockedBy])].sort(compareText) }
  }
  if (a._tag === "Calendar" && b._tag === "Calendar")
    return { ...a, from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) }
  return a
}

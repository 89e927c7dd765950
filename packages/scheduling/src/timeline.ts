/**
 * Timeline: where each minute between the moment an activity could have started and its finish went.
 */
import type { Minute } from "./instant.ts"
import { compareText } from "./issue.ts"
import type { ModelResource } from "./model.ts"
import { finishAt, type Interval, intersect, intervalsWithin, openBefore, startAt } from "./openTime.ts"
import type { Profile } from "./profile.ts"
import type { Reason, Wait } from "./reason.ts"
import type { Placement, Sheet } from "./sheet.ts"

/** A stretch of clock time with one cause; `work` when the activity is worked on. */
export interface Stretch extends Interval {
  readonly reason: Reason | "work"
}

/** Splits `[from, to)` of a placement's life into work and waiting, without gaps. */
export const stretchesOf = (sheet: Sheet, placement: Placement, from: Minute, to: Minute): readonly Stretch[] => {
  const { assignment } = placement
  const blocks = assignment.resources.map((id, n) => {
    const profile = sheet.profiles[sheet.model.resourceIndex.get(id)!]!
    return blockedOf(profile, placement, placement.seen[n] ?? 0, from, to)
  })
  const work = workOf(sheet, placement)
  const cuts = new Set<Minute>([from, to])
  for (const each of [...blocks.flat(), ...work]) {
    for (const at of [each.from, each.to]) if (at > from && at < to) cuts.add(at)
  }
  const edges = [...cuts].sort((a, b) => a - b)
  const stretches: Stretch[] = []
  for (let n = 0; n + 1 < edges.length; n++) {
    const at = edges[n]!
    const working = work.some((each) => each.from <= at && each.to > at)
    const cause = working
      ? undefined
      : blocks.map((list) => list.find((each) => each.from <= at && each.to > at)).find((each) => each !== undefined)
    stretches.push({ from: at, to: edges[n + 1]!, reason: working ? "work" : (cause?.reason ?? "work") })
  }
  return withUnusedNamed(stretches, work)
}

/** Elapsed minutes by cause, in order of first appearance; equal causes are added up. */
export const waitsOf = (
  stretches: readonly Stretch[],
): { readonly workMinutes: number; readonly waits: readonly Wait[] } => {
  let workMinutes = 0
  const byCause = new Map<string, { reason: Reason; minutes: number }>()
  for (const each of stretches) {
    const minutes = each.to - each.from
    if (each.reason === "work") {
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
 * What alone keeps a placement from starting earlier.
 *
 * Looks back from its start over ordinary closing hours to the last stretch with another cause; none means that it
 * starts as soon as it is ready.
 */
export const bindingReasonOf = (sheet: Sheet, placement: Placement): Reason => {
  const { assignment, ready } = placement
  if (assignment.start <= ready.at || assignment.pieces.length === 0) return ready.reason
  const stretches = stretchesOf(sheet, placement, ready.at, assignment.start)
  for (let n = stretches.length - 1; n >= 0; n--) {
    const { reason } = stretches[n]!
    if (reason !== "work" && !(reason._tag === "Calendar" && reason.kind === "closed")) return reason
  }
  const first = stretches[0]?.reason
  return ready.reason._tag === "Now" && first !== undefined && first !== "work" ? first : ready.reason
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
  return [...busy, ...closed]
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
    const cause = closures.find((each) => each.from <= from && each.to >= to)
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
const withUnusedNamed = (stretches: readonly Stretch[], work: readonly Interval[]): readonly Stretch[] => {
  const named = [...stretches]
  const isUnused = (each: Stretch): boolean =>
    each.reason === "work" && !work.some((part) => part.from <= each.from && part.to > each.from)
  for (let n = named.length - 1; n >= 0; n--) {
    const each = named[n]!
    if (!isUnused(each)) continue
    const next = named.slice(n + 1).find((other) => other.reason !== "work")
    const near =
      next ??
      named
        .slice(0, n)
        .reverse()
        .find((other) => other.reason !== "work")
    if (near !== undefined) named[n] = { ...each, reason: near.reason }
  }
  return named
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

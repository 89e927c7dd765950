/**
 * Choice: which resources do an activity, and in which of their open minutes.
 */
import { durationOf } from "./duration.ts"
import { fillEarliest, fillJoint, type Span } from "./freeTime.ts"
import type { Minute } from "./instant.ts"
import { type Candidate, type Model, type ModelActivity, WHOLE } from "./model.ts"
import { finishAt, type Interval, openBefore } from "./openTime.ts"
import type { Sheet } from "./sheet.ts"

/** The resources chosen for an activity and the open time they spend. */
export interface Choice {
  readonly candidates: readonly Candidate[]
  readonly finish: Minute
  readonly parts: readonly (readonly Span[])[]
}

/** Combinations of resources tried for work that needs several at once. */
const MOST_COMBINATIONS = 64

/** The resources that finish an activity first; undefined beyond the horizon. */
export const choose = (sheet: Sheet, activity: ModelActivity, effort: number, ready: Minute): Choice | undefined => {
  const split = activity.data.split ?? "anywhere"
  if (activity.slots.length > 1 || split !== "anywhere") return chooseJoint(sheet, activity, effort, ready)
  return chooseOne(sheet, activity, effort, ready)
}

/** One resource for divisible work: the earliest finish, then the least load, then the first in the list. */
const chooseOne = (sheet: Sheet, activity: ModelActivity, effort: number, ready: Minute): Choice | undefined => {
  const { candidates, unitsPpm } = activity.slots[0]!
  const minBlock = activity.data.minBlockMinutes ?? 1
  const isWhole = unitsPpm >= WHOLE
  const first = isWhole ? firstFree(sheet, candidates, ready) : 0
  let best = -1
  let bestFinish = Number.POSITIVE_INFINITY
  let bestTotal = 0
  let minutes = 0
  let pace = 0
  for (let turn = -1; turn < candidates.length; turn++) {
    // Whoever is free first has the first turn: most of the others then drop out without a search.
    const n = turn < 0 ? first : turn
    if (turn === first) continue
    const candidate = candidates[n]!
    const profile = sheet.profiles[candidate.resource]!
    const { open, ratePpm } = profile.resource
    if (ratePpm !== pace) {
      pace = ratePpm
      minutes = durationOf(activity.data.mode, effort, [{ unitsPpm, ratePpm }])
    }
    const from = Math.max(ready, candidate.from)
    const isFull = isWhole && profile.freeAt >= from
    if ((isFull ? profile.freeAt : from) + minutes > bestFinish) continue
    const fromW = isFull ? profile.fullBefore : openBefore(open, from)
    // Whoever cannot end by the best finish so far (before it, if busier) need not be searched to the end.
    const ends = untilOf(sheet, candidate)
    const isBusier = profile.total > bestTotal || (profile.total === bestTotal && n > best)
    const untilW = best < 0 ? ends : Math.min(ends, openBefore(open, isBusier ? bestFinish - 1 : bestFinish))
    if (fromW + minutes > untilW) continue
    const endW = fillEarliest(profile, fromW, untilW, minutes, unitsPpm, minBlock)
    if (endW < 0) continue
    best = n
    bestFinish = finishAt(open, endW)
    bestTotal = profile.total
  }
  if (best < 0) return undefined
  const candidate = candidates[best]!
  const profile = sheet.profiles[candidate.resource]!
  const { open, ratePpm } = profile.resource
  minutes = durationOf(activity.data.mode, effort, [{ unitsPpm, ratePpm }])
  const spans: Span[] = []
  const fromW = openBefore(open, Math.max(ready, candidate.from))
  fillEarliest(profile, fromW, untilOf(sheet, candidate), minutes, unitsPpm, minBlock, spans)
  return { candidates: [candidate], finish: bestFinish, parts: [spans] }
}

/** Whether an activity is one person's divisible work without a bound on its finish: the ordinary case. */
export const isDivisible = ({ slots, data, before }: ModelActivity): boolean =>
  slots.length === 1 &&
  (data.split ?? "anywhere") === "anywhere" &&
  !before.some((link) => link.type === "FF" || link.type === "SF")

/** When one candidate alone would finish divisible work; infinite if that is after `latest`. */
export const finishOn = (
  sheet: Sheet,
  activity: ModelActivity,
  candidate: Candidate,
  ready: Minute,
  latest: Minute,
): Minute => {
  const { unitsPpm } = activity.slots[0]!
  const profile = sheet.profiles[candidate.resource]!
  const { open, ratePpm } = profile.resource
  const from = Math.max(ready, candidate.from)
  const minutes = durationOf(activity.data.mode, sheet.effortOf(activity), [{ unitsPpm, ratePpm }])
  const isFull = unitsPpm >= WHOLE && profile.freeAt >= from
  const fromW = isFull ? profile.fullBefore : openBefore(open, from)
  const untilW = Math.min(untilOf(sheet, candidate), openBefore(open, latest))
  if (fromW + minutes > untilW) return Number.POSITIVE_INFINITY
  const endW = fillEarliest(profile, fromW, untilW, minutes, unitsPpm, activity.data.minBlockMinutes ?? 1)
  return endW < 0 ? Number.POSITIVE_INFINITY : finishAt(open, endW)
}

/** Position of the candidate who could begin first; of several, the one with the least load. */
const firstFree = ({ profiles }: Sheet, candidates: readonly Candidate[], ready: Minute): number => {
  let first = 0
  let earliest = Number.POSITIVE_INFINITY
  let least = 0
  for (let n = 0; n < candidates.length; n++) {
    const { freeAt, total } = profiles[candidates[n]!.resource]!
    const from = Math.max(freeAt, ready)
    if (from > earliest || (from === earliest && total >= least)) continue
    earliest = from
    least = total
    first = n
  }
  return first
}

/** Open minutes until a candidate's skill ends; most never do. */
const untilOf = (sheet: Sheet, candidate: Candidate): number => {
  const { open } = sheet.model.resources[candidate.resource]!
  return candidate.to >= sheet.model.to ? open.total : openBefore(open, candidate.to)
}

const chooseJoint = (sheet: Sheet, activity: ModelActivity, effort: number, ready: Minute): Choice | undefined => {
  const split = activity.data.split ?? "anywhere"
  let best: Choice | undefined
  let bestLoad = 0
  for (const candidates of combinations(sheet, activity, ready)) {
    const profiles = candidates.map((each) => sheet.profiles[each.resource]!)
    const speeds = candidates.map((_, n) => ({
      unitsPpm: activity.slots[n]!.unitsPpm,
      ratePpm: profiles[n]!.resource.ratePpm,
    }))
    const minutes = durationOf(activity.data.mode, effort, speeds)
    const workers = candidates.map((each, n) => ({
      profile: profiles[n]!,
      unitsPpm: speeds[n]!.unitsPpm,
      until: each.to,
    }))
    const from = candidates.reduce((latest, each) => Math.max(latest, each.from), ready)
    const parts = fillJoint(workers, from, minutes, split, activity.data.minBlockMinutes ?? 1)
    if (parts === undefined) continue
    const finish = parts[parts.length - 1]!.to
    const load = profiles.reduce((sum, each) => sum + each.total, 0)
    if (best !== undefined && (finish > best.finish || (finish === best.finish && load >= bestLoad))) continue
    best = { candidates, finish, parts: candidates.map((each) => spansOf(sheet.model, each, parts)) }
    bestLoad = load
  }
  return best
}

const spansOf = (model: Model, candidate: Candidate, parts: readonly Interval[]): readonly Span[] => {
  const { open } = model.resources[candidate.resource]!
  const spans: Span[] = []
  for (const part of parts) {
    const fromW = openBefore(open, part.from)
    const last = spans[spans.length - 1]
    const toW = fromW + part.to - part.from
    if (last !== undefined && last.toW === fromW) spans[spans.length - 1] = { fromW: last.fromW, toW }
    else spans.push({ fromW, toW })
  }
  return spans
}

/** Distinct resources for the slots: every combination if few, else the ones that are free first. */
export const combinations = (
  sheet: Sheet,
  activity: ModelActivity,
  ready: Minute,
): readonly (readonly Candidate[])[] => {
  const { slots } = activity
  const count = slots.reduce((product, slot) => Math.min(product * slot.candidates.length, 1e9), 1)
  const width =
    count <= MOST_COMBINATIONS
      ? Number.MAX_SAFE_INTEGER
      : Math.max(2, Math.floor(MOST_COMBINATIONS ** (1 / slots.length)))
  let partial: readonly (readonly Candidate[])[] = [[]]
  slots.forEach((slot) => {
    const ranked =
      count <= MOST_COMBINATIONS ? slot.candidates : byFreeTime(sheet, slot.candidates, slot.unitsPpm, ready)
    partial = partial.flatMap((chosen) => {
      const fit = ranked.filter((each) => !chosen.some((other) => other.resource === each.resource))
      return fit.slice(0, width).map((each) => [...chosen, each])
    })
    if (partial.length > MOST_COMBINATIONS && count > MOST_COMBINATIONS) partial = partial.slice(0, MOST_COMBINATIONS)
  })
  return partial
}

const byFreeTime = (
  sheet: Sheet,
  candidates: readonly Candidate[],
  unitsPpm: number,
  ready: Minute,
): readonly Candidate[] => {
  const keyed = candidates.map((candidate) => {
    const profile = sheet.profiles[candidate.resource]!
    const { open } = profile.resource
    const fromW = openBefore(open, Math.max(ready, candidate.from))
    const end = fillEarliest(
      profile,
      fromW,
      openBefore(open, candidate.to),
      60,
      Math.min(unitsPpm, profile.resource.unitsPpm),
      1,
    )
    return { candidate, end: end < 0 ? Number.MAX_SAFE_INTEGER : finishAt(open, end) }
  })
  return keyed
    .sort((a, b) => a.end - b.end || a.candidate.resource - b.candidate.resource)
    .map((each) => each.candidate)
}

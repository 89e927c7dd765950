/**
 * Open time: when one resource may work, as sorted disjoint half-open intervals in UTC minutes with a running sum.
 *
 * `W(t)`, the open minutes before `t`, turns calendar time into a line without holes; planning happens on that line
 * and is turned back at the end. Both directions cost O(log n).
 */
import type { Minute } from "./instant.ts"

/** Sorted, disjoint open intervals with their running sum. */
export interface OpenTime {
  readonly start: Int32Array
  readonly end: Int32Array
  /** `before[i]`: open minutes before `start[i]`; one more element holds the total. */
  readonly before: Int32Array
  readonly total: number
  /** First interval that may matter for each stretch of the clock, and of open minutes: a search starts there. */
  readonly byClock: Int32Array
  readonly byWork: Int32Array
}

/** Stretches of 2^10 clock minutes and 2^9 open minutes: a few intervals each. */
const CLOCK_BITS = 10
const WORK_BITS = 9

/** Half-open, in UTC minutes. */
export interface Interval {
  readonly from: Minute
  readonly to: Minute
}

/** Open minutes before `at`. Monotone; 0 before the first interval, the total after the last. */
export const openBefore = (time: OpenTime, at: Minute): number => {
  const { start, end, before } = time
  const count = start.length
  if (count === 0 || at <= start[0]!) return 0
  if (at >= end[count - 1]!) return time.total
  let index = time.byClock[(at - start[0]!) >> CLOCK_BITS]!
  while (index + 1 < count && start[index + 1]! <= at) index++
  return before[index]! + Math.min(at, end[index]!) - start[index]!
}

/** Open minutes in `[from, to)`; negative if `to` is before `from`, so adjacent ranges always add up. */
export const workingMinutesBetween = (time: OpenTime, from: Minute, to: Minute): number =>
  openBefore(time, to) - openBefore(time, from)

/**
 * The earliest instant by which `minutes` open minutes have passed since `from`, or undefined beyond the horizon.
 *
 * Zero minutes give `from` itself, even when closed. Negative minutes go back to the latest such instant.
 */
export const addWork = (time: OpenTime, from: Minute, minutes: number): Minute | undefined => {
  if (minutes === 0) return from
  const target = openBefore(time, from) + minutes
  if (target < 0 || target > time.total) return undefined
  return minutes > 0 ? finishAt(time, target) : startAt(time, target)
}

/** The instant at which the `worked`-th open minute ends: the end of an interval rather than the next start. */
export const finishAt = (time: OpenTime, worked: number): Minute => {
  const index = intervalOf(time, worked - 1)
  return time.start[index]! + worked - time.before[index]!
}

/** The instant at which open minute number `worked` (from 0) starts: the next start rather than an interval's end. */
export const startAt = (time: OpenTime, worked: number): Minute => {
  if (worked >= time.total) return time.total === 0 ? 0 : finishAt(time, time.total)
  const index = intervalOf(time, worked)
  return time.start[index]! + worked - time.before[index]!
}

/** The interval that holds open minute number `worked`. */
export const intervalOf = (time: OpenTime, worked: number): number => {
  const { before } = time
  const last = time.start.length - 1
  if (worked <= 0) return 0
  let index = time.byWork[Math.min(worked, time.total) >> WORK_BITS]!
  while (index < last && before[index + 1]! <= worked) index++
  return index
}

/** Builds the index from intervals in any order; overlaps are joined, empty ones dropped. */
export const openTimeFrom = (intervals: readonly Interval[]): OpenTime => {
  const sorted = joined(intervals)
  return indexed(
    Int32Array.from(sorted, (each) => each.from),
    Int32Array.from(sorted, (each) => each.to),
  )
}

/** Open time without the minutes that `cuts` (sorted, disjoint) cover. */
export const openTimeWithout = (time: OpenTime, cuts: readonly Interval[]): OpenTime => {
  const start = new Int32Array(time.start.length + cuts.length)
  const end = new Int32Array(start.length)
  let count = 0
  const add = (from: Minute, to: Minute): void => {
    if (from >= to) return
    start[count] = from
    end[count++] = to
  }
  let cut = 0
  for (let index = 0; index < time.start.length; index++) {
    let from = time.start[index]!
    const to = time.end[index]!
    while (cut < cuts.length && cuts[cut]!.to <= from) cut++
    for (let k = cut; k < cuts.length && cuts[k]!.from < to; k++) {
      add(from, cuts[k]!.from)
      from = Math.max(from, cuts[k]!.to)
    }
    add(from, to)
  }
  return indexed(start.slice(0, count), end.slice(0, count))
}

const indexed = (start: Int32Array, end: Int32Array): OpenTime => {
  const count = start.length
  const before = new Int32Array(count + 1)
  for (let index = 0; index < count; index++) before[index + 1] = before[index]! + end[index]! - start[index]!
  const total = before[count]!
  const reach = count === 0 ? 0 : end[count - 1]! - start[0]!
  return {
    start,
    end,
    before,
    total,
    byClock: firstIn(start, start[0] ?? 0, reach >> CLOCK_BITS, CLOCK_BITS),
    byWork: firstIn(before.subarray(0, count), 0, total >> WORK_BITS, WORK_BITS),
  }
}

/** For each stretch, the last interval that begins at or before its first minute. */
const firstIn = (begins: Int32Array, origin: number, stretches: number, bits: number): Int32Array => {
  const table = new Int32Array(stretches + 1)
  let index = 0
  for (let stretch = 0; stretch <= stretches; stretch++) {
    while (index + 1 < begins.length && begins[index + 1]! - origin <= stretch << bits) index++
    table[stretch] = index
  }
  return table
}

/** The intervals of an open time within `[from, to)`, cut at its ends. */
export const intervalsWithin = (time: OpenTime, from: Minute, to: Minute): Interval[] => {
  const found: Interval[] = []
  for (let index = firstEndingAfter(time, from); index < time.start.length && time.start[index]! < to; index++) {
    const cut = { from: Math.max(from, time.start[index]!), to: Math.min(to, time.end[index]!) }
    if (cut.from < cut.to) found.push(cut)
  }
  return found
}

/** All intervals of an open time. */
export const intervalsOf = (time: OpenTime): Interval[] =>
  Array.from(time.start, (from, index) => ({ from, to: time.end[index]! }))

/** Minutes that both lists hold. Both must be sorted and disjoint. */
export const intersect = (a: readonly Interval[], b: readonly Interval[]): Interval[] => {
  const both: Interval[] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const from = Math.max(a[i]!.from, b[j]!.from)
    const to = Math.min(a[i]!.to, b[j]!.to)
    if (from < to) both.push({ from, to })
    if (a[i]!.to < b[j]!.to) i++
    else j++
  }
  return both
}

/** Sorted, disjoint, touching ones joined, empty ones dropped. */
export const joined = (intervals: readonly Interval[]): Interval[] => {
  const sorted = intervals.filter((interval) => interval.from < interval.to).sort((a, b) => a.from - b.from)
  const result: { from: Minute; to: Minute }[] = []
  for (const interval of sorted) {
    const last = result[result.length - 1]
    if (last !== undefined && interval.from <= last.to) last.to = Math.max(last.to, interval.to)
    else result.push({ from: interval.from, to: interval.to })
  }
  return result
}

const firstEndingAfter = (time: OpenTime, at: Minute): number => {
  let low = 0
  let high = time.end.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (time.end[middle]! <= at) low = middle + 1
    else high = middle
  }
  return low
}

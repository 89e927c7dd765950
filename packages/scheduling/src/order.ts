/**
 * Order: which work claims capacity first.
 *
 * Started and pinned, then firm, reserved, tentative; within one status higher priority, then the earlier latest
 * finish (from due dates along the precedences), then the id. Predecessors always go before successors.
 */
import type { ActivityStatus } from "./data.ts"
import type { ModelActivity } from "./model.ts"

const RANK: Readonly<Record<ActivityStatus, number>> = {
  done: 0,
  pinned: 0,
  started: 1,
  firm: 2,
  reserved: 3,
  tentative: 4,
}

/** Elapsed minutes per working minute in an ordinary 40-hour week: only the order rests on it, never a date. */
const STRETCH = 4.2

/** Orders of lists that are planned again: an edit that leaves the activities alone leaves their order too. */
const orders = new WeakMap<readonly ModelActivity[], readonly number[]>()

/** Activity indices in planning order. */
export const planningOrder = (activities: readonly ModelActivity[], horizonEnd: number): readonly number[] => {
  const known = orders.get(activities)
  if (known !== undefined) return known
  const order = freshOrder(activities, horizonEnd)
  orders.set(activities, order)
  return order
}

const freshOrder = (activities: readonly ModelActivity[], horizonEnd: number): readonly number[] =>
  orderByKeys(activities, keysOf(activities, horizonEnd))

/** An order by status, priority and the given keys, lower first; predecessors always before successors. */
export const orderByKeys = (activities: readonly ModelActivity[], keys: Float64Array): readonly number[] => {
  const rank = Float64Array.from(activities, (each) => RANK[each.status])
  const priority = Float64Array.from(activities, (each) => each.data.priority ?? 0)
  const before = (a: number, b: number): boolean => {
    if (rank[a] !== rank[b]) return rank[a]! < rank[b]!
    if (priority[a] !== priority[b]) return priority[a]! > priority[b]!
    return keys[a] === keys[b] ? a < b : keys[a]! < keys[b]!
  }
  return inOrder(activities, before)
}

/** A topological order that always takes the best activity whose predecessors have gone. */
export const inOrder = (
  activities: readonly ModelActivity[],
  before: (a: number, b: number) => boolean,
): readonly number[] => {
  const waiting = activities.map((each) => each.before.length)
  const heap: number[] = []
  const push = (item: number): void => {
    let at = heap.length
    heap.push(item)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!before(heap[at]!, heap[parent]!)) break
      ;[heap[at], heap[parent]] = [heap[parent]!, heap[at]!]
      at = parent
    }
  }
  activities.forEach((_, index) => {
    if (waiting[index] === 0) push(index)
  })
  const order: number[] = []
  while (heap.length > 0) {
    const next = heap[0]!
    order.push(next)
    const last = heap.pop()!
    if (heap.length > 0) {
      heap[0] = last
      sink(heap, before)
    }
    for (const link of activities[next]!.after) if (--waiting[link.other]! === 0) push(link.other)
  }
  return order
}

const sink = (heap: number[], before: (a: number, b: number) => boolean): void => {
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    if (left >= heap.length) return
    const child = left + 1 < heap.length && before(heap[left + 1]!, heap[left]!) ? left + 1 : left
    if (!before(heap[child]!, heap[at]!)) return
    ;[heap[at], heap[child]] = [heap[child]!, heap[at]!]
    at = child
  }
}

/** The latest finish of each activity that due dates allow along the precedences. */
export const keysOf = (activities: readonly ModelActivity[], horizonEnd: number): Float64Array => {
  const latest = new Float64Array(activities.length)
  const forward = inOrder(activities, (a, b) => a < b)
  for (let position = forward.length - 1; position >= 0; position--) {
    const activity = activities[forward[position]!]!
    const own = Math.min(activity.due ?? horizonEnd, activity.deadline ?? horizonEnd)
    latest[activity.index] = activity.after.reduce((least, link) => {
      const after = activities[link.other]!
      return Math.min(least, latest[link.other]! - after.effortMinutes * STRETCH - link.lagMinutes)
    }, own)
  }
  return latest
}

/**
 * Generation: from a list of activities to a schedule, each as early as possible (serial schedule generation).
 */
import type { Direction, Network } from "./network.ts"

/** Scratch space for one network; schedules are written into arrays that the caller keeps. */
export interface Workspace {
  readonly network: Network
  readonly free: Int32Array
  readonly count: Int32Array
  /** Activities that the last generation has given a time. */
  placed: number
}

/** Fresh scratch space. */
export const workspaceOf = (network: Network): Workspace => ({
  network,
  free: new Int32Array((network.horizon + 1) * network.words),
  count: new Int32Array(network.horizon + 2),
  placed: 0,
})

/** What `generate` gives when it has stopped early: longer than any schedule. */
export const TOO_LONG = 0x7fffffff

/**
 * Writes the finish of each activity of `order` and gives the makespan.
 *
 * `order` must put predecessors (in `direction`) first. Backwards, a finish is counted from the end of the project.
 * As soon as a finish and the longest path behind it are beyond `limit`, it stops and gives `TOO_LONG`; how many
 * activities have been given a time by then is left in `space.placed`.
 */
export const generate = (
  space: Workspace,
  order: Int32Array,
  direction: Direction,
  finish: Int32Array,
  limit: number,
): number =>
  space.network.words === 1
    ? generateNarrow(space, order, direction, finish, limit)
    : generateWide(space, order, direction, finish, limit)

const generateNarrow = (
  space: Workspace,
  order: Int32Array,
  direction: Direction,
  finish: Int32Array,
  limit: number,
): number => {
  const { free, network } = space
  const { durations, need } = network
  const { offset, list, behind } = direction
  const full = network.full[0]!
  const guard = network.guard[0]!
  let makespan = 0
  let filled = 0
  for (let position = 0; position < order.length; position++) {
    const j = order[position]!
    const duration = durations[j]!
    const units = need[j]!
    let start = 0
    for (let at = offset[j]!, end = offset[j + 1]!; at < end; at++) {
      const before = finish[list[at]!]!
      if (before > start) start = before
    }
    if (units !== 0) {
      let stop = start + duration
      while (filled < stop) free[filled++] = full
      for (let period = stop - 1; period >= start; period--) {
        if (((free[period]! - units) & guard) !== guard) {
          start = period + 1
          stop = start + duration
          while (filled < stop) free[filled++] = full
          period = stop
        }
      }
      for (let period = start; period < stop; period++) free[period]! -= units
    }
    const end = start + duration
    finish[j] = end
    if (end > makespan) makespan = end
    if (end + behind[j]! > limit) {
      space.placed = position + 1
      return TOO_LONG
    }
  }
  space.placed = order.length
  return makespan
}

const generateWide = (
  space: Workspace,
  order: Int32Array,
  direction: Direction,
  finish: Int32Array,
  limit: number,
): number => {
  const { free, network } = space
  const { durations, need, words, full, guard } = network
  const { offset, list, behind } = direction
  let makespan = 0
  for (let at = 0; at < free.length; at++) free[at] = full[at % words]!
  for (let position = 0; position < order.length; position++) {
    const j = order[position]!
    const duration = durations[j]!
    let start = 0
    for (let at = offset[j]!; at < offset[j + 1]!; at++) start = Math.max(start, finish[list[at]!]!)
    for (let period = start + duration - 1; period >= start; period--) {
      for (let word = 0; word < words; word++) {
        if (((free[period * words + word]! - need[j * words + word]!) & guard[word]!) === guard[word]) continue
        start = period + 1
        period = start + duration
        break
      }
    }
    for (let period = start; period < start + duration; period++) {
      for (let word = 0; word < words; word++)
        free[period * words + word] = free[period * words + word]! - need[j * words + word]!
    }
    finish[j] = start + duration
    makespan = Math.max(makespan, finish[j]!)
    if (finish[j]! + behind[j]! > limit) {
      space.placed = position + 1
      return TOO_LONG
    }
  }
  space.placed = order.length
  return makespan
}

/**
 * Orders activities by falling finish, which is an order for the other direction.
 *
 * Equal finishes keep the reverse of `order`, so that activities without duration stay on the right side.
 */
export const turn = (
  space: Workspace,
  order: Int32Array,
  finish: Int32Array,
  makespan: number,
  turned: Int32Array,
): void => {
  const { count } = space
  const size = order.length
  count.fill(0, 0, makespan + 2)
  for (let at = 0; at < size; at++) count[makespan - finish[order[at]!]! + 1]!++
  for (let value = 1; value <= makespan; value++) count[value] = count[value]! + count[value - 1]!
  for (let at = size - 1; at >= 0; at--) {
    const j = order[at]!
    const slot = makespan - finish[j]!
    turned[count[slot]!] = j
    count[slot]!++
  }
}

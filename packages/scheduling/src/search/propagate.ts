/**
 * Propagation: what bounds on starts imply through precedences, pairs that cannot overlap, and resource profiles.
 */
import type { Network } from "./network.ts"
import type { Bounds } from "./nogoods.ts"

export interface Propagator {
  /** Tightens until nothing changes; false on a contradiction (its literals are in `bounds.conflict`). */
  readonly run: () => boolean
}

/** Pairs of activities that together exceed some resource. */
export const disjointPairs = (network: Network): readonly (readonly number[])[] => {
  const { demand, capacity } = network.project
  return demand.map((a, i) =>
    demand.flatMap((b, j) => (i !== j && capacity.some((most, k) => (a[k] ?? 0) + (b[k] ?? 0) > most) ? [j] : [])),
  )
}

/** A propagator over `bounds` (times up to `horizon`). */
export const propagatorOf = (network: Network, bounds: Bounds, horizon: number): Propagator => {
  const { size, durations } = network
  const { capacity, demand } = network.project
  const kinds = capacity.length
  const need = Int32Array.from(demand.flatMap((units) => capacity.map((_, k) => units[k] ?? 0)))
  const load = new Int32Array((horizon + 1) * kinds)
  const pairs = disjointPairs(network).map((list) => Int32Array.from(list))
  const arena = bounds.arena

  const precedences = (): boolean => {
    const { offset, list } = network.forward
    for (const j of network.topological) {
      for (let at = offset[j]!; at < offset[j + 1]!; at++) {
        const i = list[at]!
        const value = bounds.least(i) + durations[i]!
        if (value <= bounds.least(j)) continue
        const from = arena.length
        arena.push(2 * i, bounds.least(i))
        if (!bounds.raise(2 * j, value, from)) return false
      }
    }
    for (let position = size - 1; position >= 0; position--) {
      const j = network.topological[position]!
      for (let at = offset[j]!; at < offset[j + 1]!; at++) {
        const i = list[at]!
        const value = bounds.greatest(j) - durations[i]!
        if (value >= bounds.greatest(i)) continue
        const from = arena.length
        arena.push(2 * j + 1, -bounds.greatest(j))
        if (!bounds.raise(2 * i + 1, -value, from)) return false
      }
    }
    return true
  }

  /** If `i` cannot come after `j`, then `j` starts when `i` has finished, and `i` finishes before `j` must start. */
  const separate = (i: number, j: number): boolean => {
    if (bounds.least(j) + durations[j]! <= bounds.greatest(i)) return true
    const latest = bounds.greatest(i)
    const value = bounds.least(i) + durations[i]!
    if (value > bounds.least(j)) {
      const from = arena.length
      arena.push(2 * i, value - durations[i]!, 2 * i + 1, -latest, 2 * j, latest - durations[j]! + 1)
      if (!bounds.raise(2 * j, value, from)) return false
    }
    const last = bounds.greatest(j) - durations[i]!
    if (last < bounds.greatest(i)) {
      const from = arena.length
      // Weakest form of "i cannot come after j": i starts before `least(j) + duration(j)` ends.
      const least = bounds.least(j)
      arena.push(2 * j + 1, -bounds.greatest(j), 2 * j, least, 2 * i + 1, -(least + durations[j]! - 1))
      if (!bounds.raise(2 * i + 1, -last, from)) return false
    }
    return true
  }

  const disjoint = (): boolean => {
    for (let i = 0; i < size; i++) {
      if (durations[i] === 0) continue
      for (const j of pairs[i]!) if (durations[j] !== 0 && !separate(i, j)) return false
    }
    return true
  }

  /** Sums what must run in each period; on an overload the literals of those who run there are the conflict. */
  const profile = (): boolean => {
    load.fill(0)
    for (let j = 0; j < size; j++) {
      const stop = bounds.least(j) + durations[j]!
      for (let period = bounds.greatest(j); period < stop; period++) {
        for (let k = 0; k < kinds; k++) {
          const units = need[j * kinds + k]!
          if (units === 0) continue
          load[period * kinds + k]! += units
          if (load[period * kinds + k]! > capacity[k]!) {
            bounds.conflict.length = 0
            explain(period, k, NOBODY, load[period * kinds + k]! - capacity[k]! - 1, bounds.conflict)
            return false
          }
        }
      }
    }
    return true
  }

  /** Literals of those who must run in a period; `slack` units of them may be left out. */
  const explain = (period: number, k: number, without: number, slack: number, into: number[]): void => {
    let spare = slack
    for (let i = 0; i < size; i++) {
      const units = need[i * kinds + k]!
      if (i === without || units === 0) continue
      if (bounds.greatest(i) > period || bounds.least(i) + durations[i]! <= period) continue
      if (units <= spare) {
        spare -= units
        continue
      }
      into.push(2 * i + 1, -period, 2 * i, period - durations[i]! + 1)
    }
  }

  /** The period nearest the far end of `[from, to)` in which `j` does not fit, or −1. */
  const clash = (j: number, from: number, to: number, forward: boolean): number => {
    const mineFrom = bounds.greatest(j)
    const mineTo = bounds.least(j) + durations[j]!
    for (let n = 0; n < to - from; n++) {
      const period = forward ? to - 1 - n : from + n
      if (period >= mineFrom && period < mineTo) continue
      for (let k = 0; k < kinds; k++) {
        const units = need[j * kinds + k]!
        if (units > 0 && load[period * kinds + k]! + units > capacity[k]!) {
          clashKind = k
          return period
        }
      }
    }
    return NOBODY
  }
  let clashKind = 0

  const fit = (): boolean => {
    for (let j = 0; j < size; j++) {
      const duration = durations[j]!
      if (duration === 0 || bounds.isFixed(j)) continue
      for (;;) {
        const start = bounds.least(j)
        const period = clash(j, start, start + duration, true)
        if (period === NOBODY) break
        const from = arena.length
        const slack = load[period * kinds + clashKind]! + need[j * kinds + clashKind]! - capacity[clashKind]! - 1
        explain(period, clashKind, j, slack, arena)
        arena.push(2 * j, period - duration + 1)
        if (!bounds.raise(2 * j, period + 1, from)) return false
      }
      for (;;) {
        const start = bounds.greatest(j)
        const period = clash(j, start, start + duration, false)
        if (period === NOBODY) break
        const from = arena.length
        const slack = load[period * kinds + clashKind]! + need[j * kinds + clashKind]! - capacity[clashKind]! - 1
        explain(period, clashKind, j, slack, arena)
        arena.push(2 * j + 1, -period)
        if (!bounds.raise(2 * j + 1, duration - period, from)) return false
      }
    }
    return true
  }

  const run = (): boolean => {
    for (;;) {
      let before: number
      do {
        before = bounds.code.length
        if (!bounds.propagate() || !precedences()) return false
      } while (bounds.code.length > before)
      if (!disjoint()) return false
      if (bounds.code.length > before) continue
      if (!profile() || !fit()) return false
      if (bounds.code.length === before) return true
    }
  }
  return { run }
}

const NOBODY = -1

/**
 * Propagation: what bounds on starts imply through precedences, pairs that cannot overlap, and resource profiles.
 */
import type { Network } from "./network.ts"
import type { Bounds } from "./nogoods.ts"

/** No activity, no period. */
const NONE = -1

/** Pairs of activities that together exceed some resource. */
export const disjointPairs = (network: Network): readonly (readonly number[])[] => {
  const { demand, capacity } = network.project
  return demand.map((a, i) =>
    demand.flatMap((b, j) => (i !== j && capacity.some((most, k) => (a[k] ?? 0) + (b[k] ?? 0) > most) ? [j] : [])),
  )
}

/** Tightens `bounds` (times up to `horizon`) by all rules, writing the reason of each step. */
export class Propagator {
  readonly #network: Network
  readonly #bounds: Bounds
  readonly #kinds: number
  readonly #capacity: readonly number[]
  readonly #need: Int32Array
  readonly #load: Int32Array
  readonly #pairs: readonly Int32Array[]
  #clashKind = 0

  constructor(network: Network, bounds: Bounds, horizon: number) {
    const { capacity, demand } = network.project
    this.#network = network
    this.#bounds = bounds
    this.#kinds = capacity.length
    this.#capacity = capacity
    this.#need = Int32Array.from(demand.flatMap((units) => capacity.map((_, k) => units[k] ?? 0)))
    this.#load = new Int32Array((horizon + 1) * capacity.length)
    this.#pairs = disjointPairs(network).map((list) => Int32Array.from(list))
  }

  /** Tightens until nothing changes; false on a contradiction (its literals are in `bounds.conflict`). */
  run(): boolean {
    const bounds = this.#bounds
    for (;;) {
      let before: number
      do {
        before = bounds.code.length
        if (!bounds.propagate() || !this.#forward() || !this.#backward()) return false
      } while (bounds.code.length > before)
      if (!this.#disjoint()) return false
      if (bounds.code.length > before) continue
      if (!this.#profile() || !this.#fit()) return false
      if (bounds.code.length === before) return true
    }
  }

  #forward(): boolean {
    const { forward, topological, durations } = this.#network
    const bounds = this.#bounds
    for (const j of topological) {
      for (let at = forward.offset[j]!; at < forward.offset[j + 1]!; at++) {
        const i = forward.list[at]!
        const value = bounds.least(i) + durations[i]!
        if (value <= bounds.least(j)) continue
        const from = bounds.arena.length
        bounds.arena.push(2 * i, bounds.least(i))
        if (!bounds.raise(2 * j, value, from)) return false
      }
    }
    return true
  }

  #backward(): boolean {
    const { forward, topological, durations, size } = this.#network
    const bounds = this.#bounds
    for (let position = size - 1; position >= 0; position--) {
      const j = topological[position]!
      for (let at = forward.offset[j]!; at < forward.offset[j + 1]!; at++) {
        const i = forward.list[at]!
        const value = bounds.greatest(j) - durations[i]!
        if (value >= bounds.greatest(i)) continue
        const from = bounds.arena.length
        bounds.arena.push(2 * j + 1, -bounds.greatest(j))
        if (!bounds.raise(2 * i + 1, -value, from)) return false
      }
    }
    return true
  }

  #disjoint(): boolean {
    const { size, durations } = this.#network
    for (let i = 0; i < size; i++) {
      if (durations[i] === 0) continue
      for (const j of this.#pairs[i]!) if (durations[j] !== 0 && !this.#separate(i, j)) return false
    }
    return true
  }

  /** If `i` cannot come after `j`, then `j` starts when `i` has finished, and `i` finishes before `j` must start. */
  #separate(i: number, j: number): boolean {
    const bounds = this.#bounds
    const { durations } = this.#network
    if (bounds.least(j) + durations[j]! <= bounds.greatest(i)) return true
    const latest = bounds.greatest(i)
    const value = bounds.least(i) + durations[i]!
    if (value > bounds.least(j)) {
      const from = bounds.arena.length
      bounds.arena.push(2 * i, value - durations[i]!, 2 * i + 1, -latest, 2 * j, latest - durations[j]! + 1)
      if (!bounds.raise(2 * j, value, from)) return false
    }
    const last = bounds.greatest(j) - durations[i]!
    if (last >= bounds.greatest(i)) return true
    const from = bounds.arena.length
    // Weakest form of "i cannot come after j": i starts before `least(j) + duration(j)` ends.
    const least = bounds.least(j)
    bounds.arena.push(2 * j + 1, -bounds.greatest(j), 2 * j, least, 2 * i + 1, -(least + durations[j]! - 1))
    return bounds.raise(2 * i + 1, -last, from)
  }

  /** Sums what must run in each period; on an overload the literals of those who run there are the conflict. */
  #profile(): boolean {
    const bounds = this.#bounds
    const { size, durations } = this.#network
    const load = this.#load
    const kinds = this.#kinds
    load.fill(0)
    for (let j = 0; j < size; j++) {
      const stop = bounds.least(j) + durations[j]!
      for (let period = bounds.greatest(j); period < stop; period++) {
        for (let k = 0; k < kinds; k++) {
          const units = this.#need[j * kinds + k]!
          if (units === 0) continue
          load[period * kinds + k]! += units
          const over = load[period * kinds + k]! - this.#capacity[k]!
          if (over <= 0) continue
          bounds.conflict.length = 0
          this.#explain(period, k, NONE, over - 1, bounds.conflict)
          return false
        }
      }
    }
    return true
  }

  /** Literals of those who must run in a period; `slack` units of them may be left out. */
  #explain(period: number, k: number, without: number, slack: number, into: number[]): void {
    const bounds = this.#bounds
    const { size, durations } = this.#network
    let spare = slack
    for (let i = 0; i < size; i++) {
      const units = this.#need[i * this.#kinds + k]!
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
  #clash(j: number, from: number, to: number, forward: boolean): number {
    const kinds = this.#kinds
    const mineFrom = this.#bounds.greatest(j)
    const mineTo = this.#bounds.least(j) + this.#network.durations[j]!
    for (let n = 0; n < to - from; n++) {
      const period = forward ? to - 1 - n : from + n
      if (period >= mineFrom && period < mineTo) continue
      for (let k = 0; k < kinds; k++) {
        const units = this.#need[j * kinds + k]!
        if (units === 0 || this.#load[period * kinds + k]! + units <= this.#capacity[k]!) continue
        this.#clashKind = k
        return period
      }
    }
    return NONE
  }

  /** Moves starts over periods that have no room left. */
  #fit(): boolean {
    for (let j = 0; j < this.#network.size; j++) {
      if (this.#network.durations[j] === 0 || this.#bounds.isFixed(j)) continue
      if (!this.#fitEarly(j) || !this.#fitLate(j)) return false
    }
    return true
  }

  #fitEarly(j: number): boolean {
    const bounds = this.#bounds
    const duration = this.#network.durations[j]!
    for (;;) {
      const start = bounds.least(j)
      const period = this.#clash(j, start, start + duration, true)
      if (period === NONE) return true
      const from = bounds.arena.length
      this.#explain(period, this.#clashKind, j, this.#slack(j, period), bounds.arena)
      bounds.arena.push(2 * j, period - duration + 1)
      if (!bounds.raise(2 * j, period + 1, from)) return false
    }
  }

  #fitLate(j: number): boolean {
    const bounds = this.#bounds
    const duration = this.#network.durations[j]!
    for (;;) {
      const start = bounds.greatest(j)
      const period = this.#clash(j, start, start + duration, false)
      if (period === NONE) return true
      const from = bounds.arena.length
      this.#explain(period, this.#clashKind, j, this.#slack(j, period), bounds.arena)
      bounds.arena.push(2 * j + 1, -period)
      if (!bounds.raise(2 * j + 1, duration - period, from)) return false
    }
  }

  /** Units by which a clash exceeds what it takes to be one. */
  #slack(j: number, period: number): number {
    const k = this.#clashKind
    return this.#load[period * this.#kinds + k]! + this.#need[j * this.#kinds + k]! - this.#capacity[k]! - 1
  }
}

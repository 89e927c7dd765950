/**
 * Exact search: the shortest schedule of a small project, with proof, by learning from contradictions.
 *
 * It asks again and again for a schedule shorter than the best one; when there is none, the best one is proved.
 */
import type { Steps } from "../steps.ts"
import type { Network } from "./network.ts"
import { Bounds } from "./nogoods.ts"
import { Propagator } from "./propagate.ts"

export interface ExactOptions {
  /** Contradictions that may be met before giving up. */
  readonly conflicts: number
  /** A schedule to beat. */
  readonly starts: Int32Array
  readonly makespan: number
  readonly lowerBound: number
}

export interface ExactResult {
  readonly starts: Int32Array
  readonly makespan: number
  /** No schedule is shorter than this. */
  readonly lowerBound: number
  readonly proved: boolean
  readonly conflictsUsed: number
}

/** Contradictions between two restarts. */
const RESTART = 100
/** Nogoods kept before the longest are forgotten. */
const MOST_NOGOODS = 4000

/**
 * Shortens a schedule until it is proved shortest or the conflicts run out.
 *
 * The answer does not depend on time: the same options give the same result on every machine.
 */
export function* searchExact(network: Network, options: ExactOptions): Steps<ExactResult> {
  let { starts, makespan } = options
  if (makespan <= options.lowerBound) return { starts, makespan, lowerBound: makespan, proved: true, conflictsUsed: 0 }
  const { size, head, tail } = network
  const bounds = new Bounds(size)
  for (let j = 0; j < size; j++) bounds.at[2 * j] = head[j]!
  const limit = (span: number): boolean => {
    for (let j = 0; j < size; j++) {
      bounds.at[2 * j + 1] = Math.max(bounds.at[2 * j + 1]!, tail[j]! - span)
      if (bounds.least(j) > bounds.greatest(j)) return false
    }
    return true
  }
  for (let j = 0; j < size; j++) bounds.at[2 * j + 1] = tail[j]! - makespan
  const propagator = new Propagator(network, bounds, makespan)
  let used = 0
  let restarts = 0
  const proved = (): ExactResult => ({ starts, makespan, lowerBound: makespan, proved: true, conflictsUsed: used })
  for (;;) {
    if (!limit(makespan - 1)) return proved()
    const round = searchRound(network, bounds, propagator, Math.min(RESTART, options.conflicts - used), restarts++)
    used += round.conflicts
    if (round.outcome === "none") return proved()
    if (round.outcome === "found") {
      starts = Int32Array.from({ length: size }, (_, j) => bounds.least(j))
      makespan = starts.reduce((most, start, j) => Math.max(most, start + network.durations[j]!), 0)
    }
    if (bounds.levels.length > 0) bounds.backTo(0)
    if (makespan <= options.lowerBound) return proved()
    const isStopped = options.conflicts > 0 && (yield { done: used, of: options.conflicts })
    if (isStopped || used >= options.conflicts)
      return { starts, makespan, lowerBound: options.lowerBound, proved: false, conflictsUsed: used }
    bounds.forget(MOST_NOGOODS)
  }
}

interface Round {
  readonly outcome: "found" | "none" | "stopped"
  readonly conflicts: number
}

const searchRound = (
  network: Network,
  bounds: Bounds,
  propagator: Propagator,
  most: number,
  restart: number,
): Round => {
  let conflicts = 0
  for (;;) {
    if (!propagator.run()) {
      conflicts++
      if (!learnAll(bounds)) return { outcome: "none", conflicts }
      if (conflicts >= most) return { outcome: "stopped", conflicts }
      continue
    }
    const next = choose(network, bounds, restart)
    if (next < 0) return { outcome: "found", conflicts }
    bounds.decide(next)
  }
}

/** Applying a lesson may contradict at once; then that contradiction is learned from too. */
const learnAll = (bounds: Bounds): boolean => {
  if (bounds.levels.length === 0) return false
  while (!bounds.learn()) {
    if (bounds.levels.length === 0) return false
  }
  return true
}

/** Most often contradicted first; in the first rounds the one that may start earliest, then with the longest tail. */
const choose = (network: Network, bounds: Bounds, restart: number): number => {
  let best = -1
  const byTime = restart === 0
  for (let j = 0; j < network.size; j++) {
    if (bounds.isFixed(j)) continue
    if (best < 0) {
      best = j
      continue
    }
    const earlier = bounds.least(j) - bounds.least(best) || network.tail[best]! - network.tail[j]!
    if (byTime ? earlier < 0 : bounds.activity[j]! > bounds.activity[best]!) best = j
  }
  return best
}

/**
 * Solve: the shortest schedule of a project with shared resources that a budget finds, and how good it is.
 */
import { fail, ok, type Result } from "../result.ts"
import { finishSteps, type Steps } from "../steps.ts"
import { searchExact } from "./exact.ts"
import { type Network, networkOf, type Project } from "./network.ts"
import { searchPopulation } from "./population.ts"

/** Budgets and a schedule to start from. */
export interface SolveOptions {
  /**
   * Schedules that the population search may generate: 1 000 if left out. One that is given up half-way, because it
   * can no longer be short enough, counts as the share of activities that had been given a start.
   */
  readonly schedules?: number
  /** Contradictions that the exact search may meet afterwards: none if left out. */
  readonly conflicts?: number
  readonly seed?: number
  /**
   * Starts of an earlier schedule. If it still fits (work was removed or shortened, capacity added), the answer is
   * never longer than it: a date does not get worse because the problem got easier.
   */
  readonly certificate?: readonly number[]
}

/** A schedule, and how good it is known to be. */
export interface Solution {
  /** Start period of each activity. */
  readonly starts: readonly number[]
  readonly makespan: number
  readonly lowerBound: number
  /** True when no schedule is shorter. */
  readonly proved: boolean
  readonly schedulesUsed: number
  readonly conflictsUsed: number
}

/** The project is cyclic, or asks for more units at once than exist. */
export interface Unsolvable {
  readonly _tag: "Unsolvable"
}

/**
 * Searches a schedule: a population first, then (if asked) proof by learning from contradictions.
 *
 * The same project, options and seed give the same solution on every machine; budgets count schedules and
 * contradictions, never time.
 *
 * @example solveProject({ durations: [3, 2], demand: [[1], [1]], capacity: [1], successors: [[], []] }, {}) // makespan 5, proved
 */
export const solveProject = (project: Project, options: SolveOptions = {}): Result<Solution, Unsolvable> =>
  finishSteps(solveSteps(project, options))

/** `solveProject` in steps of a generation, or of the contradictions between two restarts. */
export function* solveSteps(project: Project, options: SolveOptions): Steps<Result<Solution, Unsolvable>> {
  const network = networkOf(project)
  if (network === undefined) return fail({ _tag: "Unsolvable" })
  const bound = projectBound(network)
  const certificate = options.certificate === undefined ? undefined : orderOf(network, options.certificate)
  const found = yield* searchPopulation(network, {
    schedules: Math.max(1, options.schedules ?? 1000),
    seed: options.seed ?? 1,
    lowerBound: bound,
    ...(certificate === undefined ? {} : { incumbent: certificate }),
  })
  const exact = yield* searchExact(network, {
    conflicts: options.conflicts ?? 0,
    starts: found.starts,
    makespan: found.makespan,
    lowerBound: bound,
  })
  return ok({
    starts: [...exact.starts],
    makespan: exact.makespan,
    lowerBound: exact.proved ? exact.makespan : bound,
    proved: exact.proved,
    schedulesUsed: found.schedulesUsed,
    conflictsUsed: exact.conflictsUsed,
  })
}

/** Periods that no schedule undercuts: the longest path, each resource's work, and pairs along the path. */
export const projectBound = (network: Network): number => {
  const { project, durations, criticalPath } = network
  let bound = criticalPath
  project.capacity.forEach((capacity, k) => {
    if (capacity === 0) return
    const work = project.demand.reduce((sum, units, j) => sum + (units[k] ?? 0) * durations[j]!, 0)
    bound = Math.max(bound, Math.ceil(work / capacity))
  })
  return bound
}

/** The order of an earlier schedule, if it respects the precedences of this project. */
const orderOf = (network: Network, starts: readonly number[]): Int32Array | undefined => {
  if (starts.length !== network.size) return undefined
  const place = new Int32Array(network.size)
  network.topological.forEach((j, position) => {
    place[j] = position
  })
  const order = Int32Array.from(network.topological).sort((a, b) => starts[a]! - starts[b]! || place[a]! - place[b]!)
  const at = new Int32Array(network.size)
  order.forEach((j, position) => {
    at[j] = position
  })
  const fits = network.project.successors.every((list, j) => list.every((next) => at[j]! < at[next]!))
  return fits ? order : undefined
}

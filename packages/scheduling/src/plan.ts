/**
 * Plan: who works on what, when, and why not earlier.
 */

import type { Minute } from "./instant.ts"
import type { Issue } from "./issue.ts"
import type { Reason } from "./reason.ts"

/**
 * Work of one resource without another's work in between: `minutes` open minutes between `from` and `to`.
 * It may span closing time; `workIntervals` cuts it at the resource's opening hours.
 */
export interface Piece {
  readonly resource: string
  readonly from: Minute
  readonly to: Minute
  readonly minutes: number
  /** Share of the resource, or units of a pool, in ppm of one unit. */
  readonly unitsPpm: number
}

/** Where one activity stands in a plan. */
export interface Assignment {
  readonly activity: string
  readonly resources: readonly string[]
  readonly start: Minute
  readonly finish: Minute
  readonly pieces: readonly Piece[]
  /** What alone keeps it from starting earlier. */
  readonly bindingReason: Reason
}

/** Who works on what, when, and what has no place. */
export interface Plan {
  readonly now: Minute
  /** By activity id. */
  readonly assignments: readonly Assignment[]
  /** Work without a place, each with its reason; all the rest is planned. */
  readonly unplaced: readonly Issue[]
  /** Notices about work that is placed: broken deadlines, pinned conflicts. */
  readonly issues: readonly Issue[]
  /** Minutes from now to the last finish. */
  readonly makespanMinutes: number
  /** No plan of this data finishes in fewer minutes. */
  readonly lowerBoundMinutes: number
  /** True when the plan is known to be the shortest. */
  readonly proved: boolean
  readonly seed: number
  readonly inputHash: string
  readonly engineVersion: string
}

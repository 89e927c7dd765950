/**
 * Gantt: a plan as bars, cut at opening hours, for a chart or a person's list of the day.
 */
import type { ActivityStatus } from "./data.ts"
import type { Minute } from "./instant.ts"
import type { Interval } from "./openTime.ts"
import { intervalsWithin } from "./openTime.ts"
import type { Piece, Plan } from "./plan.ts"
import { stateOf } from "./planning.ts"

/** A stretch of work on the clock. */
export interface Bar {
  readonly activity: string
  readonly name: string
  readonly project: string | undefined
  readonly status: ActivityStatus
  readonly from: Minute
  readonly to: Minute
}

/** The work of one resource. */
export interface GanttRow {
  readonly resource: string
  readonly name: string
  /** In order of time. */
  readonly bars: readonly Bar[]
}

/** The open clock intervals of a piece; pinned work outside open hours is one interval as it stands. */
export const workIntervals = (plan: Plan, piece: Piece): readonly Interval[] => {
  const { model } = stateOf(plan)
  const { open } = model.resources[model.resourceIndex.get(piece.resource)!]!
  return piece.minutes === 0 ? [{ from: piece.from, to: piece.to }] : intervalsWithin(open, piece.from, piece.to)
}

/** One row per resource with work between `from` and `to` (all of it if left out), in order of ids. */
export const gantt = (
  plan: Plan,
  from: Minute = Number.MIN_SAFE_INTEGER,
  to: Minute = Number.MAX_SAFE_INTEGER,
): readonly GanttRow[] => {
  const { model } = stateOf(plan)
  const rows = new Map(
    model.resources.map((each) => [each.id, { resource: each.id, name: each.name, bars: [] as Bar[] }]),
  )
  for (const assignment of plan.assignments) {
    const activity = model.activities[model.activityIndex.get(assignment.activity)!]!
    for (const piece of assignment.pieces) {
      if (piece.to <= from || piece.from >= to) continue
      for (const each of workIntervals(plan, piece)) {
        if (each.to <= from || each.from >= to) continue
        const { id, name, status } = activity
        rows.get(piece.resource)!.bars.push({ activity: id, name, project: activity.data.project, status, ...each })
      }
    }
  }
  for (const row of rows.values()) row.bars.sort((a, b) => a.from - b.from || a.to - b.to)
  return [...rows.values()].filter((row) => row.bars.length > 0)
}

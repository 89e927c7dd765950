/**
 * Validation of a project's schedule, period by period, without the search's packed words.
 */
import type { Project } from "./network.ts"

/** A rule that a schedule breaks, with the activity (and resource) concerned. */
export interface ProjectViolation {
  readonly rule: "Start" | "Precedence" | "Capacity"
  readonly activity: number
  readonly resource?: number
}

/** Every rule that the starts break; an empty list means a sound schedule. */
export const validateProject = (project: Project, starts: readonly number[]): readonly ProjectViolation[] => {
  const found: ProjectViolation[] = []
  const { durations, successors, demand, capacity } = project
  durations.forEach((duration, activity) => {
    const start = starts[activity]
    if (start === undefined || !Number.isSafeInteger(start) || start < 0) {
      found.push({ rule: "Start", activity })
      return
    }
    for (const next of successors[activity]!) {
      if (starts[next]! < start + duration) found.push({ rule: "Precedence", activity: next })
    }
    capacity.forEach((most, resource) => {
      let load = 0
      // A load can only rise where something starts, so the starts are the periods to look at.
      durations.forEach((other, j) => {
        if (starts[j]! <= start && start < starts[j]! + other) load += demand[j]![resource] ?? 0
      })
      if (duration > 0 && load > most) found.push({ rule: "Capacity", activity, resource })
    })
  })
  return found
}

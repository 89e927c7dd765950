/** Planned work: the tasks that a quote's lines stand for, and which of them count. Pure. */
import type { PlannedTask } from "./entities.ts"

/** What planned work reads of a line. */
export interface PlanningLine {
  readonly plan: PlannedTask | null
  readonly isOptional: boolean
  readonly alternativeOf: string | null
}

/** Whether a line is part of what is sold: an option is only offered, an alternative only stands beside its line. */
export const isCounted = ({ isOptional, alternativeOf }: PlanningLine): boolean => !isOptional && alternativeOf === null

/**
 * The tasks of the lines that count, in their order.
 *
 * What a task waits for through a task that is not sold, it waits for itself: without the optional insulation, the
 * paint still comes after the pipes.
 */
export const countedTasks = (lines: readonly PlanningLine[]): readonly PlannedTask[] => {
  const counted = lines.flatMap((line) => (line.plan && isCounted(line) ? [line.plan] : []))
  const sold = new Set(counted.map(({ task }) => task))
  const left = new Map<string, readonly string[]>()
  for (const { plan } of lines)
    if (plan && !sold.has(plan.task)) left.set(plan.task, [...(left.get(plan.task) ?? []), ...plan.after])
  const before = (task: PlannedTask): readonly string[] => {
    const found = new Set<string>()
    const seen = new Set<string>()
    const walk = (names: readonly string[]): void => {
      for (const name of names) {
        if (sold.has(name)) found.add(name)
        else if (!seen.has(name)) {
          seen.add(name)
          walk(left.get(name) ?? [])
        }
      }
    }
    walk(task.after)
    return [...found]
  }
  return counted.map((task) => ({ ...task, after: before(task) }))
}

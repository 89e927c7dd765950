/**
 * Compare: what differs between two plans, and what moved it.
 */
import type { Minute } from "./instant.ts"
import { compareText } from "./issue.ts"
import { workingMinutesBetween } from "./openTime.ts"
import type { Assignment, Plan } from "./plan.ts"
import { stateOf } from "./planning.ts"
import type { Reason } from "./reason.ts"

/** One activity that starts, ends or is done otherwise than before. Undefined where one plan has no place for it. */
export interface Move {
  readonly activity: string
  readonly project: string | undefined
  readonly before: Pick<Assignment, "start" | "finish" | "resources"> | undefined
  readonly after: Pick<Assignment, "start" | "finish" | "resources"> | undefined
  /** Elapsed minutes that its finish moved; positive is later. */
  readonly deltaMinutes: number
  /** The same in open minutes of the resource that does it now (else did it before). */
  readonly deltaWorkingMinutes: number
  /** What now keeps it from starting earlier. */
  readonly causedBy: Reason | undefined
}

/** A project's last finish in both plans. */
export interface ProjectMove {
  readonly project: string
  readonly before: Minute | undefined
  readonly after: Minute | undefined
  /** Elapsed minutes that its last finish moved, and the same in open minutes of who does that last work. */
  readonly deltaMinutes: number
  readonly deltaWorkingMinutes: number
  /** What now keeps the work that finishes last from starting earlier. */
  readonly causedBy: Reason | undefined
}

/** All that differs between two plans. */
export interface Comparison {
  /** By activity id; what stays as it is does not appear. */
  readonly moves: readonly Move[]
  readonly projects: readonly ProjectMove[]
  readonly unchanged: number
  readonly makespanDeltaMinutes: number
}

/** Every difference from `before` to `after`, in order of ids. */
export const compare = (before: Plan, after: Plan): Comparison => {
  const old = new Map(before.assignments.map((each) => [each.activity, each]))
  const now = new Map(after.assignments.map((each) => [each.activity, each]))
  const ids = [...new Set([...old.keys(), ...now.keys()])].sort(compareText)
  const moves = ids.flatMap((id): Move[] => {
    const a = old.get(id)
    const b = now.get(id)
    if (
      a !== undefined &&
      b !== undefined &&
      a.start === b.start &&
      a.finish === b.finish &&
      a.resources.join() === b.resources.join()
    )
      return []
    return [
      {
        activity: id,
        project: projectIn(after, id) ?? projectIn(before, id),
        before: a && { start: a.start, finish: a.finish, resources: a.resources },
        after: b && { start: b.start, finish: b.finish, resources: b.resources },
        deltaMinutes: a === undefined || b === undefined ? 0 : b.finish - a.finish,
        deltaWorkingMinutes: a === undefined || b === undefined ? 0 : workingDelta(after, a, b),
        causedBy: b?.bindingReason,
      },
    ]
  })
  return {
    moves,
    projects: projectMoves(before, after),
    unchanged: ids.length - moves.length,
    makespanDeltaMinutes: after.now + after.makespanMinutes - before.now - before.makespanMinutes,
  }
}

const workingDelta = (plan: Plan, before: Assignment, after: Assignment): number => {
  const { model } = stateOf(plan)
  const index = model.resourceIndex.get(after.resources[0] ?? before.resources[0] ?? "")
  return index === undefined
    ? after.finish - before.finish
    : workingMinutesBetween(model.resources[index]!.open, before.finish, after.finish)
}

const projectIn = (plan: Plan, id: string): string | undefined => {
  const { model } = stateOf(plan)
  const index = model.activityIndex.get(id)
  return index === undefined ? undefined : model.activities[index]!.data.project
}

const projectMoves = (before: Plan, after: Plan): readonly ProjectMove[] => {
  const old = lastByProject(before)
  const now = lastByProject(after)
  return [...new Set([...old.keys(), ...now.keys()])].sort(compareText).flatMap((project): ProjectMove[] => {
    const a = old.get(project)
    const b = now.get(project)
    if (a?.finish === b?.finish) return []
    const both = a !== undefined && b !== undefined
    return [
      {
        project,
        before: a?.finish,
        after: b?.finish,
        deltaMinutes: both ? b.finish - a.finish : 0,
        deltaWorkingMinutes: both ? workingDelta(after, a, b) : 0,
        causedBy: b?.bindingReason,
      },
    ]
  })
}

/** The assignment that finishes last in each project. */
const lastByProject = (plan: Plan): ReadonlyMap<string, Assignment> => {
  const last = new Map<string, Assignment>()
  for (const each of plan.assignments) {
    const project = projectIn(plan, each.activity)
    if (project !== undefined && each.finish > (last.get(project)?.finish ?? Number.MIN_SAFE_INTEGER))
      last.set(project, each)
  }
  return last
}

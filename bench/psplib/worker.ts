/**
 * One process of the PSPLIB benchmark: solves its share of a set for one budget and seed.
 */
import { solveProject, validateProject } from "@anbud/scheduling"
import { readSet, type SetName } from "./instances.ts"

export interface Share {
  readonly set: SetName
  readonly schedules: number
  readonly conflicts: number
  readonly seed: number
  /** Every `step`-th instance, of which this worker takes every `workers`-th from `worker` on. */
  readonly step: number
  readonly worker: number
  readonly workers: number
}

export interface Solved {
  readonly name: string
  readonly makespan: number
  readonly criticalPath: number
  readonly bestKnown: number
  readonly proved: boolean
  readonly violations: number
  readonly schedules: number
  readonly seconds: number
}

const solve = ({ set, schedules, conflicts, seed, step, worker, workers }: Share): readonly Solved[] => {
  const instances = (readSet(set) ?? []).filter((_, n) => n % step === 0).filter((_, n) => n % workers === worker)
  return instances.map(({ name, project, criticalPath, bestKnown }): Solved => {
    const started = process.cpuUsage()
    const answer = solveProject(project, { schedules, conflicts, seed })
    const { user, system } = process.cpuUsage(started)
    if (!answer.ok) throw new Error(`${name} has no schedule`)
    const { makespan, proved, starts, schedulesUsed } = answer.value
    const violations = validateProject(project, starts).length
    const seconds = (user + system) / 1e6
    return { name, makespan, criticalPath, bestKnown, proved, violations, schedules: schedulesUsed, seconds }
  })
}

process.once("message", (share: Share) => {
  process.send!(solve(share), () => process.disconnect())
})

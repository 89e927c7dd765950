/**
 * Candidates: who could do one more piece of work, best first, and what each choice costs.
 */
import type { Activity } from "./data.ts"
import type { LocalDate, Minute } from "./instant.ts"
import { compareText, type Issue } from "./issue.ts"
import type { ModelActivity } from "./model.ts"
import type { Plan } from "./plan.ts"
import { stateOf } from "./planning.ts"
import { compileQuote, deliveryOf, insert } from "./promise.ts"
import type { Reason } from "./reason.ts"
import { type NonEmpty, ok, type Result } from "./result.ts"

/** One resource that may do the work, with the dates it would give. */
export interface RankedCandidate {
  readonly resource: string
  readonly name: string
  /** Undefined with an issue: this resource cannot do it within the horizon. */
  readonly start: Minute | undefined
  readonly finish: Minute | undefined
  readonly date: LocalDate | undefined
  /** Minutes after the best candidate's finish. */
  readonly laterMinutes: number | undefined
  /** What keeps this candidate from starting earlier. */
  readonly bindingReason: Reason | undefined
  readonly issue: Issue | undefined
}

/**
 * Ranks the resources that may fill the activity's scarcest place by the finish that each would give.
 *
 * The plan stays as it is. Ties go to the lower id; at most `most` are given. Refuses with the activity's issues.
 *
 * @example candidates(plan, { id: "visit", effortMinutes: 120, demand: [{ skill: "welder" }] }, 3)
 */
export const candidates = (
  plan: Plan,
  activity: Activity,
  most: number,
): Result<readonly RankedCandidate[], NonEmpty<Issue>> => {
  const { model, sheet } = stateOf(plan)
  const compiled = compileQuote(model, { id: activity.opportunity ?? "", activities: [activity] })
  if (!compiled.ok) return compiled
  const [own] = compiled.value
  if (own === undefined || own.slots.length === 0) return ok([])
  const scarce = own.slots.reduce(
    (least, slot, n) => (slot.candidates.length < own.slots[least]!.candidates.length ? n : least),
    0,
  )
  const resources = [...new Set(own.slots[scarce]!.candidates.map((each) => each.resource))]
  const ranked = resources.map((resource): RankedCandidate => {
    const { sheet: tried, unplaced } = insert(sheet, [onlyWith(own, scarce, resource)], [0])
    const assignment = tried.placements[0]?.assignment
    return {
      resource: model.resources[resource]!.id,
      name: model.resources[resource]!.name,
      start: assignment?.start,
      finish: assignment?.finish,
      date: assignment === undefined ? undefined : deliveryOf(model, assignment.finish).date,
      laterMinutes: undefined,
      bindingReason: assignment?.bindingReason,
      issue: unplaced[0],
    }
  })
  const end = (each: RankedCandidate): number => each.finish ?? Number.MAX_SAFE_INTEGER
  ranked.sort((a, b) => end(a) - end(b) || compareText(a.resource, b.resource))
  const best = ranked[0]?.finish
  return ok(
    ranked.slice(0, most).map((each) => ({
      ...each,
      laterMinutes: best === undefined || each.finish === undefined ? undefined : each.finish - best,
    })),
  )
}

const onlyWith = (activity: ModelActivity, slot: number, resource: number): ModelActivity => ({
  ...activity,
  slots: activity.slots.map((each, n) =>
    n === slot ? { ...each, candidates: each.candidates.filter((candidate) => candidate.resource === resource) } : each,
  ),
})

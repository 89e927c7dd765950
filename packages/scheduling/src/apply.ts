/**
 * Apply: the plan of edited data, made from the old plan where nothing has changed.
 *
 * The result is the plan that a full re-planning gives, to the byte.
 */
import { compileFrom } from "./compile.ts"
import { type Edit, edited } from "./edit.ts"
import type { Issue } from "./issue.ts"
import type { Plan } from "./plan.ts"
import { planFrom, stateOf } from "./planning.ts"
import type { NonEmpty, Result } from "./result.ts"

/**
 * Applies an edit to a plan's data and plans again, keeping what the edit cannot reach.
 *
 * Calendars and resources that are the same records are not laid out again; work keeps its place without a search as
 * long as every resource it could use has been given the same work before it. Refuses with the issues of the edited
 * data; the old plan stays valid either way.
 *
 * @example apply(plan, { put: { resources: [{ ...anna, absences: [{ from: "2026-03-04", workingDays: 3, reason: "ill" }] }] } })
 */
export const apply = (plan: Plan, edit: Edit): Result<Plan, NonEmpty<Issue>> => {
  const state = stateOf(plan)
  const model = compileFrom(edited(state.model.data, edit), state.model)
  return model.ok ? planFrom(model.value, state.policy, state) : model
}

/**
 * If won: what happens to every other promise when these offers are won.
 */
import { apply } from "./apply.ts"
import { compare, type Move, type ProjectMove } from "./compare.ts"
import type { Issue } from "./issue.ts"
import type { Plan } from "./plan.ts"
import { stateOf } from "./planning.ts"
import { fail, type NonEmpty, ok, type Result } from "./result.ts"

/** The plan as it were, and all that it changes. */
export interface IfWon {
  /** The plan as it were; ask it for promises and percentiles with the same seed, and the luck is the same. */
  readonly plan: Plan
  /** Activities that move, the won ones among them, each with what now holds it. */
  readonly moves: readonly Move[]
  readonly projects: readonly ProjectMove[]
  /** Overloads that appear: pinned and booked time that no longer fits. */
  readonly newOverloads: readonly Issue[]
  /** Hard deadlines that break, and work that loses its place. */
  readonly brokenDeadlines: readonly Issue[]
}

/**
 * Plans as if the opportunities were won: their work becomes firm, in full, and goes before all that is softer.
 *
 * Refuses with `UnknownRef` for an opportunity that the plan does not know.
 *
 * @example ifWon(plan, ["q-7"])
 */
export const ifWon = (plan: Plan, opportunities: readonly string[]): Result<IfWon, NonEmpty<Issue>> => {
  const { model } = stateOf(plan)
  const missing = opportunities.find((id) => !model.opportunities.has(id))
  if (missing !== undefined) {
    const hint = `There is no opportunity ${JSON.stringify(missing)}.`
    return fail([{ _tag: "UnknownRef", path: "opportunities", ids: [missing], hint, ref: missing }])
  }
  const won = new Set(opportunities)
  const isWon = (each: { readonly opportunity?: string }): boolean =>
    each.opportunity !== undefined && won.has(each.opportunity)
  const after = apply(plan, {
    put: {
      activities: (model.data.activities ?? []).filter(isWon).map((each) => ({ ...each, status: "firm" as const })),
      bookings: (model.data.bookings ?? []).filter(isWon).map((each) => ({ ...each, certainty: "firm" as const })),
    },
  })
  if (!after.ok) return after
  const { moves, projects } = compare(plan, after.value)
  const known = new Set([...plan.issues, ...plan.unplaced].map(identity))
  const fresh = [...after.value.issues, ...after.value.unplaced].filter((each) => !known.has(identity(each)))
  return ok({
    plan: after.value,
    moves,
    projects,
    newOverloads: fresh.filter((each) => each._tag === "PinnedConflict"),
    brokenDeadlines: fresh.filter((each) => each._tag !== "PinnedConflict"),
  })
}

const identity = (issue: Issue): string =>
  issue._tag === "PinnedConflict"
    ? `${issue._tag} ${issue.path} ${issue.from} ${issue.to}`
    : `${issue._tag} ${issue.path}`

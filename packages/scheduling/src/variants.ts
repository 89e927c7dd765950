/**
 * Variants: the same work planned as if all soft work were lost, or won, or without one opportunity.
 */
import { weightsOf } from "./holds.ts"
import type { Model } from "./model.ts"
import { drawUp, type PlanState } from "./planning.ts"
import type { Holds, Sheet } from "./sheet.ts"

/** The plan with other holds, or without one opportunity; made once per plan and kept. */
export const variantSheet = (state: PlanState, holds: Holds, without?: string): Sheet => {
  const { model } = state
  const { now } = state.sheet
  const own = without !== undefined && model.opportunities.has(without) ? without : undefined
  if (own === undefined && (holds === "asSaid" || !hasSoftWork(model))) return state.sheet
  const key = `${holds} ${own ?? ""}`
  const known = state.variants.get(key)
  if (known !== undefined) return known
  const { sheet } = drawUp(model, now, { weightOf: weightsOf(model, now, holds, own) })
  state.variants.set(key, sheet)
  return sheet
}

/** Whether any work may still be won or lost. */
export const hasSoftWork = (model: Model): boolean =>
  model.activities.some((each) => each.status === "tentative") ||
  model.bookings.some(
    (each) => (each.data.certainty ?? (each.data.opportunity === undefined ? "firm" : "tentative")) === "tentative",
  )

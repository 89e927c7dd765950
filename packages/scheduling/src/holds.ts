/**
 * Holds: how much of the soft work a plan reckons with.
 */
import type { Minute } from "./instant.ts"
import type { Model, ModelActivity, ModelBooking } from "./model.ts"
import { WHOLE } from "./model.ts"
import type { Holds } from "./sheet.ts"

/** Ppm of an opportunity's (or other tentative) work that is planned. */
export type WeightOf = (opportunity: string | undefined, tentative: boolean) => number

/**
 * The weights of a variant.
 *
 * `asSaid`: each opportunity by its own rule. `allLost`: no soft work. `allWon`: all of it, except what holds nothing
 * because it has expired. `without` names an opportunity that is left out: the one a promise is asked for.
 */
export const weightsOf = (model: Model, now: Minute, holds: Holds, without?: string): WeightOf => {
  const weights = new Map<string, number>()
  for (const [id, each] of model.opportunities) {
    const expires = model.expiries.get(id)
    const kind = each.holds ?? "weighted"
    const said = kind === "none" ? 0 : kind === "full" ? WHOLE : each.probabilityPpm
    const weight = holds === "allLost" ? 0 : holds === "allWon" ? WHOLE : said
    weights.set(id, id === without || (expires !== undefined && expires <= now) ? 0 : weight)
  }
  return (opportunity, tentative) => {
    if (!tentative) return WHOLE
    if (opportunity === undefined) return holds === "allLost" ? 0 : WHOLE
    return weights.get(opportunity) ?? 0
  }
}

/** Minutes of effort that are planned for an activity. */
export const weightedEffort = (activity: ModelActivity, weightOf: WeightOf): number =>
  Math.round((activity.effortMinutes * weightOf(activity.opportunity, activity.status === "tentative")) / WHOLE)

/** Ppm of a booking that counts. */
export const bookingWeight = (booking: ModelBooking, weightOf: WeightOf): number => {
  const { certainty, opportunity } = booking.data
  return weightOf(opportunity, (certainty ?? (opportunity === undefined ? "firm" : "tentative")) === "tentative")
}

/**
 * Luck: per scenario, which offers are won, when they start and how long each piece of work takes.
 *
 * All draws follow from the seed and the id of the thing drawn, so two plans asked with one seed meet the same luck.
 */
import { correlated, effortAt, hypercube, normalShare } from "./draws.ts"
import { DAY } from "./instant.ts"
import { type Model, type ModelActivity, type ModelBooking, WHOLE } from "./model.ts"

/** What drives the draws. */
export interface LuckOptions {
  readonly seed: number
  /** How many futures. */
  readonly scenarios: number
  /** Coefficient of variation of efforts without a model of their own, ppm. */
  readonly defaultCvPpm: number
  /** Share of variance that efforts of one project, and wins of one group, have in common, ppm. */
  readonly correlationPpm: number
}

/** Where the options leave something open: the spread and the correlation that a firm without history assumes. */
export const LUCK = { defaultCvPpm: 350_000, correlationPpm: 300_000 } as const

/** One opportunity over all scenarios. */
export interface Soft {
  readonly opportunity: string
  readonly probability: number
  readonly wins: Float64Array
  readonly starts: Float64Array | undefined
  readonly bookings: readonly ModelBooking[]
}

/** Whether a booking stands for something that may be lost. */
export const isSoft = (booking: ModelBooking): boolean =>
  booking.data.opportunity !== undefined && (booking.data.certainty ?? "tentative") === "tentative"

/** Wins, starts and bookings of an opportunity; it is won in scenario `n` if `wins[n]` is below its probability. */
export const softOf = (model: Model, id: string, options: LuckOptions): Soft => {
  const opportunity = model.opportunities.get(id)!
  const { seed, scenarios, correlationPpm } = options
  const group = opportunity.correlationGroup
  const own = hypercube(seed, id, "win", scenarios)
  // Alone, the draw itself decides; in a group, the share below the correlated normal number does.
  const wins =
    group === undefined
      ? own
      : correlated(own, hypercube(seed, group, "group", scenarios), correlationPpm / WHOLE).map(normalShare)
  const spread = opportunity.startSpreadDays ?? 0
  const starts =
    spread === 0
      ? undefined
      : correlated(hypercube(seed, id, "start", scenarios), undefined, 0).map((z) => Math.round(z * spread * DAY))
  const bookings = model.bookings.filter((each) => each.data.opportunity === id && isSoft(each))
  return { opportunity: id, probability: opportunity.probabilityPpm / WHOLE, wins, starts, bookings }
}

/** Efforts per activity and scenario; efforts of one project share a common factor. */
export const effortDraws = (
  activities: readonly ModelActivity[],
  group: string,
  options: LuckOptions,
): readonly Float64Array[] => {
  const { seed, scenarios } = options
  const common = hypercube(seed, group, "project", scenarios)
  return activities.map((activity) => {
    const z = correlated(hypercube(seed, activity.id, "effort", scenarios), common, options.correlationPpm / WHOLE)
    return z.map((each) => effortAt(activity.effortMinutes, activity.data.effortModel, options.defaultCvPpm, each))
  })
}

/** Drawn efforts by activity; work of one offer, or else of one project, shares a common factor. */
export const effortsByGroup = (model: Model, options: LuckOptions): readonly Float64Array[] => {
  const groups = new Map<string, ModelActivity[]>()
  for (const each of model.activities) {
    const group = each.opportunity ?? each.data.project ?? each.id
    groups.set(group, [...(groups.get(group) ?? []), each])
  }
  const draws = new Array<Float64Array>(model.activities.length)
  for (const [group, own] of groups)
    effortDraws(own, group, options).forEach((each, n) => {
      draws[own[n]!.index] = each
    })
  return draws
}

/**
 * Demand: what is wanted of whom and when, and what everybody could give, period by period.
 */
import type { LocalDate, Minute } from "./instant.ts"
import type { Model, ModelActivity, ModelBooking, ModelResource } from "./model.ts"
import { WHOLE } from "./model.ts"
import { workingMinutesBetween } from "./openTime.ts"
import type { Period } from "./periods.ts"

/** Work that is expected beside the plan: a sales forecast. It may be done on any of its dates. */
export interface Forecast {
  readonly id: string
  readonly skill: string
  readonly minutes: number
  /** 1 000 000 if left out. */
  readonly probabilityPpm?: number
  readonly from: LocalDate
  readonly to: LocalDate
}

/** Minutes wanted of any of some people within a window of periods. */
export interface Want {
  readonly key: string
  readonly minutes: number
  readonly first: number
  readonly last: number
  readonly resources: readonly number[]
  readonly skill: string
}

/** How much of each thing is wanted: as expected, or as drawn in one future. */
export interface Amounts {
  /** Minutes of effort. */
  readonly activity: (activity: ModelActivity) => number
  /** Shares in ppm. */
  readonly booking: (booking: ModelBooking) => number
  readonly forecast: (forecast: Forecast) => number
}

/** Minutes that everybody could give in each period: open time times billable target, less what is booked. */
export const capacityBy = (
  model: Model,
  periods: readonly Period[],
  amounts: Amounts,
): readonly (readonly number[])[] => {
  const capacity = model.resources.map((resource) => periods.map((period) => sellable(resource, period)))
  takeBookings(model, periods, capacity, amounts)
  return capacity
}

const sellable = (resource: ModelResource, period: Period): number => {
  const open = workingMinutesBetween(resource.open, period.from, period.to)
  const units = resource.unitsPpm / WHOLE
  return Math.floor((open * units * (resource.data.billableTargetPpm ?? WHOLE)) / WHOLE)
}

/** Bookings are on one person already: they lessen what that person has left. */
const takeBookings = (
  model: Model,
  periods: readonly Period[],
  capacity: readonly number[][],
  amounts: Amounts,
): void => {
  for (const booking of model.bookings) {
    const { open } = model.resources[booking.resource]!
    const share = amounts.booking(booking)
    let left = Math.round(
      ((booking.data.minutes ?? workingMinutesBetween(open, booking.from, booking.to)) * share) / WHOLE,
    )
    periods.forEach((period, n) => {
      const overlap = workingMinutesBetween(
        open,
        Math.max(period.from, booking.from),
        Math.min(period.to, Math.max(booking.to, booking.from)),
      )
      const taken = Math.max(0, Math.min(left, overlap, capacity[booking.resource]![n]!))
      capacity[booking.resource]![n] = capacity[booking.resource]![n]! - taken
      left -= taken
    })
  }
}

/** What the plan's open work wants, between its earliest start and its due date. */
export const plannedWants = (
  model: Model,
  now: Minute,
  amounts: Amounts,
  periods: readonly Period[],
): readonly Want[] =>
  model.activities.flatMap((activity) => {
    const said = amounts.activity(activity)
    if (said === 0 || activity.status === "done" || activity.slots.length === 0) return []
    const start = Math.max(
      now,
      activity.hasEarliest ? activity.earliest : now,
      (activity.opportunity && model.expectedStarts.get(activity.opportunity)) || now,
    )
    const end = activity.due ?? activity.deadline ?? periods[periods.length - 1]!.to
    const window = windowOf(periods, start, Math.max(end, start + 1))
    if (window === undefined) return []
    return activity.slots.map((slot, n) => ({
      key: `${activity.id} ${n}`,
      minutes: activity.data.mode === "duration" ? said : Math.round(said / activity.slots.length),
      ...window,
      resources: [...new Set(slot.candidates.map((each) => each.resource))],
      skill: slot.skill ?? model.resources[slot.candidates[0]!.resource]!.id,
    }))
  })

/** What the forecasts want. */
export const forecastWants = (
  model: Model,
  forecasts: readonly Forecast[],
  amounts: Amounts,
  periods: readonly Period[],
): readonly Want[] =>
  forecasts.flatMap((each) => {
    const first = periods.findIndex((period) => period.lastDate >= each.from)
    let last = periods.length - 1
    while (last >= 0 && periods[last]!.firstDate > each.to) last--
    if (first < 0 || last < first) return []
    const resources = model.resources.filter((resource) =>
      (resource.data.skills ?? []).some((skill) => skill.skill === each.skill),
    )
    return [
      {
        key: `forecast ${each.id}`,
        minutes: Math.round((each.minutes * amounts.forecast(each)) / WHOLE),
        first,
        last,
        resources: resources.map((resource) => resource.index),
        skill: each.skill,
      },
    ]
  })

const windowOf = (
  periods: readonly Period[],
  from: Minute,
  to: Minute,
): { first: number; last: number } | undefined => {
  const first = periods.findIndex((period) => period.to > from)
  let last = periods.length - 1
  while (last >= 0 && periods[last]!.from >= to) last--
  return first < 0 || last < 0 ? undefined : { first: Math.min(first, last), last: Math.max(first, last) }
}

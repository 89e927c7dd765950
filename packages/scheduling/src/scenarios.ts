/**
 * Scenarios: the same quote promised in many futures, in which other offers are won or lost, start when they start
 * and take the time they take.
 */
import { bookDivisible } from "./fixed.ts"
import type { Minute } from "./instant.ts"
import { compareText } from "./issue.ts"
import { effortDraws, isSoft, type LuckOptions, type Soft, softOf } from "./luck.ts"
import { type Model, type ModelActivity, type ModelBooking, WHOLE } from "./model.ts"
import { openBefore } from "./openTime.ts"
import { planningOrder } from "./order.ts"
import { place } from "./place.ts"
import { take } from "./profile.ts"
import { ownProfile, type Sheet, sheetOn } from "./sheet.ts"
import type { Steps } from "./steps.ts"

/** Scenarios between two looks at the signal. */
const STRIDE = 16

/** A finish per scenario; beyond the horizon is infinite. */
export interface Futures {
  readonly finishes: Float64Array
  /** Fewer than asked for if the signal stopped it. */
  readonly count: number
}

/**
 * Finishes of a quote in each scenario.
 *
 * Firm and reserved work stays where `base` (the plan without soft work) has it. Soft work that may meet the quote's
 * resources is placed first where it is won, then the quote.
 */
export function* futuresOf(
  base: Sheet,
  quote: { readonly id: string; readonly activities: readonly ModelActivity[] },
  options: LuckOptions,
): Steps<Futures> {
  const { model } = base
  const near = nearWork(model, quote, base.now)
  const soft = near.opportunities.map((id) => softOf(model, id, options))
  const order = planningOrder(quote.activities, model.to)
  const softOrder = near.order
  const quoteEfforts = effortDraws(quote.activities, quote.id, options)
  const softEfforts = new Map(
    near.opportunities.flatMap((id) => {
      const own = near.activities.filter((each) => each.opportunity === id)
      const draws = effortDraws(own, id, options)
      return own.map((each, n) => [each.index, draws[n]!] as const)
    }),
  )
  const finishes = new Float64Array(options.scenarios)
  let count = 0
  for (; count < options.scenarios; count++) {
    if (count % STRIDE === 0 && (yield { done: count, of: options.scenarios })) break
    const n = count
    const won = new Map(soft.filter((each) => each.wins[n]! < each.probability).map((each) => [each.opportunity, each]))
    const world = wonWork(base, near, softOrder, won, softEfforts, n)
    const sheet = sheetOn(
      model,
      base.now,
      world.profiles,
      quote.activities.length,
      (each) => quoteEfforts[each.index]![n]!,
      { isBrief: true },
    )
    let finish = base.now
    for (const index of order) {
      const placed = place(sheet, quote.activities[index]!, quote.activities)
      if ("_tag" in placed) {
        finish = Number.POSITIVE_INFINITY
        break
      }
      sheet.placements[index] = placed
      finish = Math.max(finish, placed.assignment.finish)
    }
    finishes[n] = finish
  }
  return { finishes: finishes.subarray(0, count), count }
}

interface Near {
  readonly opportunities: readonly string[]
  readonly activities: readonly ModelActivity[]
  readonly order: readonly number[]
}

/** Soft work that competes for the quote's resources, directly or through other soft work. */
const nearWork = (
  model: Model,
  quote: { readonly id: string; readonly activities: readonly ModelActivity[] },
  now: Minute,
): Near => {
  const soft = model.activities.filter(
    (each) => each.status === "tentative" && each.opportunity !== undefined && each.opportunity !== quote.id,
  )
  const resources = new Set(quote.activities.flatMap(candidatesOf))
  const byOpportunity = new Map<string, Set<number>>()
  const note = (id: string, touched: readonly number[]): void => {
    const set = byOpportunity.get(id) ?? new Set()
    for (const each of touched) set.add(each)
    byOpportunity.set(id, set)
  }
  for (const each of soft) note(each.opportunity!, candidatesOf(each))
  for (const each of model.bookings)
    if (isSoft(each) && each.data.opportunity !== quote.id) note(each.data.opportunity!, [each.resource])
  const near = new Set<string>()
  for (let before = -1; before < near.size; ) {
    before = near.size
    for (const [id, touched] of byOpportunity) {
      const expires = model.expiries.get(id)
      const isOver = expires !== undefined && expires <= now
      if (near.has(id) || isOver || ![...touched].some((each) => resources.has(each))) continue
      near.add(id)
      for (const each of touched) resources.add(each)
    }
  }
  const activities = soft.filter((each) => near.has(each.opportunity!))
  const member = new Set(activities.map((each) => each.index))
  const order = planningOrder(model.activities, model.to).filter((index) => member.has(index))
  return { opportunities: [...near].sort(compareText), activities, order }
}

const candidatesOf = (activity: ModelActivity): readonly number[] =>
  activity.slots.flatMap((slot) => slot.candidates.map((each) => each.resource))

/** The base with the soft work of the offers that are won in scenario `n`. */
const wonWork = (
  base: Sheet,
  near: Near,
  order: readonly number[],
  won: ReadonlyMap<string, Soft>,
  efforts: ReadonlyMap<number, Float64Array>,
  n: number,
): Sheet => {
  const { model } = base
  if (won.size === 0) return base
  const starts = new Map(model.expectedStarts)
  for (const each of won.values()) {
    const expected = starts.get(each.opportunity)
    if (each.starts !== undefined && expected !== undefined)
      starts.set(each.opportunity, Math.max(base.now, expected + each.starts[n]!))
  }
  const sheet = sheetOn(
    model,
    base.now,
    base.profiles,
    model.activities.length,
    (each) => efforts.get(each.index)?.[n] ?? 0,
    { expectedStarts: starts, isBrief: true },
  )
  for (const each of near.activities) if (!won.has(each.opportunity!)) sheet.absent.add(each.index)
  for (const index of new Set(near.activities.flatMap((each) => each.before.map((link) => link.other)))) {
    const placed = base.placements[index]
    if (placed !== undefined) sheet.placements[index] = placed
  }
  for (const each of won.values()) for (const booking of each.bookings) bookWon(sheet, booking)
  for (const index of order) {
    const activity = model.activities[index]!
    if (!won.has(activity.opportunity!)) continue
    const placed = place(sheet, activity, model.activities)
    if (!("_tag" in placed)) sheet.placements[index] = placed
  }
  return sheet
}

const bookWon = (sheet: Sheet, booking: ModelBooking): void => {
  const profile = ownProfile(sheet, booking.resource)
  const { open } = profile.resource
  if (booking.data.minutes !== undefined) {
    bookDivisible(profile, booking, booking.data.minutes)
    return
  }
  take(profile, {
    owner: booking.id,
    fromW: openBefore(open, booking.from),
    toW: openBefore(open, booking.to),
    unitsPpm: WHOLE,
  })
}

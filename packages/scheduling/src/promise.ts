/**
 * Promise: the delivery date that can be given for a quote, and why it is not earlier.
 */

import { movedEarlier } from "./certificate.ts"
import { chainOf } from "./chain.ts"
import { compileActivity } from "./compile/activities.ts"
import { startCheck } from "./compile/check.ts"
import { link } from "./compile/link.ts"
import type { QuoteWork } from "./data.ts"
import { dateOfDay, type LocalDate, type Minute } from "./instant.ts"
import { byPath, compareText, type Issue } from "./issue.ts"
import type { Known } from "./keep.ts"
import { LUCK } from "./luck.ts"
import type { Model, ModelActivity } from "./model.ts"
import { openBefore } from "./openTime.ts"
import { planningOrder } from "./order.ts"
import { percentilesOf } from "./percentiles.ts"
import { place, scarcestOf } from "./place.ts"
import type { Assignment, Plan } from "./plan.ts"
import { deadlineIssues, type PlanState, stateOf } from "./planning.ts"
import { take } from "./profile.ts"
import type { ChainLink } from "./reason.ts"
import { fail, type NonEmpty, ok, type Result } from "./result.ts"
import { futuresOf } from "./scenarios.ts"
import { type Holds, ownProfile, type Sheet, sheetOn } from "./sheet.ts"
import { finishSteps, type Steps } from "./steps.ts"
import { hasSoftWork, variantSheet } from "./variants.ts"
import { localDay } from "./zone.ts"

/** A finish and its date in the firm's zone; work that ends at midnight is done on the date before. */
export interface Delivery {
  readonly finish: Minute
  readonly date: LocalDate
}

/** A percentile as a delivery: the date by which that share of the futures is done, rounded up to a whole date. */
export interface LikelyDelivery {
  readonly ppm: number
  /** Undefined if it lies beyond the horizon. */
  readonly delivery: Delivery | undefined
  /** Where the true percentile lies with 95 % confidence. */
  readonly low: LocalDate | undefined
  readonly high: LocalDate | undefined
}

/** A resource on the chain, and how much earlier the delivery were if one day of its other work went elsewhere. */
export interface Bottleneck {
  readonly resource: string
  readonly name: string
  readonly gainedMinutes: number
}

/** How much a promise should say; the date alone is the fastest. */
export interface PromiseOptions {
  /** Shares to give dates for; none if left out, as each needs the scenarios. 500 000, 800 000, 950 000 are usual. */
  readonly percentilesPpm?: readonly number[]
  /** Futures to draw: 256 if left out. More narrow the interval. */
  readonly scenarios?: number
  /** Coefficient of variation of efforts without a model of their own: 350 000 if left out. */
  readonly effortCvPpm?: number
  /** Variance that efforts of a project, and wins of a group, have in common: 300 000 if left out. */
  readonly correlationPpm?: number
  /** Rank the chain's resources by what one more day of each is worth. */
  readonly bottlenecks?: boolean
  /** Leaves out the chain and the best and worst case, for callers that only want the date. */
  readonly dateOnly?: boolean
  /** An earlier promise of the same quote: where all of its places are still free, the date is never later. */
  readonly previous?: DeliveryPromise
  readonly signal?: AbortSignal
}

/** A delivery date with its reasons; see `promise`. */
export interface DeliveryPromise {
  readonly quote: string
  readonly now: Minute
  /** Mean effort, soft work held as each opportunity says. Undefined if some of the quote has no place. */
  readonly deterministic: Delivery | undefined
  /** The same if every other open opportunity is lost, or won. */
  readonly ifAllLost: Delivery | undefined
  readonly ifAllWon: Delivery | undefined
  /** One per share asked for, dates never falling. */
  readonly percentiles: readonly LikelyDelivery[]
  /** Scenarios behind the percentiles; fewer than asked for if the signal stopped them. */
  readonly sampleSize: number
  /** By minutes gained, most first. */
  readonly bottlenecks: readonly Bottleneck[]
  readonly assignments: readonly Assignment[]
  /** From now to the deterministic finish; the minutes add up exactly. */
  readonly criticalChain: readonly ChainLink[]
  /** Names for the ids in the chain's reasons. */
  readonly names: Readonly<Record<string, string>>
  readonly unplaced: readonly Issue[]
  /** Notices: deadlines of the quote that its date breaks. */
  readonly issues: readonly Issue[]
  /** The promise holds for this plan; a plan with another hash must be asked again. */
  readonly validUntil: { readonly inputHash: string; readonly expires?: Minute }
}

/**
 * The earliest delivery of a quote that leaves everything in the plan where it is.
 *
 * An opportunity with the quote's id is left out of the plan first, so that a quote does not wait for its own hold.
 * Gives a date with its critical chain, and the dates if all other opportunities are lost or won.
 * Refuses with every issue of the quote's own activities; activity ids must not be in the plan already, except in
 * the quote's own opportunity.
 *
 * @example
 * const given = promise(plan, { id: "q-7", activities: [{ id: "paint", effortMinutes: 960, demand: [{ skill: "painter" }] }] })
 * if (given.ok) show(given.value.deterministic?.date, explainPromise(given.value, "en"))
 */
export const promise = (
  plan: Plan,
  quote: QuoteWork,
  options: PromiseOptions = {},
): Result<DeliveryPromise, NonEmpty<Issue>> => finishSteps(promiseSteps(plan, quote, options), options.signal)

/** `promise` in steps of some scenarios. */
export function* promiseSteps(
  plan: Plan,
  quote: QuoteWork,
  options: PromiseOptions,
): Steps<Result<DeliveryPromise, NonEmpty<Issue>>> {
  const state = stateOf(plan)
  const { model } = state
  const compiled = compileQuote(model, quote)
  if (!compiled.ok) return compiled
  const activities = compiled.value
  const order = planningOrder(activities, model.to)
  const base = variantSheet(state, "asSaid", quote.id)
  const { sheet, unplaced } = noLater(insert(base, activities, order), base, activities, options)
  const finishIf = (holds: Holds) =>
    finishOf(model, insert(variantSheet(state, holds, quote.id), activities, order, true))
  const last = lastOf(sheet)
  const finish = unplaced.length === 0 ? last?.assignment.finish : undefined
  const deterministic = finish === undefined ? undefined : deliveryOf(model, finish)
  const isSure = options.dateOnly === true || !hasSoftWork(model)
  const criticalChain = last === undefined || options.dateOnly === true ? [] : chainOf(sheet, last)
  const likely = yield* likelyDates(state, { id: quote.id, activities }, options)
  const expires = model.expiries.get(quote.id)
  return ok({
    quote: quote.id,
    now: plan.now,
    deterministic,
    ifAllLost: isSure ? deterministic : finishIf("allLost"),
    ifAllWon: isSure ? deterministic : finishIf("allWon"),
    ...likely,
    bottlenecks:
      options.bottlenecks === true && finish !== undefined
        ? bottlenecksOf(sheet, activities, order, criticalChain, finish)
        : [],
    assignments: sheet.placements.flatMap((each) => (each === undefined ? [] : [each.assignment])),
    criticalChain,
    names: options.dateOnly === true ? {} : namesIn(model, activities, criticalChain),
    unplaced,
    issues: [...deadlineIssues(sheet), ...aborted(options, likely.sampleSize, quote.id)],
    validUntil: { inputHash: plan.inputHash, ...(expires === undefined ? {} : { expires }) },
  })
}

/** What was inserted, or the places of the earlier promise moved earlier if they still stand and are better. */
const noLater = (
  fresh: Inserted,
  base: Sheet,
  activities: readonly ModelActivity[],
  { previous }: PromiseOptions,
): Inserted => {
  const before = new Map(previous?.assignments.map((each) => [each.activity, each]))
  const finish = lastOf(fresh.sheet)?.assignment.finish ?? base.now
  const isGood = fresh.unplaced.length === 0 && finish <= (previous?.deterministic?.finish ?? finish)
  if (isGood || activities.some((each) => !before.has(each.id))) return fresh
  const known = activities.map((activity): Known => {
    const assignment = before.get(activity.id)!
    const ready = { at: assignment.start, reason: assignment.bindingReason }
    return { activity, before: { activity, assignment, ready, eligible: scarcestOf(activity), seen: [] } }
  })
  const sheet = movedEarlier(known, activities, () => blankOn(base, activities.length), base.now)
  return sheet === undefined ? fresh : { sheet, unplaced: [] }
}

/** Futures of a promise unless the caller says how many. */
const SCENARIOS = 256

/** Says that the caller stopped it: the percentiles rest on the scenarios that were drawn. */
const aborted = (options: PromiseOptions, drawn: number, quote: string): readonly Issue[] => {
  if ((options.percentilesPpm ?? []).length === 0 || drawn === (options.scenarios ?? SCENARIOS)) return []
  return [{ _tag: "Aborted", path: `quotes[${quote}]`, ids: [quote], hint: `Stopped after ${drawn} scenarios.` }]
}

function* likelyDates(
  state: PlanState,
  quote: { readonly id: string; readonly activities: readonly ModelActivity[] },
  options: PromiseOptions,
): Steps<Pick<DeliveryPromise, "percentiles" | "sampleSize">> {
  const shares = options.percentilesPpm ?? []
  if (shares.length === 0) return { percentiles: [], sampleSize: 0 }
  const scenarios = options.scenarios ?? SCENARIOS
  const { model } = state
  const futures = yield* futuresOf(variantSheet(state, "allLost", quote.id), quote, {
    seed: state.policy.seed ?? 1,
    scenarios,
    defaultCvPpm: options.effortCvPpm ?? LUCK.defaultCvPpm,
    correlationPpm: options.correlationPpm ?? LUCK.correlationPpm,
  })
  const dateOf = (finish: Minute | undefined): LocalDate | undefined =>
    finish === undefined ? undefined : deliveryOf(model, finish).date
  const percentiles = percentilesOf(futures.finishes, shares).map(
    (each): LikelyDelivery => ({
      ppm: each.ppm,
      delivery: each.finish === undefined ? undefined : deliveryOf(model, each.finish),
      low: dateOf(each.low),
      high: dateOf(each.high),
    }),
  )
  return { percentiles, sampleSize: futures.count }
}

/** Minutes of a working day that a bottleneck is given on trial. */
const TRIAL_MINUTES = 480

/** Promises again with one day of each busy resource's other work taken away, and ranks by the minutes gained. */
const bottlenecksOf = (
  sheet: Sheet,
  activities: readonly ModelActivity[],
  order: readonly number[],
  chain: readonly ChainLink[],
  finish: Minute,
): readonly Bottleneck[] => {
  const busy = new Map<string, Minute>()
  for (const each of chain) {
    for (const wait of each.waits) {
      if (wait.reason._tag === "ResourceBusy" && !busy.has(wait.reason.resource))
        busy.set(wait.reason.resource, each.from)
    }
  }
  const ranked = [...busy].map(([id, from]): Bottleneck => {
    const index = sheet.model.resourceIndex.get(id)!
    const base = sheetOn(sheet.model, sheet.now, sheet.base, 0, sheet.effortOf)
    const profile = ownProfile(base, index)
    const fromW = openBefore(profile.resource.open, from)
    const toW = Math.min(fromW + TRIAL_MINUTES, profile.resource.open.total)
    take(profile, { owner: "", fromW, toW, unitsPpm: -profile.resource.unitsPpm })
    const after = lastOf(insert(base, activities, order, true).sheet)?.assignment.finish ?? finish
    return { resource: id, name: sheet.model.resources[index]!.name, gainedMinutes: Math.max(0, finish - after) }
  })
  return ranked.sort((a, b) => b.gainedMinutes - a.gainedMinutes || compareText(a.resource, b.resource))
}

/** A finish as a delivery in the firm's zone. */
export const deliveryOf = (model: Model, finish: Minute): Delivery => ({
  finish,
  date: dateOfDay(localDay(model.zone, finish - 1)),
})

/** The quote's activities, resolved against the model. */
export const compileQuote = (model: Model, quote: QuoteWork): Result<readonly ModelActivity[], NonEmpty<Issue>> => {
  const check = startCheck()
  const sorted = [...quote.activities].sort((a, b) => compareText(a.id, b.id))
  sorted.forEach((each, n) => {
    const known = model.activityIndex.get(each.id)
    const foreign = known !== undefined && model.activities[known]!.opportunity !== quote.id
    if (foreign || sorted[n - 1]?.id === each.id) {
      check.issues.push({
        _tag: "DuplicateId",
        path: `activities[${each.id}]`,
        ids: [each.id],
        hint: "Give each activity its own id.",
      })
    }
  })
  const activities = sorted.map(({ opportunity: _, ...each }, index) =>
    compileActivity({ status: "firm", ...each }, index, model.staff, check),
  )
  link(
    activities,
    quote.precedences ?? [],
    new Map(activities.map((each) => [each.id, each.index])),
    model.calendarTime,
    check,
  )
  if (check.issues.length === 0) return ok(activities)
  const [first, ...rest] = [...check.issues].sort(byPath)
  return fail([first!, ...rest])
}

/** What came of inserting activities: their sheet, and those without a place. */
export interface Inserted {
  readonly sheet: Sheet
  readonly unplaced: readonly Issue[]
}

/** Places activities on top of a sheet that itself stays as it is; `isBrief` if only dates are wanted. */
export const insert = (
  base: Sheet,
  activities: readonly ModelActivity[],
  order: readonly number[],
  isBrief = false,
): Inserted => {
  const sheet = blankOn(base, activities.length, isBrief)
  const unplaced: Issue[] = []
  for (const index of order) {
    const placed = place(sheet, activities[index]!, activities)
    if ("_tag" in placed) unplaced.push(placed)
    else sheet.placements[index] = placed
  }
  return { sheet, unplaced }
}

const blankOn = (base: Sheet, count: number, isBrief = false): Sheet =>
  sheetOn(base.model, base.now, base.profiles, count, (each) => each.effortMinutes, { isBrief })

const lastOf = (sheet: Sheet) =>
  sheet.placements.reduce(
    (last, each) =>
      each !== undefined && (last === undefined || each.assignment.finish > last.assignment.finish) ? each : last,
    undefined,
  )

const finishOf = (model: Model, run: Inserted): Delivery | undefined => {
  const last = lastOf(run.sheet)
  return run.unplaced.length > 0 || last === undefined ? undefined : deliveryOf(model, last.assignment.finish)
}

/** Names of all that a chain's reasons mention. */
const namesIn = (
  model: Model,
  activities: readonly ModelActivity[],
  chain: readonly ChainLink[],
): Readonly<Record<string, string>> => {
  const names: Record<string, string> = {}
  const note = (id: string): void => {
    const activity = model.activityIndex.get(id)
    const resource = model.resourceIndex.get(id)
    const booking = model.bookingIndex.get(id)
    if (activity !== undefined) names[id] = model.activities[activity]!.name
    else if (resource !== undefined) names[id] = model.resources[resource]!.name
    else if (booking !== undefined) names[id] = booking.data.label ?? id
  }
  for (const each of chain) {
    for (const id of each.resources) note(id)
    for (const id of each.only?.resources ?? []) note(id)
    for (const { reason } of each.waits) {
      if ("resource" in reason) note(reason.resource)
      if (reason._tag === "ResourceBusy") for (const id of reason.blockedBy) note(id)
    }
  }
  for (const each of activities) names[each.id] = each.name
  return names
}

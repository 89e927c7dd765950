/**
 * Promise: the delivery date that can be given for a quote, and why it is not earlier.
 */

import { chainOf } from "./chain.ts"
import { compileActivity, unlinked } from "./compile/activities.ts"
import { startCheck } from "./compile/check.ts"
import { link } from "./compile.ts"
import type { QuoteWork } from "./data.ts"
import { dateOfDay, type LocalDate, type Minute } from "./instant.ts"
import { byPath, compareText, type Issue } from "./issue.ts"
import type { Model, ModelActivity } from "./model.ts"
import { planningOrder } from "./order.ts"
import { place } from "./place.ts"
import type { Assignment, Plan } from "./plan.ts"
import { deadlineIssues, stateOf, withReason } from "./planning.ts"
import type { ChainLink } from "./reason.ts"
import { fail, type NonEmpty, ok, type Result } from "./result.ts"
import { type Holds, type Sheet, sheetOn } from "./sheet.ts"
import { variantSheet } from "./variants.ts"
import { localDay } from "./zone.ts"

/** A finish and its date in the firm's zone; work that ends at midnight is done on the date before. */
export interface Delivery {
  readonly finish: Minute
  readonly date: LocalDate
}

export interface DeliveryPromise {
  readonly quote: string
  readonly now: Minute
  /** Mean effort, soft work held as each opportunity says. Undefined if some of the quote has no place. */
  readonly deterministic: Delivery | undefined
  /** The same if every other open opportunity is lost, or won. */
  readonly ifAllLost: Delivery | undefined
  readonly ifAllWon: Delivery | undefined
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
export const promise = (plan: Plan, quote: QuoteWork): Result<DeliveryPromise, NonEmpty<Issue>> => {
  const state = stateOf(plan)
  const compiled = compileQuote(state.model, quote)
  if (!compiled.ok) return compiled
  const order = planningOrder(compiled.value, state.model.to)
  const run = (holds: Holds) => insert(variantSheet(state, holds, quote.id), compiled.value, order)
  const { sheet, unplaced } = run("asSaid")
  const last = lastOf(sheet)
  const expires = state.model.expiries.get(quote.id)
  return ok({
    quote: quote.id,
    now: plan.now,
    deterministic:
      unplaced.length === 0 && last !== undefined ? deliveryOf(state.model, last.assignment.finish) : undefined,
    ifAllLost: finishOf(state.model, run("allLost")),
    ifAllWon: finishOf(state.model, run("allWon")),
    assignments: sheet.placements.flatMap((each) => (each === undefined ? [] : [withReason(sheet, each)])),
    criticalChain: last === undefined ? [] : chainOf(sheet, last),
    names: namesOf(state.model, compiled.value),
    unplaced,
    issues: deadlineIssues(sheet),
    validUntil: { inputHash: plan.inputHash, ...(expires === undefined ? {} : { expires }) },
  })
}

/** A finish as a delivery in the firm's zone. */
export const deliveryOf = (model: Model, finish: Minute): Delivery => ({
  finish,
  date: dateOfDay(localDay(model.zone, finish - 1)),
})

/** The quote's activities, resolved against the model. */
export const compileQuote = (model: Model, quote: QuoteWork): Result<readonly ModelActivity[], NonEmpty<Issue>> => {
  const check = startCheck()
  const teams = new Map(
    model.data.resources.flatMap((each) => (each.members === undefined ? [] : [[each.id, each.members] as const])),
  )
  const staff = {
    zone: model.zone,
    from: model.from,
    to: model.to,
    resources: model.resources,
    resourceIndex: model.resourceIndex,
    teams,
    bySkill: new Map(),
  }
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
    unlinked(compileActivity({ status: "firm", ...each }, index, staff, check)),
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

/** Places activities on top of a sheet that itself stays as it is. */
export const insert = (base: Sheet, activities: readonly ModelActivity[], order: readonly number[]) => {
  const sheet = sheetOn(base.model, base.now, base.profiles, activities.length, (each) => each.effortMinutes)
  const unplaced: Issue[] = []
  for (const index of order) {
    const placed = place(sheet, activities[index]!, activities)
    if ("_tag" in placed) unplaced.push(placed)
    else sheet.placements[index] = placed
  }
  return { sheet, unplaced }
}

const lastOf = (sheet: Sheet) =>
  sheet.placements.reduce(
    (last, each) =>
      each !== undefined && (last === undefined || each.assignment.finish > last.assignment.finish) ? each : last,
    undefined,
  )

const finishOf = (model: Model, run: ReturnType<typeof insert>): Delivery | undefined => {
  const last = lastOf(run.sheet)
  return run.unplaced.length > 0 || last === undefined ? undefined : deliveryOf(model, last.assignment.finish)
}

const namesOf = (model: Model, activities: readonly ModelActivity[]): Readonly<Record<string, string>> => {
  const names: Record<string, string> = {}
  for (const each of model.bookings) names[each.id] = each.data.label ?? each.id
  for (const each of [...model.activities, ...activities]) names[each.id] = each.name
  for (const each of model.resources) names[each.id] = each.name
  return names
}

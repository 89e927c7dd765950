/**
 * Planning: from a model to a plan, most certain work first.
 */
import { bestOrder } from "./bestOrder.ts"
import { isWorse, movedEarlier } from "./certificate.ts"
import type { Policy } from "./data.ts"
import { bookedProfiles, conflictsOf, placeFixed } from "./fixed.ts"
import { fenceOf, keepFrozen } from "./freeze.ts"
import { type WeightOf, weightedEffort, weightsOf } from "./holds.ts"
import { type Minute, minuteOf } from "./instant.ts"
import { byPath, type Issue } from "./issue.ts"
import { knownWork } from "./keep.ts"
import type { Model, ModelActivity } from "./model.ts"
import { addWork, openBefore } from "./openTime.ts"
import { planningOrder } from "./order.ts"
import { place } from "./place.ts"
import type { Plan } from "./plan.ts"
import { startSearchAt } from "./profile.ts"
import { type Played, replayOf } from "./replay.ts"
import { fail, type NonEmpty, ok, type Result } from "./result.ts"
import { type EffortOf, type Sheet, sheetOn } from "./sheet.ts"
import { finishSteps, type Steps } from "./steps.ts"

/** Changes whenever the same input may give another plan. */
export const ENGINE_VERSION = "1"

/** What a plan was made from; found by `stateOf`, so that a plan stays a plain value that prints and compares. */
export interface PlanState extends Played {
  readonly policy: Policy
  /** Plans of the same model with other holds, made when a promise first needs them. */
  readonly variants: Map<string, Sheet>
}

const states = new WeakMap<Plan, PlanState>()

/** The working papers of a plan made by this package. */
export const stateOf = (plan: Plan): PlanState => {
  const state = states.get(plan)
  if (state === undefined)
    throw new Error("This plan was copied or not made by plan(): keep the value that plan() returned")
  return state
}

/**
 * Plans all work of a model: nobody is ever given more than they can do, except where fixed load already says so.
 *
 * Work that has no place is listed in `unplaced` with its reason; the rest is planned. The same model and policy
 * give the same plan to the byte. Refuses with `BadInterval` if `now` is malformed or outside the horizon.
 *
 * With `previous`, work that starts within `policy.freezeDays` keeps its place where it still fits, and the earlier
 * plan is a certificate: where it still stands as a whole (somebody was added, work was removed), no date gets later.
 * With `policy.schedules`, so many orders of equal claims are tried and the best plan is kept.
 *
 * @example plan(model, { now: "2026-03-02T07:00:00Z" })
 */
export const plan = (model: Model, policy: Policy, previous?: Plan): Result<Plan, NonEmpty<Issue>> =>
  finishSteps(planSteps(model, policy, previous && stateOf(previous), true))

/** The same plan, made from an earlier one where that saves a search. */
export const planFrom = (model: Model, policy: Policy, old: Played): Result<Plan, NonEmpty<Issue>> =>
  finishSteps(planSteps(model, policy, old, (policy.freezeDays ?? 0) > 0))

/** `plan` in steps, one per order tried; `keepsDates` makes `old` a certificate. */
export function* planSteps(
  model: Model,
  policy: Policy,
  old: Played | undefined,
  keepsDates: boolean,
): Steps<Result<Plan, NonEmpty<Issue>>> {
  const now = minuteOf(policy.now)
  if (now === undefined || now < model.from || now >= model.to) {
    const hint = "Give an instant with zone within the horizon."
    return fail([{ _tag: "BadInterval", path: "policy.now", ids: [], hint }])
  }
  const fence = fenceOf(model, now, policy.freezeDays ?? 0)
  const draw = (order?: readonly number[]): Drawn =>
    drawUp(model, now, { fence, ...(old === undefined ? {} : { old }), ...(order === undefined ? {} : { order }) })
  const first = draw()
  const { drawn, isStopped } =
    (policy.schedules ?? 1) > 1 ? yield* bestOrder(first, policy, draw) : { drawn: first, isStopped: false }
  const kept = keepsDates && old !== undefined ? keepDates(old, drawn, fence) : drawn
  const hint = "Stopped before all schedules were tried; this is the best so far."
  const notices: readonly Issue[] = isStopped ? [{ _tag: "Aborted", path: "policy.schedules", ids: [], hint }] : []
  return ok(planOf(model, policy, kept, notices))
}

/** The drawn sheet, or the old places moved earlier if that alone keeps every date. */
const keepDates = (old: Played, drawn: Drawn, fence: Minute): Drawn => {
  if (!isWorse(old, drawn.sheet, fence)) return drawn
  const { model, now } = drawn.sheet
  const blank = (): Sheet => blankSheet(model, now, weightsOf(model, now, "asSaid")).sheet
  const known = knownWork(old, blank())
  // Work that the old plan did not have may claim its people first: then the old dates are no proof.
  const isNew = (each: ModelActivity): boolean => !old.model.activityIndex.has(each.id)
  if (model.activities.some((each) => isNew(each) && !drawn.sheet.absent.has(each.index))) return drawn
  const sheet = movedEarlier(known, model.activities, blank, fence)
  if (sheet === undefined) return drawn
  const unplaced = planningOrder(model.activities, model.to).flatMap((index): Issue[] => {
    if (sheet.absent.has(index) || sheet.placements[index] !== undefined) return []
    const placed = place(sheet, model.activities[index]!, model.activities)
    if ("_tag" in placed) return [placed]
    sheet.placements[index] = placed
    return []
  })
  return { ...drawn, sheet, unplaced, isInOrder: false }
}

const planOf = (model: Model, policy: Policy, drawn: Drawn, notices: readonly Issue[]): Plan => {
  const { sheet, unplaced, conflicts, position, fixedEntries, isInOrder } = drawn
  const { now } = sheet
  const assignments = sheet.placements.flatMap((each) => (each === undefined ? [] : [each.assignment]))
  const last = assignments.reduce((latest, each) => Math.max(latest, each.finish), now)
  const bound = Math.min(last - now, boundOf(sheet, position, last) - now)
  const result: Plan = {
    now,
    assignments,
    unplaced: [...unplaced].sort(byPath),
    issues: [...notices, ...conflicts, ...deadlineIssues(sheet)].sort(byPath),
    makespanMinutes: last - now,
    lowerBoundMinutes: bound,
    proved: bound === last - now,
    seed: policy.seed ?? 1,
    inputHash: model.hash,
    engineVersion: ENGINE_VERSION,
  }
  states.set(result, { model, policy, sheet, position, fixedEntries, isInOrder, variants: new Map() })
  return result
}

/** What to plan, other than all that the model says. */
export interface DrawOptions {
  /** Which soft work counts, and how much; what each opportunity says if left out. */
  readonly weightOf?: WeightOf
  /** Effort of each activity; its own effort by its weight if left out. */
  readonly effortOf?: EffortOf
  readonly expectedStarts?: ReadonlyMap<string, Minute>
  /** Order of claims if not the usual one. */
  readonly order?: readonly number[]
  /** An earlier plan, whose places are taken over where a search would find the same. */
  readonly old?: Played
  /** What the earlier plan starts before this stays, if it fits. */
  readonly fence?: Minute
  /** Only dates are wanted. */
  readonly isBrief?: boolean
}

/** Writes a whole sheet: bookings and pinned work first, then everything in planning order. */
export const drawUp = (model: Model, now: Minute, options: DrawOptions = {}): Drawn => {
  const { old, fence = now } = options
  const weightOf = options.weightOf ?? weightsOf(model, now, "asSaid")
  const { sheet, conflicts } = blankSheet(model, now, weightOf, options)
  const unplaced: Issue[] = []
  if (old !== undefined && fence > now) keepFrozen(old, sheet, fence)
  const fixedEntries = Int32Array.from(sheet.profiles, (profile) => profile.taken.length)
  const position = new Int32Array(model.activities.length)
  const order = options.order ?? planningOrder(model.activities, model.to)
  const replay = old === undefined || options.order !== undefined ? undefined : replayOf(old, sheet, order)
  order.forEach((index, n) => {
    position[index] = n
    if (sheet.absent.has(index) || sheet.placements[index] !== undefined) return
    const activity = model.activities[index]!
    const kept = replay?.keep(activity)
    if (kept !== undefined) {
      sheet.placements[index] = kept
      return
    }
    const placed = place(sheet, activity, model.activities)
    const found = "_tag" in placed ? undefined : placed
    if ("_tag" in placed) unplaced.push(placed)
    else sheet.placements[index] = placed
    replay?.note(activity, found)
  })
  replay?.finish()
  return { sheet, unplaced, conflicts, position, fixedEntries, isInOrder: options.order === undefined }
}

/** A sheet that holds bookings and pinned work alone. */
const blankSheet = (
  model: Model,
  now: Minute,
  weightOf: WeightOf,
  options: DrawOptions = {},
): Pick<Drawn, "sheet" | "conflicts"> => {
  const said = options.effortOf ?? ((activity) => weightedEffort(activity, weightOf))
  const efforts = Float64Array.from(model.activities, said)
  const effortOf = (activity: ModelActivity): number => efforts[activity.index]!
  const profiles = bookedProfiles(model, weightOf)
  const sheet = sheetOn(model, now, profiles, model.activities.length, effortOf, options)
  sheet.owned.fill(1)
  for (const activity of model.activities) {
    if (activity.effortMinutes > 0 && efforts[activity.index] === 0) sheet.absent.add(activity.index)
    else if (activity.status === "pinned" || activity.status === "done") {
      sheet.placements[activity.index] = placeFixed(model, sheet.profiles, activity, now)
    }
  }
  const conflicts = conflictsOf(sheet.profiles)
  // Nothing is planned before now, so every search may start there.
  for (const profile of sheet.profiles) startSearchAt(profile, openBefore(profile.resource.open, now))
  return { sheet, conflicts }
}

/** A sheet with all that has found a place, and what has not. */
export interface Drawn {
  readonly sheet: Sheet
  readonly unplaced: readonly Issue[]
  readonly conflicts: readonly Issue[]
  readonly position: Int32Array
  readonly fixedEntries: Int32Array
  /** Whether all was placed in the usual order, so that a later plan may replay it. */
  readonly isInOrder: boolean
}

/** Deadlines that the plan breaks, with how much. */
export const deadlineIssues = (sheet: Sheet): readonly Issue[] =>
  sheet.placements.flatMap((each): Issue[] => {
    if (each === undefined || each.activity.deadline === undefined) return []
    const late = each.assignment.finish - each.activity.deadline
    if (late <= 0) return []
    const hint = `It finishes ${late} minutes after its deadline.`
    const { id } = each.activity
    return [{ _tag: "DeadlineInfeasible", path: `activities[${id}].deadline`, ids: [id], hint, latenessMinutes: late }]
  })

/** An instant before which the activity that finishes last cannot finish: its longest chain with everybody free. */
const boundOf = (sheet: Sheet, position: Int32Array, last: Minute): Minute => {
  const end = sheet.placements.find((each) => each !== undefined && each.assignment.finish === last)
  if (end === undefined) return last
  const { activities } = sheet.model
  const chain = new Set([end.activity.index])
  for (const index of chain) for (const link of activities[index]!.before) chain.add(link.other)
  const earliest = new Float64Array(activities.length)
  for (const index of [...chain].sort((a, b) => position[a]! - position[b]!)) {
    const activity = activities[index]!
    const isFixed = activity.status === "pinned" || activity.status === "done"
    let ready = Math.max(sheet.now, activity.hasEarliest ? activity.earliest : 0)
    for (const link of activity.before) {
      if (link.type !== "FS" || sheet.absent.has(link.other)) continue
      const before = earliest[link.other]!
      const after =
        link.lagTime === undefined ? before + link.lagMinutes : addWork(link.lagTime, before, link.lagMinutes)
      ready = Math.max(ready, after ?? ready)
    }
    const alone = activity.slots.length === 1 ? aloneFinish(sheet, activity, ready) : ready
    earliest[index] = isFixed ? (sheet.placements[index]?.assignment.finish ?? sheet.now) : alone
  }
  return earliest[end.activity.index]!
}

const aloneFinish = (sheet: Sheet, activity: ModelActivity, ready: Minute): Minute => {
  const slot = activity.slots[0]!
  const effort = sheet.effortOf(activity)
  let best = Number.MAX_SAFE_INTEGER
  for (const candidate of slot.candidates) {
    const { open, ratePpm } = sheet.model.resources[candidate.resource]!
    const minutes = activity.data.mode === "duration" ? effort : Math.ceil((effort * 1e12) / (slot.unitsPpm * ratePpm))
    best = Math.min(best, addWork(open, Math.max(ready, candidate.from), minutes) ?? best)
  }
  return best === Number.MAX_SAFE_INTEGER ? ready : best
}

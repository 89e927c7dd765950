/**
 * Capacity gap: do we need to recruit, whom, and from when?
 *
 * A flow from demands (a skill, a window of time) through people to their weeks. What cannot pass is missing; the
 * skills on the source side of the least cut are short together, so a person with three skills is counted once.
 * Precedences are left out: the gap is a lower bound on the need.
 */
import { type Amounts, capacityBy, type Forecast, forecastWants, plannedWants, type Want } from "./demand.ts"
import { flowOf } from "./flow.ts"
import { type Risk, riskOf } from "./gapRisk.ts"
import { dayOf, type LocalDate } from "./instant.ts"
import { compareText, type Issue } from "./issue.ts"
import { type Model, type ModelActivity, WHOLE } from "./model.ts"
import { type Bucket, type Period, periodsOf } from "./periods.ts"
import type { Plan } from "./plan.ts"
import { stateOf } from "./planning.ts"
import { fail, type NonEmpty, ok, type Result } from "./result.ts"
import { finishSteps, type Steps } from "./steps.ts"

/** The range, its periods, and what is expected beside the plan. */
export interface GapOptions {
  readonly from: LocalDate
  readonly to: LocalDate
  readonly bucket: Bucket
  readonly forecasts?: readonly Forecast[]
  /** Planned minutes a full-time person gives per week; an average of the plan's own people if left out. */
  readonly minutesPerFte?: number
  /** Periods in a row with a gap before it is called lasting: 2 if left out. */
  readonly sustained?: number
  /** Asks for the gap that so many futures do not exceed: 800 000 is usual. */
  readonly percentilePpm?: number
  /** Futures to draw: 64 if left out. */
  readonly scenarios?: number
  /** As for a promise. */
  readonly effortCvPpm?: number
  readonly correlationPpm?: number
  readonly signal?: AbortSignal
}

/** One period: what is wanted, what there is, and what is missing. */
export interface GapRow {
  readonly bucket: string
  readonly firstDate: LocalDate
  readonly lastDate: LocalDate
  /** Minutes wanted in the period, and minutes that everybody could give. */
  readonly demand: number
  readonly capacity: number
  /** Minutes that nobody can do within their windows, counted where the windows end. */
  readonly gap: number
  /** The skills that are short together. */
  readonly skills: readonly string[]
  /** Persons missing, in thousandths. */
  readonly ftePerMille: number
  /** Periods in a row, this one included, that have a gap. */
  readonly sustained: number
  readonly isLasting: boolean
  readonly alternatives: readonly GapAlternative[]
  /** The gap that is not exceeded in so many futures; only if asked for. */
  readonly risk?: Risk
}

/** What would help other than recruiting. */
export type GapAlternative =
  | { readonly kind: "overtime"; readonly resources: readonly string[]; readonly minutes: number }
  | { readonly kind: "train"; readonly resource: string; readonly skill: string; readonly freeMinutes: number }
  | { readonly kind: "move"; readonly bucket: string; readonly freeMinutes: number }

/**
 * The missing minutes per period, with the skills that are short and what else would help.
 *
 * Demand: bookings where they stand, planned work (soft work by its probability) from its earliest start to its due
 * date, or evenly movable to the end of the range without one, and the forecasts. Capacity: open minutes times the
 * billable target. Adding a person never increases the gap.
 *
 * Refuses with `BadInterval` for malformed dates, `ProbabilityRange` and `NonFinite`. A skill that nobody has is all gap.
 */
export const capacityGap = (plan: Plan, options: GapOptions): Result<readonly GapRow[], NonEmpty<Issue>> =>
  finishSteps(gapSteps(plan, options), options.signal)

/** `capacityGap` in steps of some scenarios. */
export function* gapSteps(plan: Plan, options: GapOptions): Steps<Result<readonly GapRow[], NonEmpty<Issue>>> {
  const { model, sheet } = stateOf(plan)
  const periods = periodsOf(model.zone, options.from, options.to, options.bucket)
  const issues = checkOptions(options, periods)
  const [first, ...rest] = issues
  if (first !== undefined) return fail([first, ...rest])
  const gapOf = (amounts: Amounts): Gap => {
    const forecasts = forecastWants(model, options.forecasts ?? [], amounts, periods)
    const wants = [...plannedWants(model, plan.now, amounts, periods), ...forecasts].sort((a, b) =>
      compareText(a.key, b.key),
    )
    const capacity = capacityBy(model, periods, amounts)
    return { wants, capacity, ...passThrough(model, periods, wants, capacity) }
  }
  const expected = gapOf(expectedAmounts(model, sheet.effortOf))
  const risk =
    options.percentilePpm === undefined
      ? undefined
      : yield* riskOf(plan, options, (amounts) => missingBy(periods, gapOf(amounts)))
  return ok(rowsOf(model, options, periods, expected, risk))
}

/** Everything in full but soft work, which counts by its probability. */
const expectedAmounts = (model: Model, effortOf: (activity: ModelActivity) => number): Amounts => {
  const chance = (opportunity: string): number => model.opportunities.get(opportunity)!.probabilityPpm
  return {
    activity: (each) =>
      each.opportunity === undefined || each.status !== "tentative"
        ? effortOf(each)
        : Math.round((each.effortMinutes * chance(each.opportunity)) / WHOLE),
    booking: ({ data }) =>
      data.opportunity === undefined || data.certainty === "firm" ? WHOLE : chance(data.opportunity),
    forecast: (each) => each.probabilityPpm ?? WHOLE,
  }
}

/** Wants and capacity with what could not pass. */
interface Gap extends Passed {
  readonly wants: readonly Want[]
  readonly capacity: readonly (readonly number[])[]
}

/** Missing minutes per period, each counted where its window ends. */
const missingBy = (periods: readonly Period[], { wants, missing }: Gap): readonly number[] => {
  const sums = periods.map(() => 0)
  wants.forEach((want, n) => {
    sums[want.last] = sums[want.last]! + missing[n]!
  })
  return sums
}

const checkOptions = (options: GapOptions, periods: readonly Period[]): readonly Issue[] => {
  const issues: Issue[] = []
  const share = options.percentilePpm ?? WHOLE
  if (!Number.isSafeInteger(share) || share < 0 || share > WHOLE) {
    const hint = "Give 0 to 1000000 ppm."
    issues.push({ _tag: "ProbabilityRange", path: "percentilePpm", ids: [], hint, value: share })
  }
  if (periods.length === 0)
    issues.push({ _tag: "BadInterval", path: "from", ids: [], hint: "Give two dates, the first not later." })
  for (const each of options.forecasts ?? []) {
    const path = `forecasts[${each.id}]`
    const share = each.probabilityPpm ?? WHOLE
    if (!Number.isSafeInteger(share) || share < 0 || share > WHOLE) {
      issues.push({ _tag: "ProbabilityRange", path, ids: [each.id], hint: "Give 0 to 1000000 ppm.", value: share })
    }
    if (!Number.isSafeInteger(each.minutes) || each.minutes < 0)
      issues.push({ _tag: "NonFinite", path, ids: [each.id], hint: "Give whole minutes." })
    if (dayOf(each.from) === undefined || dayOf(each.to) === undefined || each.to < each.from) {
      issues.push({ _tag: "BadInterval", path, ids: [each.id], hint: "Give two dates, the first not later." })
    }
  }
  return issues
}

/** What could not pass, what is left of everybody's time, and which wants compete for the same people. */
interface Passed {
  readonly missing: readonly number[]
  readonly free: readonly (readonly number[])[]
  readonly isShort: (want: number) => boolean
}

const passThrough = (
  model: Model,
  periods: readonly Period[],
  wants: readonly Want[],
  capacity: readonly (readonly number[])[],
): Passed => {
  const cellOf = (resource: number, period: number): number => 2 + wants.length + resource * periods.length + period
  const flow = flowOf(2 + wants.length + model.resources.length * periods.length)
  const cellEdges = capacity.map((own, resource) =>
    own.map((minutes, period) => flow.edge(cellOf(resource, period), 1, minutes)),
  )
  // Windows that end first claim first, so that a gap is counted in the period that cannot wait.
  const inTurn = [...wants.keys()].sort((a, b) => wants[a]!.last - wants[b]!.last || a - b)
  for (const n of inTurn) {
    const want = wants[n]!
    for (const resource of want.resources) {
      for (let period = want.first; period <= want.last; period++)
        flow.edge(2 + n, cellOf(resource, period), want.minutes)
    }
  }
  const wantEdges = new Map<number, number>()
  for (const n of inTurn) {
    wantEdges.set(n, flow.edge(0, 2 + n, wants[n]!.minutes))
    flow.run()
  }
  return {
    missing: wants.map((want, n) => want.minutes - flow.carried(wantEdges.get(n)!)),
    free: capacity.map((own, resource) =>
      own.map((minutes, period) => minutes - flow.carried(cellEdges[resource]![period]!)),
    ),
    isShort: (want) => flow.reached(2 + want),
  }
}

const rowsOf = (
  model: Model,
  options: GapOptions,
  periods: readonly Period[],
  { wants, capacity, missing, free, isShort }: Gap,
  risk: readonly Risk[] | undefined,
): readonly GapRow[] => {
  let sustained = 0
  return periods.map((period, n) => {
    const here = wants.flatMap((want, index) => (want.last === n && missing[index]! > 0 ? [index] : []))
    const gap = here.reduce((sum, index) => sum + missing[index]!, 0)
    sustained = gap > 0 ? sustained + 1 : 0
    // Short together: every want that the least cut has on its source side competes with these for the same people.
    const short = wants.flatMap((want, index) =>
      gap > 0 && isShort(index) && want.first <= n && want.last >= n ? [want.skill] : [],
    )
    const own = capacity.map((cells) => cells[n]!)
    const total = own.reduce((sum, each) => sum + each, 0)
    const perFte = options.minutesPerFte ?? Math.round(total / Math.max(1, own.filter((each) => each > 0).length))
    return {
      bucket: period.label,
      firstDate: period.firstDate,
      lastDate: period.lastDate,
      demand: wants.reduce((sum, want) => sum + (want.last === n ? want.minutes : 0), 0),
      capacity: total,
      gap,
      skills: [...new Set(short)].sort(compareText),
      ftePerMille: perFte === 0 ? 0 : Math.round((gap * 1000) / perFte),
      sustained,
      isLasting: sustained >= (options.sustained ?? 2),
      ...(risk === undefined ? {} : { risk: risk[n]! }),
      alternatives: gap === 0 ? [] : alternativesOf(model, periods, wants, here, free, n, gap),
    }
  })
}

const alternativesOf = (
  model: Model,
  periods: readonly Period[],
  wants: readonly Want[],
  here: readonly number[],
  free: readonly (readonly number[])[],
  period: number,
  gap: number,
): readonly GapAlternative[] => {
  const able = new Set(here.flatMap((index) => wants[index]!.resources))
  const skill = wants[here[0]!]!.skill
  const name = (index: number): string => model.resources[index]!.id
  const train = free
    .flatMap((own, index) =>
      !able.has(index) && own[period]! > 0 && model.resources[index]!.data.kind === "person"
        ? [{ index, minutes: own[period]! }]
        : [],
    )
    .sort((a, b) => b.minutes - a.minutes || a.index - b.index)
    .slice(0, 3)
  const later = periods.findIndex((_, n) => n > period && [...able].some((index) => free[index]![n]! > 0))
  const alternatives: GapAlternative[] = []
  if (able.size > 0)
    alternatives.push({ kind: "overtime", resources: [...able].sort((a, b) => a - b).map(name), minutes: gap })
  for (const each of train)
    alternatives.push({ kind: "train", resource: name(each.index), skill, freeMinutes: each.minutes })
  if (later >= 0) {
    const freeMinutes = [...able].reduce((sum, index) => sum + free[index]![later]!, 0)
    alternatives.push({ kind: "move", bucket: periods[later]!.label, freeMinutes })
  }
  return alternatives
}

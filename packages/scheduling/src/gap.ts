/**
 * Capacity gap: do we need to recruit, whom, and from when?
 *
 * A flow from demands (a skill, a window of time) through people to their weeks. What cannot pass is missing; the
 * skills on the source side of the least cut are short together, so a person with three skills is counted once.
 * Precedences are left out: the gap is a lower bound on the need.
 */
import { flowOf } from "./flow.ts"
import { dayOf, type LocalDate, type Minute } from "./instant.ts"
import { compareText, type Issue } from "./issue.ts"
import { type Model, type ModelActivity, type ModelResource, WHOLE } from "./model.ts"
import { workingMinutesBetween } from "./openTime.ts"
import { type Bucket, type Period, periodsOf } from "./periods.ts"
import type { Plan } from "./plan.ts"
import { stateOf } from "./planning.ts"
import { fail, type NonEmpty, ok, type Result } from "./result.ts"

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
}

/** What would help other than recruiting. */
export type GapAlternative =
  | { readonly kind: "overtime"; readonly resources: readonly string[]; readonly minutes: number }
  | { readonly kind: "train"; readonly resource: string; readonly skill: string; readonly freeMinutes: number }
  | { readonly kind: "move"; readonly bucket: string; readonly freeMinutes: number }

interface Want {
  readonly key: string
  readonly minutes: number
  readonly first: number
  readonly last: number
  readonly resources: readonly number[]
  readonly skill: string
}

/**
 * The missing minutes per period, with the skills that are short and what else would help.
 *
 * Demand: bookings where they stand, planned work (soft work by its probability) from its earliest start to its due
 * date, or evenly movable to the end of the range without one, and the forecasts. Capacity: open minutes times the
 * billable target. Adding a person never increases the gap.
 *
 * Refuses with `BadInterval` for malformed dates, `ProbabilityRange` and `NonFinite`. A skill that nobody has is all gap.
 */
export const capacityGap = (plan: Plan, options: GapOptions): Result<readonly GapRow[], NonEmpty<Issue>> => {
  const { model, sheet } = stateOf(plan)
  const periods = periodsOf(model.zone, options.from, options.to, options.bucket)
  const issues = checkOptions(options, periods)
  const [first, ...rest] = issues
  if (first !== undefined) return fail([first, ...rest])
  const wants = [...planned(model, plan.now, sheet.effortOf, periods), ...forecast(model, options, periods)].sort(
    (a, b) => compareText(a.key, b.key),
  )
  const capacity = model.resources.map((resource) => periods.map((period) => sellable(resource, period)))
  takeBookings(model, periods, capacity)
  return ok(rowsOf(model, options, periods, wants, capacity))
}

const checkOptions = (options: GapOptions, periods: readonly Period[]): readonly Issue[] => {
  const issues: Issue[] = []
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

const sellable = (resource: ModelResource, period: Period): number => {
  const open = workingMinutesBetween(resource.open, period.from, period.to)
  const units = resource.unitsPpm / WHOLE
  return Math.floor((open * units * (resource.data.billableTargetPpm ?? WHOLE)) / WHOLE)
}

/** Bookings are on one person already: they lessen what that person has left. Soft ones count by probability. */
const takeBookings = (model: Model, periods: readonly Period[], capacity: readonly number[][]): void => {
  for (const booking of model.bookings) {
    const { open } = model.resources[booking.resource]!
    const { opportunity } = booking.data
    const share =
      opportunity === undefined || booking.data.certainty === "firm"
        ? WHOLE
        : model.opportunities.get(opportunity)!.probabilityPpm
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

const planned = (
  model: Model,
  now: Minute,
  effortOf: (activity: ModelActivity) => number,
  periods: readonly Period[],
): readonly Want[] =>
  model.activities.flatMap((activity) => {
    const said =
      activity.opportunity === undefined || activity.status !== "tentative"
        ? effortOf(activity)
        : expected(model, activity)
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

const expected = (model: Model, activity: ModelActivity): number =>
  Math.round((activity.effortMinutes * model.opportunities.get(activity.opportunity!)!.probabilityPpm) / WHOLE)

const forecast = (model: Model, options: GapOptions, periods: readonly Period[]): readonly Want[] =>
  (options.forecasts ?? []).flatMap((each) => {
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
        minutes: Math.round((each.minutes * (each.probabilityPpm ?? WHOLE)) / WHOLE),
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
  wants: readonly Want[],
  capacity: readonly (readonly number[])[],
): readonly GapRow[] => {
  const { missing, free, isShort } = passThrough(model, periods, wants, capacity)
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

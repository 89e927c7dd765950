/**
 * Occupancy: how loaded each resource, team or skill is, period by period.
 *
 * Every number is whole minutes of the resource's own calendar: 24 hours of work in a 24-hour week is 100 %.
 */
import { dateOfDay, type LocalDate } from "./instant.ts"
import { compareText } from "./issue.ts"
import type { Model, ModelResource } from "./model.ts"
import { WHOLE } from "./model.ts"
import { openBefore, workingMinutesBetween } from "./openTime.ts"
import { type Bucket, type Period, periodsOf } from "./periods.ts"
import type { Plan } from "./plan.ts"
import { type PlanState, stateOf } from "./planning.ts"
import type { Taken } from "./profile.ts"
import { hasSoftWork, variantSheet } from "./variants.ts"
import { localDay } from "./zone.ts"

/** Load and room of one resource, team or skill in one period, in minutes. */
export interface OccupancyRow {
  /** Resource, team or skill. */
  readonly id: string
  readonly name: string
  readonly bucket: string
  readonly firstDate: LocalDate
  readonly lastDate: LocalDate
  /** Contract minutes: the calendar with holidays, before absences. */
  readonly contract: number
  /** Open minutes: contract less absences. */
  readonly capacity: number
  /** The part of the capacity that may be sold. */
  readonly target: number
  readonly firm: number
  readonly reserved: number
  /** All soft work as if won, and the part that the plan reckons with (by its probabilities). */
  readonly tentative: number
  readonly expectedTentative: number
  /** Target less firm, reserved and expected work; never negative. */
  readonly free: number
  /** Planned minutes beyond the open minutes, or beyond the units of a pool. */
  readonly overload: number
  /** Firm, reserved and expected work over contract, and over the target; ppm. 0 when there is none of either. */
  readonly shareOfContractPpm: number
  readonly shareOfTargetPpm: number
}

/** What to count, and over which dates. */
export interface OccupancyOptions {
  readonly by: "resource" | "group" | "skill"
  readonly bucket: Bucket
  /** First and last date, both inclusive; the planning horizon from now on if left out. */
  readonly from?: LocalDate
  readonly to?: LocalDate
}

/**
 * Load and free time per period, ordered by id, then period.
 *
 * Weeks and months add up: each minute is counted once per resource. A person with several skills counts in full in
 * each of them, so rows by skill must not be added to each other; ask `capacityGap` for the shared truth.
 *
 * @example occupancy(plan, { by: "resource", bucket: "week", from: "2026-03-02", to: "2026-04-26" })
 */
export const occupancy = (plan: Plan, options: OccupancyOptions): readonly OccupancyRow[] => {
  const state = stateOf(plan)
  const { model } = state
  const from = options.from ?? dateText(model, plan.now)
  const to = options.to ?? model.data.horizon.to
  const periods = periodsOf(model.zone, from, to, options.bucket)
  const cells = model.resources.map((resource) => cellsOf(state, resource, periods))
  return groupsOf(model, options.by).flatMap(({ id, name, members }) =>
    periods.map((period, n) =>
      rowOf(
        id,
        name,
        period,
        members.map((index) => cells[index]![n]!),
      ),
    ),
  )
}

interface Cell {
  contract: number
  capacity: number
  target: number
  firm: number
  reserved: number
  tentative: number
  expectedTentative: number
  overload: number
}

const dateText = (model: Model, minute: number): LocalDate => dateOfDay(localDay(model.zone, minute))

/** The resources behind each row. A team counts its members; a resource stands for itself. */
const groupsOf = (
  model: Model,
  by: OccupancyOptions["by"],
): readonly { id: string; name: string; members: readonly number[] }[] => {
  if (by === "resource") return model.resources.map((each) => ({ id: each.id, name: each.name, members: [each.index] }))
  if (by === "group") {
    return model.data.resources
      .filter((each) => each.kind === "group")
      .map((each) => ({
        id: each.id,
        name: each.name ?? each.id,
        members: (each.members ?? [each.id]).map((id) => model.resourceIndex.get(id)!),
      }))
  }
  const skills = new Map<string, Set<number>>()
  for (const resource of model.resources) {
    for (const { skill } of resource.data.skills ?? []) {
      const members = skills.get(skill) ?? new Set()
      skills.set(skill, members.add(resource.index))
    }
  }
  return [...skills]
    .sort(([a], [b]) => compareText(a, b))
    .map(([id, members]) => ({ id, name: id, members: [...members] }))
}

const cellsOf = (state: PlanState, resource: ModelResource, periods: readonly Period[]): readonly Cell[] => {
  const units = resource.unitsPpm / WHOLE
  const cells = periods.map(
    (period): Cell => ({
      contract: units * workingMinutesBetween(resource.contract, period.from, period.to),
      capacity: units * workingMinutesBetween(resource.open, period.from, period.to),
      target: 0,
      firm: 0,
      reserved: 0,
      tentative: 0,
      expectedTentative: 0,
      overload: 0,
    }),
  )
  const target = resource.data.billableTargetPpm ?? WHOLE
  for (const cell of cells) cell.target = Math.floor((cell.capacity * target) / WHOLE)
  const edges = periods.map((period) => openBefore(resource.open, period.from))
  const last = periods[periods.length - 1]
  if (last !== undefined) edges.push(openBefore(resource.open, last.to))
  addLoad(cells, edges, periods, state, resource, "expected")
  if (hasSoftWork(state.model)) addLoad(cells, edges, periods, state, resource, "allWon")
  addOverload(cells, edges, state, resource)
  return cells
}

const addLoad = (
  cells: readonly Cell[],
  edges: readonly number[],
  periods: readonly Period[],
  state: PlanState,
  resource: ModelResource,
  kind: "expected" | "allWon",
): void => {
  const sheet = kind === "expected" ? state.sheet : variantSheet(state, "allWon")
  for (const taken of sheet.profiles[resource.index]!.taken) {
    const certainty = certaintyOf(state.model, taken.owner)
    if (kind === "allWon" && certainty !== "tentative") continue
    const field = kind === "allWon" ? "tentative" : certainty === "tentative" ? "expectedTentative" : certainty
    forEachOverlap(cells, edges, taken, (cell, minutes) => {
      cell[field] += minutes
    })
    if (taken.closed === undefined) continue
    const { at, minutes } = taken.closed
    const cell = cells[periods.findIndex((period) => period.from < at && period.to >= at)]
    if (cell === undefined) continue
    cell[field] += minutes
    if (kind === "expected") cell.overload += minutes
  }
}

const forEachOverlap = (
  cells: readonly Cell[],
  edges: readonly number[],
  taken: Taken,
  add: (cell: Cell, minutes: number) => void,
): void => {
  let low = 0
  let high = cells.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle + 1]! <= taken.fromW) low = middle + 1
    else high = middle
  }
  for (let n = low; n < cells.length && edges[n]! < taken.toW; n++) {
    const minutes = Math.min(taken.toW, edges[n + 1]!) - Math.max(taken.fromW, edges[n]!)
    if (minutes > 0) add(cells[n]!, (minutes * taken.unitsPpm) / WHOLE)
  }
}

const addOverload = (
  cells: readonly Cell[],
  edges: readonly number[],
  state: PlanState,
  resource: ModelResource,
): void => {
  const profile = state.sheet.profiles[resource.index]!
  profile.load.forEach((load, step) => {
    const over = load - resource.unitsPpm
    if (over <= 0) return
    const toW = profile.at[step + 1] ?? resource.open.total
    const part = { owner: "", fromW: profile.at[step]!, toW, unitsPpm: over }
    forEachOverlap(cells, edges, part, (cell, minutes) => {
      cell.overload += minutes
    })
  })
}

const certaintyOf = (model: Model, owner: string): "firm" | "reserved" | "tentative" => {
  const index = model.activityIndex.get(owner)
  if (index !== undefined) {
    const { status } = model.activities[index]!
    return status === "tentative" || status === "reserved" ? status : "firm"
  }
  const booking = model.bookingIndex.get(owner)
  if (booking === undefined) return "firm"
  return booking.data.certainty ?? (booking.data.opportunity === undefined ? "firm" : "tentative")
}

const rowOf = (id: string, name: string, period: Period, cells: readonly Cell[]): OccupancyRow => {
  const sum = (field: keyof Cell): number => Math.round(cells.reduce((total, cell) => total + cell[field], 0))
  const load = sum("firm") + sum("reserved") + sum("expectedTentative")
  const contract = sum("contract")
  const target = sum("target")
  return {
    id,
    name,
    bucket: period.label,
    firstDate: period.firstDate,
    lastDate: period.lastDate,
    contract,
    capacity: sum("capacity"),
    target,
    firm: sum("firm"),
    reserved: sum("reserved"),
    tentative: sum("tentative"),
    expectedTentative: sum("expectedTentative"),
    free: Math.max(0, target - load),
    overload: sum("overload"),
    shareOfContractPpm: contract === 0 ? 0 : Math.round((load * WHOLE) / contract),
    shareOfTargetPpm: target === 0 ? 0 : Math.round((load * WHOLE) / target),
  }
}

/**
 * Series: occupancy as a chart takes it, with whole minutes and no text to format.
 */
import { gantt } from "./gantt.ts"
import type { LocalDate } from "./instant.ts"
import type { OccupancyRow } from "./occupancy.ts"

/** Stacked columns per period, with capacity and target as lines. */
export interface LoadSeries {
  readonly id: string
  readonly name: string
  readonly labels: readonly string[]
  readonly firstDates: readonly LocalDate[]
  readonly capacity: readonly number[]
  readonly target: readonly number[]
  readonly firm: readonly number[]
  readonly reserved: readonly number[]
  readonly tentative: readonly number[]
  readonly free: readonly number[]
  readonly overload: readonly number[]
}

/** A grid of shares of target: one row per resource, one column per period. */
export interface Heatmap {
  readonly rows: readonly { readonly id: string; readonly name: string }[]
  readonly columns: readonly string[]
  /** `cells[row][column]` in ppm of the target; undefined where there is neither target nor load. */
  readonly cells: readonly (readonly (number | undefined)[])[]
}

/** One load series per id, in the rows' order. */
export const loadSeries = (rows: readonly OccupancyRow[]): readonly LoadSeries[] =>
  grouped(rows).map((own) => ({
    id: own[0]!.id,
    name: own[0]!.name,
    labels: own.map((row) => row.bucket),
    firstDates: own.map((row) => row.firstDate),
    capacity: own.map((row) => row.capacity),
    target: own.map((row) => row.target),
    firm: own.map((row) => row.firm),
    reserved: own.map((row) => row.reserved),
    tentative: own.map((row) => row.expectedTentative),
    free: own.map((row) => row.free),
    overload: own.map((row) => row.overload),
  }))

/** Shares of target of the same rows. Load without any target shows as full (1 000 000 ppm). */
export const heatmap = (rows: readonly OccupancyRow[]): Heatmap => {
  const groups = grouped(rows)
  return {
    rows: groups.map((own) => ({ id: own[0]!.id, name: own[0]!.name })),
    columns: (groups[0] ?? []).map((row) => row.bucket),
    cells: groups.map((own) => own.map(shareOf)),
  }
}

const shareOf = (row: OccupancyRow): number | undefined => {
  if (row.target > 0) return row.shareOfTargetPpm
  return row.firm + row.reserved + row.expectedTentative > 0 ? 1_000_000 : undefined
}

const grouped = (rows: readonly OccupancyRow[]): readonly (readonly OccupancyRow[])[] => {
  const groups = new Map<string, OccupancyRow[]>()
  for (const row of rows) {
    const own = groups.get(row.id)
    if (own === undefined) groups.set(row.id, [row])
    else own.push(row)
  }
  return [...groups.values()]
}

/** Chart data: load and heatmap from occupancy rows, gantt from a plan. */
export const series = { load: loadSeries, heatmap, gantt } as const

/**
 * Duration: how many minutes a set of resources needs for an effort.
 */
import type { Activity } from "./data.ts"
import { WHOLE } from "./model.ts"

/** One resource's part in an activity: units in ppm, and effort per working minute in ppm. */
export interface Speed {
  readonly unitsPpm: number
  readonly ratePpm: number
}

/**
 * Working minutes that everybody spends at once, rounded up to a whole minute.
 *
 * In mode `duration` all work all of the minutes; in mode `effort` the minutes are shared by their speeds.
 *
 * @example durationOf("effort", 600, [{ unitsPpm: 1_000_000, ratePpm: 500_000 }]) // 1200
 */
export const durationOf = (mode: Activity["mode"], effortMinutes: number, speeds: readonly Speed[]): number => {
  if (mode === "duration") return effortMinutes
  let speed = 0
  for (const each of speeds) speed += (each.unitsPpm * each.ratePpm) / WHOLE
  return Math.ceil((effortMinutes * WHOLE) / speed)
}

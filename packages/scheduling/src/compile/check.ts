/**
 * Check: collects every issue of the input instead of stopping at the first.
 */

import { dayOf, type Instant, type LocalDate, type Minute, minuteOf } from "../instant.ts"
import type { Issue } from "../issue.ts"
import { toUtc, type Zone } from "../zone.ts"

export interface Check {
  readonly issues: Issue[]
  /** A whole number within `[low, high]`, else an issue and `low`. */
  readonly whole: (value: number | undefined, path: string, id: string, low: number, high: number) => number
  /** A share between 0 and 1 000 000 ppm, else an issue and 0. */
  readonly share: (value: number | undefined, path: string, id: string) => number
  /** Day number of a date, else an issue and undefined. */
  readonly day: (value: LocalDate | undefined, path: string, id: string) => number | undefined
  /** UTC minute of an instant, else an issue and undefined. */
  readonly instant: (value: Instant | undefined, path: string, id: string) => Minute | undefined
  /** UTC minute of an instant, or of the start (`end`: the end) of a local date. */
  readonly moment: (
    value: Instant | LocalDate | undefined,
    zone: Zone,
    end: boolean,
    path: string,
    id: string,
  ) => Minute | undefined
}

/** The largest count of minutes that an input may name: about 19 years. */
export const MOST_MINUTES = 10_000_000

/** A fresh collector. */
export const startCheck = (): Check => {
  const issues: Issue[] = []
  const bad = (path: string, id: string, hint: string): void => {
    issues.push({ _tag: "BadInterval", path, ids: [id], hint })
  }
  const check: Check = {
    issues,
    whole: (value, path, id, low, high) => {
      if (value === undefined) return low
      if (Number.isSafeInteger(value) && value >= low && value <= high) return value
      issues.push({ _tag: "NonFinite", path, ids: [id], hint: `Give a whole number from ${low} to ${high}.` })
      return low
    },
    share: (value, path, id) => {
      if (value === undefined) return 1_000_000
      if (Number.isSafeInteger(value) && value >= 0 && value <= 1_000_000) return value
      const hint = "Give a whole number of ppm from 0 to 1000000."
      issues.push({ _tag: "ProbabilityRange", path, ids: [id], hint, value })
      return 0
    },
    day: (value, path, id) => {
      if (value === undefined) return undefined
      const day = typeof value === "string" ? dayOf(value) : undefined
      if (day === undefined) bad(path, id, "Give a date that exists, such as 2026-03-29.")
      return day
    },
    instant: (value, path, id) => {
      if (value === undefined) return undefined
      const minute = isText(value) ? minuteOf(value) : undefined
      if (minute === undefined) bad(path, id, "Give an instant with zone, such as 2026-03-29T08:00:00Z.")
      return minute
    },
    moment: (value, zone, end, path, id) => {
      if (value === undefined) return undefined
      const day = typeof value === "string" && value.length === 10 ? dayOf(value) : undefined
      return day === undefined ? check.instant(value, path, id) : toUtc(zone, (day + (end ? 1 : 0)) * 1440)
    },
  }
  return check
}

const isText = (value: unknown): value is Instant => typeof value === "string" || typeof value === "number"

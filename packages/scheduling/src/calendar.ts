/**
 * Calendar: when work may be done, as a firm would write it on paper.
 *
 * A weekly pattern of local wall times in one zone, minus national holidays, with exceptions for single dates.
 * With `base`, only minutes that the base calendar has open too are open (a person's hours within the site's).
 */
import type { Instant, LocalDate } from "./instant.ts"

/** Local wall times, half-open: `["08:00", "12:00"]`. An end at or before its start lies on the next day. */
export type OpenHours = readonly [from: string, to: string]

/** Seven lists of open hours, Monday first. */
export type Week = readonly [
  readonly OpenHours[],
  readonly OpenHours[],
  readonly OpenHours[],
  readonly OpenHours[],
  readonly OpenHours[],
  readonly OpenHours[],
  readonly OpenHours[],
]

/** Other hours on single dates: a Christmas party, a working Saturday. Replaces what the pattern says. */
export interface CalendarException {
  readonly from: LocalDate
  /** Last date, inclusive; `from` alone if left out. */
  readonly to?: LocalDate
  /** Open hours on each of the dates; closed if left out or empty. */
  readonly hours?: readonly OpenHours[]
  readonly reason: string
}

/** A day off that everyone under the calendar has. */
export interface Holiday {
  readonly date: LocalDate
  readonly name: string
}

/** When work may be done: weekly hours in a zone, with holidays, exceptions and an optional base. */
export interface Calendar {
  readonly id: string
  /** IANA zone of the wall times, `"Europe/Stockholm"`. */
  readonly zone: string
  readonly week: Week
  readonly exceptions?: readonly CalendarException[]
  readonly holidays?: readonly Holiday[]
  /** A calendar that must be open too. */
  readonly base?: string
}

/** Away on whole local dates (or the same hours of each), or from one instant to another. */
export type Absence =
  | {
      readonly from: LocalDate
      /** Last date, inclusive. Give this or `workingDays`; `from` alone is one day. */
      readonly to?: LocalDate
      /** Counts dates on which the resource's calendar has open minutes. */
      readonly workingDays?: number
      /** Away only between these wall times: `["12:00", "17:00"]` is an afternoon. */
      readonly hours?: OpenHours
      readonly reason: string
    }
  | { readonly fromAt: Instant; readonly toAt: Instant; readonly reason: string }

/** The same hours on each day from Monday to Friday. */
export const weekdays = (...hours: readonly OpenHours[]): Week => [hours, hours, hours, hours, hours, [], []]

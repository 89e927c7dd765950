/**
 * Planning data: all that a plan is made from. Plain values, never changed, in any order.
 *
 * Units: minutes are whole; shares, rates and probabilities are integers in ppm (1 000 000 = all of it);
 * instants are ISO 8601 text with zone or UTC minutes; dates are local to `zone` unless a calendar says more.
 */
import type { Absence, Calendar } from "./calendar.ts"
import type { Instant, LocalDate } from "./instant.ts"

/** What a resource can do, and when it may. */
export interface Skill {
  readonly skill: string
  /** 1 (learning) to 5 (teaches others); 1 if left out. */
  readonly level?: number
  /** First and last date on which it holds (a certificate), both inclusive. */
  readonly from?: LocalDate
  readonly to?: LocalDate
}

/** A person, a machine, or a group: a pool of `capacity` equal units, or a team of `members`. */
export interface Resource {
  readonly id: string
  readonly kind: "person" | "group" | "machine"
  /** Printed in explanations; the id if left out. */
  readonly name?: string
  /** Required unless the resource is a team of members, who have their own. */
  readonly calendar?: string
  /** Units that work at once; 1 if left out, at most 1 000. */
  readonly capacity?: number
  /** Effort done per working minute: 500 000 means 30 minutes of effort an hour. 1 000 000 if left out. */
  readonly ratePpm?: number
  readonly members?: readonly string[]
  readonly skills?: readonly Skill[]
  readonly absences?: readonly Absence[]
  /** First and last date of employment, both inclusive. */
  readonly employedFrom?: LocalDate
  readonly employedTo?: LocalDate
  /** Share of each week's open minutes that may be planned; 1 000 000 if left out. */
  readonly billableTargetPpm?: number
  readonly maxMinutesPerDay?: number
  readonly maxMinutesPerWeek?: number
}

/** What an activity needs at once: somebody with a skill, one named resource, or members of a team. */
export type Demand =
  | { readonly skill: string; readonly level?: number; readonly units?: number; readonly sharePpm?: number }
  | { readonly resource: string; readonly units?: number; readonly sharePpm?: number }
  | { readonly team: string; readonly skill?: string; readonly units?: number; readonly sharePpm?: number }

/** How sure we are of an effort. Both are read as a distribution whose mean or mode is near `effortMinutes`. */
export type EffortModel =
  | { readonly kind: "lognormal"; readonly cvPpm: number }
  | { readonly kind: "pert"; readonly minMinutes: number; readonly likelyMinutes: number; readonly maxMinutes: number }

/** In order of claim on capacity: done and pinned work stays where it is; started, firm, reserved, tentative follow. */
export type ActivityStatus = "tentative" | "reserved" | "firm" | "started" | "pinned" | "done"

/** Work that stands fixed on one resource. */
export interface FixedPiece {
  readonly resource: string
  readonly from: Instant
  readonly to: Instant
}

/** A piece of work: how much, by whom, when, and how it may be split. */
export interface Activity {
  readonly id: string
  readonly name?: string
  readonly project?: string
  /** Minutes of work; 0 is a milestone. */
  readonly effortMinutes: number
  readonly effortModel?: EffortModel
  /**
   * `effort` (default): the minutes are shared by all who work, so two people need half the time.
   * `duration`: everybody needed works all of the minutes.
   */
  readonly mode?: "effort" | "duration"
  /** All needed at the same minutes. Empty only for a milestone. */
  readonly demand: readonly Demand[]
  /**
   * `anywhere` (default): whichever minutes are free. `breaks`: without other work in between, pausing only when closed.
   * `none`: in one go inside one open interval.
   */
  readonly split?: "anywhere" | "breaks" | "none"
  /** Smallest piece worth starting, in working minutes (the last piece may be shorter). */
  readonly minBlockMinutes?: number
  readonly earliestStart?: Instant | LocalDate
  /** Last date (inclusive) or instant that is wished; orders the work. */
  readonly due?: Instant | LocalDate
  /** Last date (inclusive) or instant that must hold; reported when broken. */
  readonly deadline?: Instant | LocalDate
  /** Higher goes first; 0 if left out. */
  readonly priority?: number
  /** `firm` if left out. */
  readonly status?: ActivityStatus
  /** Where pinned, started or done work stands. */
  readonly fixed?: readonly FixedPiece[]
  /** Minutes of effort left of started work; all of them if left out. */
  readonly remainingMinutes?: number
  readonly allowed?: readonly string[]
  readonly forbidden?: readonly string[]
  /** The opportunity it belongs to: soft work, held as that opportunity says. */
  readonly opportunity?: string
}

/** A bound between two activities. */
export interface Precedence {
  readonly from: string
  readonly to: string
  /** Which end of `from` bounds which end of `to`; `FS` if left out. */
  readonly type?: "FS" | "SS" | "FF" | "SF"
  /** May be negative (a lead). */
  readonly lagMinutes?: number
  /** Elapsed minutes if left out; working minutes count in `lagCalendar`. */
  readonly lagUnit?: "elapsed" | "working"
  readonly lagCalendar?: string
}

/** Time that is taken already: a reservation of the host's, a meeting, a pre-booked week. */
export interface Booking {
  readonly id: string
  readonly resource: string
  readonly from: Instant
  readonly to: Instant
  /**
   * Working minutes taken somewhere within the interval; all of the interval if left out.
   * What does not fit is reported as overload, never dropped.
   */
  readonly minutes?: number
  readonly label?: string
  readonly project?: string
  /** `firm` if left out; a booking of an opportunity is tentative. */
  readonly certainty?: "firm" | "reserved" | "tentative"
  readonly opportunity?: string
}

/** A sale that may be won: its activities and bookings count as `holds` says. */
export interface Opportunity {
  readonly id: string
  readonly probabilityPpm: number
  /** No soft work of it starts before this. */
  readonly expectedStart?: Instant | LocalDate
  /** Standard deviation of the start, in days, for percentiles. */
  readonly startSpreadDays?: number
  /** After this instant it holds nothing. */
  readonly expires?: Instant
  /** `weighted` (default): effort times probability. `full`: all of it. `none`: nothing. */
  readonly holds?: "none" | "weighted" | "full"
  /** Opportunities of one group (a customer, a tender) tend to be won or lost together. */
  readonly correlationGroup?: string
}

/** All that a plan is made from. */
export interface PlanningData {
  /** Zone of the firm's business dates. */
  readonly zone: string
  /** First and last date that calendars are built for, at most 3 650 days. */
  readonly horizon: { readonly from: LocalDate; readonly to: LocalDate }
  readonly calendars: readonly Calendar[]
  readonly resources: readonly Resource[]
  readonly activities?: readonly Activity[]
  readonly precedences?: readonly Precedence[]
  readonly bookings?: readonly Booking[]
  readonly opportunities?: readonly Opportunity[]
}

/** What a promise is asked for: activities and precedences that are not in the plan yet. */
export interface QuoteWork {
  readonly id: string
  readonly activities: readonly Activity[]
  readonly precedences?: readonly Precedence[]
}

/** How to plan. */
export interface Policy {
  readonly now: Instant
  /** Seed of all drawing; 1 if left out. */
  readonly seed?: number
  /** Working days from now in which nothing that is planned moves. */
  readonly freezeDays?: number
  /** Plans to try, with work of equal claim in other orders: 1 if left out, at most 100 000. */
  readonly schedules?: number
}

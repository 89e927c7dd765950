/**
 * Model: checked planning data with every calendar laid out, every reference resolved and every list sorted by id.
 *
 * Opaque to callers: made by `compile`, never changed, reused by any number of plans.
 */
import type { Staff } from "./compile/activities.ts"
import type { Closure, CompiledCalendar } from "./compile/calendars.ts"
import type { Activity, ActivityStatus, Booking, Opportunity, PlanningData, Precedence, Resource } from "./data.ts"
import type { Minute } from "./instant.ts"
import type { Interval, OpenTime } from "./openTime.ts"
import type { Zone } from "./zone.ts"

/** One whole unit, or all of it. */
export const WHOLE = 1_000_000

/** Caps on planned minutes; minutes are counted times ppm of a unit. */
export interface LimitPeriods {
  readonly per: "day" | "week"
  /** Open minutes before each period; one more element holds the total. */
  readonly startW: Int32Array
  readonly cap: Float64Array
}

export interface ModelResource {
  readonly index: number
  readonly id: string
  readonly name: string
  readonly data: Resource
  readonly zone: Zone
  /** Open by the weekly pattern alone: what is missing against it was taken by a closure. */
  readonly usual: readonly Interval[]
  readonly open: OpenTime
  /** Contract time: the calendar before absences. */
  readonly contract: OpenTime
  readonly closures: readonly Closure[]
  readonly calendars: readonly string[]
  readonly unitsPpm: number
  readonly ratePpm: number
  readonly limits: readonly LimitPeriods[]
  readonly longestOpenMinutes: number
}

/** A resource that may fill a slot, within the dates of its skill. */
export interface Candidate {
  readonly resource: number
  readonly from: Minute
  readonly to: Minute
}

/** One place at an activity, to be filled by one resource. */
export interface Slot {
  readonly skill: string | undefined
  readonly candidates: readonly Candidate[]
  readonly unitsPpm: number
}

export interface ModelLink {
  readonly other: number
  readonly type: NonNullable<Precedence["type"]>
  readonly lagMinutes: number
  readonly lagTime: OpenTime | undefined
}

export interface ModelActivity {
  readonly index: number
  readonly id: string
  readonly name: string
  readonly data: Activity
  readonly status: ActivityStatus
  /** Minutes of effort still to do, before any weighting. */
  readonly effortMinutes: number
  readonly slots: readonly Slot[]
  readonly earliest: Minute
  readonly hasEarliest: boolean
  readonly due: Minute | undefined
  readonly deadline: Minute | undefined
  readonly opportunity: string | undefined
  readonly before: readonly ModelLink[]
  readonly after: readonly ModelLink[]
  readonly fixed: readonly { readonly resource: number; readonly from: Minute; readonly to: Minute }[]
}

export interface ModelBooking {
  readonly id: string
  readonly data: Booking
  readonly resource: number
  readonly from: Minute
  readonly to: Minute
}

/** Checked data, ready to plan; see the head of this file. */
export interface Model {
  readonly data: PlanningData
  readonly zone: Zone
  readonly from: Minute
  readonly to: Minute
  readonly calendars: ReadonlyMap<string, CompiledCalendar>
  readonly calendarTime: ReadonlyMap<string, OpenTime>
  readonly resources: readonly ModelResource[]
  readonly resourceIndex: ReadonlyMap<string, number>
  readonly activities: readonly ModelActivity[]
  readonly activityIndex: ReadonlyMap<string, number>
  readonly bookings: readonly ModelBooking[]
  readonly bookingIndex: ReadonlyMap<string, ModelBooking>
  readonly opportunities: ReadonlyMap<string, Opportunity>
  /** Earliest start of each opportunity's soft work, where it names one. */
  readonly expectedStarts: ReadonlyMap<string, Minute>
  /** When each opportunity stops holding capacity, where it says so. */
  readonly expiries: ReadonlyMap<string, Minute>
  /** What activities are resolved against; a quote's are too. */
  readonly staff: Staff
  /** The same for the same data in any order. */
  readonly hash: string
}

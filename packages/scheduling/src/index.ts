/**
 * @anbud/scheduling: calendars, capacity and promise dates as plain functions.
 */
export type { Absence, Calendar, CalendarException, Holiday, OpenHours, Week } from "./calendar.ts"
export { weekdays } from "./calendar.ts"
export { compile } from "./compile.ts"
export type {
  Activity,
  ActivityStatus,
  Booking,
  Demand,
  EffortModel,
  FixedPiece,
  Opportunity,
  PlanningData,
  Policy,
  Precedence,
  QuoteWork,
  Resource,
  Skill,
} from "./data.ts"
export type { Explanation, Language } from "./explain.ts"
export { explain, explainChain, explainPromise, reasonText } from "./explain.ts"
export type { Instant, LocalDate, Minute } from "./instant.ts"
export { dateOfDay, dayOf, isoOf, isoWeekOf, minuteOf } from "./instant.ts"
export type * from "./issue.ts"
export type { Model } from "./model.ts"
export type { OccupancyOptions, OccupancyRow } from "./occupancy.ts"
export { occupancy } from "./occupancy.ts"
export type { Interval, OpenTime } from "./openTime.ts"
export { addWork, openBefore, workingMinutesBetween } from "./openTime.ts"
export type { Bucket } from "./periods.ts"
export type { Assignment, Piece, Plan } from "./plan.ts"
export { ENGINE_VERSION, plan } from "./planning.ts"
export type { Delivery, DeliveryPromise } from "./promise.ts"
export { promise } from "./promise.ts"
export type { ChainLink, Reason, Wait } from "./reason.ts"
export type { NonEmpty, Result } from "./result.ts"
export type { Heatmap, LoadSeries } from "./series.ts"
export { series } from "./series.ts"
export type { Violation } from "./validate.ts"
export { validate } from "./validate.ts"

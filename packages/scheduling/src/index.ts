/**
 * @anbud/scheduling: calendars, capacity and promise dates as plain functions.
 */

export { apply } from "./apply.ts"
export {
  capacityGapInBackground,
  ifWonInBackground,
  planInBackground,
  promiseInBackground,
  solveInBackground,
} from "./background.ts"
export type { Absence, Calendar, CalendarException, Holiday, OpenHours, Week } from "./calendar.ts"
export { weekdays } from "./calendar.ts"
export type { RankedCandidate } from "./candidates.ts"
export { candidates } from "./candidates.ts"
export type { Comparison, Move, ProjectMove } from "./compare.ts"
export { compare } from "./compare.ts"
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
export type { Forecast } from "./demand.ts"
export type { Edit } from "./edit.ts"
export type { Explanation, Language } from "./explain.ts"
export { explain, explainChain, explainPromise, reasonText } from "./explain.ts"
export type { Bar, GanttRow } from "./gantt.ts"
export { workIntervals } from "./gantt.ts"
export type { GapAlternative, GapOptions, GapRow } from "./gap.ts"
export { capacityGap } from "./gap.ts"
export type { Risk } from "./gapRisk.ts"
export type { Country } from "./holidays.ts"
export { holidays, holidaysBetween } from "./holidays.ts"
export type { IfWon, IfWonOptions, LikelyMove } from "./ifWon.ts"
export { ifWon } from "./ifWon.ts"
export type { Instant, LocalDate, Minute } from "./instant.ts"
export { dateOfDay, dayOf, isoOf, isoWeekOf, minuteOf } from "./instant.ts"
export type * from "./issue.ts"
export { lowerBound } from "./lowerBound.ts"
export type { Model } from "./model.ts"
export type { OccupancyOptions, OccupancyRow } from "./occupancy.ts"
export { occupancy } from "./occupancy.ts"
export type { Interval, OpenTime } from "./openTime.ts"
export { addWork, openBefore, workingMinutesBetween } from "./openTime.ts"
export type { Bucket } from "./periods.ts"
export type { Assignment, Piece, Plan } from "./plan.ts"
export { ENGINE_VERSION, plan } from "./planning.ts"
export type { Bottleneck, Delivery, DeliveryPromise, LikelyDelivery, PromiseOptions } from "./promise.ts"
export { promise } from "./promise.ts"
export type { ChainLink, Reason, Wait } from "./reason.ts"
export type { NonEmpty, Result } from "./result.ts"
export type { Project } from "./search/network.ts"
export type { Solution, SolveOptions, Unsolvable } from "./search/solve.ts"
export { solveProject } from "./search/solve.ts"
export type { ProjectViolation } from "./search/validateProject.ts"
export { validateProject } from "./search/validateProject.ts"
export type { Heatmap, LoadSeries } from "./series.ts"
export { series } from "./series.ts"
export type { BackgroundOptions, Progress } from "./steps.ts"
export type { Violation } from "./validate.ts"
export { validate } from "./validate.ts"

/**
 * Learning from closed projects: what similar work really took, so that the next estimate starts from experience.
 *
 * Which projects are similar is the caller's choice; the arithmetic is exact and the same for effort and duration.
 */
import { apportion } from "./apportion.ts"
import { compare, type Fraction, fraction, plus, times } from "./fraction.ts"
import { compareIds } from "./identifier.ts"
import { ok, type Result, refuse } from "./result.ts"
import { roundBigRatio, safeNumber } from "./rounding.ts"

/** A closed project: what was estimated and what it took. All numbers are safe integers. */
export interface ClosedProject {
  readonly estimatedMinutes: number
  readonly actualMinutes: number
  /** Planned and actual duration in days; both or neither. */
  readonly plannedDays?: number
  readonly actualDays?: number
  /** The margin it ended with: 25 % is 250 000. */
  readonly marginPpm?: number
  /** Who did the work, in minutes per role. */
  readonly minutesByRole?: Readonly<Record<string, number>>
}

/** The estimate to compare with experience. */
export interface Estimate {
  readonly effortMinutes: number
  readonly durationDays?: number
}

/** What actual ÷ planned was in `projects` projects, and what that makes of the estimate, in its own unit. */
export interface LearnedRange {
  readonly projects: number
  /** The median of the ratios: 1.15 is 1 150 000; the mean of the middle two for an even number. */
  readonly medianPpm: number
  /** The median less 100 %: 150 000 is 15 % more than planned. */
  readonly changePpm: number
  /** The estimate at the median, the smallest and the largest ratio, rounded half up. */
  readonly suggested: number
  readonly least: number
  readonly most: number
}

/** What closed projects say about an estimate; a figure for which no project has numbers is undefined. */
export interface LearnedEstimate {
  readonly effort: LearnedRange | undefined
  /** Undefined too where the estimate has no duration. */
  readonly duration: LearnedRange | undefined
  /** The median margin. */
  readonly p50MarginPpm: number | undefined
  /** The share of each role in all minutes by role, largest first; together 1 000 000. */
  readonly roles: readonly { readonly role: string; readonly sharePpm: number }[]
}

/** A number that is no safe integer or not positive; actual figures may be zero, a margin may be negative. */
export interface InvalidHistory {
  readonly _tag: "InvalidHistory"
  readonly path: string
}

/**
 * What similar closed projects make of `estimate`: effort, duration, margin and roles.
 *
 * Refuses with `InvalidHistory`.
 *
 * @example
 * const projects = [95, 110, 120, 125].map((actual) => ({ estimatedMinutes: 100, actualMinutes: actual }))
 * learnedEstimate({ effortMinutes: 200 * 60 }, projects) // median 1.15: 230 h, between 190 h and 250 h
 */
export const learnedEstimate = (
  estimate: Estimate,
  projects: readonly ClosedProject[],
): Result<LearnedEstimate, InvalidHistory> => {
  const path = invalidEstimate(estimate) ?? invalidProject(projects)
  if (path !== undefined) return refuse({ _tag: "InvalidHistory", path })
  const efforts: Fraction[] = []
  const durations: Fraction[] = []
  const margins: Fraction[] = []
  const minutes = new Map<string, number>()
  for (const project of projects) {
    efforts.push(fraction(BigInt(project.actualMinutes), BigInt(project.estimatedMinutes)))
    const { plannedDays, actualDays, marginPpm, minutesByRole = {} } = project
    if (plannedDays !== undefined) durations.push(fraction(BigInt(actualDays!), BigInt(plannedDays)))
    if (marginPpm !== undefined) margins.push(fraction(BigInt(marginPpm)))
    for (const [role, spent] of Object.entries(minutesByRole)) minutes.set(role, (minutes.get(role) ?? 0) + spent)
  }
  const effort = rangeOf(efforts, estimate.effortMinutes)
  const duration = estimate.durationDays === undefined ? undefined : rangeOf(durations, estimate.durationDays)
  const roles = rolesOf(minutes)
  const isSafe = [effort, duration].every((range) => range === undefined || Object.values(range).every(isSafeInteger))
  if (!isSafe || roles === undefined) return refuse({ _tag: "InvalidHistory", path: "projects" })
  return ok({ effort, duration, p50MarginPpm: margins.length === 0 ? undefined : rounded(medianOf(margins)), roles })
}

const isSafeInteger = (value: unknown): value is number => Number.isSafeInteger(value)

const isPositive = (value: unknown): boolean => isSafeInteger(value) && value > 0

const isNotNegative = (value: unknown): boolean => isSafeInteger(value) && value >= 0

const invalidEstimate = ({ effortMinutes, durationDays }: Estimate): string | undefined => {
  if (!isPositive(effortMinutes)) return "estimate.effortMinutes"
  return durationDays === undefined || isPositive(durationDays) ? undefined : "estimate.durationDays"
}

const invalidProject = (projects: readonly ClosedProject[]): string | undefined => {
  for (const [at, project] of projects.entries()) {
    const { estimatedMinutes, actualMinutes, plannedDays, actualDays, marginPpm, minutesByRole = {} } = project
    const hasDays = plannedDays !== undefined || actualDays !== undefined
    const checks: readonly (readonly [string, boolean])[] = [
      ["estimatedMinutes", isPositive(estimatedMinutes)],
      ["actualMinutes", isNotNegative(actualMinutes)],
      ["plannedDays", !hasDays || isPositive(plannedDays)],
      ["actualDays", !hasDays || isNotNegative(actualDays)],
      ["marginPpm", marginPpm === undefined || isSafeInteger(marginPpm)],
      ["minutesByRole", Object.values(minutesByRole).every(isNotNegative)],
    ]
    const broken = checks.find(([, isRight]) => !isRight)
    if (broken !== undefined) return `projects[${at}].${broken[0]}`
  }
  return undefined
}

const wholePpm = fraction(1_000_000n)

const rangeOf = (ratios: Fraction[], planned: number): LearnedRange | undefined => {
  if (ratios.length === 0) return undefined
  const median = medianOf(ratios)
  const at = (ratio: Fraction): number => rounded(times(ratio, fraction(BigInt(planned))))
  const medianPpm = rounded(times(median, wholePpm))
  return {
    projects: ratios.length,
    medianPpm,
    changePpm: medianPpm - 1_000_000,
    suggested: at(median),
    least: at(ratios[0]!),
    most: at(ratios.at(-1)!),
  }
}

/** Sorts `values`; the mean of the middle two if their number is even. */
const medianOf = (values: Fraction[]): Fraction => {
  values.sort(compare)
  const middle = values.length >> 1
  if (values.length % 2 === 1) return values[middle]!
  return times(plus(values[middle - 1]!, values[middle]!), fraction(1n, 2n))
}

const rounded = ({ numerator, denominator }: Fraction): number =>
  safeNumber(roundBigRatio(numerator, denominator, false))

const rolesOf = (minutes: ReadonlyMap<string, number>): LearnedEstimate["roles"] | undefined => {
  const roles = [...minutes].map(([role, spent]) => ({ role, spent }))
  const divisor = roles.reduce((sum, { spent }) => sum + spent, 0)
  if (divisor === 0) return []
  if (!Number.isSafeInteger(divisor)) return undefined
  const weights = Float64Array.from(roles, ({ spent }) => spent)
  const idOf = (at: number): string => roles[at]!.role
  const shares = apportion({ total: 1_000_000, factor: 1_000_000, divisor, weights, idOf })!
  return roles
    .map(({ role }, at) => ({ role, sharePpm: shares[at]! }))
    .sort((left, right) => right.sharePpm - left.sharePpm || compareIds(left.role, right.role))
}

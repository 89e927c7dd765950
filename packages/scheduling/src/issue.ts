/**
 * Issues: everything that can be wrong with planning data or with one piece of work, as typed values.
 *
 * `path` points into the input (`activities[paint].demand[0]`, ids instead of positions, so that it does not
 * depend on the order of the input). `ids` name the records involved; `hint` is a plain English sentence.
 */
interface Located {
  readonly path: string
  readonly ids: readonly string[]
  readonly hint: string
}

/** Precedences go round in a circle; `cycle` is a shortest one, its first id repeated at the end. */
export interface Cycle extends Located {
  readonly _tag: "Cycle"
  readonly cycle: readonly string[]
}

/** Nobody can do it; `nearest` says who comes closest and what each lacks. */
export interface SkillImpossible extends Located {
  readonly _tag: "SkillImpossible"
  readonly skill: string
  readonly nearest: readonly { readonly resource: string; readonly lacks: string }[]
}

/** A team has no member that may do the work. */
export interface TeamEmpty extends Located {
  readonly _tag: "TeamEmpty"
}

/** No open minute is left: `calendars` intersect to nothing, or absence covers all. */
export interface ZeroCapacity extends Located {
  readonly _tag: "ZeroCapacity"
  readonly calendars: readonly string[]
}

/** The work needs more units at once than exist. */
export interface UnitsExceedCapacity extends Located {
  readonly _tag: "UnitsExceedCapacity"
  readonly needed: number
  readonly available: number
}

/** The planning window ends before the work does. */
export interface Horizon extends Located {
  readonly _tag: "Horizon"
  readonly minutesLeft: number
  readonly reachedAt: number
}

/** The hard deadline cannot be met; the plan that starts at once is `latenessMinutes` late. */
export interface DeadlineInfeasible extends Located {
  readonly _tag: "DeadlineInfeasible"
  readonly latenessMinutes: number
}

/** Work that may not be split is longer than the longest open interval. */
export interface DurationTooLongForBlock extends Located {
  readonly _tag: "DurationTooLongForBlock"
  readonly neededMinutes: number
  readonly longestOpenMinutes: number
}

/** A reference names a record that does not exist. */
export interface UnknownRef extends Located {
  readonly _tag: "UnknownRef"
  readonly ref: string
}

/** Two records of one kind share an id. */
export interface DuplicateId extends Located {
  readonly _tag: "DuplicateId"
}

/** The zone is not known to this runtime's Intl. */
export interface BadZone extends Located {
  readonly _tag: "BadZone"
  readonly zone: string
}

/** A date, time, instant or interval is malformed, empty or ends before it starts. */
export interface BadInterval extends Located {
  readonly _tag: "BadInterval"
}

/** A share or probability is not an integer between 0 and 1 000 000 ppm. */
export interface ProbabilityRange extends Located {
  readonly _tag: "ProbabilityRange"
  readonly value: number
}

/** A number is NaN, infinite, fractional where whole minutes are counted, or negative. */
export interface NonFinite extends Located {
  readonly _tag: "NonFinite"
}

/** Pinned or booked work overlaps other work; the plan keeps it and shows the overload. */
export interface PinnedConflict extends Located {
  readonly _tag: "PinnedConflict"
  readonly resource: string
  readonly from: number
  readonly to: number
  readonly overloadMinutes: number
}

/** A recurrence without end was cut at the horizon. */
export interface UnboundedRule extends Located {
  readonly _tag: "UnboundedRule"
}

/** The input is larger than the configured size. */
export interface Limit extends Located {
  readonly _tag: "Limit"
  readonly size: number
  readonly limit: number
}

/** A predecessor could not be placed, so this cannot be placed either. */
export interface PredecessorUnplaced extends Located {
  readonly _tag: "PredecessorUnplaced"
}

/** The caller's signal stopped the search; the best plan so far is returned with it. */
export interface Aborted extends Located {
  readonly _tag: "Aborted"
}

/** Everything that can be wrong. */
export type Issue =
  | Cycle
  | SkillImpossible
  | TeamEmpty
  | ZeroCapacity
  | UnitsExceedCapacity
  | Horizon
  | DeadlineInfeasible
  | DurationTooLongForBlock
  | UnknownRef
  | DuplicateId
  | BadZone
  | BadInterval
  | ProbabilityRange
  | NonFinite
  | PinnedConflict
  | UnboundedRule
  | Limit
  | PredecessorUnplaced
  | Aborted

/** Orders issues by path, then tag, then ids, so that a report does not depend on the order of the input. */
export const byPath = (a: Issue, b: Issue): number =>
  compareText(a.path, b.path) || compareText(a._tag, b._tag) || compareText(a.ids.join(), b.ids.join())

/** Compares by UTF-16 code unit: the same on every machine, unlike a locale's collation. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Recurrence rule: the subset of RFC 5545 that assignments need, parsed and checked.
 */
import { dayOf, type LocalDate } from "./instant.ts"
import type { BadInterval, NonFinite } from "./issue.ts"
import { fail, type NonEmpty, ok, type Result } from "./result.ts"

export interface Rule {
  readonly freq: "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY"
  readonly interval: number
  /** Weekday (Monday 0) with its ordinal in the month or year; 0 means every one. */
  readonly byDay: readonly { readonly weekday: number; readonly ordinal: number }[]
  readonly byMonthDay: readonly number[]
  readonly byMonth: readonly number[]
  readonly bySetPos: readonly number[]
  readonly count: number | undefined
  /** Last date, inclusive. */
  readonly until: LocalDate | undefined
}

const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
const KNOWN = new Set(["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "COUNT", "UNTIL", "WKST"])

/**
 * Reads a rule such as `FREQ=WEEKLY;BYDAY=TU,TH`.
 *
 * Refuses unknown or doubled parts, COUNT together with UNTIL, numbers out of range, a week that does not start on
 * Monday, and ordinals other than in MONTHLY and YEARLY rules. All faults are given together.
 */
export const parseRule = (text: string): Result<Rule, NonEmpty<BadInterval | NonFinite>> => {
  const issues: (BadInterval | NonFinite)[] = []
  const bad = (part: string, hint: string): void => {
    issues.push({ _tag: "BadInterval", path: `rrule.${part}`, ids: [], hint })
  }
  const parts = new Map<string, string>()
  for (const piece of text
    .slice(0, 500)
    .replace(/^RRULE:/, "")
    .split(";")) {
    const [key = "", value = ""] = piece.split("=")
    if (!KNOWN.has(key) || value === "" || parts.has(key)) bad(key, "Unknown, empty or doubled part.")
    parts.set(key, value)
  }
  const numbers = (key: string, low: number, high: number): readonly number[] => {
    const list = (parts.get(key) ?? "")
      .split(",")
      .filter((each) => each !== "")
      .map(Number)
    if (list.some((each) => !Number.isSafeInteger(each) || each < low || each > high || each === 0)) {
      issues.push({
        _tag: "NonFinite",
        path: `rrule.${key}`,
        ids: [],
        hint: `Whole numbers from ${low} to ${high}, not 0.`,
      })
    }
    return list
  }
  const freq = parts.get("FREQ")
  if (freq !== "DAILY" && freq !== "WEEKLY" && freq !== "MONTHLY" && freq !== "YEARLY")
    bad("FREQ", "DAILY, WEEKLY, MONTHLY or YEARLY.")
  if ((parts.get("WKST") ?? "MO") !== "MO") bad("WKST", "Weeks start on Monday.")
  if (parts.has("COUNT") && parts.has("UNTIL")) bad("UNTIL", "Give COUNT or UNTIL, not both.")
  const rule = {
    freq: freq as Rule["freq"],
    interval: numbers("INTERVAL", 1, 10_000)[0] ?? 1,
    byDay: (parts.get("BYDAY") ?? "")
      .split(",")
      .filter((each) => each !== "")
      .map(weekdayOf),
    byMonthDay: numbers("BYMONTHDAY", -31, 31),
    byMonth: numbers("BYMONTH", 1, 12),
    bySetPos: numbers("BYSETPOS", -366, 366),
    count: numbers("COUNT", 1, 100_000)[0],
    until: untilOf(parts.get("UNTIL")),
  }
  if (rule.byDay.some((each) => each.weekday < 0)) bad("BYDAY", "Days such as TU, 1MO or -1FR.")
  if (rule.byDay.some((each) => each.ordinal !== 0) && freq !== "MONTHLY" && freq !== "YEARLY")
    bad("BYDAY", "Ordinals need MONTHLY or YEARLY.")
  if (parts.has("UNTIL") && (rule.until === undefined || dayOf(rule.until) === undefined))
    bad("UNTIL", "A date such as 20260430.")
  const [first, ...rest] = issues
  return first === undefined ? ok(rule) : fail([first, ...rest])
}

const weekdayOf = (text: string): { weekday: number; ordinal: number } => {
  const match = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(text)
  if (match === null || Number(match[1] ?? 1) === 0) return { weekday: -1, ordinal: 0 }
  return { weekday: WEEKDAYS.indexOf(match[2]!), ordinal: Number(match[1] ?? 0) }
}

const untilOf = (text: string | undefined): LocalDate | undefined => {
  const match = text === undefined ? null : /^(\d{4})-?(\d{2})-?(\d{2})(T\d{6}Z?)?$/.exec(text)
  return match === null ? undefined : `${match[1]}-${match[2]}-${match[3]}`
}

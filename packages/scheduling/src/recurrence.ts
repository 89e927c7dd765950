/**
 * Recurrence: work that comes back by rule, at the same local time in summer and winter.
 *
 * An occurrence's `key` is the local time that the rule first gave it. A holiday, a move or a new rule for the future
 * never changes it, so that generating again finds what is there already.
 */
import type { Activity } from "./data.ts"
import {
  civilFromDays,
  DAY,
  dateOfDay,
  dayOf,
  daysFromCivil,
  type LocalDate,
  type Minute,
  timeOf,
  weekdayOf,
} from "./instant.ts"
import type { Issue } from "./issue.ts"
import { fail, type NonEmpty, ok, type Result } from "./result.ts"
import { parseRule, type Rule } from "./rrule.ts"
import { offsetAt, toLocal, toUtc, type Zone, zoneOf } from "./zone.ts"

export interface RecurringRule {
  readonly id: string
  /** `FREQ=WEEKLY;BYDAY=TU`: see `parseRule`. */
  readonly rrule: string
  readonly zone: string
  /** First local time, `"2025-03-18T08:00"`. */
  readonly start: string
  readonly durationMinutes: number
  /** Dates or local times that are left out. */
  readonly exdates?: readonly string[]
  /** Local times that come on top. */
  readonly rdates?: readonly string[]
  /** What to do on a holiday; `keep` if left out. */
  readonly onHoliday?: "skip" | "before" | "after" | "keep"
  readonly holidays?: ReadonlySet<LocalDate>
  /** Days that `before` and `after` may move to; Monday to Friday outside `holidays` if left out. */
  readonly isWorkingDay?: (date: LocalDate) => boolean
}

export interface Occurrence {
  /** Local time that the rule gave: unique and stable per rule. */
  readonly key: string
  /** Local date it falls on after the holiday policy. */
  readonly date: LocalDate
  readonly start: Minute
  readonly end: Minute
  readonly isMoved: boolean
}

export interface Expansion {
  readonly occurrences: readonly Occurrence[]
  /** `UnboundedRule` when the rule goes on beyond `to`, `Limit` when there were too many. */
  readonly notices: readonly Issue[]
}

/** The most occurrences one call gives. */
const MOST = 20_000
/** Periods without any occurrence after which a rule is taken to be over (31 February every 100 years). */
const MOST_EMPTY = 3000

/**
 * Occurrences whose key lies on the dates `from` to `to`, both inclusive, in order of time.
 *
 * Invalid dates (31 February) are passed over, as RFC 5545 says. A local time that a clock change skips moves forward
 * by the gap; one that comes twice is the first. COUNT counts what the rule gives from `start` on, before `exdates`.
 * Refuses with every fault of the rule at once.
 *
 * @example
 * expand({ id: "clean", rrule: "FREQ=WEEKLY;BYDAY=TU", zone: "Europe/Stockholm", start: "2025-03-18T08:00", durationMinutes: 120 },
 *   { from: "2025-03-18", to: "2025-04-30" }) // 7 occurrences, all at 08:00
 */
export const expand = (
  rule: RecurringRule,
  range: { readonly from: LocalDate; readonly to: LocalDate },
): Result<Expansion, NonEmpty<Issue>> => {
  const checked = checkRule(rule, range)
  if (!checked.ok) return checked
  const { parsed, zone, startDay, startTime, first, last } = checked.value
  const gone = new Set(rule.exdates)
  const keys: { day: number; time: number }[] = []
  const notices: Issue[] = []
  const until = parsed.until === undefined ? Number.MAX_SAFE_INTEGER : dayOf(parsed.until)!
  let counted = 0
  for (const day of daysOf(parsed, startDay)) {
    if (day > until || (parsed.count !== undefined && counted >= parsed.count)) break
    if (day > last) {
      if (parsed.count === undefined && parsed.until === undefined) {
        const hint = `The rule has no end: it was followed to ${range.to}.`
        notices.push({ _tag: "UnboundedRule", path: `rules[${rule.id}]`, ids: [rule.id], hint })
      }
      break
    }
    counted++
    if (day >= first && keys.length < MOST) keys.push({ day, time: startTime })
  }
  for (const text of rule.rdates ?? []) {
    const at = localOf(text)
    if (at !== undefined && at.day >= first && at.day <= last) keys.push(at)
  }
  if (keys.length >= MOST) {
    notices.push({
      _tag: "Limit",
      path: `rules[${rule.id}]`,
      ids: [rule.id],
      hint: "Ask for a shorter range.",
      size: keys.length,
      limit: MOST,
    })
  }
  const seen = new Set<string>()
  const occurrences = keys.flatMap(({ day, time }): Occurrence[] => {
    const key = textOf(day, time)
    if (seen.has(key) || gone.has(key) || gone.has(dateOfDay(day))) return []
    seen.add(key)
    const on = dayUnderPolicy(rule, day)
    if (on === undefined) return []
    const start = wallTime(zone, on * DAY + time)
    return [{ key, date: dateOfDay(on), start, end: start + rule.durationMinutes, isMoved: on !== day }]
  })
  occurrences.sort((a, b) => a.start - b.start || (a.key < b.key ? -1 : 1))
  return ok({ occurrences, notices })
}

/** Occurrences as activities of a plan: each may be done from its start on and is due at its end. */
export const activitiesOf = (
  rule: RecurringRule,
  occurrences: readonly Occurrence[],
  work: Pick<Activity, "demand" | "effortMinutes"> & Partial<Activity>,
): readonly Activity[] =>
  occurrences.map((each) => ({ ...work, id: `${rule.id}@${each.key}`, earliestStart: each.start, due: each.end }))

interface Checked {
  readonly parsed: Rule
  readonly zone: Zone
  readonly startDay: number
  readonly startTime: number
  readonly first: number
  readonly last: number
}

const checkRule = (
  rule: RecurringRule,
  range: { readonly from: LocalDate; readonly to: LocalDate },
): Result<Checked, NonEmpty<Issue>> => {
  const issues: Issue[] = []
  const bad = (path: string, hint: string): void => {
    issues.push({ _tag: "BadInterval", path: `rules[${rule.id}].${path}`, ids: [rule.id], hint })
  }
  const parsed = parseRule(rule.rrule)
  if (!parsed.ok) issues.push(...parsed.error)
  const start = localOf(rule.start)
  if (start === undefined) bad("start", "Give a local time such as 2025-03-18T08:00.")
  const first = dayOf(range.from)
  const last = dayOf(range.to)
  if (first === undefined || last === undefined || last < first) bad("range", "Give two dates, the first not later.")
  for (const each of rule.exdates ?? [])
    if (localOf(each) === undefined && dayOf(each) === undefined) bad("exdates", `${each} is no date.`)
  for (const each of rule.rdates ?? []) if (localOf(each) === undefined) bad("rdates", `${each} is no local time.`)
  if (!Number.isSafeInteger(rule.durationMinutes) || rule.durationMinutes < 0) {
    issues.push({
      _tag: "NonFinite",
      path: `rules[${rule.id}].durationMinutes`,
      ids: [rule.id],
      hint: "Give whole minutes.",
    })
  }
  const zone = zoneOf(rule.zone, first ?? 0, last ?? 0)
  if (zone === undefined) {
    issues.push({
      _tag: "BadZone",
      path: `rules[${rule.id}].zone`,
      ids: [rule.id],
      hint: "This runtime does not know the zone.",
      zone: rule.zone,
    })
  }
  const [one, ...rest] = issues
  if (
    one !== undefined ||
    !parsed.ok ||
    start === undefined ||
    first === undefined ||
    last === undefined ||
    zone === undefined
  )
    return fail([one!, ...rest])
  return ok({ parsed: parsed.value, zone, startDay: start.day, startTime: start.time, first, last })
}

const localOf = (text: string): { readonly day: number; readonly time: number } | undefined => {
  const [date = "", clock = ""] = text.split("T")
  const day = dayOf(date)
  const time = timeOf(clock.slice(0, 5))
  return day === undefined || time === undefined || time === DAY || !/^\d{2}:\d{2}(:00)?$/.test(clock)
    ? undefined
    : { day, time }
}

const textOf = (day: number, time: number): string =>
  `${dateOfDay(day)}T${String(Math.floor(time / 60)).padStart(2, "0")}:${String(time % 60).padStart(2, "0")}`

/** A skipped local time moves forward by the gap: 02:30 becomes 03:30, unlike the edge of a calendar interval. */
const wallTime = (zone: Zone, local: number): Minute => {
  const at = toUtc(zone, local)
  return toLocal(zone, at) === local ? at : local - offsetAt(zone, at - 1)
}

/** The date under the holiday policy; undefined if it falls away. */
const dayUnderPolicy = (rule: RecurringRule, day: number): number | undefined => {
  const policy = rule.onHoliday ?? "keep"
  if (policy === "keep" || rule.holidays?.has(dateOfDay(day)) !== true) return day
  if (policy === "skip") return undefined
  const isWorking =
    rule.isWorkingDay ?? ((date: LocalDate) => weekdayOf(dayOf(date)!) < 5 && rule.holidays?.has(date) !== true)
  const step = policy === "before" ? -1 : 1
  for (let moved = day + step; Math.abs(moved - day) <= 60; moved += step) if (isWorking(dateOfDay(moved))) return moved
  return undefined
}

/** All days that a rule gives from its start on, in order; lazily, as most rules have no end. */
function* daysOf(rule: Rule, start: number): Generator<number> {
  let empty = 0
  for (let n = 0; empty < MOST_EMPTY; n += rule.interval) {
    const days = daysInPeriod(rule, start, n)
    const chosen = positioned(rule, days).filter((day) => day >= start)
    empty = chosen.length === 0 ? empty + 1 : 0
    yield* chosen
  }
}

const positioned = (rule: Rule, days: readonly number[]): readonly number[] => {
  if (rule.bySetPos.length === 0) return days
  const at = new Set(rule.bySetPos.map((position) => (position > 0 ? position - 1 : days.length + position)))
  return days.filter((_, n) => at.has(n))
}

/** The candidate days of the n-th day, week, month or year after the start's, sorted. */
const daysInPeriod = (rule: Rule, start: number, n: number): readonly number[] => {
  const [year, month, date] = civilFromDays(start)
  const inMonth = (day: number): boolean => rule.byMonth.length === 0 || rule.byMonth.includes(civilFromDays(day)[1])
  if (rule.freq === "DAILY") {
    const day = start + n
    const fits =
      inMonth(day) &&
      onMonthDay(rule, day) &&
      (rule.byDay.length === 0 || rule.byDay.some((each) => each.weekday === weekdayOf(day)))
    return fits ? [day] : []
  }
  if (rule.freq === "WEEKLY") {
    const monday = start - weekdayOf(start) + 7 * n
    const weekdays = rule.byDay.length === 0 ? [weekdayOf(start)] : rule.byDay.map((each) => each.weekday)
    return [...new Set(weekdays)]
      .sort((a, b) => a - b)
      .map((weekday) => monday + weekday)
      .filter(inMonth)
  }
  if (rule.freq === "MONTHLY") {
    const index = year * 12 + month - 1 + n
    const of = [Math.floor(index / 12), (index % 12) + 1] as const
    if (rule.byMonth.length > 0 && !rule.byMonth.includes(of[1])) return []
    return daysOfSpan(rule, daysFromCivil(of[0], of[1], 1), daysFromCivil(of[0], of[1] + 1, 1), date)
  }
  if (rule.byMonth.length === 0 && rule.byDay.some((each) => each.ordinal !== 0)) {
    return daysOfSpan(rule, daysFromCivil(year + n, 1, 1), daysFromCivil(year + n + 1, 1, 1), date)
  }
  const months =
    rule.byMonth.length > 0
      ? [...rule.byMonth].sort((a, b) => a - b)
      : rule.byDay.length > 0 || rule.byMonthDay.length > 0
        ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        : [month]
  return months.flatMap((each) =>
    daysOfSpan(rule, daysFromCivil(year + n, each, 1), daysFromCivil(year + n, each + 1, 1), date),
  )
}

const onMonthDay = (rule: Rule, day: number): boolean => {
  if (rule.byMonthDay.length === 0) return true
  const [year, month, date] = civilFromDays(day)
  const length = daysFromCivil(year, month + 1, 1) - daysFromCivil(year, month, 1)
  return rule.byMonthDay.some((each) => (each > 0 ? each : length + each + 1) === date)
}

/** Days of a month (or year) `[from, to)` by weekday, by date, or the start's own date. */
const daysOfSpan = (rule: Rule, from: number, to: number, date: number): readonly number[] => {
  if (rule.byDay.length === 0 && rule.byMonthDay.length === 0) return from + date - 1 < to ? [from + date - 1] : []
  const all = Array.from({ length: to - from }, (_, n) => from + n).filter((day) => onMonthDay(rule, day))
  if (rule.byDay.length === 0) return all
  return all.filter((day) =>
    rule.byDay.some((each) => {
      if (each.weekday !== weekdayOf(day)) return false
      if (each.ordinal === 0) return true
      const position = each.ordinal > 0 ? Math.floor((day - from) / 7) + 1 : -(Math.floor((to - 1 - day) / 7) + 1)
      return position === each.ordinal
    }),
  )
}

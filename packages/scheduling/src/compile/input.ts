/**
 * Input: the lists of planning data sorted by id, within the accepted sizes, and the span they are laid out over.
 */
import type { PlanningData, Precedence } from "../data.ts"
import { canonical } from "../hash.ts"
import { DAY } from "../instant.ts"
import { compareText } from "../issue.ts"
import type { Interval } from "../openTime.ts"
import { toUtc, type Zone, zoneOf } from "../zone.ts"
import { unknown } from "./activities.ts"
import type { Check } from "./check.ts"

/** The largest input that is accepted, per list. */
const MOST = {
  calendars: 5000,
  resources: 10_000,
  activities: 200_000,
  precedences: 500_000,
  bookings: 500_000,
  opportunities: 10_000,
}
const MOST_DAYS = 3650

/** Sorts every list by id and reports missing and doubled ids. A list that is already this model's stays as it is. */
export const sortedById = (data: PlanningData, previous: PlanningData | undefined, check: Check): PlanningData => {
  const sort = <Row extends { readonly id: string }>(
    rows: readonly Row[] | undefined,
    name: keyof typeof MOST,
  ): readonly Row[] => {
    if (rows !== undefined && (rows as unknown) === previous?.[name]) return rows as readonly Row[]
    const list = [...(Array.isArray(rows) ? (rows as readonly Row[]) : [])].filter((row) => {
      if (typeof row === "object" && row !== null) return true
      unknown(check, `${name}[]`, "", String(row))
      return false
    })
    if (list.length > MOST[name]) {
      const hint = `At most ${MOST[name]} ${name}.`
      check.issues.push({ _tag: "Limit", path: name, ids: [], hint, size: list.length, limit: MOST[name] })
      return []
    }
    list.sort((a, b) => compareText(a.id, b.id))
    list.forEach((row, index) => {
      if (typeof row.id !== "string" || row.id === "")
        unknown(check, `${name}[${String(row.id)}].id`, String(row.id), String(row.id))
      else if (index > 0 && list[index - 1]!.id === row.id) {
        check.issues.push({
          _tag: "DuplicateId",
          path: `${name}[${row.id}]`,
          ids: [row.id],
          hint: "Give each record its own id.",
        })
      }
    })
    const old = previous?.[name] as unknown as readonly Row[] | undefined
    return old?.length === list.length && list.every((row, n) => row === old[n]) ? old : list
  }
  const key = (each: Precedence): string => canonical(each)
  return {
    zone: data.zone,
    horizon: data.horizon,
    calendars: sort(data.calendars, "calendars"),
    resources: sort(data.resources, "resources"),
    activities: sort(data.activities, "activities"),
    bookings: sort(data.bookings, "bookings"),
    opportunities: sort(data.opportunities, "opportunities"),
    precedences:
      data.precedences !== undefined && data.precedences === previous?.precedences
        ? data.precedences
        : byKey(data.precedences ?? [], key),
  }
}

const byKey = <Row>(rows: readonly Row[], key: (row: Row) => string): readonly Row[] =>
  rows
    .map((row) => [key(row), row] as const)
    .sort((a, b) => compareText(a[0], b[0]))
    .map(([, row]) => row)

/** The horizon in minutes and day numbers. */
export interface Span extends Interval {
  readonly zone: Zone
  readonly firstDay: number
  readonly lastDay: number
}

/** The horizon of the data, or undefined with an issue. */
export const spanOf = (data: PlanningData, check: Check): Span | undefined => {
  const first = check.day(data.horizon?.from ?? "", "horizon.from", "")
  const last = check.day(data.horizon?.to ?? "", "horizon.to", "")
  if (first === undefined || last === undefined) return undefined
  if (last < first) {
    check.issues.push({ _tag: "BadInterval", path: "horizon", ids: [], hint: "The last date is before the first." })
    return undefined
  }
  if (last - first >= MOST_DAYS) {
    const hint = `A horizon has at most ${MOST_DAYS} days.`
    check.issues.push({ _tag: "Limit", path: "horizon", ids: [], hint, size: last - first + 1, limit: MOST_DAYS })
    return undefined
  }
  const zone = zoneFor(data.zone, [first, last], "zone", "", check)
  return (
    zone && { zone, from: toUtc(zone, first * DAY), to: toUtc(zone, (last + 1) * DAY), firstDay: first, lastDay: last }
  )
}

/** The zone over the given days, or an issue if this runtime does not know it. */
export const zoneFor = (
  name: string,
  days: readonly [number, number],
  path: string,
  id: string,
  check: Check,
): Zone | undefined => {
  const zone = zoneOf(name, days[0], days[1])
  if (zone === undefined) {
    const hint = `${JSON.stringify(name)} is not a zone that this runtime knows.`
    check.issues.push({ _tag: "BadZone", path, ids: id === "" ? [] : [id], hint, zone: String(name) })
  }
  return zone
}

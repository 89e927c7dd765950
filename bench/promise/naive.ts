/**
 * The naive planner: a table of free minutes per person and day, walked day by day, made anew for every question.
 *
 * It knows weekdays, half-time, absences as days and the 80 % target per day; no zones, no clock times, no reasons.
 */
import type { PlanningData, QuoteWork } from "@anbud/scheduling"

const DAYS = 3 * 365

/** Day on which the quote is done, counted from 5 January 2026. */
export const naivePromise = (data: PlanningData, quote: QuoteWork): number => {
  const free = data.resources.map((resource) =>
    Array.from({ length: DAYS }, (_, day) =>
      day % 7 > 4 || isAway(resource.absences, day) ? 0 : (resource.calendar === "half" ? 240 : 480) * 0.8,
    ),
  )
  const able = (skill: string): readonly number[] =>
    data.resources.flatMap((resource, n) => ((resource.skills ?? []).some((each) => each.skill === skill) ? [n] : []))
  const done = new Map<string, number>()
  const order = [...(data.activities ?? [])]
    .filter((each) => each.opportunity === undefined)
    .sort((a, b) => String(a.due).localeCompare(String(b.due)))
  const before = new Map(
    [...(data.precedences ?? []), ...(quote.precedences ?? [])].map((each) => [each.to, each.from]),
  )
  for (const activity of [...order, ...quote.activities]) {
    const demand = activity.demand[0]!
    const people = "skill" in demand ? able(demand.skill) : []
    const start = done.get(before.get(activity.id) ?? "") ?? 0
    let best = people[0]!
    let bestDay = DAYS
    for (const person of people) {
      const day = finishDay(free[person]!, start, activity.effortMinutes)
      if (day < bestDay) [best, bestDay] = [person, day]
    }
    takeDays(free[best]!, start, activity.effortMinutes)
    done.set(activity.id, bestDay)
  }
  return done.get(quote.activities[quote.activities.length - 1]!.id)!
}

const isAway = (absences: PlanningData["resources"][number]["absences"], day: number): boolean =>
  (absences ?? []).some((absence) => {
    if (!("from" in absence)) return false
    const first = Math.round((Date.parse(absence.from) - Date.parse("2026-01-05")) / 86_400_000)
    return day >= first && day < first + 7
  })

const finishDay = (free: readonly number[], start: number, minutes: number): number => {
  let left = minutes
  for (let day = start; day < DAYS; day++) {
    left -= free[day]!
    if (left <= 0) return day
  }
  return DAYS
}

const takeDays = (free: number[], start: number, minutes: number): void => {
  let left = minutes
  for (let day = start; day < DAYS && left > 0; day++) {
    const taken = Math.min(left, free[day]!)
    free[day] = free[day]! - taken
    left -= taken
  }
}

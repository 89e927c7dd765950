/**
 * A firm to promise for: people with three skills each, part-time and absences, and a backlog of open work.
 *
 * Everything follows from the numbers given: the same firm on every machine.
 */
import { type PlanningData, type QuoteWork, weekdays } from "@anbud/scheduling"

export interface Size {
  readonly people: number
  readonly activities: number
  readonly offers: number
}

export const NOW = "2026-01-05T07:00:00Z"

const zone = "Europe/Stockholm"
const skill = (n: number): string => `skill-${n % 20}`

/** Planning data of a size: four fifths work full time; everybody is away a week and may sell 80 % of the time. */
export const firm = ({ people, activities, offers }: Size): PlanningData => ({
  zone,
  horizon: { from: "2026-01-01", to: "2028-12-31" },
  calendars: [
    { id: "full", zone, week: weekdays(["08:00", "12:00"], ["13:00", "17:00"]) },
    { id: "half", zone, week: weekdays(["08:00", "12:00"]) },
  ],
  resources: Array.from({ length: people }, (_, n) => ({
    id: `person-${n}`,
    kind: "person" as const,
    calendar: n % 5 === 0 ? "half" : "full",
    billableTargetPpm: 800_000,
    skills: [...new Set([skill(n), skill(n * 7 + 3), skill(n * 3 + 11)])].map((each) => ({ skill: each })),
    absences: [{ from: `2026-0${(n % 8) + 2}-10`, workingDays: 5, reason: "leave" }],
  })),
  activities: [
    ...Array.from({ length: activities }, (_, n) => ({
      id: `task-${n}`,
      project: `project-${Math.floor(n / 5)}`,
      effortMinutes: 60 * (4 + ((n * 37) % 40)),
      demand: [{ skill: skill(n) }],
      due: `2026-0${(n % 7) + 2}-15`,
    })),
    ...Array.from({ length: offers * 10 }, (_, n) => ({
      id: `offer-task-${n}`,
      effortMinutes: 600 + 60 * (n % 10),
      demand: [{ skill: skill(n * 3) }],
      opportunity: `offer-${Math.floor(n / 10)}`,
    })),
  ],
  precedences: Array.from({ length: activities }, (_, n) => n)
    .filter((n) => n % 5 > 0)
    .map((n) => ({ from: `task-${n - 1}`, to: `task-${n}` })),
  opportunities: Array.from({ length: offers }, (_, n) => ({
    id: `offer-${n}`,
    probabilityPpm: 200_000 + ((n * 77_000) % 700_000),
  })),
})

/** A quote of fifteen activities in a row; `n` chooses the skills and the amounts. */
export const quote = (n: number): QuoteWork => ({
  id: `quote-${n}`,
  activities: Array.from({ length: 15 }, (_, k) => ({
    id: `q-${k}`,
    effortMinutes: 300 + 60 * ((n + k) % 20),
    demand: [{ skill: skill(n + k) }],
  })),
  precedences: Array.from({ length: 14 }, (_, k) => ({ from: `q-${k}`, to: `q-${k + 1}` })),
})

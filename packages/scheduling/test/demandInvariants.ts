/** Invariants 3, 6, 10 and 13: time lines, the recruit gap, and work that comes back. */
import fc from "fast-check"
import {
  addWork,
  capacityGap,
  compile,
  type Forecast,
  openBefore,
  type PlanningData,
  plan,
  type Resource,
  workingMinutesBetween,
} from "../src/index.ts"
import { expand } from "../src/recurrence.ts"
import { check, equal, holds, type Invariant, sum } from "./property.ts"
import { modelOf, NOW, world } from "./world.ts"

const SKILLS = ["weld", "paint", "wire"] as const
const APRIL = { from: "2026-04-01", to: "2026-04-30", bucket: "month" } as const

const office = {
  id: "office",
  zone: "Europe/Stockholm",
  week: [
    [["08:00", "16:00"]],
    [["08:00", "16:00"]],
    [["08:00", "16:00"]],
    [["08:00", "16:00"]],
    [["08:00", "16:00"]],
    [],
    [],
  ],
} as const

const staff = fc.array(fc.subarray<string>([...SKILLS], { minLength: 1 }), { minLength: 1, maxLength: 4 })
const wishes = fc.array(fc.record({ skill: fc.constantFrom(...SKILLS), hours: fc.integer({ min: 0, max: 300 }) }), {
  minLength: 1,
  maxLength: 5,
})

const person = (n: number, skills: readonly string[]): Resource => ({
  id: `p${n}`,
  kind: "person",
  calendar: "office",
  skills: skills.map((skill) => ({ skill })),
})

const base: PlanningData = {
  zone: "Europe/Stockholm",
  horizon: { from: "2026-03-01", to: "2026-05-31" },
  calendars: [office],
  resources: [],
}

const gapOf = (people: readonly (readonly string[])[], forecasts: readonly Forecast[], more = {}) => {
  const model = compile({ ...base, resources: people.map((skills, n) => person(n, skills)) })
  const made = model.ok ? plan(model.value, { now: NOW }) : undefined
  const gap = made?.ok ? capacityGap(made.value, { ...APRIL, forecasts, ...more }) : undefined
  if (!gap?.ok) throw new Error("no gap")
  return gap.value[0]!
}

const forecastsOf = (list: readonly { skill: string; hours: number }[], probabilityPpm = 1_000_000): Forecast[] =>
  list.map(({ skill, hours }, n) => ({
    id: `f${n}`,
    skill,
    minutes: hours * 60,
    probabilityPpm,
    from: APRIL.from,
    to: APRIL.to,
  }))

/** The most that any set of skills lacks (Hall): what is wanted of it less all that anybody with one of them can do. */
const hallGap = (people: readonly (readonly string[])[], list: readonly { skill: string; hours: number }[]): number => {
  const minutesEach = gapOf(people, []).capacity / people.length
  let most = 0
  for (let set = 1; set < 1 << SKILLS.length; set++) {
    const chosen = SKILLS.filter((_, n) => set & (1 << n))
    const wanted = sum(list.map((each) => (chosen.some((skill) => skill === each.skill) ? each.hours * 60 : 0)))
    const able = people.filter((skills) => chosen.some((skill) => skills.includes(skill))).length
    most = Math.max(most, wanted - able * minutesEach)
  }
  return most
}

const localTime = (zone: string): ((minute: number) => string) => {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, hour: "2-digit", minute: "2-digit" })
  return (minute) => format.format(minute * 60_000)
}
const zones = ["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"] as const
const clocks = new Map(zones.map((zone) => [zone as string, localTime(zone)]))
const DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const

export const demandInvariants: Readonly<Record<string, Invariant>> = {
  "3 open time: monotone, additive over cuts, and adding work is its inverse": check(
    [world, fc.nat(), fc.array(fc.integer({ min: 0, max: 180 * 1440 }), { minLength: 3, maxLength: 3 })],
    (data, who, offsets) => {
      const model = modelOf(data)
      const { open } = model.resources[who % model.resources.length]!
      const [a, b, c] = offsets.sort((x, y) => x - y).map((each) => model.from + each)
      holds(openBefore(open, a!) <= openBefore(open, b!), "monotone")
      equal(
        workingMinutesBetween(open, a!, b!) + workingMinutesBetween(open, b!, c!),
        workingMinutesBetween(open, a!, c!),
        "additive",
      )
      const minutes = workingMinutesBetween(open, a!, c!)
      const reached = addWork(open, a!, minutes)
      holds(reached !== undefined && openBefore(open, reached) === openBefore(open, c!), "inverse")
      holds(
        minutes === 0 || openBefore(open, reached! - 1) === openBefore(open, reached!) - 1,
        "the earliest such minute",
      )
    },
  ),

  "6 raising a win probability never lowers the expected demand or the gap": check(
    [staff, wishes, fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 1_000_000 })],
    (people, list, p, q) => {
      const [low, high] = [Math.min(p, q), Math.max(p, q)].map((each) => gapOf(people, forecastsOf(list, each)))
      holds(low!.demand <= high!.demand && low!.gap <= high!.gap, "demand or gap fell")
      // The draws are nested: each future that wins at the lower probability wins at the higher one too.
      const risks = [Math.min(p, q), Math.max(p, q)].map(
        (each) => gapOf(people, forecastsOf(list, each), { percentilePpm: 800_000, scenarios: 16 }).risk!.gap,
      )
      holds(risks[0]! <= risks[1]!, "the gap at 80 % fell")
    },
  ),

  "10 the gap is what the shortest set of skills lacks; a person more never widens it": check(
    [staff, wishes, fc.subarray<string>([...SKILLS], { minLength: 1 })],
    (people, list, skills) => {
      const row = gapOf(people, forecastsOf(list))
      equal(row.gap, hallGap(people, list), "gap")
      holds(row.gap <= sum(list.map((each) => each.hours * 60)), "not above the demand")
      const more = gapOf([...people, skills], forecastsOf(list))
      holds(more.gap <= row.gap, "a person more")
      const risk = { percentilePpm: 800_000, scenarios: 16 }
      const halves = forecastsOf(list, 500_000)
      holds(gapOf([...people, skills], halves, risk).risk!.gap <= gapOf(people, halves, risk).risk!.gap, "at 80 %")
    },
  ),

  "13 recurrences keep their local time, count right and honour holidays": check(
    [
      fc.constantFrom(...zones),
      fc.subarray([...DAYS], { minLength: 1 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom("skip", "before", "after", "keep"),
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 }),
    ],
    (zone, days, interval, count, onHoliday, off) => {
      const holidays = new Set(off.map((n) => new Date(Date.UTC(2026, 0, 5 + n)).toISOString().slice(0, 10)))
      const rule = {
        id: "r",
        rrule: `FREQ=WEEKLY;INTERVAL=${interval};BYDAY=${days.join(",")};COUNT=${count}`,
        zone,
        start: "2026-01-05T08:30",
        durationMinutes: 60,
        onHoliday: onHoliday as "skip" | "before" | "after" | "keep",
        holidays,
      }
      const range = { from: "2026-01-01", to: "2031-12-31" } as const
      const given = expand(rule, range)
      if (!given.ok) throw new Error(JSON.stringify(given.error))
      const { occurrences } = given.value
      const plain = expand({ ...rule, onHoliday: "keep" }, range)
      equal(plain.ok && plain.value.occurrences.length, count, "count")
      const clock = clocks.get(zone)!
      for (const each of occurrences) {
        equal(clock(each.start), "08:30", `local time of ${each.key}`)
        holds(onHoliday === "keep" || !holidays.has(each.date), `${each.date} is a holiday`)
        equal(each.isMoved, each.date !== each.key.slice(0, 10), "moved")
        if (each.isMoved)
          holds(onHoliday === "before" ? each.date < each.key : each.date > each.key.slice(0, 10), "side")
      }
      const skipped = count - occurrences.length
      const hit = plain.ok ? plain.value.occurrences.filter((each) => holidays.has(each.date)).length : 0
      equal(skipped, onHoliday === "skip" ? hit : 0, "skipped")
    },
  ),
}

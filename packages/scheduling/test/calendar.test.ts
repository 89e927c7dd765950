import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  addWork,
  type Calendar,
  compile,
  isoOf,
  minuteOf,
  type OpenTime,
  openBefore,
  type Week,
  weekdays,
  workingMinutesBetween,
} from "../src/index.ts"
import { zoneOf } from "../src/zone.ts"

const ZONES = [
  "Europe/Stockholm",
  "Europe/Helsinki",
  "Europe/London",
  "America/New_York",
  "America/Sao_Paulo",
  "America/St_Johns",
  "Asia/Shanghai",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "Pacific/Apia",
  "Africa/Casablanca",
]

const timeOf = (calendar: Calendar, from: string, to: string): OpenTime => {
  const model = compile({ zone: calendar.zone, horizon: { from, to }, calendars: [calendar], resources: [] })
  if (!model.ok) throw new Error(JSON.stringify(model.error))
  return model.value.calendarTime.get(calendar.id)!
}

/** Local wall time of a minute, straight from Intl: no table, no bisection. */
const wallClock = (zone: string): ((minute: number) => number) => {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  })
  return (minute) => {
    const [date = "", clock = ""] = format.format(minute * 60_000).split(", ")
    const [day = "", month = "", year = ""] = date.split("/")
    return Date.parse(`${year}-${month}-${day}T${clock}Z`) / 60_000
  }
}

describe("7 offsets only from Intl for that instant, 2025 to 2035", () => {
  test.each(ZONES)("%s", (name) => {
    const zone = zoneOf(name, 20_089, 23_741)!
    const wall = wallClock(name)
    for (const start of zone.starts.slice(1)) {
      const index = zone.starts.indexOf(start)
      for (let minute = start - 3; minute <= start + 3; minute++) {
        expect(wall(minute) - minute).toBe(zone.offsets[minute < start ? index - 1 : index])
      }
    }
    for (let minute = 20_089 * 1440; minute < 23_741 * 1440; minute += 6 * 1440 + 411) {
      let index = zone.starts.length - 1
      while (zone.starts[index]! > minute) index--
      expect(wall(minute) - minute).toBe(zone.offsets[index])
    }
  })
})

describe("3 open minutes equal a minute-by-minute loop around every change of clock", () => {
  const week: Week = [
    [["22:00", "06:00"]],
    [
      ["08:00", "12:00"],
      ["13:00", "17:30"],
    ],
    [],
    [["00:00", "24:00"]],
    [["06:15", "14:45"]],
    [["23:00", "03:00"]],
    [["23:00", "04:00"]],
  ]
  test.each(ZONES)("%s", (zone) => {
    const wall = wallClock(zone)
    const transitions = zoneOf(zone, 20_454, 20_819)!.starts.filter(
      (each) => each > 20_454 * 1440 && each < 20_819 * 1440,
    )
    const time = timeOf({ id: "c", zone, week }, "2025-12-01", "2027-02-01")
    for (const around of transitions.length > 0 ? transitions : [20_600 * 1440]) {
      const from = around - 2 * 1440
      const to = around + 2 * 1440
      // Open while the clock has passed the start of some opening, and not yet its end, for the first time.
      const first = new Map<number, number>()
      for (let minute = from - 4 * 1440; minute <= to + 5 * 1440; minute++) {
        const local = wall(minute)
        if (!first.has(local)) first.set(local, minute)
      }
      const passed = (local: number): number => {
        let at = local
        while (!first.has(at) && at < local + 2 * 1440) at++
        return first.get(at)!
      }
      const open = new Set<number>()
      for (let day = Math.floor(from / 1440) - 2; day <= Math.floor(to / 1440) + 1; day++) {
        for (const [a, b] of week[(day + 3) % 7]!) {
          const start = Number(a.slice(0, 2)) * 60 + Number(a.slice(3))
          const end = Number(b.slice(0, 2)) * 60 + Number(b.slice(3))
          for (
            let minute = passed(day * 1440 + start), stop = passed(day * 1440 + end + (end <= start ? 1440 : 0));
            minute < stop;
            minute++
          )
            open.add(minute)
        }
      }
      let count = openBefore(time, from)
      for (let minute = from; minute < to; minute++) {
        if (openBefore(time, minute) !== count)
          throw new Error(`${zone} ${isoOf(minute)}: ${openBefore(time, minute)} is not ${count}`)
        if (open.has(minute)) count++
      }
    }
  })
})

test("a night shift 22 to 06 has 420, 480 or 540 minutes", () => {
  const time = timeOf(
    { id: "n", zone: "Europe/Stockholm", week: [[], [], [], [], [], [["22:00", "06:00"]], []] },
    "2026-01-01",
    "2026-12-31",
  )
  const minutes = (date: string): number =>
    workingMinutesBetween(time, minuteOf(`${date}T12:00Z`)!, minuteOf(`${date}T12:00Z`)! + 1440)
  expect([minutes("2026-03-28"), minutes("2026-06-06"), minutes("2026-10-24")]).toEqual([420, 480, 540])
})

test("a date that a country skipped has no minutes", () => {
  const time = timeOf({ id: "c", zone: "Pacific/Apia", week: weekdays(["08:00", "17:00"]) }, "2011-12-26", "2012-01-06")
  // Friday 30 December 2011 did not exist in Samoa.
  expect(time.total).toBe(9 * 540)
})

test("3 W is monotone, additive, and inverse to adding work", () => {
  const time = timeOf(
    { id: "c", zone: "Europe/Stockholm", week: weekdays(["08:00", "12:00"], ["13:00", "17:00"]) },
    "2026-01-01",
    "2026-12-31",
  )
  const minute = fc.integer({ min: 29_453_760, max: 29_979_360 })
  fc.assert(
    fc.property(minute, minute, minute, fc.integer({ min: 1, max: 20_000 }), (a, b, c, work) => {
      expect(workingMinutesBetween(time, a, b) + workingMinutesBetween(time, b, c)).toBe(
        workingMinutesBetween(time, a, c),
      )
      expect(Math.sign(workingMinutesBetween(time, Math.min(a, b), Math.max(a, b)))).toBeGreaterThanOrEqual(0)
      const end = addWork(time, a, work)
      if (end === undefined) return
      expect(workingMinutesBetween(time, a, end)).toBe(work)
      expect(workingMinutesBetween(time, a, end - 1)).toBe(work - 1)
    }),
    { numRuns: 1000, seed: 3 },
  )
})

test("3 moving everything by whole weeks outside a change of clock moves results equally", () => {
  const time = timeOf(
    { id: "c", zone: "Europe/Stockholm", week: weekdays(["08:00", "17:00"]) },
    "2026-04-01",
    "2026-10-01",
  )
  const from = minuteOf("2026-04-13T07:30Z")!
  for (let weeks = 1; weeks < 20; weeks++)
    expect(addWork(time, from + weeks * 10_080, 1234)).toBe(addWork(time, from, 1234)! + weeks * 10_080)
})

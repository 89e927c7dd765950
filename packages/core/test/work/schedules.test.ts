/** Schedules: each period of the tenant's calendar once, oldest first, whatever clocks and workers do. */
import { daily, every, type JobPeriod, monthly, plugin, weekly } from "@anbud/core"
import { expect, test } from "vitest"
import { nextPeriod } from "../../src/kernel/work/schedule.ts"
import { instantAt } from "../../src/kernel/work/zonedTime.ts"
import { openRooms, workOff } from "./rooms.ts"

const STOCKHOLM = "Europe/Stockholm"

test.each`
  date            | time       | zone                     | instant
  ${"2025-03-14"} | ${"02:00"} | ${STOCKHOLM}             | ${"2025-03-14T01:00:00.000Z"}
  ${"2025-07-01"} | ${"02:00"} | ${STOCKHOLM}             | ${"2025-07-01T00:00:00.000Z"}
  ${"2026-03-29"} | ${"02:30"} | ${STOCKHOLM}             | ${"2026-03-29T01:30:00.000Z"}
  ${"2026-10-25"} | ${"02:30"} | ${STOCKHOLM}             | ${"2026-10-25T00:30:00.000Z"}
  ${"2026-10-25"} | ${"03:00"} | ${STOCKHOLM}             | ${"2026-10-25T02:00:00.000Z"}
  ${"2025-03-09"} | ${"02:30"} | ${"America/New_York"}    | ${"2025-03-09T07:30:00.000Z"}
  ${"2025-04-06"} | ${"01:45"} | ${"Australia/Lord_Howe"} | ${"2025-04-05T14:45:00.000Z"}
  ${"2025-01-01"} | ${"00:00"} | ${"Asia/Kathmandu"}      | ${"2024-12-31T18:15:00.000Z"}
`("row 44: $date $time in $zone is $instant", ({ date, time, zone, instant }) => {
  expect(instantAt(date, time, zone)).toBe(instant)
})

test.each`
  schedule                                          | after                         | period                        | dueAt
  ${{ every: "day", at: "02:00" }}                  | ${"2025-03-14T00:59:59.999Z"} | ${"2025-03-14"}               | ${"2025-03-14T01:00:00.000Z"}
  ${{ every: "day", at: "02:00" }}                  | ${"2025-03-14T01:00:00.000Z"} | ${"2025-03-15"}               | ${"2025-03-15T01:00:00.000Z"}
  ${{ every: "day", at: "23:30" }}                  | ${"2025-03-14T22:00:00.000Z"} | ${"2025-03-14"}               | ${"2025-03-14T22:30:00.000Z"}
  ${{ every: "week", on: "monday", at: "06:00" }}   | ${"2025-03-14T08:00:00.000Z"} | ${"2025-W12"}                 | ${"2025-03-17T05:00:00.000Z"}
  ${{ every: "week", on: "thursday", at: "06:00" }} | ${"2025-12-31T08:00:00.000Z"} | ${"2026-W01"}                 | ${"2026-01-01T05:00:00.000Z"}
  ${{ every: "month", day: 31, at: "02:00" }}       | ${"2025-01-31T08:00:00.000Z"} | ${"2025-02"}                  | ${"2025-02-28T01:00:00.000Z"}
  ${{ every: "month", day: 31, at: "02:00" }}       | ${"2025-02-28T08:00:00.000Z"} | ${"2025-03"}                  | ${"2025-03-31T00:00:00.000Z"}
  ${{ every: "month", day: 1, at: "02:00" }}        | ${"2025-12-31T23:30:00.000Z"} | ${"2026-01"}                  | ${"2026-01-01T01:00:00.000Z"}
  ${{ every: "minutes", minutes: 15 }}              | ${"2025-03-14T08:00:00.000Z"} | ${"2025-03-14T08:15:00.000Z"} | ${"2025-03-14T08:15:00.000Z"}
`("row 45: $schedule after $after: $period, due at $dueAt", ({ schedule, after, period, dueAt }) => {
  expect(nextPeriod(schedule, after, STOCKHOLM)).toMatchObject({ period, dueAt })
})

test("row 47: four years of days, weeks and months come once each, in order, in every zone", () => {
  for (const zone of [STOCKHOLM, "Pacific/Apia"]) {
    for (const schedule of [
      { every: "day", at: "02:30" },
      { every: "week", on: "sunday", at: "00:00" },
      { every: "month", day: 30, at: "23:59" },
    ] as const) {
      const seen: { readonly period: string; readonly dueAt: string }[] = []
      let at = "2022-01-01T12:00:00.000Z" as Parameters<typeof nextPeriod>[1]
      while (at < "2026-01-01T12:00:00.000Z") {
        const next = nextPeriod(schedule, at, zone)
        seen.push(next)
        at = next.dueAt
      }
      const periods = seen.map(({ period }) => period)
      expect(new Set(periods).size).toBe(periods.length)
      expect([...periods].sort()).toEqual(periods)
      const [least, most] = { day: [1460, 1462], week: [208, 210], month: [48, 49] }[schedule.every] as [number, number]
      expect(periods.length).toBeGreaterThanOrEqual(least)
      expect(periods.length).toBeLessThanOrEqual(most)
    }
  }
})

const openSchedules = async () => {
  const seen: string[] = []
  const note =
    (name: string) =>
    (_: unknown, { period }: JobPeriod) =>
      void seen.push(`${name} ${period}`)
  const ticking = plugin("ticking", {
    needs: ["rooms"],
    entities: [],
    jobs: [daily("day", note("day")), weekly("week", "monday", note("week")), monthly("month", 31, note("month"))],
  })
  return { ...(await openRooms({ ticking })), seen }
}

test("after an outage every missed period comes, oldest first; a clock that jumps back brings nothing twice", async () => {
  const { engine, clock, seen } = await openSchedules()
  await workOff(engine)
  expect(seen).toEqual([])
  clock.set("2025-04-02T08:00:00.000Z")
  await workOff(engine)
  const days = seen.filter((one) => one.startsWith("day"))
  expect(days[0]).toBe("day 2025-03-15")
  expect(days.at(-1)).toBe("day 2025-04-02")
  expect(days).toEqual([...new Set(days)].sort())
  expect(days.length).toBe(19)
  expect(seen.filter((one) => !one.startsWith("day")).sort()).toEqual([
    "month 2025-03",
    "week 2025-W12",
    "week 2025-W13",
    "week 2025-W14",
  ])
  for (const at of ["2025-03-01T08:00:00.000Z", "2025-04-02T09:00:00.000Z"]) {
    clock.set(at as never)
    expect(await workOff(engine)).toEqual([])
  }
  clock.set("2025-04-03T08:00:00.000Z")
  await workOff(engine)
  expect(seen.at(-1)).toBe("day 2025-04-03")
})

test("more periods than one transaction takes are all made, and a period that fails holds up those after it", async () => {
  let failures = 1
  const seen: string[] = []
  const run = (_: unknown, { period }: JobPeriod): void => {
    if (period.endsWith("T08:30:00.000Z") && failures-- > 0) throw new Error("not yet")
    seen.push(period)
  }
  const ticking = plugin("ticking", { entities: [], jobs: [every("quarter", 15, run)] })
  const { engine, clock } = await openRooms({ ticking })
  await workOff(engine)
  clock.set("2025-03-15T14:00:00.000Z")
  expect(await workOff(engine)).toEqual(["done", "postponed"])
  clock.set("2025-03-15T14:00:05.000Z")
  await workOff(engine)
  expect(seen.length).toBe(120)
  expect([...seen].sort()).toEqual(seen)
})

test("a schedule that cannot be is reported when the engine is made", async () => {
  const bad = [
    daily("late", () => undefined, { at: "24:00" }),
    monthly("never", 32, () => undefined),
    every("always", 0, () => undefined),
    weekly("someday", "someday" as never, () => undefined),
  ]
  await expect(openRooms({ ticking: plugin("ticking", { entities: [], jobs: bad }) })).rejects.toMatchObject({
    _tag: "DefinitionInvalid",
    params: {
      issues: [
        'the job "ticking.late" comes at a time from 00:00 to 23:59',
        'the job "ticking.never" comes on a day from 1 to 31',
        'the job "ticking.always" comes every whole number of minutes',
        'the job "ticking.someday" comes on a day of the week',
      ],
    },
  })
})

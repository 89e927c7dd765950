/** What salespeople and planners ask for, one test per feature that no other file tells of. */
import { expect, test } from "vitest"
import { apply, capacityGap, occupancy, type Plan, promise, series } from "../src/index.ts"
import { person, planned, shop } from "./fixtures.ts"

const HOUR = 60
const minuteOf = (text: string): number => Date.parse(text) / 60_000

/** Dag sells 75 % of a forty-hour week; `booked` hours are taken in each week from Monday 2 March 2026. */
const dag = person("dag", { billableTargetPpm: 750_000, skills: [{ skill: "technician" }] })
const weekOf = (n: number): string => new Date(Date.UTC(2026, 2, 2 + 7 * n)).toISOString().slice(0, 10)
const firmWith = (booked: readonly number[]): Plan =>
  planned(
    shop({
      resources: [dag],
      bookings: booked.map((hours, n) => ({
        id: `booking-${n}`,
        resource: "dag",
        from: `${weekOf(n)}T00:00Z`,
        to: `${weekOf(n + 1)}T00:00Z`,
        minutes: hours * HOUR,
      })),
    }),
  )

const work = (hours: number) => ({
  id: "c5",
  activities: [{ id: "c5-work", effortMinutes: hours * HOUR, demand: [{ skill: "technician" }] }],
})

const freeHours = (plan: Plan, weeks: number): readonly number[] =>
  occupancy(plan, { by: "skill", bucket: "week", from: weekOf(0), to: weekOf(weeks - 1) }).map(
    (each) => each.free / HOUR,
  )

test("PO-59 a day's list: three assignments of 6.5 h, in order of time", () => {
  const pinned = (id: string, from: string, to: string) => ({
    id,
    effortMinutes: 1,
    demand: [{ resource: "dag" }],
    status: "pinned" as const,
    fixed: [{ resource: "dag", from: `2026-03-18T${from}Z`, to: `2026-03-18T${to}Z` }],
  })
  const plan = planned(
    shop({
      resources: [dag],
      activities: [
        pinned("c", "12:30", "15:00"),
        pinned("a", "07:00", "09:00"),
        pinned("b", "09:00", "11:00"),
        pinned("d", "15:30", "16:00"),
        { id: "next-day", effortMinutes: 60, demand: [{ resource: "dag" }], earliestStart: "2026-03-19" },
      ],
    }),
  )
  const [row] = series.gantt(plan, minuteOf("2026-03-18T00:00Z"), minuteOf("2026-03-18T15:30Z"))
  expect(row!.bars.map((each) => each.activity)).toEqual(["a", "b", "c"])
  expect(row!.bars.reduce((sum, each) => sum + each.to - each.from, 0)).toBe(6.5 * HOUR)
})

test("PO-78 a target of 75 % of 40 h is 30 billable hours a week", () => {
  expect(occupancy(firmWith([]), { by: "resource", bucket: "week", from: weekOf(0), to: weekOf(0) })[0]).toMatchObject({
    contract: 40 * HOUR,
    target: 30 * HOUR,
  })
})

test("PO-80 0, 8, 20 and 30 h free: 60 h are done in the fifth week", () => {
  const plan = firmWith([30, 22, 10])
  expect(freeHours(plan, 4)).toEqual([0, 8, 20, 30])
  const given = promise(plan, work(60))
  expect(given.ok && given.value.deterministic?.date).toBe(weekOf(4))
})

test("SO-65 a task at 10 to 11 stands there; a booking at the same time is a warning", () => {
  const task = {
    id: "task",
    effortMinutes: 60,
    demand: [{ resource: "dag" }],
    status: "pinned" as const,
    fixed: [{ resource: "dag", from: "2026-03-03T09:00Z", to: "2026-03-03T10:00Z" }],
  }
  const alone = planned(shop({ resources: [dag], activities: [task] }))
  expect(alone.assignments[0]).toMatchObject({ start: minuteOf("2026-03-03T09:00Z"), resources: ["dag"] })
  expect(alone.issues).toEqual([])
  const booking = { id: "visit", resource: "dag", from: "2026-03-03T09:30Z", to: "2026-03-03T11:00Z" }
  const both = apply(alone, { put: { bookings: [booking] } })
  expect(both.ok && both.value.issues).toMatchObject([
    { _tag: "PinnedConflict", ids: ["task", "visit"], overloadMinutes: 30 },
  ])
})

test("SV-07 and SV-08 free hours of a role by week, and at once after an allocation", () => {
  const plan = firmWith([24])
  expect(freeHours(plan, 2)).toEqual([6, 30])
  const more = { id: "pr1", resource: "dag", from: `${weekOf(0)}T00:00Z`, to: `${weekOf(1)}T00:00Z`, minutes: 4 * HOUR }
  const after = apply(plan, { put: { bookings: [more] } })
  expect(after.ok && freeHours(after.value, 2)).toEqual([2, 30])
})

test("SV-09 a project that holds the technician is named with its 60 h", () => {
  const plan = planned(
    shop({
      resources: [person("dag", { skills: [{ skill: "technician" }] })],
      activities: [{ id: "pr1", name: "PR1", effortMinutes: 60 * HOUR, demand: [{ resource: "dag" }] }],
    }),
  )
  const given = promise(plan, work(8))
  const waits = given.ok ? given.value.criticalChain.flatMap((each) => each.waits) : []
  expect(waits).toContainEqual({
    minutes: 60 * HOUR,
    reason: { _tag: "ResourceBusy", resource: "dag", blockedBy: ["pr1"] },
  })
})

test("SV-10 120 h at 20 h a week from 13 April: a week late for 15 May, 20 h short by then", () => {
  const half = person("dag", { billableTargetPpm: 500_000, skills: [{ skill: "technician" }] })
  const plan = planned(shop({ resources: [half] }), "2026-04-13T06:00Z")
  const [c5] = work(120).activities
  const given = promise(plan, { id: "c5", activities: [{ ...c5!, deadline: "2026-05-15" }] })
  expect(given.ok && given.value.deterministic?.date).toBe("2026-05-20")
  expect(given.ok && given.value.issues.map((each) => each._tag)).toEqual(["DeadlineInfeasible"])
  const span = { from: "2026-04-13", to: "2026-05-15" } as const
  const forecasts = [{ id: "c5", skill: "technician", minutes: 120 * HOUR, ...span }]
  const gap = capacityGap(plan, { ...span, bucket: "week", forecasts })
  expect(gap.ok && gap.value.reduce((sum, each) => sum + each.gap, 0)).toBe(20 * HOUR)
})

test("SV-78 90 h of April are left to sell; a case of 120 h gets a warning of 30 h", () => {
  const plan = planned(
    shop({
      resources: [person("dag", { skills: [{ skill: "technician" }] })],
      bookings: [
        { id: "sold", resource: "dag", from: "2026-04-01T00:00Z", to: "2026-05-01T00:00Z", minutes: 86 * HOUR },
      ],
    }),
  )
  const april = { from: "2026-04-01", to: "2026-04-30", bucket: "month" } as const
  expect(occupancy(plan, { by: "skill", ...april })[0]?.free).toBe(90 * HOUR)
  const forecasts = [
    { id: "case", skill: "technician", minutes: 120 * HOUR, from: "2026-04-01", to: "2026-04-30" },
  ] as const
  const gap = capacityGap(plan, { ...april, forecasts })
  expect(gap.ok && gap.value[0]?.gap).toBe(30 * HOUR)
})

test("8 a milestone that an edit moves takes what follows it along", () => {
  const step = (id: string, effortMinutes: number) => ({ id, effortMinutes, demand: [{ resource: "dag" }] })
  const shopWith = (effortMinutes: number) =>
    shop({
      resources: [dag],
      activities: [step("work", effortMinutes), step("signed", 0), step("handed over", 0)],
      precedences: [
        { from: "work", to: "signed", type: "FS", lagMinutes: 0 },
        { from: "signed", to: "handed over", type: "FS", lagMinutes: 0 },
      ],
    })
  const after = apply(planned(shopWith(0)), { put: { activities: [step("work", 3 * HOUR)] } })
  expect(after.ok && after.value).toEqual(planned(shopWith(3 * HOUR)))
})

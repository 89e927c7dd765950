/** What users of other planners complain about, each as a test. Numbers are the rows of part 3.2. */
import { describe, expect, test } from "vitest"
import {
  type Activity,
  addWork,
  candidates,
  capacityGap,
  compile,
  explain,
  isoOf,
  minuteOf,
  occupancy,
  type PlanningData,
  plan,
  promise,
  validate,
  weekdays,
  workingMinutesBetween,
} from "../src/index.ts"
import { expand } from "../src/recurrence.ts"
import { MONDAY, office, person, planned, shop } from "./fixtures.ts"

const work = (id: string, effortMinutes: number, more: Partial<Activity> = {}): Activity => ({
  id,
  effortMinutes,
  demand: [{ resource: "anna" }],
  ...more,
})

const finishOf = (data: PlanningData, id: string): string => {
  const { assignments, unplaced } = planned(data)
  const found = assignments.find((each) => each.activity === id)
  return found === undefined ? JSON.stringify(unplaced) : isoOf(found.finish)
}

test("1 a day off moves a five-day task by exactly one working day", () => {
  const activities = [work("a", 5 * 480)]
  expect(finishOf(shop({ activities }), "a")).toBe("2026-03-06T16:00Z")
  const away = person("anna", { absences: [{ from: "2026-03-03", reason: "ill" }] })
  expect(finishOf(shop({ activities, resources: [away] }), "a")).toBe("2026-03-09T16:00Z")
})

test("3 eight hours in Shanghai, then eight in New York: each in its own day", () => {
  const hours = weekdays(["09:00", "17:00"])
  const data = shop({
    calendars: [
      { id: "sh", zone: "Asia/Shanghai", week: hours },
      { id: "ny", zone: "America/New_York", week: hours },
    ],
    resources: [person("li", { calendar: "sh" }), person("joe", { calendar: "ny" })],
    activities: [work("a", 480, { demand: [{ resource: "li" }] }), work("b", 480, { demand: [{ resource: "joe" }] })],
    precedences: [{ from: "a", to: "b" }],
  })
  // Monday 2 March 07:00Z is 15:00 in Shanghai: two hours left, six on Tuesday until 15:00 (07:00Z).
  expect(finishOf(data, "a")).toBe("2026-03-03T07:00Z")
  expect(finishOf(data, "b")).toBe("2026-03-03T22:00Z")
})

test("5 two hours at 59 minutes a day end on the third day", () => {
  const data = shop({ resources: [person("anna", { maxMinutesPerDay: 59 })], activities: [work("a", 120)] })
  expect(finishOf(data, "a")).toBe("2026-03-04T07:02Z")
})

test("6 leave is given by its last date or by working days", () => {
  const leave = (absence: object) =>
    finishOf(
      shop({
        resources: [person("anna", { absences: [{ from: "2026-03-02", reason: "leave", ...absence }] })],
        activities: [work("a", 480)],
      }),
      "a",
    )
  expect(leave({ to: "2026-03-13" })).toBe("2026-03-16T16:00Z")
  expect(leave({ workingDays: 10 })).toBe("2026-03-16T16:00Z")
})

test("8 a what-if that changes nothing gives the same bytes", () => {
  const data = shop({ activities: [work("a", 600), work("b", 900)] })
  expect(JSON.stringify(planned(data))).toBe(JSON.stringify(planned({ ...data })))
})

test("10 a person of 24 hours a week with 24 hours of work is full", () => {
  const short = {
    id: "short",
    zone: "Europe/Stockholm",
    week: [[["08:00", "16:00"]], [["08:00", "16:00"]], [["08:00", "16:00"]], [], [], [], []],
  } as const
  const data = shop({
    calendars: [short],
    resources: [person("anna", { calendar: "short" })],
    activities: [work("a", 24 * 60)],
  })
  const [row] = occupancy(planned(data), { by: "resource", bucket: "week", from: "2026-03-02", to: "2026-03-08" })
  expect(row).toMatchObject({ contract: 1440, firm: 1440, shareOfContractPpm: 1_000_000 })
})

describe("12 whole minutes all the way", () => {
  test("half a day off takes exactly its minutes", () => {
    const half = person("anna", { absences: [{ from: "2026-03-02", hours: ["12:00", "17:00"], reason: "dentist" }] })
    const [row] = occupancy(planned(shop({ resources: [half] })), {
      by: "resource",
      bucket: "week",
      from: "2026-03-02",
      to: "2026-03-08",
    })
    expect(row).toMatchObject({ contract: 2400, capacity: 2400 - 240 })
  })

  test("seven minutes are seven minutes", () => {
    expect(finishOf(shop({ activities: [work("a", 7)] }), "a")).toBe("2026-03-02T07:07Z")
  })
})

test("13 capacity counts from the employment date, not from a record's birth", () => {
  const data = shop({
    resources: [person("anna", { employedFrom: "2026-03-09", employedTo: "2026-03-10" })],
    activities: [work("a", 960)],
  })
  expect(finishOf(data, "a")).toBe("2026-03-10T16:00Z")
  const plan = planned(data)
  expect(explain(plan, "a")?.chain[0]?.waits.map((each) => each.reason)).toContainEqual(
    expect.objectContaining({ _tag: "Calendar", kind: "notEmployed" }),
  )
})

test("15 calendars intersect; if nothing is left both are named", () => {
  const night = { id: "night", zone: "Europe/Stockholm", week: weekdays(["18:00", "20:00"]), base: "office" }
  const model = compile(shop({ calendars: [office, night], resources: [person("anna", { calendar: "night" })] }))
  expect(model).toMatchObject({
    ok: false,
    error: [{ _tag: "ZeroCapacity", ids: ["anna"], calendars: ["night", "office"] }],
  })
})

test("16 the chosen candidate finishes no later than any other", () => {
  const resources = ["anna", "bo", "cia"].map((id, n) =>
    person(id, {
      skills: [{ skill: "paint" }],
      absences: n === 2 ? [] : [{ from: "2026-03-02", workingDays: n + 1, reason: "away" }],
    }),
  )
  const made = planned(shop({ resources }))
  const ranked = candidates(made, { id: "a", effortMinutes: 960, demand: [{ skill: "paint" }] }, 3)
  if (!ranked.ok) throw new Error("no candidates")
  expect(ranked.value.map((each) => [each.resource, each.laterMinutes])).toEqual([
    ["cia", 0],
    ["anna", 1440],
    ["bo", 2880],
  ])
  expect(ranked.value[1]?.bindingReason).toMatchObject({ _tag: "Calendar", kind: "absence", reason: "away" })
})

test("17 why there is no room: who is busy, with what, and minutes that add up", () => {
  const made = planned(shop({ activities: [work("first", 480, { priority: 1 }), work("second", 480)] }))
  const why = explain(made, "second")!
  const [link] = why.chain
  expect(link!.waits[0]).toMatchObject({
    reason: { _tag: "ResourceBusy", resource: "anna", blockedBy: ["first"] },
    minutes: 480,
  })
  expect(link!.workMinutes + link!.waits.reduce((sum, each) => sum + each.minutes, 0)).toBe(why.finish - why.now)
  expect(made.assignments[1]!.bindingReason).toMatchObject({ _tag: "ResourceBusy", blockedBy: ["first"] })
})

test("18 a promise says a date from capacity", () => {
  const given = promise(planned(shop()), { id: "q", activities: [work("a", 480)] })
  expect(given).toMatchObject({ ok: true, value: { deterministic: { date: "2026-03-02" } } })
})

test("19 twenty hours on eight-hour days: 8 + 8 + 4", () => {
  const made = planned(shop({ activities: [work("a", 20 * 60)] }))
  const days = occupancy(made, { by: "resource", bucket: "day", from: "2026-03-02", to: "2026-03-05" })
  expect(days.map((each) => each.firm)).toEqual([480, 480, 240, 0])
})

test("20 a pool of three never holds four", () => {
  const data = shop({
    resources: [{ id: "presses", kind: "machine", calendar: "office", capacity: 3 }],
    activities: ["a", "b", "c", "d"].map((id) => work(id, 480, { demand: [{ resource: "presses" }] })),
  })
  const made = planned(data)
  expect(validate(made)).toEqual([])
  expect(made.assignments.map((each) => isoOf(each.finish).slice(0, 10))).toEqual([
    "2026-03-02",
    "2026-03-02",
    "2026-03-02",
    "2026-03-03",
  ])
})

describe("21 how work may be split", () => {
  const meeting = { id: "m", resource: "anna", from: "2026-03-02T09:00Z", to: "2026-03-02T10:00Z" }
  test.each([
    ["anywhere", 600, "2026-03-03T10:00Z"],
    ["breaks", 600, "2026-03-03T13:00Z"],
    ["none", 240, "2026-03-02T16:00Z"],
  ] as const)("%s: %i minutes end %s", (split, minutes, finish) => {
    expect(finishOf(shop({ bookings: [meeting], activities: [work("a", minutes, { split })] }), "a")).toBe(finish)
  })

  test("none and too long: DurationTooLongForBlock, and the rest is planned", () => {
    const made = planned(shop({ activities: [work("long", 300, { split: "none" }), work("b", 60)] }))
    expect(made.unplaced).toMatchObject([
      { _tag: "DurationTooLongForBlock", neededMinutes: 300, longestOpenMinutes: 240 },
    ])
    expect(made.assignments.map((each) => each.activity)).toEqual(["b"])
  })
})

test("23 a lag counts elapsed minutes, or working minutes of a named calendar", () => {
  const lagged = (lag: object) =>
    finishOf(
      shop({
        activities: [work("a", 480), work("b", 60)],
        precedences: [{ from: "a", to: "b", lagMinutes: 480, ...lag }],
      }),
      "b",
    )
  expect(lagged({})).toBe("2026-03-03T08:00Z")
  expect(lagged({ lagUnit: "working", lagCalendar: "office" })).toBe("2026-03-04T08:00Z")
})

test("11 adjacent ranges add up to the whole", () => {
  const model = compile(shop())
  if (!model.ok) throw new Error("no model")
  const time = model.value.calendarTime.get("office")!
  const at = (text: string): number => minuteOf(text)!
  const [from, cut, to] = [at("2026-03-01T00:00Z"), at("2026-03-04T10:17Z"), at("2026-04-01T00:00Z")]
  expect(workingMinutesBetween(time, from, cut) + workingMinutesBetween(time, cut, to)).toBe(
    workingMinutesBetween(time, from, to),
  )
  expect(addWork(time, at(MONDAY), 481)).toBe(at("2026-03-03T07:01Z"))
})

test("2 and 4 started and frozen work stays; pinned conflicts are shown", () => {
  const pinned = work("pin", 240, {
    status: "pinned",
    fixed: [{ resource: "anna", from: "2026-03-02T07:00Z", to: "2026-03-02T11:00Z" }],
  })
  const meeting = { id: "m", resource: "anna", from: "2026-03-02T08:00Z", to: "2026-03-02T09:00Z" }
  const made = planned(shop({ activities: [pinned, work("a", 60)], bookings: [meeting] }))
  expect(made.issues).toMatchObject([
    { _tag: "PinnedConflict", resource: "anna", ids: ["m", "pin"], overloadMinutes: 60 },
  ])
  expect(made.assignments.find((each) => each.activity === "pin")?.bindingReason).toEqual({ _tag: "Pinned" })
  expect(made.assignments.find((each) => each.activity === "a")?.start).toBe(minuteOf("2026-03-02T12:00Z"))
})

test("12 (invariant) an edit moves nothing inside the freeze fence", () => {
  const before = compile(shop({ activities: [work("a", 480), work("b", 480)] }))
  const after = compile(shop({ activities: [work("a", 480), work("b", 480), work("urgent", 480, { priority: 9 })] }))
  if (!before.ok || !after.ok) throw new Error("no model")
  const policy = { now: MONDAY, freezeDays: 2 }
  const old = plan(before.value, policy)
  if (!old.ok) throw new Error("no plan")
  const now = plan(after.value, policy, old.value)
  if (!now.ok) throw new Error("no plan")
  expect(
    now.value.assignments.map((each) => [each.activity, isoOf(each.start).slice(0, 10), each.bindingReason._tag]),
  ).toEqual([
    ["a", "2026-03-02", "Freeze"],
    ["b", "2026-03-03", "Freeze"],
    ["urgent", "2026-03-04", "ResourceBusy"],
  ])
})

test("9 the order of lists and of keys changes nothing", () => {
  const activities = [work("a", 480, { priority: 1 }), work("b", 480), work("c", 60)]
  const turned = activities.map((each) => Object.fromEntries(Object.entries(each).reverse()) as unknown as Activity)
  expect(JSON.stringify(planned(shop({ activities: turned.reverse() })))).toBe(
    JSON.stringify(planned(shop({ activities }))),
  )
})

test("14 overload is counted in minutes of effort, on a closed day too", () => {
  const bookings = [{ id: "b", resource: "anna", from: "2026-03-07T08:00Z", to: "2026-03-07T12:00Z" }]
  const [row] = occupancy(planned(shop({ bookings })), {
    by: "resource",
    bucket: "day",
    from: "2026-03-07",
    to: "2026-03-07",
  })
  expect(row).toMatchObject({ capacity: 0, firm: 240, overload: 240 })
})

test("22 for a new shift: who could do it, best first, with the difference and what holds each", () => {
  const data = shop({
    resources: [person("anna"), person("bo")].map((each) => ({ ...each, skills: [{ skill: "painter" }] })),
    bookings: [{ id: "fair", resource: "anna", from: "2026-03-02T07:00Z", to: "2026-03-02T16:00Z" }],
  })
  const ranked = candidates(planned(data), { id: "shift", effortMinutes: 480, demand: [{ skill: "painter" }] }, 5)
  expect(ranked).toMatchObject({
    ok: true,
    value: [
      { resource: "bo", laterMinutes: 0, bindingReason: { _tag: "Now" } },
      { resource: "anna", laterMinutes: 1440, bindingReason: { _tag: "ResourceBusy", blockedBy: ["fair"] } },
    ],
  })
})

test("24 a weekly visit at 06:00 stays at 06:00 over the change of clock", () => {
  const rule = { id: "visit", rrule: "FREQ=WEEKLY;COUNT=3", zone: "Europe/Stockholm", start: "2026-03-23T06:00" }
  const given = expand({ ...rule, durationMinutes: 60 }, { from: "2026-03-01", to: "2026-05-01" })
  expect(given.ok && given.value.occurrences.map((each) => isoOf(each.start))).toEqual([
    "2026-03-23T05:00Z",
    "2026-03-30T04:00Z",
    "2026-04-06T04:00Z",
  ])
})

test("25 when to recruit: three skills in one person are one person", () => {
  const skills = ["weld", "paint", "wire"]
  const data = shop({ resources: [person("anna", { skills: skills.map((skill) => ({ skill })) })] })
  const forecasts = skills.map((skill) => ({ id: skill, skill, minutes: 2400, from: "2026-03-02", to: "2026-03-08" }))
  const gap = capacityGap(planned(data), { from: "2026-03-02", to: "2026-03-08", bucket: "week", forecasts })
  expect(gap).toMatchObject({ ok: true, value: [{ demand: 7200, capacity: 2400, gap: 4800, skills: skills.sort() }] })
})

test("7 a zone's offset is that of the instant: no minute is lost to local mean time", () => {
  const utc = (date: string, from: string): string =>
    finishOf(shop({ activities: [work("a", 60, { earliestStart: date })] }), "a") === from ? "" : `${date} ${from}`
  expect([utc("2026-03-27", "2026-03-27T08:00Z"), utc("2026-03-30", "2026-03-30T07:00Z")]).toEqual(["", ""])
})

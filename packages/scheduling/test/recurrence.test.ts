import { describe, expect, test } from "vitest"
import { activitiesOf, expand, type RecurringRule } from "../src/recurrence.ts"

const cleaning: RecurringRule = {
  id: "clean",
  rrule: "FREQ=WEEKLY;BYDAY=TU",
  zone: "Europe/Stockholm",
  start: "2025-03-18T08:00",
  durationMinutes: 120,
}

const dates = (rule: Partial<RecurringRule>, to: string, from = "2025-01-01"): readonly string[] => {
  const given = expand({ ...cleaning, ...rule }, { from, to })
  if (!given.ok) throw new Error(JSON.stringify(given.error))
  return given.value.occurrences.map((each) => each.date)
}

test("PO-58 every Tuesday: seven, at 08:00 before and after the change of clock", () => {
  const given = expand(cleaning, { from: "2025-03-18", to: "2025-04-30" })
  if (!given.ok) throw new Error("refused")
  expect(given.value.occurrences.map((each) => each.key)).toEqual([
    "2025-03-18T08:00",
    "2025-03-25T08:00",
    "2025-04-01T08:00",
    "2025-04-08T08:00",
    "2025-04-15T08:00",
    "2025-04-22T08:00",
    "2025-04-29T08:00",
  ])
  expect(given.value.occurrences.map((each) => (each.start / 60) % 24)).toEqual([7, 7, 6, 6, 6, 6, 6])
  expect(given.value.notices).toMatchObject([{ _tag: "UnboundedRule" }])
})

test("PO-60 the key stays when a holiday moves the day, so generating again finds it", () => {
  const given = expand(
    { ...cleaning, onHoliday: "after", holidays: new Set(["2025-04-22"]) },
    { from: "2025-04-20", to: "2025-04-30" },
  )
  expect(given.ok && given.value.occurrences.map((each) => [each.key, each.date, each.isMoved])).toEqual([
    ["2025-04-22T08:00", "2025-04-23", true],
    ["2025-04-29T08:00", "2025-04-29", false],
  ])
})

test.each<[string, Partial<RecurringRule>, string, readonly string[]]>([
  [
    "31 February is passed over",
    { rrule: "FREQ=MONTHLY;BYMONTHDAY=31", start: "2025-01-31T08:00" },
    "2025-05-31",
    ["2025-01-31", "2025-03-31", "2025-05-31"],
  ],
  [
    "the last day of each month",
    { rrule: "FREQ=MONTHLY;BYMONTHDAY=-1", start: "2025-01-31T08:00" },
    "2025-04-30",
    ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"],
  ],
  [
    "first Monday",
    { rrule: "FREQ=MONTHLY;BYDAY=1MO;COUNT=3", start: "2025-01-01T08:00" },
    "2025-12-31",
    ["2025-01-06", "2025-02-03", "2025-03-03"],
  ],
  [
    "last Friday",
    { rrule: "FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", start: "2025-01-01T08:00" },
    "2025-12-31",
    ["2025-01-31", "2025-02-28"],
  ],
  [
    "last working day",
    { rrule: "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", start: "2025-05-01T08:00" },
    "2025-12-31",
    ["2025-05-30", "2025-06-30"],
  ],
  [
    "every second week, two days",
    { rrule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,MO;COUNT=4", start: "2025-01-06T08:00" },
    "2025-12-31",
    ["2025-01-06", "2025-01-09", "2025-01-20", "2025-01-23"],
  ],
  [
    "29 February each leap year",
    { rrule: "FREQ=YEARLY;COUNT=2", start: "2024-02-29T08:00" },
    "2030-12-31",
    ["2024-02-29", "2028-02-29"],
  ],
  [
    "until is inclusive",
    { rrule: "FREQ=DAILY;UNTIL=20250320" },
    "2025-12-31",
    ["2025-03-18", "2025-03-19", "2025-03-20"],
  ],
  [
    "exceptions and additions",
    { rrule: "FREQ=DAILY;COUNT=3", exdates: ["2025-03-19"], rdates: ["2025-04-01T10:00"] },
    "2025-12-31",
    ["2025-03-18", "2025-03-20", "2025-04-01"],
  ],
  [
    "skip a holiday",
    { rrule: "FREQ=DAILY;COUNT=2", onHoliday: "skip", holidays: new Set(["2025-03-18"]) },
    "2025-12-31",
    ["2025-03-19"],
  ],
  [
    "before a holiday, over the weekend",
    {
      rrule: "FREQ=DAILY;COUNT=1",
      start: "2025-04-21T08:00",
      onHoliday: "before",
      holidays: new Set(["2025-04-18", "2025-04-21"]),
    },
    "2025-12-31",
    ["2025-04-17"],
  ],
])("%s", (_, rule, to, expected) => {
  expect(dates(rule, to, "2024-01-01")).toEqual(expected)
})

describe("24 local time at a change of clock", () => {
  test("02:30 does not exist on 30 March: it moves forward by the gap", () => {
    const given = expand(
      { ...cleaning, rrule: "FREQ=DAILY;COUNT=3", start: "2025-03-29T02:30" },
      { from: "2025-03-29", to: "2025-03-31" },
    )
    expect(given.ok && given.value.occurrences.map((each) => (each.start / 60) % 24)).toEqual([1.5, 1.5, 0.5])
  })

  test("02:30 comes twice on 26 October: the first", () => {
    const given = expand(
      { ...cleaning, rrule: "FREQ=DAILY;COUNT=1", start: "2025-10-26T02:30" },
      { from: "2025-10-26", to: "2025-10-26" },
    )
    expect(given.ok && (given.value.occurrences[0]!.start / 60) % 24).toBe(0.5)
  })

  test("06:00 stays 06:00 over ten years, and none is lost", () => {
    const given = expand(
      { ...cleaning, rrule: "FREQ=DAILY;COUNT=3652", start: "2025-01-01T06:00" },
      { from: "2025-01-01", to: "2034-12-31" },
    )
    if (!given.ok) throw new Error("refused")
    expect(given.value.occurrences).toHaveLength(3652)
    const hours = new Set(
      given.value.occurrences.map((each) =>
        new Date(each.start * 60_000).toLocaleTimeString("sv-SE", { timeZone: "Europe/Stockholm" }),
      ),
    )
    expect([...hours]).toEqual(["06:00:00"])
  })
})

test.each([
  ["FREQ=HOURLY", ["BadInterval"]],
  ["FREQ=DAILY;COUNT=2;UNTIL=20260101", ["BadInterval"]],
  ["FREQ=WEEKLY;BYDAY=2TU", ["BadInterval"]],
  ["FREQ=DAILY;INTERVAL=0;NONSENSE=1", ["BadInterval", "NonFinite"]],
  ["", ["BadInterval", "BadInterval"]],
])("refuses %s", (rrule, tags) => {
  const given = expand({ ...cleaning, rrule }, { from: "2025-01-01", to: "2025-12-31" })
  expect(given.ok ? [] : given.error.map((each) => each._tag)).toEqual(tags)
})

test("an unknown zone: BadZone; a rule that gives nothing ends", () => {
  expect(expand({ ...cleaning, zone: "Nowhere" }, { from: "2025-01-01", to: "2025-12-31" })).toMatchObject({
    ok: false,
    error: [{ _tag: "BadZone" }],
  })
  expect(dates({ rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" }, "2030-01-01")).toEqual([])
})

test("occurrences as activities carry the key in their id", () => {
  const given = expand(cleaning, { from: "2025-03-18", to: "2025-03-18" })
  const work = given.ok
    ? activitiesOf(cleaning, given.value.occurrences, { effortMinutes: 120, demand: [{ skill: "cleaner" }] })
    : []
  expect(work.map((each) => each.id)).toEqual(["clean@2025-03-18T08:00"])
})

/** Soft work: what may be won, what it holds, and what happens to all others if it is. */
import { describe, expect, test } from "vitest"
import { type Activity, apply, capacityGap, compare, ifWon, type PlanningData, promise } from "../src/index.ts"
import { person, planned, shop } from "./fixtures.ts"

const offer = (id: string, effortMinutes: number, more: Partial<Activity> = {}): Activity => ({
  id,
  effortMinutes,
  demand: [{ skill: "painter" }],
  opportunity: "o1",
  project: "offer",
  ...more,
})

const quote = { id: "q", activities: [{ id: "q1", effortMinutes: 480, demand: [{ skill: "painter" }] }] }

const dates = (data: PlanningData, options = {}) => {
  const given = promise(planned(data), quote, options)
  if (!given.ok) throw new Error(JSON.stringify(given.error))
  return given.value
}

test("weighted, best and worst case: half of a forty-hour offer is twenty hours", () => {
  const data = shop({ activities: [offer("a", 2400)], opportunities: [{ id: "o1", probabilityPpm: 500_000 }] })
  const given = dates(data)
  expect([given.ifAllLost?.date, given.deterministic?.date, given.ifAllWon?.date]).toEqual([
    "2026-03-02",
    "2026-03-05",
    "2026-03-09",
  ])
})

test.each([
  ["none", "2026-03-02"],
  ["weighted", "2026-03-05"],
  ["full", "2026-03-09"],
] as const)("an offer that holds %s gives %s", (holds, date) => {
  const data = shop({ activities: [offer("a", 2400)], opportunities: [{ id: "o1", probabilityPpm: 500_000, holds }] })
  expect(dates(data).deterministic?.date).toBe(date)
})

test("an offer that has expired holds nothing", () => {
  const data = shop({
    activities: [offer("a", 2400)],
    opportunities: [{ id: "o1", probabilityPpm: 500_000, expires: "2026-03-01T00:00Z" }],
  })
  expect(dates(data).ifAllWon?.date).toBe("2026-03-02")
})

test("a quote does not wait for its own hold", () => {
  const data = shop({
    activities: [offer("q1", 480, { opportunity: "q" })],
    opportunities: [{ id: "q", probabilityPpm: 900_000 }],
  })
  expect(dates(data).deterministic?.date).toBe("2026-03-02")
})

test("PO-81 percentiles: a date that holds in half, four fifths, nineteen twentieths of the futures", () => {
  const activities = [offer("a", 2400), offer("b", 1200, { opportunity: "o2" })]
  const opportunities = [
    { id: "o1", probabilityPpm: 500_000 },
    { id: "o2", probabilityPpm: 300_000 },
  ]
  const given = dates(shop({ activities, opportunities }), {
    percentilesPpm: [500_000, 800_000, 950_000],
    scenarios: 256,
    effortCvPpm: 0,
  })
  expect(given.sampleSize).toBe(256)
  const [p50, p80, p95] = given.percentiles.map((each) => each.delivery!.date)
  expect(p50! <= p80! && p80! <= p95!).toBe(true)
  // Whoever soft work starts with, the worst case bounds every percentile.
  expect(p95! <= "2026-03-12").toBe(true)
  expect(p50! >= "2026-03-02").toBe(true)
})

test("adding an offer leaves the luck of the others as it was", () => {
  const base = { activities: [offer("a", 2400)], opportunities: [{ id: "o1", probabilityPpm: 500_000 }] }
  const other = person("bo", { skills: [{ skill: "welder" }] })
  const anna = person("anna", { skills: [{ skill: "painter" }] })
  const options = { percentilesPpm: [500_000, 800_000], scenarios: 128 }
  const alone = dates(shop({ ...base, resources: [anna, other] }), options)
  const more = dates(
    shop({
      resources: [anna, other],
      activities: [...base.activities, offer("w", 900, { demand: [{ skill: "welder" }], opportunity: "o9" })],
      opportunities: [...base.opportunities, { id: "o9", probabilityPpm: 700_000 }],
    }),
    options,
  )
  expect(more.percentiles).toEqual(alone.percentiles)
})

test("SV-13 ifWon makes the work firm, moves what is softer, and says what breaks", () => {
  const later = {
    id: "later",
    effortMinutes: 480,
    demand: [{ skill: "painter" }],
    status: "reserved",
    project: "p1",
    deadline: "2026-03-03",
  } as const
  const data = shop({ activities: [offer("a", 2400), later], opportunities: [{ id: "o1", probabilityPpm: 500_000 }] })
  const won = ifWon(planned(data), ["o1"])
  if (!won.ok) throw new Error("refused")
  expect(won.value.moves.map((each) => [each.activity, each.deltaWorkingMinutes])).toEqual([
    ["a", 720],
    ["later", 2400],
  ])
  expect(won.value.projects).toMatchObject([{ project: "offer" }, { project: "p1" }])
  expect(won.value.brokenDeadlines).toMatchObject([{ _tag: "DeadlineInfeasible", ids: ["later"] }])
  expect(ifWon(planned(data), ["o7"])).toMatchObject({ ok: false, error: [{ _tag: "UnknownRef" }] })
})

test("compare names what moved and what now holds it; a removed activity frees the rest", () => {
  const data = shop({
    activities: [offer("a", 480, { opportunity: undefined! }), offer("b", 480, { opportunity: undefined! })].map(
      ({ opportunity: _, ...each }) => each,
    ),
  })
  const before = planned(data)
  const after = apply(before, { remove: { activities: ["a"] } })
  if (!after.ok) throw new Error("refused")
  expect(compare(before, after.value)).toMatchObject({
    unchanged: 0,
    moves: [
      { activity: "a", after: undefined },
      { activity: "b", deltaWorkingMinutes: -480 },
    ],
  })
})

describe("recruit gap", () => {
  const staff = (count: number, skills: readonly string[]) =>
    Array.from({ length: count }, (_, n) => person(`t${n}`, { skills: skills.map((skill) => ({ skill })) }))
  const forecast = (id: string, skill: string, hours: number, probabilityPpm = 1_000_000) => ({
    id,
    skill,
    minutes: hours * 60,
    probabilityPpm,
    from: "2026-04-01",
    to: "2026-04-30",
  })
  const april = { from: "2026-04-01", to: "2026-04-30", bucket: "month" } as const

  test("SV-80 demand 780 h, five people of 120 h: 1.5 persons to recruit", () => {
    const hours = {
      id: "h",
      zone: "Europe/Stockholm",
      week: [
        [],
        [["08:00", "14:00"]],
        [["08:00", "14:00"]],
        [["08:00", "14:00"]],
        [["08:00", "14:00"]],
        [["08:00", "14:00"]],
        [],
      ],
    } as const
    // April 2026 has 22 such days of six hours; 12 hours of absence leave 120.
    const resources = staff(5, ["technician"]).map((each) => ({
      ...each,
      calendar: "h",
      absences: [{ from: "2026-04-07", workingDays: 2, reason: "leave" }],
    }))
    const forecasts = [
      forecast("firm", "technician", 620),
      forecast("c1", "technician", 200, 600_000),
      forecast("c2", "technician", 160, 250_000),
    ]
    const gap = capacityGap(planned(shop({ calendars: [hours], resources })), {
      ...april,
      forecasts,
      minutesPerFte: 120 * 60,
    })
    expect(gap).toMatchObject({
      ok: true,
      value: [{ demand: 780 * 60, capacity: 600 * 60, gap: 180 * 60, ftePerMille: 1500, skills: ["technician"] }],
    })
  })

  test("25 a person with three skills is counted once", () => {
    const skills = ["weld", "paint", "wire"]
    const made = planned(shop({ resources: staff(1, skills) }))
    const gap = capacityGap(made, { ...april, forecasts: skills.map((skill) => forecast(skill, skill, 100)) })
    if (!gap.ok) throw new Error("refused")
    expect(gap.value[0]).toMatchObject({
      demand: 18_000,
      capacity: 22 * 480,
      gap: 18_000 - 22 * 480,
      skills: ["paint", "weld", "wire"],
    })
  })

  test("10 adding a person never increases the gap; enough people leave none", () => {
    const gaps = [1, 2, 3].map((count) => {
      const gap = capacityGap(planned(shop({ resources: staff(count, ["weld"]) })), {
        ...april,
        forecasts: [forecast("f", "weld", 300)],
      })
      return gap.ok ? gap.value.reduce((sum, each) => sum + each.gap, 0) : Number.NaN
    })
    expect(gaps).toEqual([18_000 - 10_560, 0, 0])
  })

  test("alternatives: overtime, teaching a free colleague, moving", () => {
    const resources = [...staff(1, ["weld"]), person("bo", { skills: [{ skill: "paint" }] })]
    const gap = capacityGap(planned(shop({ resources })), {
      from: "2026-04-01",
      to: "2026-05-31",
      bucket: "month",
      forecasts: [forecast("f", "weld", 300)],
    })
    expect(gap.ok && gap.value[0]?.alternatives).toMatchObject([
      { kind: "overtime", resources: ["t0"] },
      { kind: "train", resource: "bo", skill: "weld" },
      { kind: "move", bucket: "2026-05" },
    ])
  })
})

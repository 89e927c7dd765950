/** Bad input: every issue is a typed value, all come together, and nothing throws. */
import { describe, expect, test } from "vitest"
import { type Activity, capacityGap, compile, type PlanningData, plan, promise, solveProject } from "../src/index.ts"
import { MONDAY, office, person, planned, shop } from "./fixtures.ts"

const work = (id: string, more: Partial<Activity> = {}): Activity => ({
  id,
  effortMinutes: 60,
  demand: [{ resource: "anna" }],
  ...more,
})

const issuesOf = (more: Partial<PlanningData>): readonly object[] => {
  const model = compile(shop(more))
  return model.ok ? [] : model.error
}

test.each<[string, Partial<PlanningData>, object]>([
  ["UnknownRef", { activities: [work("a", { demand: [{ resource: "nobody" }] })] }, { ref: "nobody" }],
  ["UnknownRef", { resources: [person("anna", { calendar: "none" })] }, { path: "resources[anna].calendar" }],
  ["DuplicateId", { activities: [work("a"), work("a")] }, { ids: ["a"] }],
  [
    "DuplicateId",
    { activities: [work("x")], bookings: [{ id: "x", resource: "anna", from: 29_540_580, to: 29_540_640 }] },
    { ids: ["x"] },
  ],
  ["BadZone", { zone: "Mars/Olympus" }, { zone: "Mars/Olympus" }],
  ["BadZone", { calendars: [{ ...office, zone: "" }] }, { path: "calendars[office].zone" }],
  ["BadInterval", { horizon: { from: "2026-02-30", to: "2026-12-31" } }, { path: "horizon.from" }],
  ["BadInterval", { activities: [work("a", { earliestStart: "soon" })] }, { path: "activities[a].earliestStart" }],
  ["BadInterval", { activities: [work("a", { status: "pinned" })] }, { path: "activities[a].fixed" }],
  [
    "BadInterval",
    { bookings: [{ id: "b", resource: "anna", from: "2026-03-02T10:00Z", to: "2026-03-02T09:00Z" }] },
    { ids: ["b"] },
  ],
  [
    "BadInterval",
    { resources: [person("anna", { absences: [{ from: "2026-03-02", to: "2026-03-01", reason: "" }] })] },
    { path: "resources[anna].absences[0]" },
  ],
  [
    "BadInterval",
    { calendars: [{ ...office, week: [[["8", "25:00"]], [], [], [], [], [], []] }] },
    { path: "calendars[office].week[0]" },
  ],
  ["NonFinite", { activities: [work("a", { effortMinutes: Number.NaN })] }, { path: "activities[a].effortMinutes" }],
  ["NonFinite", { activities: [work("a", { effortMinutes: 0.5 })] }, { ids: ["a"] }],
  ["NonFinite", { activities: [work("a", { effortMinutes: -1 })] }, { ids: ["a"] }],
  [
    "NonFinite",
    { resources: [person("anna", { capacity: Number.POSITIVE_INFINITY })] },
    { path: "resources[anna].capacity" },
  ],
  ["ProbabilityRange", { opportunities: [{ id: "o", probabilityPpm: 1_000_001 }] }, { value: 1_000_001 }],
  ["ProbabilityRange", { opportunities: [{ id: "o", probabilityPpm: Number.NaN }] }, { ids: ["o"] }],
  [
    "SkillImpossible",
    { activities: [work("a", { demand: [{ skill: "welder" }] })] },
    { skill: "welder", nearest: [{ resource: "anna", lacks: "skill welder" }] },
  ],
  [
    "SkillImpossible",
    { activities: [work("a", { demand: [{ skill: "painter", level: 4 }] })] },
    { nearest: [{ resource: "anna", lacks: "level (has 1)" }] },
  ],
  [
    "SkillImpossible",
    { activities: [work("a", { forbidden: ["anna"] })] },
    { nearest: [{ resource: "anna", lacks: "permission" }] },
  ],
  [
    "TeamEmpty",
    {
      resources: [person("anna"), { id: "team", kind: "group", members: ["anna"] }],
      activities: [work("a", { demand: [{ team: "team", skill: "welder" }] })],
    },
    { ids: ["a", "team"] },
  ],
  [
    "UnitsExceedCapacity",
    { activities: [work("a", { demand: [{ resource: "anna", units: 2 }] })] },
    { needed: 2, available: 1 },
  ],
  [
    "ZeroCapacity",
    { resources: [person("anna", { absences: [{ from: "2020-01-01", to: "2030-01-01", reason: "gone" }] })] },
    { ids: ["anna"] },
  ],
  ["Limit", { horizon: { from: "2020-01-01", to: "2040-01-01" } }, { limit: 3650 }],
  [
    "Cycle",
    {
      activities: [work("a"), work("b"), work("c")],
      precedences: [
        { from: "a", to: "b" },
        { from: "b", to: "c" },
        { from: "c", to: "a" },
        { from: "b", to: "a" },
      ],
    },
    { cycle: ["a", "b", "a"] },
  ],
  [
    "Cycle",
    { calendars: [office, { ...office, id: "x", base: "y" }, { ...office, id: "y", base: "x" }] },
    { path: "calendars[x].base" },
  ],
])("%s %#", (tag, more, fields) => {
  expect(issuesOf(more)).toContainEqual(expect.objectContaining({ _tag: tag, ...fields }))
})

test("all issues come together, in order of path", () => {
  const found = issuesOf({
    activities: [work("b", { effortMinutes: -1 }), work("a", { demand: [{ skill: "x" }] })],
    opportunities: [{ id: "o", probabilityPpm: 2e6 }],
  })
  expect(found.map((each) => (each as { path: string }).path)).toEqual([
    "activities[a].demand[0]",
    "activities[b].effortMinutes",
    "opportunities[o].probabilityPpm",
  ])
})

test("rows that are no records are issues, not crashes", () => {
  const broken = { activities: [null, 7] } as unknown as Partial<PlanningData>
  expect(issuesOf(broken)).toContainEqual(expect.objectContaining({ _tag: "UnknownRef" }))
})

describe("what cannot be placed is listed, and the rest is planned", () => {
  test("Horizon, and PredecessorUnplaced behind it", () => {
    const data = shop({
      activities: [work("long", { effortMinutes: 9_000_000 }), work("after"), work("free")],
      precedences: [{ from: "long", to: "after" }],
    })
    const made = planned(data)
    expect(made.unplaced.map((each) => each._tag)).toEqual(["PredecessorUnplaced", "Horizon"])
    expect(made.assignments.map((each) => each.activity)).toEqual(["free"])
  })

  test("two people who never meet: ZeroCapacity", () => {
    const night = {
      id: "night",
      zone: "Europe/Stockholm",
      week: [[["20:00", "23:00"]], [], [], [], [], [], []],
    } as const
    const data = shop({
      calendars: [office, night],
      resources: [person("anna"), person("bo", { calendar: "night" })],
      activities: [work("a", { demand: [{ resource: "anna" }, { resource: "bo" }] })],
    })
    expect(planned(data).unplaced).toMatchObject([{ _tag: "ZeroCapacity", calendars: ["office", "night"] }])
  })

  test("a deadline that cannot hold is reported with its lateness: DeadlineInfeasible", () => {
    const made = planned(shop({ activities: [work("a", { effortMinutes: 960, deadline: "2026-03-02" })] }))
    expect(made.issues).toMatchObject([{ _tag: "DeadlineInfeasible", ids: ["a"], latenessMinutes: 17 * 60 }])
  })
})

test("now outside the horizon is refused", () => {
  const model = compile(shop())
  expect(model.ok && plan(model.value, { now: "2035-01-01T00:00Z" })).toMatchObject({
    ok: false,
    error: [{ _tag: "BadInterval" }],
  })
  expect(model.ok && plan(model.value, { now: "monday" })).toMatchObject({ ok: false })
})

test("a stopped promise says Aborted", () => {
  const given = promise(
    planned(shop()),
    { id: "q", activities: [work("a")] },
    { percentilesPpm: [500_000], signal: AbortSignal.abort() },
  )
  expect(given).toMatchObject({ ok: true, value: { sampleSize: 0, issues: [{ _tag: "Aborted" }] } })
})

test("a quote may not use an id of the plan", () => {
  const given = promise(planned(shop({ activities: [work("a")] })), { id: "q", activities: [work("a")] })
  expect(given).toMatchObject({ ok: false, error: [{ _tag: "DuplicateId" }] })
})

test("gap: bad forecasts are refused together", () => {
  const forecasts = [
    { id: "f", skill: "painter", minutes: Number.NaN, probabilityPpm: -1, from: "2026-04-01", to: "2026-03-01" },
  ]
  const gap = capacityGap(planned(shop()), { from: "2026-03-01", to: "2026-04-01", bucket: "month", forecasts })
  expect(gap.ok ? [] : gap.error.map((each) => each._tag)).toEqual(["ProbabilityRange", "NonFinite", "BadInterval"])
})

test("a project that cannot be solved: Unsolvable", () => {
  const cyclic = { durations: [1, 1], demand: [[1], [1]], capacity: [1], successors: [[1], [0]] }
  expect(solveProject(cyclic)).toEqual({ ok: false, error: { _tag: "Unsolvable" } })
  expect(solveProject({ ...cyclic, successors: [[], []], demand: [[2], [1]] })).toMatchObject({ ok: false })
})

test("100 000 activities in one chain are planned", () => {
  const activities = Array.from({ length: 100_000 }, (_, n) => work(`a${n}`, { effortMinutes: 1 }))
  const precedences = activities.slice(1).map((each, n) => ({ from: `a${n}`, to: each.id }))
  const model = compile(shop({ activities, precedences }))
  const made = model.ok ? plan(model.value, { now: MONDAY }) : undefined
  expect(made?.ok && made.value.assignments.length).toBe(100_000)
  // About five seconds of processor time; a busy machine may take minutes for it.
}, 300_000)

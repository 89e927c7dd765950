/** What keeps work from starting earlier, and what happens when just that is taken away. */
import { describe, expect, test } from "vitest"
import { type Activity, type Assignment, explain, explainChain, type PlanningData, reasonText } from "../src/index.ts"
import { zoneOf } from "../src/zone.ts"
import { person, planned, shop } from "./fixtures.ts"

const zone = zoneOf("Europe/Stockholm", 20_500, 20_600)!

const work = (id: string, more: Partial<Activity> = {}): Activity => ({
  id,
  effortMinutes: 480,
  demand: [{ resource: "anna" }],
  ...more,
})

const target = (more: Partial<PlanningData>): Assignment =>
  planned(shop(more)).assignments.find((each) => each.activity === "target")!

const bo = person("bo")

test.each<[string, Partial<PlanningData>, Partial<PlanningData>, string]>([
  [
    "Predecessor",
    {
      resources: [person("anna"), bo],
      activities: [work("a", { demand: [{ resource: "bo" }] }), work("target")],
      precedences: [{ from: "a", to: "target" }],
    },
    { precedences: [] },
    "waits for a",
  ],
  [
    "EarliestStart",
    { activities: [work("target", { earliestStart: "2026-03-05" })] },
    { activities: [work("target")] },
    "may not start before 2026-03-05",
  ],
  [
    "ResourceBusy",
    { activities: [work("a", { priority: 1 }), work("target")] },
    { activities: [work("target")] },
    "anna is busy with a",
  ],
  [
    "Calendar",
    {
      resources: [person("anna", { absences: [{ from: "2026-03-02", workingDays: 2, reason: "course" }] })],
      activities: [work("target")],
    },
    { resources: [person("anna")] },
    "anna is away (course) 2026-03-02 – 2026-03-03",
  ],
  [
    "LimitPerDay",
    {
      resources: [person("anna", { maxMinutesPerDay: 480 })],
      activities: [
        work("a", { priority: 1, effortMinutes: 470 }),
        work("target", { split: "none", effortMinutes: 60 }),
      ],
    },
    { resources: [person("anna")], activities: [work("target")] },
    "anna has reached the limit per day",
  ],
])("11 %s binds; without it the work starts earlier", (tag, given, without, text) => {
  const bound = target(given)
  expect(bound.bindingReason._tag).toBe(tag)
  expect(reasonText(bound.bindingReason, "en", (id) => id, zone)).toBe(text)
  expect(target({ ...given, ...without }).start).toBeLessThan(bound.start)
})

test("Now: nothing holds it", () => {
  expect(target({ activities: [work("target")] }).bindingReason).toEqual({ _tag: "Now" })
})

describe("SkillOnly: why another free person does not help", () => {
  const data = shop({
    resources: [person("anna", { name: "Anna", skills: [{ skill: "gilding" }] }), bo],
    activities: [work("target", { demand: [{ skill: "gilding" }] })],
  })
  const why = explain(planned(data), "target")!

  test("the link names those who can", () => {
    expect(why.chain[0]?.only).toEqual({ _tag: "SkillOnly", skill: "gilding", resources: ["anna"] })
  })

  test.each([
    ["en", "only Anna can do gilding"],
    ["sv", "endast Anna kan utföra gilding"],
  ] as const)("%s", (language, text) => {
    expect(explainChain(why.chain, why.names, zone, language).join("\n")).toContain(text)
  })
})

test("an activity without a place has no explanation", () => {
  expect(explain(planned(shop()), "nothing")).toBeUndefined()
})

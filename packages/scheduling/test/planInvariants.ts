/** Invariants 4, 5, 11 and 12 of plans that follow an earlier one. */
import fc from "fast-check"
import { type Plan, type PlanningData, plan, promise, validate } from "../src/index.ts"
import { check, equal, holds, type Invariant } from "./property.ts"
import { modelOf, NOW, planOf, world } from "./world.ts"

const after = (data: PlanningData, previous: Plan, freezeDays = 0): Plan => {
  const made = plan(modelOf(data), { now: NOW, freezeDays }, previous)
  if (!made.ok) throw new Error(JSON.stringify(made.error))
  return made.value
}

const without = (data: PlanningData, id: string): PlanningData => ({
  ...data,
  activities: data.activities!.filter((each) => each.id !== id),
  precedences: data.precedences!.filter((each) => each.from !== id && each.to !== id),
})

const ways = [
  "a person more",
  "work removed",
  "a bound less",
  "a booking less",
  "no absences",
  "an earliest start less",
] as const

/** The data made easier in one way. */
const easier = (data: PlanningData, pick: number, way: (typeof ways)[number]): PlanningData => {
  const nth = <T>(list: readonly T[]): number => (list.length === 0 ? -1 : pick % list.length)
  switch (way) {
    case "a person more": {
      const skills = ["weld", "paint", "wire"].map((skill) => ({ skill }))
      return { ...data, resources: [...data.resources, { id: "a-new", kind: "person", calendar: "office", skills }] }
    }
    case "work removed":
      return without(data, data.activities![nth(data.activities!)]!.id)
    case "a bound less":
      return { ...data, precedences: data.precedences!.filter((_, n) => n !== nth(data.precedences!)) }
    case "a booking less":
      return { ...data, bookings: data.bookings!.filter((_, n) => n !== nth(data.bookings!)) }
    case "no absences":
      return { ...data, resources: data.resources.map(({ absences: _, ...each }) => each) }
    case "an earliest start less":
      return {
        ...data,
        activities: data.activities!.map((each, n) => {
          const { earliestStart: _, ...free } = each
          return n === nth(data.activities!) ? free : each
        }),
      }
  }
}

const quote = {
  id: "q",
  activities: [
    { id: "q1", effortMinutes: 900, demand: [{ skill: "weld" }] },
    { id: "q2", effortMinutes: 600, demand: [{ skill: "paint" }] },
  ],
  precedences: [{ from: "q1", to: "q2" }],
}

/** Friday night of the week of `NOW`, where a fence of five working days ends. */
const FENCE = Date.parse("2026-03-27T23:00:00Z") / 60_000

export const planInvariants: Readonly<Record<string, Invariant>> = {
  "4 with the earlier plan as certificate, an easier plan has no later date": check(
    [world, fc.nat(), fc.constantFrom(...ways)],
    (data, pick, way) => {
      const before = planOf(data)
      const now = after(easier(data, pick, way), before)
      equal(validate(now), [], `violations (${way})`)
      // Without absences a target per week grows with the open time, and divisible bookings may move.
      if (way === "no absences") return
      const dates = new Map(now.assignments.map((each) => [each.activity, each.finish]))
      const removed = way === "work removed" ? data.activities![pick % data.activities!.length]!.id : ""
      for (const each of before.assignments) {
        if (each.activity === removed) continue
        const finish = dates.get(each.activity)
        holds(finish !== undefined && finish <= each.finish, `${way}: ${each.activity} ${finish} after ${each.finish}`)
      }
    },
  ),

  "5 removing work never delays a promise: places are kept, and the promise is its own certificate": check(
    [world, fc.nat()],
    (data, pick) => {
      const before = planOf(data)
      const given = promise(before, quote)
      // Work that had no place may find one when other work goes, and then claims time that was free.
      if (!given.ok || given.value.deterministic === undefined || before.unplaced.length > 0) return
      const less = without(data, data.activities![pick % data.activities!.length]!.id)
      const kept = after(less, before, 3650)
      const again = promise(kept, quote, { previous: given.value })
      const finish = again.ok ? again.value.deterministic?.finish : undefined
      holds(finish !== undefined && finish <= given.value.deterministic.finish, "the promise got later")
    },
  ),

  "11 without its binding reason work starts earlier, or another reason is named": check(
    [world, fc.nat()],
    (data, pick) => {
      const made = planOf(data)
      const held = made.assignments.filter((each) => each.bindingReason._tag !== "Now" && each.pieces.length > 0)
      const one = held[pick % Math.max(1, held.length)]
      const relaxed = one && relax(data, one.activity, one.bindingReason)
      if (one === undefined || relaxed === undefined) return
      const now = after(relaxed, made).assignments.find((each) => each.activity === one.activity)!
      const isEarlier = now.start < one.start || now.finish < one.finish
      holds(
        isEarlier || JSON.stringify(now.bindingReason) !== JSON.stringify(one.bindingReason),
        `${one.activity} still waits for ${JSON.stringify(one.bindingReason)}`,
      )
    },
  ),

  "12 an edit that leaves the plan feasible moves nothing inside the freeze fence": check(
    [world, fc.nat(), fc.constantFrom("new work", "work removed", "a later absence")],
    (data, pick, way) => {
      const made = planOf(data)
      const removed = data.activities![pick % data.activities!.length]!.id
      const person = data.resources[pick % data.resources.length]!
      const later = { from: "2026-07-13", workingDays: 3, reason: "leave" }
      const edited: PlanningData =
        way === "work removed"
          ? without(data, removed)
          : way === "new work"
            ? {
                ...data,
                activities: [
                  ...data.activities!,
                  { id: "new", effortMinutes: 300, demand: [{ skill: "weld" }], priority: 9 },
                ],
              }
            : {
                ...data,
                resources: data.resources.map((each) =>
                  each === person ? { ...each, absences: [...(each.absences ?? []), later] } : each,
                ),
              }
      const now = new Map(after(edited, made, 5).assignments.map((each) => [each.activity, each]))
      for (const each of made.assignments) {
        if (each.start >= FENCE || (way === "work removed" && each.activity === removed)) continue
        if (way === "a later absence" && each.finish > Date.parse("2026-07-01") / 60_000) continue
        equal(now.get(each.activity)?.pieces, each.pieces, `${way}: ${each.activity}`)
      }
    },
  ),
}

const relax = (
  data: PlanningData,
  id: string,
  reason: Plan["assignments"][number]["bindingReason"],
): PlanningData | undefined => {
  switch (reason._tag) {
    case "Predecessor":
      return {
        ...data,
        precedences: data.precedences!.filter((each) => each.to !== id || each.from !== reason.activity),
      }
    case "ResourceBusy":
      return {
        ...reason.blockedBy.reduce(without, data),
        bookings: data.bookings!.filter((each) => !reason.blockedBy.includes(each.id)),
      }
    case "EarliestStart":
      return {
        ...data,
        activities: data.activities!.map((each) => {
          const { earliestStart: _, ...free } = each
          return each.id === id ? free : each
        }),
      }
    default:
      return undefined
  }
}

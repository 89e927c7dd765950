/**
 * The invariants of part 5.6 as properties, run by the tests (1 000 cases each) and, longer, by the proof.
 *
 * A property throws with a shrunk counterexample. Numbers are those of the specification.
 */
import fc from "fast-check"
import {
  apply,
  compare,
  compile,
  explain,
  lowerBound,
  occupancy,
  type Plan,
  type PlanningData,
  plan,
  promise,
  validate,
} from "../src/index.ts"
import { demandInvariants } from "./demandInvariants.ts"
import { editInvariants } from "./editInvariants.ts"
import { planInvariants } from "./planInvariants.ts"
import { check, equal, holds, type Invariant, sum } from "./property.ts"
import { searchInvariants } from "./searchInvariants.ts"
import { modelOf, NOW, planOf, world } from "./world.ts"

const text = (made: Plan): string => JSON.stringify(made)

const quote = {
  id: "q",
  activities: [
    { id: "q1", effortMinutes: 900, demand: [{ skill: "weld" }] },
    { id: "q2", effortMinutes: 600, demand: [{ skill: "paint" }] },
  ],
  precedences: [{ from: "q1", to: "q2" }],
}

const promised = (made: Plan) => {
  const given = promise(made, quote)
  if (!given.ok) throw new Error(JSON.stringify(given.error))
  return given.value
}

const reversed = (data: PlanningData): PlanningData => ({
  ...data,
  calendars: [...data.calendars].reverse(),
  resources: [...data.resources].reverse(),
  activities: [...(data.activities ?? [])].reverse(),
  precedences: [...(data.precedences ?? [])].reverse(),
  bookings: [...(data.bookings ?? [])].reverse(),
})

export const invariants: Readonly<Record<string, Invariant>> = {
  "1 and 2 a plan is feasible and keeps its precedences": check([world], (data) => {
    const made = planOf(data)
    equal(validate(made), [], "violations")
    holds(made.assignments.length + made.unplaced.length === data.activities!.length, "all work is placed or listed")
  }),

  "5 a promise leaves the plan where it is and fits into it": check([world], (data) => {
    const made = planOf(data)
    const before = text(made)
    const given = promised(made)
    equal(text(made), before, "the plan")
    if (given.deterministic === undefined) return
    const booked = given.assignments.flatMap((each) =>
      each.pieces.map((piece, n) => ({
        id: `held-${each.activity}-${n}`,
        resource: piece.resource,
        from: piece.from,
        to: piece.to,
      })),
    )
    holds(booked.length > 0, "the promise says who does it")
  }),

  "5 one divisible task on one resource: less free time never makes it earlier": check(
    [world, fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 40 })],
    (data, hour, hours) => {
      const from = 29_570_820 + hour * 60
      const alone = { ...data, activities: [], precedences: [], bookings: [] }
      const more = { ...alone, bookings: [{ id: "extra", resource: "r0", from, to: from + hours * 60 }] }
      const work = { id: "q", activities: [{ id: "q1", effortMinutes: 900, demand: [{ resource: "r0" }] }] }
      const [a, b] = [alone, more].map((each) => promise(planOf(each), work))
      if (!a!.ok || !b!.ok || a!.value.deterministic === undefined || b!.value.deterministic === undefined) return
      holds(b!.value.deterministic.finish >= a!.value.deterministic.finish, "a booking made the date earlier")
    },
  ),

  "7 the lower bound is not above the plan": check([world], (data) => {
    const made = planOf(data)
    const bound = lowerBound(modelOf(data), { now: NOW })
    if (!bound.ok) throw new Error("no bound")
    holds(made.lowerBoundMinutes <= made.makespanMinutes, "the plan's own bound")
    if (made.unplaced.length === 0)
      holds(bound.value <= made.makespanMinutes, `bound ${bound.value} above ${made.makespanMinutes}`)
  }),

  "8 an edit gives the full plan of the edited data, and its inverse the first plan": check(
    [world, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2000 })],
    (data, n, who, effortMinutes) => {
      const made = planOf(data)
      const old = data.activities![n % data.activities!.length]!
      const person = data.resources[who % data.resources.length]!
      const edit = {
        put: {
          activities: [{ ...old, effortMinutes: old.split === "none" ? 60 : effortMinutes }],
          resources: [{ ...person, absences: [{ from: "2026-03-25", workingDays: 2, reason: "ill" }] }],
        },
      }
      const after = apply(made, edit)
      if (!after.ok) throw new Error(JSON.stringify(after.error))
      const edited = {
        ...data,
        activities: data.activities!.map((each) => (each.id === old.id ? edit.put.activities[0]! : each)),
        resources: data.resources.map((each) => (each.id === person.id ? edit.put.resources[0]! : each)),
      }
      equal(text(after.value), text(planOf(edited)), "edited plan")
      const back = apply(after.value, { put: { activities: [old], resources: [person] } })
      equal(back.ok && text(back.value), text(made), "inverse")
      equal(back.ok && compare(made, back.value).moves, [], "moves")
    },
  ),

  "8 an absence alone, applied, gives the full plan": check(
    [world, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 9 })],
    (data, who, workingDays) => {
      const person = data.resources[who % data.resources.length]!
      const ill = { ...person, absences: [{ from: "2026-03-24", workingDays, reason: "ill" }] }
      const after = apply(planOf(data), { put: { resources: [ill] } })
      const edited = { ...data, resources: data.resources.map((each) => (each.id === person.id ? ill : each)) }
      equal(after.ok && text(after.value), text(planOf(edited)), "edited plan")
    },
  ),

  "8 the order of the input does not matter": check([world], (data) => {
    equal(text(planOf(reversed(data))), text(planOf(data)), "plan")
  }),

  "9 occupancy adds up: days to weeks, load and free to the target": check([world], (data) => {
    const made = planOf({ ...data, bookings: [] })
    const span = { from: "2026-03-23", to: "2026-05-17" } as const
    const weeks = occupancy(made, { by: "resource", bucket: "week", ...span })
    const days = occupancy(made, { by: "resource", bucket: "day", ...span })
    const spring = { from: "2026-04-01", to: "2026-05-31" } as const
    const whole = (bucket: "day" | "month"): number =>
      sum(occupancy(made, { by: "resource", bucket, ...spring }).map((each) => each.capacity))
    equal(whole("month"), whole("day"), "capacity of months")
    for (const week of weeks) {
      const own = days.filter(
        (each) => each.id === week.id && each.firstDate >= week.firstDate && each.firstDate <= week.lastDate,
      )
      equal(sum(own.map((each) => each.capacity)), week.capacity, "capacity of a week")
      holds(
        Math.abs(
          sum(own.map((each) => each.firm + each.reserved + each.expectedTentative)) -
            (week.firm + week.reserved + week.expectedTentative),
        ) <= own.length,
        "load of a week",
      )
      const load = week.firm + week.reserved + week.expectedTentative
      if (load <= week.target) equal(load + week.free, week.target, "load and free")
      equal(week.overload, 0, "overload of planned work")
    }
  }),

  "11 the minutes of a chain add up to finish − now": check([world], (data) => {
    const made = planOf(data)
    for (const each of made.assignments) {
      const why = explain(made, each.activity)
      if (why === undefined) throw new Error("no explanation")
      const minutes = sum(why.chain.map((link) => link.workMinutes + sum(link.waits.map((wait) => wait.minutes))))
      equal(minutes, why.finish - why.now, `chain of ${each.activity}`)
      for (const link of why.chain)
        equal(link.to - link.from, link.workMinutes + sum(link.waits.map((wait) => wait.minutes)), "a link")
    }
  }),

  "6 percentiles are in order; certain work is firm work, impossible work is none": check(
    [world, fc.integer({ min: 0, max: 1_000_000 })],
    (data, probabilityPpm) => {
      const options = { percentilesPpm: [500_000, 800_000, 950_000], scenarios: 6 }
      const soft = (share: number): PlanningData => ({
        ...data,
        activities: data.activities!.map((each) => ({
          ...each,
          status: "tentative",
          opportunity: "o",
          effortModel: { kind: "lognormal", cvPpm: 0 },
        })),
        opportunities: [{ id: "o", probabilityPpm: share }],
      })
      const dates = (from: PlanningData) => {
        const given = promise(
          planOf(from),
          {
            ...quote,
            activities: quote.activities.map((each) => ({
              ...each,
              effortModel: { kind: "lognormal", cvPpm: 0 } as const,
            })),
          },
          options,
        )
        if (!given.ok) throw new Error(JSON.stringify(given.error))
        return given.value
      }
      const given = dates(soft(probabilityPpm))
      const ends = given.percentiles.map((each) => each.delivery?.finish ?? Number.MAX_SAFE_INTEGER)
      holds(ends[0]! <= ends[1]! && ends[1]! <= ends[2]!, "order")
      const never = dates(soft(0))
      equal(
        never.percentiles.map((each) => each.delivery?.finish),
        never.percentiles.map(() => never.ifAllLost?.finish),
        "probability 0",
      )
      const always = dates(soft(1_000_000))
      equal(
        always.percentiles.map((each) => each.delivery?.finish),
        always.percentiles.map(() => always.ifAllWon?.finish),
        "probability 1",
      )
    },
  ),

  "the same input gives the same bytes, compiled anew or with calendars laid out before": check([world], (data) => {
    const model = compile(data)
    if (!model.ok) throw new Error(JSON.stringify(model.error))
    const again = plan(model.value, { now: NOW })
    equal(again.ok && text(again.value), text(planOf(data)), "plan")
  }),

  "4 trying more schedules never gives a worse plan, and any of them is sound": check(
    [world, fc.integer({ min: 2, max: 12 })],
    (data, schedules) => {
      const once = planOf(data)
      const often = plan(modelOf(data), { now: NOW, schedules })
      if (!often.ok) throw new Error(JSON.stringify(often.error))
      equal(validate(often.value), [], "violations")
      holds(often.value.unplaced.length <= once.unplaced.length, "more is unplaced")
    },
  ),

  ...editInvariants,
  ...planInvariants,
  ...searchInvariants,
  ...demandInvariants,
}

/** Random firms for the properties: few people, mixed zones, every kind of work. */
import fc from "fast-check"
import { compileFrom } from "../src/compile.ts"
import {
  type Activity,
  type Booking,
  type Calendar,
  compile,
  type Model,
  type Plan,
  type PlanningData,
  type Precedence,
  plan,
  type Resource,
  weekdays,
} from "../src/index.ts"

const HORIZON = { from: "2026-03-01", to: "2026-08-31" } as const
export const NOW = "2026-03-23T07:00:00Z"

const calendars: readonly Calendar[] = [
  { id: "office", zone: "Europe/Stockholm", week: weekdays(["08:00", "12:00"], ["13:00", "17:00"]) },
  { id: "half", zone: "Europe/Stockholm", week: weekdays(["08:00", "12:00"]), base: "office" },
  { id: "shanghai", zone: "Asia/Shanghai", week: weekdays(["09:00", "18:00"]) },
  {
    id: "night",
    zone: "Europe/Helsinki",
    week: [
      [["22:00", "06:00"]],
      [["22:00", "06:00"]],
      [["22:00", "06:00"]],
      [["22:00", "06:00"]],
      [["22:00", "06:00"]],
      [["22:00", "06:00"]],
      [],
    ],
    exceptions: [{ from: "2026-04-03", to: "2026-04-06", reason: "Easter" }],
  },
]

const skills = ["weld", "paint", "wire"] as const
const id = (prefix: string, n: number): string => `${prefix}${n}`

const day = fc.integer({ min: 0, max: 40 }).map((n) => new Date(Date.UTC(2026, 2, 23 + n)).toISOString().slice(0, 10))

const resource = (n: number): fc.Arbitrary<Resource> =>
  fc
    .record({
      calendar: fc.constantFrom("office", "half", "shanghai", "night"),
      capacity: fc.constantFrom(1, 1, 1, 3),
      ratePpm: fc.constantFrom(1_000_000, 500_000, 1_250_000),
      skills: fc.subarray<string>([...skills], { minLength: n === 0 ? skills.length : 0 }),
      target: fc.constantFrom(1_000_000, 800_000),
      perDay: fc.constantFrom(undefined, undefined, 300),
      absences: fc.array(fc.record({ from: day, workingDays: fc.integer({ min: 1, max: 6 }) }), { maxLength: 2 }),
    })
    .map((each) => ({
      id: id("r", n),
      kind: "person" as const,
      calendar: each.calendar,
      capacity: each.capacity,
      ratePpm: each.ratePpm,
      skills: each.skills.map((skill) => ({ skill })),
      billableTargetPpm: each.target,
      ...(each.perDay === undefined ? {} : { maxMinutesPerDay: each.perDay }),
      absences: each.absences.map((absence) => ({ ...absence, reason: "away" })),
    }))

const activity = (n: number): fc.Arbitrary<Activity> =>
  fc
    .record({
      effort: fc.integer({ min: 0, max: 120 }).map((quarters) => quarters * 15),
      skill: fc.constantFrom(...skills),
      sharePpm: fc.constantFrom(1_000_000, 1_000_000, 500_000),
      split: fc.constantFrom("anywhere", "anywhere", "breaks", "none"),
      mode: fc.constantFrom("effort", "duration"),
      status: fc.constantFrom("firm", "firm", "reserved", "tentative"),
      priority: fc.integer({ min: 0, max: 2 }),
      earliest: fc.option(day, { nil: undefined }),
      due: fc.option(day, { nil: undefined }),
      machine: fc.constantFrom(false, false, false, true),
      minBlock: fc.constantFrom(undefined, undefined, 120),
    })
    .map(
      (each): Activity => ({
        id: id("a", n),
        project: id("p", n % 2),
        effortMinutes: each.split === "none" ? Math.min(each.effort, 120) : each.effort,
        mode: each.mode as "effort" | "duration",
        demand: [{ skill: each.skill, sharePpm: each.sharePpm }, ...(each.machine ? [{ resource: "machine" }] : [])],
        split: each.split as "anywhere" | "breaks" | "none",
        status: each.status as "firm" | "reserved" | "tentative",
        priority: each.priority,
        ...(each.earliest === undefined ? {} : { earliestStart: each.earliest }),
        ...(each.due === undefined ? {} : { due: each.due }),
        ...(each.minBlock === undefined ? {} : { minBlockMinutes: each.minBlock }),
      }),
    )

const precedence = (count: number): fc.Arbitrary<Precedence> =>
  fc
    .record({
      from: fc.integer({ min: 0, max: count - 2 }),
      step: fc.integer({ min: 1, max: 3 }),
      type: fc.constantFrom("FS", "FS", "SS", "FF", "SF"),
      lagMinutes: fc.constantFrom(0, 0, 60, 480, -120),
      working: fc.boolean(),
    })
    .map(
      (each): Precedence => ({
        from: id("a", each.from),
        to: id("a", Math.min(count - 1, each.from + each.step)),
        type: each.type as NonNullable<Precedence["type"]>,
        lagMinutes: each.lagMinutes,
        ...(each.working ? { lagUnit: "working" as const, lagCalendar: "office" } : {}),
      }),
    )

const booking = (n: number, people: number): fc.Arbitrary<Booking> =>
  fc
    .record({
      who: fc.integer({ min: 0, max: people - 1 }),
      from: fc.integer({ min: 0, max: 30 * 24 }),
      hours: fc.integer({ min: 1, max: 60 }),
      minutes: fc.option(fc.integer({ min: 0, max: 900 }), { nil: undefined }),
    })
    .map(
      (each): Booking => ({
        id: id("b", n),
        resource: id("r", each.who),
        from: 29_570_820 + each.from * 60,
        to: 29_570_820 + (each.from + each.hours) * 60,
        ...(each.minutes === undefined ? {} : { minutes: each.minutes }),
      }),
    )

const machine: Resource = { id: "machine", kind: "machine", calendar: "office", capacity: 1 }

/** Calendars are laid out once for all worlds; a property of its own compares with a fresh compilation. */
const laidOut = compile({ zone: "Europe/Stockholm", horizon: HORIZON, calendars, resources: [machine] })
if (!laidOut.ok) throw new Error(JSON.stringify(laidOut.error))
const base = laidOut.value.data

/** Data that compiles. The horizon is long enough for all of it. */
export const world: fc.Arbitrary<PlanningData> = fc
  .record({ people: fc.integer({ min: 1, max: 4 }), work: fc.integer({ min: 2, max: 7 }) })
  .chain(({ people, work }) =>
    fc.record({
      zone: fc.constant("Europe/Stockholm"),
      horizon: fc.constant(HORIZON),
      calendars: fc.constant(base.calendars),
      resources: fc.tuple(...Array.from({ length: people }, (_, n) => resource(n))).map((list) => [...list, machine]),
      activities: fc.tuple(...Array.from({ length: work }, (_, n) => activity(n))),
      precedences: fc.array(precedence(work), { maxLength: 4 }),
      bookings: fc.tuple(...Array.from({ length: 2 }, (_, n) => booking(n, people))),
    }),
  )

/** The model of data that must compile. */
export const modelOf = (data: PlanningData): Model => {
  const model = compileFrom(data, laidOut.value)
  if (!model.ok) throw new Error(JSON.stringify(model.error, null, 1))
  return model.value
}

/** The plan of data that must compile. */
export const planOf = (data: PlanningData, now: string = NOW): Plan => {
  const made = plan(modelOf(data), { now })
  if (!made.ok) throw new Error(JSON.stringify(made.error))
  return made.value
}

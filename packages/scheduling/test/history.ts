/**
 * Histories for calibration: what really happened, drawn by rules that the planner does not share.
 *
 * Efforts have heavier tails than the planner's lognormal (a mixture with rare large overruns), absences strike the
 * whole team at once, and offers are won less often than the salesperson says.
 */
import { type Activity, compile, type PlanningData, plan, promise, type Resource } from "../src/index.ts"

const NOW = "2026-03-02T07:00:00Z"
const zone = "Europe/Stockholm"
const shortDay = [
  ["08:00", "12:00"],
  ["13:00", "17:00"],
] as const
const week = [shortDay, shortDay, shortDay, shortDay, shortDay, [], []] as const

/** A stream of its own (multiplicative congruential), so that nothing is shared with the planner's draws. */
const streamOf = (seed: number): (() => number) => {
  let state = (seed * 48_271 + 11) % 2_147_483_647
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const team = (absent: number): readonly Resource[] =>
  [0, 1, 2].map((n) => ({
    id: `p${n}`,
    kind: "person" as const,
    calendar: "c",
    skills: [{ skill: "build" }],
    absences: absent === 0 ? [] : [{ from: "2026-03-09", workingDays: absent, reason: "ill" }],
  }))

const data = (more: Partial<PlanningData>): PlanningData => ({
  zone,
  horizon: { from: "2026-02-01", to: "2026-12-31" },
  calendars: [{ id: "c", zone, week }],
  resources: team(0),
  ...more,
})

const work = (id: string, effortMinutes: number, more: Partial<Activity> = {}): Activity => ({
  id,
  effortMinutes,
  demand: [{ skill: "build" }],
  ...more,
})

/** What a firm measures on its own closed work: the spread of `overrun` below, and how much a project shares of it. */
const FIRM = { effortCvPpm: 220_000, correlationPpm: 155_000 }

/**
 * The share of `cases` histories in which the work was done by the date promised at 80 %.
 *
 * Each case is a firm with a few offers and a quote of five activities in a row.
 */
export const coverage = (seed: number, cases: number): number => {
  const random = streamOf(seed)
  let kept = 0
  for (let n = 0; n < cases; n++) kept += oneCase(random, seed + n) ? 1 : 0
  return kept / cases
}

const oneCase = (random: () => number, seed: number): boolean => {
  const offers = Array.from({ length: 4 }, (_, n) => ({
    id: `o${n}`,
    probabilityPpm: 100_000 + Math.floor(random() * 800_000),
    correlationGroup: "market",
  }))
  const soft = offers.map((each, n) => work(`s${n}`, 600 + Math.floor(random() * 3000), { opportunity: each.id }))
  const quoted = Array.from({ length: 5 }, (_, n) => work(`q${n}`, 480 + Math.floor(random() * 960)))
  const precedences = quoted.slice(1).map((each, n) => ({ from: `q${n}`, to: each.id }))
  const said = planOf(data({ activities: soft, opportunities: offers }), seed)
  const given = promise(
    said,
    { id: "q", activities: quoted, precedences },
    { percentilesPpm: [800_000], scenarios: 128, ...FIRM },
  )
  const promised = given.ok ? given.value.percentiles[0]?.delivery?.finish : undefined
  // What happened: one mood of the market, a tired team now and then, overruns with a heavy tail.
  const market = random() < 0.3 ? 0.7 : 1.08
  const won = offers.filter((each) => random() < (each.probabilityPpm / 1e6) * market)
  const project = random()
  const real = (minutes: number): number =>
    Math.max(1, Math.round(minutes * overrun(0.3 * project + 0.7 * random(), random())))
  const happened = [
    ...soft
      .filter((each) => won.some((offer) => offer.id === each.opportunity))
      .map(({ opportunity: _, ...each }) => ({ ...each, effortMinutes: real(each.effortMinutes), priority: 1 })),
    ...quoted.map((each) => ({ ...each, effortMinutes: real(each.effortMinutes) })),
  ]
  const absent = random() < 0.05 ? 2 : 0
  const outcome = planOf(data({ activities: happened, precedences, resources: team(absent) }), 1)
  const finish = Math.max(
    ...outcome.assignments.filter((each) => each.activity.startsWith("q")).map((each) => each.finish),
  )
  return promised !== undefined && finish <= promised
}

/** Mean about 1: mostly 0.65 to 1.25, one in twenty up to 2.2. */
const overrun = (usual: number, tail: number): number => (tail < 0.05 ? 1.3 + 0.9 * usual : 0.65 + 0.62 * usual)

const planOf = (given: PlanningData, seed: number) => {
  const model = compile(given)
  if (!model.ok) throw new Error(JSON.stringify(model.error))
  const made = plan(model.value, { now: NOW, seed })
  if (!made.ok) throw new Error(JSON.stringify(made.error))
  return made.value
}

/** Long questions: percentiles of projects, risk of a gap, many schedules; at once or in the background. */
import { describe, expect, test } from "vitest"
import {
  type Activity,
  type BackgroundOptions,
  capacityGap,
  capacityGapInBackground,
  compile,
  explainChain,
  ifWon,
  ifWonInBackground,
  type PlanningData,
  plan,
  planInBackground,
  promise,
  promiseInBackground,
  solveInBackground,
  solveProject,
  validate,
} from "../src/index.ts"
import { MONDAY, person, planned, shop } from "./fixtures.ts"

const work = (id: string, more: Partial<Activity> = {}): Activity => ({
  id,
  effortMinutes: 1200,
  demand: [{ skill: "painter" }],
  ...more,
})

const sales: PlanningData = shop({
  activities: [
    work("villa", { project: "p1", status: "reserved" }),
    work("shed", { project: "p2", status: "reserved", priority: -1 }),
    work("offer", { opportunity: "o1", project: "p3" }),
    work("other", { opportunity: "o2", project: "p4" }),
  ],
  opportunities: [
    { id: "o1", probabilityPpm: 400_000 },
    { id: "o2", probabilityPpm: 600_000 },
  ],
})
const SHARES = { percentilesPpm: [500_000, 800_000, 950_000], scenarios: 48 }

const modelOf = (data: PlanningData) => {
  const model = compile(data)
  if (!model.ok) throw new Error(JSON.stringify(model.error))
  return model.value
}

describe("if won: every promise before and after", () => {
  const won = ifWon(planned(sales), ["o1"], SHARES)
  if (!won.ok) throw new Error("refused")
  const rows = won.value.likely

  test("each project has a row per share, dates in order, and nobody else's date gets earlier", () => {
    expect(rows.map((each) => `${each.project} ${each.ppm / 10_000}`)).toEqual(
      ["p1", "p2", "p3", "p4"].flatMap((project) => [50, 80, 95].map((share) => `${project} ${share}`)),
    )
    for (const project of ["p1", "p2"]) {
      const own = rows.filter((each) => each.project === project)
      expect(own.every((each) => each.deltaMinutes > 0)).toBe(true)
      const dates = own.map((each) => each.after!.finish)
      expect([...dates].sort((a, b) => a - b)).toEqual(dates)
    }
  })

  test("the luck is the same: winning nothing changes nothing", () => {
    const none = ifWon(planned(sales), [], SHARES)
    expect(none.ok && none.value.likely.every((each) => each.deltaMinutes === 0)).toBe(true)
  })

  test("what moved is named by the work that finishes last, in working minutes", () => {
    expect(won.value.projects.find((each) => each.project === "p1")).toMatchObject({
      deltaWorkingMinutes: 1200,
      causedBy: { _tag: "ResourceBusy", resource: "anna", blockedBy: ["offer"] },
    })
  })

  test("every unknown opportunity is named", () => {
    const refused = ifWon(planned(sales), ["x", "y"])
    expect(refused.ok ? [] : refused.error.map((each) => each.ids)).toEqual([["x"], ["y"]])
  })
})

test("a gap at 80 %: a tender that is probably lost is no need, one that is probably won is", () => {
  const made = planned(shop({ resources: [person("anna", { skills: [{ skill: "painter" }] })] }))
  const riskOf = (probabilityPpm: number): unknown => {
    const tender = { id: "t", skill: "painter", minutes: 3000, probabilityPpm, from: "2026-03-02", to: "2026-03-08" }
    const range = { from: "2026-03-02", to: "2026-03-08", bucket: "week", percentilePpm: 800_000 } as const
    const gap = capacityGap(made, { ...range, forecasts: [tender] })
    return gap.ok ? [gap.value[0]!.gap, gap.value[0]!.risk] : gap.error
  }
  expect(riskOf(100_000)).toEqual([0, { ppm: 800_000, gap: 0, sampleSize: 64 }])
  expect(riskOf(900_000)).toEqual([300, { ppm: 800_000, gap: 600, sampleSize: 64 }])
})

test("more schedules: lateness that the usual order leaves is found a way around", () => {
  // Due dates say "small" first; then "long" ends late. Only another order of equals keeps the deadline.
  const data = shop({
    activities: [
      work("long", { effortMinutes: 960, deadline: "2026-03-03", due: "2026-03-31" }),
      work("small", { effortMinutes: 480, due: "2026-03-30" }),
      work("tiny", { effortMinutes: 480, due: "2026-03-29" }),
    ],
    precedences: [],
  })
  const once = plan(modelOf(data), { now: MONDAY })
  const often = plan(modelOf(data), { now: MONDAY, schedules: 40 })
  if (!once.ok || !often.ok) throw new Error("no plan")
  const lateness = (each: typeof once.value): number =>
    each.issues.reduce((sum, issue) => sum + (issue._tag === "DeadlineInfeasible" ? issue.latenessMinutes : 0), 0)
  expect(lateness(often.value)).toBe(0)
  expect(lateness(often.value)).toBeLessThanOrEqual(lateness(once.value))
  expect(validate(often.value)).toEqual([])
})

describe("in the background", () => {
  const made = planned(sales)
  const quote = { id: "q", activities: [work("new")] }
  const gap = { from: "2026-03-02", to: "2026-03-29", bucket: "week", percentilePpm: 800_000 } as const
  const project = {
    durations: Array.from({ length: 12 }, (_, n) => 2 + ((n * 7) % 5)),
    demand: Array.from({ length: 12 }, (_, n) => [1 + (n % 3)]),
    capacity: [4],
    successors: Array.from({ length: 12 }, (_, n) => (n % 3 === 2 || n === 11 ? [] : [n + 1])),
  }
  const many = { now: MONDAY, schedules: 40 }

  test.each<[string, (background: BackgroundOptions) => Promise<unknown>, () => unknown]>([
    [
      "promise",
      (background) => promiseInBackground(made, quote, SHARES, background),
      () => promise(made, quote, SHARES),
    ],
    ["gap", (background) => capacityGapInBackground(made, gap, background), () => capacityGap(made, gap)],
    ["if won", (background) => ifWonInBackground(made, ["o1"], SHARES, background), () => ifWon(made, ["o1"], SHARES)],
    ["plan", (background) => planInBackground(modelOf(sales), many, background), () => plan(modelOf(sales), many)],
    ["solve", (background) => solveInBackground(project, {}, background), () => solveProject(project)],
  ])("%s gives the very same answer, pausing and telling its progress", async (_, ask, atOnce) => {
    let turns = 0
    const seen: number[] = []
    const answer = await ask({
      pause: async () => {
        turns++
      },
      onProgress: ({ done, of }) => seen.push(done / of),
    })
    expect(JSON.stringify(answer)).toBe(JSON.stringify(atOnce()))
    expect(turns).toBe(seen.length)
    expect([...seen].every((each) => each >= 0 && each <= 1)).toBe(true)
  })

  test("a signal stops it: the answer is the best so far and says Aborted", async () => {
    const stop = new AbortController()
    const onProgress = ({ done }: { readonly done: number }): void => {
      if (done >= 16) stop.abort()
    }
    const background = { signal: stop.signal, onProgress }
    const given = await promiseInBackground(made, quote, { ...SHARES, scenarios: 256 }, background)
    expect(given).toMatchObject({ ok: true, value: { sampleSize: 16, issues: [{ _tag: "Aborted" }] } })
    expect(await planInBackground(modelOf(sales), many, background)).toMatchObject({
      ok: true,
      value: { issues: [{ _tag: "Aborted" }] },
    })
    expect(await ifWonInBackground(made, ["o1"], SHARES, background)).toMatchObject({
      ok: true,
      value: { sampleSize: 0, issues: [{ _tag: "Aborted" }] },
    })
  })

  test("without a pause of its own it gives way to timers", async () => {
    const order: string[] = []
    setTimeout(() => order.push("timer"), 0)
    await promiseInBackground(made, quote, SHARES)
    order.push("answer")
    expect(order).toEqual(["timer", "answer"])
  })
})

test("a name that several tasks share is said once", () => {
  const wait = {
    reason: { _tag: "ResourceBusy", resource: "anna", blockedBy: ["b1", "b2", "b3", "b4", "b5"] },
    minutes: 60,
  } as const
  const link = { activity: "a", name: "Paint", resources: ["anna"], from: 0, to: 60, workMinutes: 0, waits: [wait] }
  const names = { anna: "Anna", b1: "K6 Åre", b2: "K6 Åre", b3: "Villa Ek", b4: "K6 Åre", b5: "Villa Ek" }
  const { zone } = modelOf(shop())
  expect(explainChain([link], names, zone, "en")[2]).toBe("  1 h 00 min: Anna is busy with K6 Åre, Villa Ek")
})

import { describe, expect, test } from "vitest"
import { hourCostAt } from "../../src/modules/organisation/costRate.ts"
import { openFirm, openProject } from "./firm.ts"

const sek = (minor: number) => ({ minor, currency: "SEK" })

describe("cost rates", () => {
  const rates = [
    { from: "2025-03-01", hourCost: sek(420_00) },
    { from: "2024-01-01", hourCost: sek(400_00) },
  ] as const

  test.each`
    on              | cost
    ${"2023-12-31"} | ${null}
    ${"2024-01-01"} | ${400_00}
    ${"2025-02-28"} | ${400_00}
    ${"2025-03-01"} | ${420_00}
    ${"2199-12-31"} | ${420_00}
  `("on $on an hour costs $cost, in whatever order the rates are given", ({ on, cost }) => {
    for (const order of [rates, [...rates].reverse()]) expect(hourCostAt(order, on)?.minor ?? null).toBe(cost)
  })

  test("are not negative", async () => {
    const { anna } = await openFirm()
    const user = { login: "dag", name: "Dag", costRates: [{ from: "2024-01-01", hourCost: sek(-1) }] } as const
    await expect(anna.organisation.users.create(user)).rejects.toMatchObject({
      params: { entity: "costRate", field: "hourCost" },
    })
  })
})

describe("a time entry", () => {
  const HOUR = 3600
  const build = async (status: "open" | "closed" = "open") => {
    const firm = await openProject(status)
    const log = (given: object = {}) =>
      firm.anna.time.log({
        project: firm.project,
        user: firm.dag.id,
        date: "2025-03-14",
        workedSeconds: 8 * HOUR,
        description: "pump",
        ...given,
      })
    return { ...firm, log }
  }

  test("keeps the cost that an hour had on its date", async () => {
    const { log, anna, project } = await build()
    expect(await log({ phase: "install" })).toMatchObject({
      hourCost: sek(420_00),
      isBillable: true,
      status: "registered",
    })
    expect(await log({ date: "2025-02-28", workedSeconds: 36 })).toMatchObject({ hourCost: sek(400_00), phase: null })
    expect(await log({ date: "2023-01-01" })).toMatchObject({ hourCost: null })
    const { entries, workedSeconds } = await anna.time.ofProject({ project })
    expect(entries.map(({ date }) => date)).toEqual(["2023-01-01", "2025-02-28", "2025-03-14"])
    expect(workedSeconds).toBe(16 * HOUR + 36)
  })

  test("of a closed project is refused before anything else", async () => {
    const { log } = await build("closed")
    await expect(log({ phase: "ghost", workedSeconds: 25 * HOUR })).rejects.toMatchObject({
      _tag: "ProjectClosed",
      params: { project: "P1" },
    })
  })

  test("names a phase that the project has", async () => {
    const { log } = await build()
    await expect(log({ phase: "ghost", workedSeconds: 25 * HOUR })).rejects.toMatchObject({
      _tag: "UnknownPhase",
      params: { project: "P1", phase: "ghost" },
    })
  })

  test.each`
    logged | given   | tag
    ${8}   | ${16}   | ${"done"}
    ${8}   | ${16.5} | ${"DayIsFull"}
    ${24}  | ${0.01} | ${"DayIsFull"}
    ${1}   | ${25}   | ${"DayIsFull"}
    ${1}   | ${0}    | ${"InvalidInput"}
    ${1}   | ${-1}   | ${"InvalidInput"}
  `("after $logged h a day takes $given h more: $tag", async ({ logged, given, tag }) => {
    const { log } = await build()
    await log({ workedSeconds: logged * HOUR })
    const outcome = await log({ workedSeconds: given * HOUR }).result()
    expect(outcome.ok ? "done" : outcome.error._tag).toBe(tag)
    if (tag === "DayIsFull")
      expect(outcome).toMatchObject({
        error: { params: { user: "dag", date: "2025-03-14", loggedSeconds: logged * HOUR } },
      })
    await log({ date: "2025-03-15", workedSeconds: 24 * HOUR })
  })

  test("of 12 h, sent by ten at once, fits twice into a day", async () => {
    const { log } = await build()
    const all = await Promise.all(Array.from({ length: 10 }, () => log({ workedSeconds: 12 * HOUR }).result()))
    expect(all.filter(({ ok }) => ok)).toHaveLength(2)
  })
})

describe("a phase", () => {
  test("is completed once; again changes nothing", async () => {
    const { anna, project, engine } = await openProject()
    expect(await anna.projects.completePhase({ project, phase: "install" })).toMatchObject({ version: 2 })
    const head = await engine.journal.head({ tenant: "fjall" })
    expect(await anna.projects.completePhase({ project, phase: "install" })).toMatchObject({ version: 2 })
    expect(await engine.journal.head({ tenant: "fjall" })).toEqual(head)
    expect((await anna.projects.get({ project })).phases).toMatchObject([{ key: "install", isCompleted: true }])
  })

  test("that is not there, or of a closed project, is refused", async () => {
    const open = await openProject()
    await expect(open.anna.projects.completePhase({ project: open.project, phase: "x" })).rejects.toMatchObject({
      _tag: "UnknownPhase",
    })
    const closed = await openProject("closed")
    await expect(closed.anna.projects.completePhase({ project: closed.project, phase: "x" })).rejects.toMatchObject({
      _tag: "ProjectClosed",
    })
  })
})

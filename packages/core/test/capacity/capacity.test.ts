/** Capacity: promises beside what is reserved, load by period, and the records that no plan could be made of. */
import { standard } from "@anbud/core"
import { describe, expect, test } from "vitest"
import {
  FIRM,
  type Firm,
  line,
  NOBODY,
  openEngine,
  openFirm,
  refusalOf,
  resourceOf,
  sek,
  sent,
  task,
  WEEK,
} from "../quotes/firm.ts"

const work = (firm: Firm, key: string, hours: Readonly<Record<string, number>>, rest = {}) =>
  line(firm, key, { product: firm.products.WORK, plan: { ...task(key, hours), ...rest } })
const promiseOf = async (firm: Firm, lines: readonly ReturnType<typeof line>[]) =>
  firm.anna.capacity.promise({ quote: (await sent(firm, { lines })).id })
const resourceId = async ({ anna }: Firm, code: string) =>
  (await anna.capacity.resources.list({ where: { code } })).items[0]?.id ?? ""

describe("capacity.promise", () => {
  test("finds the first open hours from now on: seven left on Friday, one on Monday", async () => {
    const firm = await openFirm()
    const { date, parts, reason } = await promiseOf(firm, [work(firm, "install", { dag: 8 })])
    expect(date).toBe("2025-03-17")
    expect(parts[0]).toMatchObject({
      user: "dag",
      resource: await resourceId(firm, "dag"),
      startOn: "2025-03-14",
      finishOn: "2025-03-17",
      slots: [{ from: "2025-03-14T08:00:00.000Z", to: "2025-03-17T08:00:00.000Z", minutes: 480 }],
    })
    expect(reason.en).toContain("Delivery 2025-03-17.")
    expect(reason.sv).not.toBe(reason.en)
  })

  test("over the change to summer time an hour is an hour", async () => {
    const firm = await openFirm()
    firm.clock.set("2025-03-28T15:00:00.000Z")
    const { parts } = await promiseOf(firm, [work(firm, "install", { dag: 2 })])
    expect(parts[0]?.slots).toEqual([
      { from: "2025-03-28T15:00:00.000Z", to: "2025-03-31T07:00:00.000Z", minutes: 120 },
    ])
  })

  test("goes around reservations, absences and holidays, and gives both ends where something is tentative", async () => {
    const firm = await openFirm()
    const { capacity } = firm.anna
    const dag = await resourceId(firm, "dag")
    const reserve = (certainty: "firm" | "tentative", from: string, to: string) =>
      capacity.reservations.create({
        resource: dag,
        label: certainty,
        certainty,
        slots: [{ from: `${from}Z` as never, to: `${to}Z` as never, minutes: 480 }],
      })
    await reserve("firm", "2025-03-14T07:00:00.000", "2025-03-14T16:00:00.000")
    await capacity.holidays.create({ country: "SE", date: "2025-03-17", name: "Holiday" })
    await capacity.holidays.create({ country: "NO", date: "2025-03-17", name: "Helligdag" })
    await reserve("tentative", "2025-03-18T07:00:00.000", "2025-03-18T16:00:00.000")
    const promised = await promiseOf(firm, [work(firm, "install", { dag: 8 })])
    expect([promised.ifAllLost, promised.date, promised.ifAllWon]).toMatchObject([
      "2025-03-18",
      expect.any(String),
      "2025-03-19",
    ])
  })

  test("work that nobody is named for goes to whoever has the skill", async () => {
    const firm = await openFirm()
    const unnamed = { effortMinutes: 480, people: [], skill: "design" }
    const quote = await sent(firm, { lines: [work(firm, "draw", {}, unnamed)] })
    const { parts } = await firm.anna.capacity.promise({ quote: quote.id })
    expect(parts.map(({ user, task }) => [user, task])).toEqual([["lena", "draw"]])
    const { project } = await firm.anna.quotes.accept({ quote: quote.id, acceptedBy: "Per Lund" })
    expect(project.phases).toMatchObject([{ key: "draw", originalEffortMinutes: 480 }])
    const other = await sent(firm, { lines: [work(firm, "weld", {}, { ...unnamed, skill: "welding" })] })
    const refused = await refusalOf(firm.anna.capacity.promise({ quote: other.id }))
    expect(refused).toMatchObject({ tag: "CapacityExceeded", params: { quote: other.number } })
    const load = { from: "2025-03-17", to: "2025-03-23", bucket: "week", quote: other.id } as const
    expect(await refusalOf(firm.anna.capacity.load(load))).toMatchObject({ tag: "CapacityExceeded" })
  })

  test("a resource may have a code of its own, and a login a slash", async () => {
    const firm = await openFirm()
    const costRates = [{ from: "2024-01-01", hourCost: sek(1) }] as const
    const { id } = await firm.anna.organisation.users.create({ login: "NORTH/eva", name: "Eva", costRates })
    await firm.anna.capacity.resources.create(resourceOf("E-7", id))
    const { parts } = await promiseOf(firm, [work(firm, "a/b", { "NORTH/eva": 2 })])
    expect(parts).toMatchObject([{ task: "a/b", user: "NORTH/eva", resource: await resourceId(firm, "E-7") }])
  })

  test("a quote that waits for itself in another order gives the same promise: the order of lines plays no part", async () => {
    const firm = await openFirm()
    const lines = [
      line(firm, "b", { product: firm.products.WORK, plan: task("b", { dag: 6, nils: 3 }, ["a"]) }),
      work(firm, "a", { lena: 5 }),
      work(firm, "c", { dag: 4 }),
    ]
    const first = await promiseOf(firm, lines)
    const second = await promiseOf(firm, [...lines].reverse())
    expect(second.date).toBe(first.date)
    expect(second.parts).toEqual(first.parts)
  })

  test("a quote that is not there", async () => {
    const firm = await openFirm()
    expect(await refusalOf(firm.anna.capacity.promise({ quote: NOBODY }))).toMatchObject({ tag: "NotFound" })
  })
})

describe("capacity.load", () => {
  const WEEK_12 = { from: "2025-03-17", to: "2025-03-23", bucket: "week" } as const

  test("what is reserved, and a quote beside it, in minutes of each person's own hours", async () => {
    const firm = await openFirm()
    const rows = (quote: string | null) => firm.anna.capacity.load({ ...WEEK_12, quote })
    expect((await rows(null)).map(({ id, capacity, firm, free }) => [id, capacity, firm, free])).toEqual([
      ["dag", 2400, 0, 2400],
      ["lena", 2400, 0, 2400],
      ["nils", 2400, 0, 2400],
    ])
    const quote = await sent(firm, { lines: [work(firm, "install", { dag: 17 })] })
    expect((await rows(quote.id)).find(({ id }) => id === "dag")).toMatchObject({ reserved: 600, firm: 0, free: 1800 })
    await firm.anna.quotes.accept({ quote: quote.id, acceptedBy: "Per Lund" })
    expect((await rows(null)).find(({ id }) => id === "dag")).toMatchObject({ firm: 600, free: 1800 })
    expect((await rows(quote.id)).find(({ id }) => id === "dag")).toMatchObject({ reserved: 600, firm: 0 })
  })

  test("a reservation that began on Friday takes on Monday what is left of it, and not all of it again", async () => {
    const firm = await openFirm()
    const quote = await sent(firm, { lines: [work(firm, "install", { dag: 8 })] })
    await firm.anna.quotes.accept({ quote: quote.id, acceptedBy: "Per Lund" })
    firm.clock.set("2025-03-17T06:00:00.000Z")
    const monday = { from: "2025-03-17", to: "2025-03-17", bucket: "day" } as const
    const [dag] = await firm.anna.capacity.load(monday)
    expect(dag).toMatchObject({ id: "dag", firm: 60, overload: 0, free: 420 })
    expect((await promiseOf(firm, [work(firm, "more", { dag: 7 })])).date).toBe("2025-03-17")
    const both = { from: "2025-03-14", to: "2025-03-17", bucket: "day" } as const
    firm.clock.set("2025-06-02T06:00:00.000Z")
    const rows = await firm.anna.capacity.load(both)
    expect(rows.filter(({ id }) => id === "dag").map((row) => row.firm)).toEqual([420, 0, 0, 60])
  })

  test("a reservation of the year 1990 that never ends keeps nobody from a promise", async () => {
    const firm = await openFirm()
    const slots = [{ from: "1990-01-01T08:00:30.000Z", to: "2190-01-01T08:00:30.000Z", minutes: 60 }] as const
    const resource = await resourceId(firm, "dag")
    await firm.anna.capacity.reservations.create({ resource, label: "x", certainty: "firm", slots })
    expect((await promiseOf(firm, [work(firm, "install", { dag: 1 })])).date).toBe("2025-03-14")
  })

  test("a quote of goods alone adds nothing; nobody employed is no load", async () => {
    const firm = await openFirm()
    const quote = await sent(firm)
    expect(await firm.anna.capacity.load({ ...WEEK_12, quote: quote.id })).toEqual(
      await firm.anna.capacity.load(WEEK_12),
    )
    const { engine } = await openEngine(":memory:", standard)
    await engine.tenants.create(FIRM)
    expect(await engine.as({ tenant: FIRM.id, user: "anna" }).capacity.load(WEEK_12)).toEqual([])
  })

  test.each([
    ["2025-03-18", "2025-03-17"],
    ["1900-01-01", "2199-12-31"],
  ] as const)("from %s to %s is refused with the field", async (from, to) => {
    const firm = await openFirm()
    expect(await refusalOf(firm.anna.capacity.load({ from, to, bucket: "day" }))).toMatchObject({
      tag: "InvalidInput",
      params: { issues: [{ path: "to" }] },
    })
  })
})

describe("records that no plan could be made of are refused by rule, so that one typo stops no promise", () => {
  const slot = { from: "2025-03-17T07:00:00.000Z", to: "2025-03-17T11:00:00.000Z", minutes: 240 } as const

  test.each`
    field                  | value
    ${"code"}              | ${" "}
    ${"skills"}            | ${"welding"}
    ${"skills"}            | ${["welding", 7]}
    ${"billableTargetPpm"} | ${-1}
    ${"billableTargetPpm"} | ${1_000_001}
    ${"employedTo"}        | ${"2019-12-31"}
    ${"week"}              | ${WEEK.slice(1)}
    ${"week"}              | ${[[["12:00", "08:00"]], [], [], [], [], [], []]}
    ${"week"} | ${[[["08:00", "12:00"], ["11:00", "13:00"]], [], [], [], [], [], []]}
    ${"week"}              | ${[[["8:00", "12:00"]], [], [], [], [], [], []]}
  `("resource.$field $value", async ({ field, value }) => {
    const firm = await openFirm()
    const resource = resourceOf("anna", firm.users["anna"] ?? "", { [field]: value })
    expect(await refusalOf(firm.anna.capacity.resources.create(resource))).toMatchObject({
      tag: "RuleBroken",
      params: { field },
    })
  })

  test.each`
    what                                   | change                                                     | field
    ${"ends where it began"}               | ${{ to: slot.from }}                                       | ${"to"}
    ${"ends before it began"}              | ${{ to: "2025-03-16T12:00:00.000Z" }}                      | ${"to"}
    ${"takes a minute more than there is"} | ${{ minutes: 241 }}                                        | ${"minutes"}
    ${"takes more than a plan holds"}      | ${{ to: "2065-03-17T08:00:00.000Z", minutes: 10_000_001 }} | ${"minutes"}
  `("a slot that $what", async ({ change, field }) => {
    const firm = await openFirm()
    const resource = await resourceId(firm, "dag")
    const reservation = { resource, label: "x", certainty: "firm" as const, slots: [{ ...slot, ...change }] }
    expect(await refusalOf(firm.anna.capacity.reservations.create(reservation))).toMatchObject({
      tag: "RuleBroken",
      params: { entity: "reservationSlot", field },
    })
  })

  test("an absence that ends before it begins", async () => {
    const firm = await openFirm()
    const absences = [{ from: "2025-03-18", to: "2025-03-17", reason: "away" }] as const
    const resource = resourceOf("anna", firm.users["anna"] ?? "", { absences })
    expect(await refusalOf(firm.anna.capacity.resources.create(resource))).toMatchObject({ params: { field: "to" } })
  })

  test("two reservations of the same hours stand: the plan shows the overload and still promises", async () => {
    const firm = await openFirm()
    const resource = await resourceId(firm, "dag")
    for (const label of ["one", "two"])
      await firm.anna.capacity.reservations.create({ resource, label, certainty: "firm", slots: [slot] })
    const [dag] = await firm.anna.capacity.load({ from: "2025-03-17", to: "2025-03-17", bucket: "day" })
    expect(dag).toMatchObject({ capacity: 480, firm: 480, overload: 240 })
    // Seven hours on Friday, four on Monday afternoon, one on Tuesday.
    expect((await promiseOf(firm, [work(firm, "install", { dag: 12 })])).date).toBe("2025-03-18")
  })
})

/** Accepting a quote: order, project, billing plan and reservations together, or none of them. */
import { Order, Project, plugin, Reservation, rule, standard } from "@anbud/core"
import { describe, expect, test } from "vitest"
import {
  draft,
  FIRM,
  type Firm,
  furnish,
  line,
  openEngine,
  openFirm,
  refusalOf,
  sek,
  sent,
  task,
} from "../quotes/firm.ts"

const accept = (firm: Pick<Firm, "anna">, { id }: { readonly id: string }) =>
  firm.anna.quotes.accept({ quote: id, acceptedBy: "Per Lund" })

/** A design by lena, then an installation by dag and nils, with material in between. */
const heating = (firm: Firm) => ({
  lines: [
    line(firm, "L1"),
    line(firm, "L2", { product: firm.products.WORK, quantity: "8", plan: task("design", { lena: 8 }) }),
    line(firm, "L3", {
      product: firm.products.WORK,
      quantity: "24",
      plan: task("install", { dag: 16, nils: 8 }, ["design"]),
    }),
  ],
  footers: [
    {
      key: "F1",
      label: "Freight",
      amount: sek(1_000_00),
      cost: sek(800_00),
      basis: "equal",
      visibility: "shown",
    } as const,
  ],
  instalments: [
    { label: "Order", sharePpm: 500_000, dueRule: "onAcceptance" } as const,
    { label: "Installed", sharePpm: 500_000, dueRule: "afterTask", task: "install" } as const,
  ],
})

describe("an acceptance", () => {
  test("copies what was sold, plans the phases, and reserves the people", async () => {
    const firm = await openFirm()
    const quote = await sent(firm, heating(firm))
    const promised = await firm.anna.capacity.promise({ quote: quote.id })
    const won = await accept(firm, quote)
    expect(won.quote).toMatchObject({
      status: "accepted",
      acceptedBy: "Per Lund",
      decidedAt: "2025-03-14T08:00:00.000Z",
    })
    expect(won.order).toMatchObject({ number: "O-1001", revision: 1, orderedOn: "2025-03-14", status: "confirmed" })
    const { lines } = await firm.anna.orders.get({ order: won.order.id })
    expect(lines.map(({ key, description, quantity, net }) => [key, description, quantity, net.minor])).toEqual([
      ["L1", "Line L1", "1", 12_000_00],
      ["L2", "Line L2", "8", 8_000_00],
      ["L3", "Line L3", "24", 24_000_00],
      ["F1", "Freight", "1", 1_000_00],
    ])
    // lena designs from now on, 09:00 on Friday; dag and nils begin when she is done.
    expect(
      won.project.phases.map(({ key, start, finish, originalEffortMinutes }) => [
        key,
        start,
        finish,
        originalEffortMinutes,
      ]),
    ).toEqual([
      ["design", "2025-03-14", "2025-03-17", 480],
      ["install", "2025-03-17", "2025-03-19", 1440],
    ])
    expect(won.project).toMatchObject({
      number: "P-1001",
      deadline: promised.date,
      order: won.order.id,
      status: "open",
    })
    expect(
      won.invoicePlan.parts.map(({ label, status, plannedOn, net }) => [label, status, plannedOn, net.minor]),
    ).toEqual([
      ["Order", "ready", "2025-03-14", 22_500_00],
      ["Installed", "planned", "2025-03-19", 22_500_00],
    ])
    expect(await firm.engine.journal.verify({ tenant: FIRM.id })).toMatchObject({ broken: null })
  })

  test("reserves exactly what was promised, and the promise stays the same when it is asked for again", async () => {
    const firm = await openFirm()
    const quote = await sent(firm, heating(firm))
    const promised = await firm.anna.capacity.promise({ quote: quote.id })
    await accept(firm, quote)
    const { items } = await firm.anna.capacity.reservations.list({ limit: 100 })
    const reserved = await Promise.all(
      items.map(async ({ id, resource, task, certainty }) => {
        const slots = await firm.anna.capacity.reservations.parts(id, "slots")
        return { resource, task, certainty, slots: slots.map(({ from, to, minutes }) => ({ from, to, minutes })) }
      }),
    )
    const bySlot = (a: { slots: readonly { from: string }[] }, b: { slots: readonly { from: string }[] }) =>
      (a.slots[0]?.from ?? "") < (b.slots[0]?.from ?? "") ? -1 : 1
    expect([...reserved].sort(bySlot)).toEqual(
      promised.parts.map(({ resource, task, slots }) => ({ resource, task, slots, certainty: "firm" })).sort(bySlot),
    )
    expect(await firm.anna.capacity.promise({ quote: quote.id })).toEqual(promised)
    const next = await sent(firm, heating(firm))
    await accept(firm, next)
    expect(await firm.anna.capacity.promise({ quote: quote.id })).toEqual(promised)
    expect((await firm.anna.capacity.promise({ quote: next.id })).date > promised.date).toBe(true)
  })

  test("a shown charge over lines of three VAT rates becomes three order lines, each under its own name", async () => {
    const firm = await openFirm()
    const lines = [
      line(firm, "L1"),
      line(firm, "L2", { product: firm.products.P40 }),
      line(firm, "L3", { product: firm.products.BOOK }),
    ]
    const label = { key: "F1", label: "Freight", cost: sek(0), basis: "equal", visibility: "shown" } as const
    const won = await accept(firm, await sent(firm, { lines, footers: [{ ...label, amount: sek(100_00) }] }))
    const order = await firm.anna.orders.get({ order: won.order.id })
    expect(
      order.lines.slice(3).map(({ description, net, vatRatePpm }) => [description, net.minor, vatRatePpm]),
    ).toEqual(
      [
        ["Freight", 33_33, 60_000],
        ["Freight", 33_33, 120_000],
        ["Freight", 33_34, 250_000],
      ].sort((a, b) => Number(a[2]) - Number(b[2])),
    )
  })

  test("without instalments the whole is one part under the quote's title, due at once", async () => {
    const firm = await openFirm()
    const { invoicePlan } = await accept(firm, await sent(firm))
    expect(invoicePlan.parts).toHaveLength(1)
    expect(invoicePlan.parts[0]).toMatchObject({
      label: "Heat",
      sharePpm: 1_000_000,
      status: "ready",
      total: sek(15_000_00),
    })
  })

  test("goods alone wait for nobody: no phases, no reservations, no deadline", async () => {
    const firm = await openFirm()
    const quote = await sent(firm)
    expect(await firm.anna.capacity.promise({ quote: quote.id })).toMatchObject({ date: "2025-03-14", parts: [] })
    const { project } = await accept(firm, quote)
    expect(project).toMatchObject({ phases: [], deadline: null })
    expect((await firm.anna.capacity.reservations.list({})).items).toEqual([])
  })

  test("a quote without lines is worth nothing and can still be won", async () => {
    const firm = await openFirm()
    const { order, invoicePlan } = await accept(firm, await sent(firm, { lines: [] }))
    expect(order.total).toEqual(sek(0))
    expect(invoicePlan.parts.map(({ total }) => total)).toEqual([sek(0)])
  })

  test("a return weighs against what is sold, line by line", async () => {
    const firm = await openFirm()
    const lines = [
      line(firm, "L1", { quantity: "3" }),
      line(firm, "L2", { product: firm.products.P40, quantity: "-10" }),
    ]
    const instalments = heating(firm).instalments.map(({ label }) => ({
      label,
      sharePpm: 500_000,
      dueRule: "onAcceptance" as const,
    }))
    const { order, invoicePlan } = await accept(firm, await sent(firm, { lines, instalments }))
    expect(order.net.minor).toBe(36_000_00 - 1_000_00)
    const netOf = (key: string) =>
      invoicePlan.parts.flatMap(({ columns }) => columns.filter(({ columnId }) => columnId === key))
    expect(netOf("L2").reduce((sum, { minor }) => sum + minor, 0)).toBe(-1_000_00)
  })

  test("an optional or alternative line with a plan reserves nobody, and what waited for it waits for what is before", async () => {
    const firm = await openFirm()
    const work = { product: firm.products.WORK }
    const lines = [
      line(firm, "L1", { ...work, plan: task("design", { lena: 8 }) }),
      line(firm, "L2", { ...work, isOptional: true, plan: task("insulate", { nils: 40 }, ["design"]) }),
      line(firm, "L3", { ...work, plan: task("paint", { dag: 4 }, ["insulate"]) }),
      line(firm, "L4", { ...work, alternativeOf: "L3", plan: task("paint", { nils: 80 }, ["insulate"]) }),
    ]
    const { project } = await accept(firm, await sent(firm, { lines }))
    expect(project.phases.map(({ key, start }) => [key, start])).toEqual([
      ["design", "2025-03-14"],
      ["paint", "2025-03-17"],
    ])
    expect((await firm.anna.capacity.reservations.list({})).items).toHaveLength(2)
  })

  test("the same key gives the same acceptance again, even after the quote expired", async () => {
    const firm = await openFirm()
    const quote = await sent(firm, heating(firm))
    const input = { quote: quote.id, acceptedBy: "Per Lund" }
    const first = await firm.anna.quotes.accept(input, { idempotencyKey: "a" }).result()
    firm.clock.set("2026-01-01T08:00:00.000Z")
    expect(await firm.anna.quotes.accept(input, { idempotencyKey: "a" }).result()).toEqual({ ...first, replayed: true })
    expect(await refusalOf(firm.anna.quotes.accept(input))).toMatchObject({ tag: "AlreadyDecided" })
  })
})

describe("all or nothing", () => {
  /** What an acceptance makes, counted; the quote's status with it. */
  const made = async (anna: Firm["anna"], quote: string) => ({
    status: (await anna.quotes.preview({ quote })).quote.status,
    remaining: (await anna.invoicing.remaining({})).orders.length,
    reservations: (await anna.capacity.reservations.list({})).items.length,
  })
  const nothing = { status: "sent", remaining: 0, reservations: 0 }

  let broken: "order" | "project" | "reservation" | "bug" | null = null
  const breaking = {
    order: rule(Order, () => (broken === "order" ? { field: "number", rule: "breaks" } : null)),
    project: rule(Project, () => (broken === "project" ? { field: "number", rule: "breaks" } : null)),
    reservation: rule(Reservation, () => (broken === "reservation" ? { field: "label", rule: "breaks" } : null)),
    bug: rule(Reservation, () => {
      if (broken === "bug") throw new Error("a bug in the last record")
      return null
    }),
  }

  test.each(["order", "project", "reservation", "bug"] as const)(
    "when the %s breaks, nothing remains and it can be tried again",
    async (what) => {
      const tests = plugin("tests", {
        needs: ["orders", "projects", "capacity"],
        entities: [],
        rules: Object.values(breaking),
      })
      const { engine, clock } = await openEngine(":memory:", { ...standard, tests })
      await engine.tenants.create(FIRM)
      const anna = engine.as({ tenant: FIRM.id, user: "anna" })
      const firm = { engine, clock, anna, ...(await furnish(anna)) } as unknown as Firm
      const quote = await sent(firm, heating(firm))
      const { seq } = await engine.journal.head({ tenant: FIRM.id })
      broken = what
      const input = { quote: quote.id, acceptedBy: "Per Lund" }
      const refused = await anna.quotes.accept(input).then(() => "accepted", String)
      expect(refused).toMatch(what === "bug" ? /a bug in the last record/ : /RuleBroken/)
      expect(await made(anna, quote.id)).toEqual(nothing)
      expect((await engine.journal.head({ tenant: FIRM.id })).seq).toBe(seq)
      broken = null
      expect((await anna.quotes.accept(input)).order.number).toBe("O-1001")
      expect(await made(anna, quote.id)).toEqual({ status: "accepted", remaining: 1, reservations: 3 })
      expect(await engine.journal.verify({ tenant: FIRM.id })).toMatchObject({ broken: null })
    },
  )

  test("no capacity, nothing accepted: CapacityExceeded names who has no time left", async () => {
    const firm = await openFirm()
    const lines = [line(firm, "L1", { product: firm.products.WORK, plan: task("install", { dag: 9000 }) })]
    const quote = await sent(firm, { lines })
    const refused = await refusalOf(accept(firm, quote))
    expect(refused).toMatchObject({ tag: "CapacityExceeded", params: { quote: "Q-1001" } })
    expect(JSON.stringify(refused)).toMatch(/reasons":\[".+"\]/)
    expect(await made(firm.anna, quote.id)).toEqual(nothing)
  })

  test("a planned person who is no resource is named, and expiry is said before it", async () => {
    const firm = await openFirm()
    const anna = firm.users["anna"] ?? ""
    await firm.anna.organisation.users.create({
      login: "eva",
      name: "Eva",
      costRates: [{ from: "2024-01-01", hourCost: sek(1) }],
    })
    expect(anna).not.toBe("")
    const quote = await sent(firm, { lines: [line(firm, "L1", { plan: task("install", { eva: 8 }) })] })
    const unknown = {
      tag: "UnknownReference",
      params: { path: "plan of install, people[0]", entity: "resource", value: "eva" },
    }
    expect(await refusalOf(accept(firm, quote))).toEqual(unknown)
    expect(await refusalOf(firm.anna.capacity.promise({ quote: quote.id }))).toEqual(unknown)
    const load = { from: "2025-03-17", to: "2025-03-23", bucket: "week", quote: quote.id } as const
    expect(await refusalOf(firm.anna.capacity.load(load))).toEqual(unknown)
    firm.clock.set("2025-04-14T08:00:00.000Z")
    expect(await refusalOf(accept(firm, quote))).toMatchObject({ tag: "QuoteExpired" })
    expect(await made(firm.anna, quote.id)).toEqual(nothing)
  })
})

test("a draft, a quote of another tenant and nothing at all cannot be accepted", async () => {
  const firm = await openFirm()
  const quote = await draft(firm)
  expect(await refusalOf(accept(firm, quote))).toMatchObject({ tag: "QuoteNotOpen" })
  await firm.engine.tenants.create({ ...FIRM, id: "other" })
  const other = { anna: firm.engine.as({ tenant: "other", user: "anna" }) }
  expect(await refusalOf(accept(other, quote))).toEqual({ tag: "NotFound", params: { entity: "quote", id: quote.id } })
})

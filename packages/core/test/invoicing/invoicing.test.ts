/** Invoicing in parts: what is invoiced, what is refused, and what is left, to the cent. */
import { BillingPlan } from "@anbud/core"
import { describe, expect, test } from "vitest"
import { type Firm, line, NOBODY, openFirm, refusalOf, sek, sent } from "../quotes/firm.ts"

const part = (label: string, sharePpm: number) => ({ label, sharePpm, dueRule: "onAcceptance" as const })
const thirds = [part("50 %", 500_000), part("30 %", 300_000), part("20 %", 200_000)]

/** An order over 333 333.33, to be invoiced at 50, 30 and 20 %. */
const won = async (firm: Firm, customer: keyof Firm["customers"] = "K2") => {
  const { anna, products, customers } = firm
  await anna.catalogue.products.patch({ id: products.P40, set: { listPrice: "111111.11", unitCost: "60" } })
  const lines = [line(firm, "L1", { product: products.P40, quantity: "3" })]
  const quote = await sent(firm, { lines, instalments: thirds, customer: customers[customer] })
  return anna.quotes.accept({ quote: quote.id, acceptedBy: "Per Lund" })
}

describe("c.8 remaining to invoice", () => {
  test("agreed less invoiced, after each part: 333 333.33 → 166 666.66 → 66 666.66 → 0", async () => {
    const firm = await openFirm()
    const { invoicePlan, order } = await won(firm)
    const left = async () => (await firm.anna.invoicing.remaining({})).orders[0]
    expect(await left()).toMatchObject({ remainingMinor: 333_333_33, overInvoicedMinor: 0, order: { id: order.id } })
    const expected = [166_666_66, 66_666_66, 0]
    for (const [index, { id }] of invoicePlan.parts.entries()) {
      firm.clock.set(`2025-04-0${index + 1}T08:00:00.000Z`)
      const { part } = await firm.anna.invoicing.invoicePart({ plan: invoicePlan.id, part: id })
      expect(part).toMatchObject({ status: "invoiced", invoicedOn: `2025-04-0${index + 1}` })
      const now = await left()
      expect(now?.remainingMinor).toBe(expected[index])
      expect(now?.open).toHaveLength(2 - index)
    }
  })

  test("orders of all customers, or of one; each stands for itself", async () => {
    const firm = await openFirm()
    const first = await won(firm, "K1")
    const second = await won(firm, "K2")
    const [part] = second.invoicePlan.parts
    await firm.anna.invoicing.invoicePart({ plan: second.invoicePlan.id, part: part?.id ?? "" })
    const all = await firm.anna.invoicing.remaining({})
    expect(all.orders.map(({ order, remainingMinor }) => [order.number, remainingMinor]).sort()).toEqual([
      ["O-1001", 333_333_33],
      ["O-1002", 166_666_66],
    ])
    expect(all.asOf).toBe("2025-03-14")
    const { orders } = await firm.anna.invoicing.remaining({ customer: firm.customers.K1 })
    expect(orders.map(({ order }) => order.id)).toEqual([first.order.id])
    expect((await firm.anna.invoicing.remaining({ customer: firm.customers.K5 })).orders).toEqual([])
  })
})

describe("invoicing.invoicePart", () => {
  test("refuses UnknownPart, then AlreadyInvoiced, and writes nothing", async () => {
    const firm = await openFirm()
    const { invoicePlan } = await won(firm)
    const other = await won(firm)
    const [own] = invoicePlan.parts
    const [foreign] = other.invoicePlan.parts
    if (!own || !foreign) throw new Error("a plan has parts")
    const { invoicing } = firm.anna
    const plan = invoicePlan.id
    expect(await refusalOf(invoicing.invoicePart({ plan: NOBODY, part: own.id }))).toEqual({
      tag: "NotFound",
      params: { entity: BillingPlan.name, id: NOBODY },
    })
    for (const part of [NOBODY, foreign.id])
      expect(await refusalOf(invoicing.invoicePart({ plan, part }))).toEqual({
        tag: "UnknownPart",
        params: { plan, part },
      })
    await invoicing.invoicePart({ plan, part: own.id }, { idempotencyKey: "i" })
    firm.clock.set("2025-04-01T08:00:00.000Z")
    const again = await invoicing.invoicePart({ plan, part: own.id }, { idempotencyKey: "i" }).result()
    expect(again).toMatchObject({ ok: true, replayed: true, value: { part: { invoicedOn: "2025-03-14" } } })
    expect(await refusalOf(invoicing.invoicePart({ plan, part: own.id }))).toEqual({
      tag: "AlreadyInvoiced",
      params: { part: "50 %", invoicedOn: "2025-03-14" },
    })
    const kept = await invoicing.planOf({ order: other.order.id })
    expect(kept.parts.map(({ status }) => status)).toEqual(["ready", "ready", "ready"])
  })

  test("of twenty calls at once one invoices the part", async () => {
    const firm = await openFirm()
    const { invoicePlan } = await won(firm)
    const input = { plan: invoicePlan.id, part: invoicePlan.parts[1]?.id ?? "" }
    const heard = await Promise.all(Array.from({ length: 20 }, () => refusalOf(firm.anna.invoicing.invoicePart(input))))
    expect(heard.filter((each) => each === "not refused")).toHaveLength(1)
    expect((await firm.anna.invoicing.remaining({})).orders[0]?.remainingMinor).toBe(233_333_33)
  })
})

test("an order has a plan; what is no order has none", async () => {
  const firm = await openFirm()
  const { order, invoicePlan } = await won(firm)
  expect((await firm.anna.invoicing.planOf({ order: order.id })).plan).toMatchObject({
    id: invoicePlan.id,
    net: sek(333_333_33),
  })
  expect(await firm.anna.invoicing.planOf({ order: NOBODY })).toEqual({ plan: null, parts: [] })
})

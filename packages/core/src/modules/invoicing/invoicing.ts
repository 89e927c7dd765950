/** Invoicing: mark parts of a billing plan as invoiced; what is left to invoice, of one order or of all. */
import { patch } from "../../kernel/changes.ts"
import { command, lock, query } from "../../kernel/command.ts"
import { type RefusalOf, refusal } from "../../kernel/errors.ts"
import { optional, text } from "../../kernel/field.ts"
import { groupBy } from "../../kernel/groupBy.ts"
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import { forbidden } from "../../kernel/refusals.ts"
import { Order, OrderLine } from "../orders/entities.ts"
import { Company } from "../parties/entities.ts"
import { orderColumns, remainingOf } from "./billing.ts"
import { BillingPart, BillingPlan } from "./entities.ts"

/**
 * The plan has no such part.
 *
 * Read the plan's parts and name one of them.
 */
export const UnknownPart = refusal(
  "UnknownPart",
  { plan: text(), part: text() },
  { en: "The billing plan {plan} has no part {part}.", sv: "Faktureringsplanen {plan} har ingen del {part}." },
  422,
)
export type UnknownPart = RefusalOf<typeof UnknownPart>

/**
 * The part was invoiced before.
 *
 * Credit the invoice if it was wrong; a part is never invoiced twice.
 */
export const AlreadyInvoiced = refusal(
  "AlreadyInvoiced",
  { part: text(), invoicedOn: text() },
  { en: "{part} was invoiced on {invoicedOn}.", sv: "{part} fakturerades {invoicedOn}." },
)
export type AlreadyInvoiced = RefusalOf<typeof AlreadyInvoiced>

const invoicePart = command({
  input: { plan: BillingPlan.id, part: BillingPart.id },
  refuses: [UnknownPart, AlreadyInvoiced],
  locks: (input) => [lock(BillingPlan, input.plan)],
  decide: async (ctx, input) => {
    const plan = await ctx.read.get(BillingPlan, input.plan)
    const part = (await ctx.read.children(BillingPart, plan.id)).find(({ id }) => id === input.part)
    if (!part) return new UnknownPart({ plan: plan.id, part: input.part })
    if (part.status === "invoiced") return new AlreadyInvoiced({ part: part.label, invoicedOn: part.invoicedOn ?? "" })
    return {
      changes: [patch(BillingPart, part, { status: "invoiced", invoicedOn: ctx.today })],
      outcome: { plan: plan.id, part: part.id },
    }
  },
  answer: async (read, { plan, part }) => {
    const parts = await read.children(BillingPart, plan)
    return { plan: await read.get(BillingPlan, plan), part: parts.find(({ id }) => id === part) ?? null }
  },
})

const planOf = query({
  input: { order: Order.id },
  refuses: [],
  answer: async (ctx, { order }) => {
    const plan = await ctx.read.one(BillingPlan, { order })
    return plan ? { plan, parts: await ctx.read.children(BillingPart, plan.id) } : { plan: null, parts: [] }
  },
})

const remaining = query({
  input: { customer: optional(Company.id) },
  refuses: [],
  answer: async (ctx, { customer }) => {
    const plans = await ctx.read.find(BillingPlan, customer === null ? {} : { customer })
    const orderIds = plans.map(({ order }) => order)
    const found = new Map((await ctx.read.find(Order, { id: { in: orderIds } })).map((order) => [order.id, order]))
    if (!ctx.sees(BillingPlan, "net")) throw forbidden("invoicing.billingPlans.read", ["net"])
    // What is left rests on every line and part; what is shown of them is what the actor may see.
    const lines = groupBy(await ctx.facts.children(OrderLine, orderIds), ({ parent }) => parent)
    const planIds = plans.map(({ id }) => id)
    const allParts = groupBy(await ctx.facts.children(BillingPart, planIds), ({ parent }) => parent)
    const partsOf = groupBy(await ctx.read.children(BillingPart, planIds), ({ parent }) => parent)
    const orders = plans.flatMap((plan) => {
      const order = found.get(plan.order)
      if (!order) return []
      const parts = allParts.get(plan.id) ?? []
      const left = remainingOf(orderColumns(plan.currency, lines.get(plan.order) ?? []), parts)
      const openIds = new Set(parts.flatMap(({ id, status }) => (status === "invoiced" ? [] : [id as string])))
      const open = (partsOf.get(plan.id) ?? []).filter(({ id }) => openIds.has(id))
      return [{ order, plan, remainingMinor: left.remainingMinor, overInvoicedMinor: left.overInvoicedMinor, open }]
    })
    return { orders, asOf: ctx.today }
  },
})

/** The commands of invoicing, for hooks to point at and for commands to call. */
export const Invoicing = { invoicePart }

const spec = plugin("invoicing", {
  needs: ["organisation", "parties", "orders"],
  entities: [BillingPlan],
  reads: { billingPlans: BillingPlan },
  commands: Invoicing,
  queries: { planOf, remaining },
})

/** The calls of invoicing. */
export interface Invoicing extends FaceOf<typeof spec> {}
/** The plugin invoicing. */
export interface InvoicingPlugin extends Plugin<"invoicing", Invoicing> {}
/** Billing plans and what is left to invoice. */
export const invoicing: InvoicingPlugin = spec

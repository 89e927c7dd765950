/** Invoicing: parts of billing plans, what is left to invoice, and what customers owe. */
import { query } from "../../kernel/command.ts"
import { optional } from "../../kernel/field.ts"
import { groupBy } from "../../kernel/groupBy.ts"
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import { forbidden } from "../../kernel/refusals.ts"
import { Order, OrderLine } from "../orders/entities.ts"
import { Company } from "../parties/entities.ts"
import { orderColumns, remainingOf } from "./billing.ts"
import { closeLedger, customerLedger, ingestVoucher, reconcileLedger, reverseVoucher } from "./customerLedger.ts"
import { BillingEntry, BillingPart, BillingPlan, CustomerAccount, CustomerEntry } from "./entities.ts"
import { invoicePart, reconcilePlan, reversePart } from "./parts.ts"

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
export const Invoicing = { invoicePart, reversePart, ingestVoucher, reverseVoucher, closeLedger }

const spec = plugin("invoicing", {
  needs: ["organisation", "parties", "orders"],
  entities: [BillingPlan, BillingEntry, CustomerAccount, CustomerEntry],
  reads: {
    billingPlans: BillingPlan,
    billingEntries: BillingEntry,
    customerAccounts: CustomerAccount,
    customerEntries: CustomerEntry,
  },
  commands: Invoicing,
  queries: { planOf, remaining, reconcilePlan, customerLedger, reconcileLedger },
})

/** The calls of invoicing. */
export interface Invoicing extends FaceOf<typeof spec> {}
/** The plugin invoicing. */
export interface InvoicingPlugin extends Plugin<"invoicing", Invoicing> {}
/** Billing plans and what is left to invoice. */
export const invoicing: InvoicingPlugin = spec

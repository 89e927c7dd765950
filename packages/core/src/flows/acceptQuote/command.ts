/** Accepts a quote: order, project, billing plan and reservations, in one transaction. */
import { type Change, create, patch } from "../../kernel/changes.ts"
import { type CommandContext, command, lock } from "../../kernel/command.ts"
import { isRefusal } from "../../kernel/errors.ts"
import { text } from "../../kernel/field.ts"
import { EMPTY_ACCOUNT } from "../../kernel/ledger/account.ts"
import { tasksOf } from "../../modules/capacity/capacity.ts"
import { Reservation, Resource } from "../../modules/capacity/entities.ts"
import { loadCapacity, loadPeople } from "../../modules/capacity/planningData.ts"
import { CapacityExceeded, promiseFor } from "../../modules/capacity/promise.ts"
import { takersOf } from "../../modules/capacity/quoteWork.ts"
import { veiled } from "../../modules/capacity/veiled.ts"
import { BillingPart, BillingPlan } from "../../modules/invoicing/entities.ts"
import { Order } from "../../modules/orders/entities.ts"
import { Phase, Project } from "../../modules/projects/entities.ts"
import { Quote } from "../../modules/quotes/entities.ts"
import { AlreadyDecided, QuoteExpired, QuoteNotOpen, UnknownReference } from "../../modules/quotes/refusals.ts"
import { loadView, type PricedView, priceView } from "../../modules/quotes/view.ts"
import { type Acceptance, decideAcceptance, whyClosed } from "./decision.ts"

/**
 * Accepts a sent quote on the customer's behalf.
 *
 * Gives the quote, the order, the project with its phases, and the billing plan with its parts. Refuses with
 * `AlreadyDecided`, `QuoteNotOpen`, `QuoteExpired`, `UnknownReference` (a planned person is no resource any more) and
 * `CapacityExceeded`, in this order.
 */
export const acceptQuote = command({
  input: { quote: Quote.id, acceptedBy: text({ pattern: /\S/, expected: "the name of who accepted" }) },
  refuses: [AlreadyDecided, QuoteNotOpen, QuoteExpired, UnknownReference, CapacityExceeded],
  locks: (input) => [lock(Quote, input.quote)],
  decide: async (ctx, input) => {
    const found = await loadView(ctx.read, input.quote)
    // Who comes second hears so before the firm's whole capacity is planned for nothing.
    const closed = whyClosed(found.quote, ctx.today)
    if (closed) return closed
    const view = priceView(found, ctx.currency)
    // Two quotes at once must not both see the same free hour: who could get the work is locked before it is looked at.
    const takers = takersOf(await loadPeople(ctx.facts), tasksOf(view))
    await ctx.lock(takers.map(({ id }) => lock(Resource, id)))
    // All that is reserved counts; what a refusal tells of it is what the actor may see.
    const { facts } = await veiled(ctx.view, ctx.facts, await loadCapacity(ctx.facts, ctx, input.quote))
    const promised = promiseFor(facts, view.quote.number, tasksOf(view))
    const accepted = decideAcceptance({ view, promised, today: ctx.today })
    if (isRefusal(accepted)) return accepted
    const ids = { order: ctx.newId(Order), project: ctx.newId(Project), plan: ctx.newId(BillingPlan) }
    const decided = { status: "accepted" as const, acceptedBy: input.acceptedBy, decidedAt: ctx.now }
    return {
      changes: [
        patch(Quote, view.quote, decided),
        await newOrder(ctx, ids.order, view, accepted),
        await newProject(ctx, ids.project, ids.order, view, accepted),
        newPlan(ids.plan, ids.order, view, accepted),
        ...newReservations(ctx, ids.project, view, accepted),
      ],
      outcome: { quote: view.quote.id, ...ids },
    }
  },
  answer: async (read, { quote, order, project, plan }) => ({
    quote: await read.get(Quote, quote),
    order: await read.get(Order, order),
    project: { ...(await read.get(Project, project)), phases: await read.children(Phase, project) },
    invoicePlan: { ...(await read.get(BillingPlan, plan)), parts: await read.children(BillingPart, plan) },
  }),
})

const newOrder = async (ctx: CommandContext, id: string, { quote, revision }: PricedView, accepted: Acceptance) => {
  const amount = (minor: number) => ({ minor, currency: quote.currency })
  return create(Order, id, {
    number: `O-${1000 + (await ctx.number("order"))}`,
    quote: quote.id,
    revision: revision.position,
    customer: quote.customer,
    seller: quote.seller,
    unit: quote.unit,
    currency: quote.currency,
    orderedOn: ctx.today,
    status: "confirmed",
    net: amount(accepted.netMinor),
    vat: amount(accepted.vatMinor),
    total: amount(accepted.totalMinor),
    lines: accepted.lines.map((line) => ({ ...line, net: amount(line.net.minor) })),
  })
}

const newProject = async (
  ctx: CommandContext,
  id: string,
  order: string,
  { quote }: PricedView,
  accepted: Acceptance,
): Promise<Change> =>
  create(Project, id, {
    number: `P-${1000 + (await ctx.number("project"))}`,
    name: quote.title,
    customer: quote.customer,
    order,
    manager: quote.projectManager,
    unit: quote.unit,
    status: "open",
    start: ctx.today,
    deadline: accepted.deliveredOn,
    phases: accepted.phases,
  })

const newPlan = (id: string, order: string, { quote }: PricedView, accepted: Acceptance): Change => {
  const amount = (minor: number) => ({ minor, currency: quote.currency })
  return create(BillingPlan, id, {
    order,
    customer: quote.customer,
    seller: quote.seller,
    unit: quote.unit,
    currency: quote.currency,
    net: amount(accepted.netMinor),
    ...EMPTY_ACCOUNT,
    parts: accepted.parts.map(({ netMinor, vatMinor, totalMinor, ...part }) => ({
      ...part,
      net: amount(netMinor),
      vat: amount(vatMinor),
      total: amount(totalMinor),
    })),
  })
}

const newReservations = (
  ctx: CommandContext,
  project: string,
  { quote }: PricedView,
  accepted: Acceptance,
): readonly Change[] =>
  accepted.reservations.map(({ task, name, resource, slots }) => {
    const label = `${quote.number} ${name}`
    return create(Reservation, ctx.newId(Reservation), { resource, label, certainty: "firm", project, task, slots })
  })

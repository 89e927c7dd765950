/** Parts of a billing plan: marked as invoiced, taken back, and reconciled, each step an entry that never changes. */
import { type Change, create, patch } from "../../kernel/changes.ts"
import { type CommandContext, command, lock, query } from "../../kernel/command.ts"
import { type RefusalOf, refusal } from "../../kernel/errors.ts"
import { type Id, text } from "../../kernel/field.ts"
import type { LedgerAccount } from "../../kernel/ledger/account.ts"
import { closedFor, PeriodClosed, postingOf } from "../../kernel/ledger/posting.ts"
import { reconciled } from "../../kernel/ledger/reconcile.ts"
import type { Reads } from "../../kernel/reads.ts"
import { forbidden } from "../../kernel/refusals.ts"
import { BillingEntry, BillingPart, BillingPlan } from "./entities.ts"

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

/**
 * The part is not invoiced: there is nothing to reverse.
 *
 * Read the plan's parts; only an invoiced one can be reversed.
 */
export const NotInvoiced = refusal(
  "NotInvoiced",
  { part: text() },
  { en: "{part} is not invoiced.", sv: "{part} är inte fakturerad." },
)
export type NotInvoiced = RefusalOf<typeof NotInvoiced>

/** Marks a part as invoiced today: an entry in the plan's ledger. */
export const invoicePart = command({
  input: { plan: BillingPlan.id, part: BillingPart.id },
  refuses: [UnknownPart, AlreadyInvoiced, PeriodClosed],
  locks: (input) => [lock(BillingPlan, input.plan)],
  decide: async (ctx, input) => {
    const plan = await ctx.read.get(BillingPlan, input.plan)
    const part = (await ctx.read.children(BillingPart, plan.id)).find(({ id }) => id === input.part)
    if (!part) return new UnknownPart({ plan: plan.id, part: input.part })
    if (part.status === "invoiced") return new AlreadyInvoiced({ part: part.label, invoicedOn: part.invoicedOn ?? "" })
    const closed = closedFor(accountOf(plan), ctx.today)
    if (closed) return closed
    const changes = [
      patch(BillingPart, part, { status: "invoiced", invoicedOn: ctx.today }),
      ...posted(ctx, plan, part.net.minor, { kind: "invoiced", part: part.id, effectiveOn: ctx.today, note: null }),
    ]
    return { changes, outcome: { plan: plan.id, part: part.id } }
  },
  answer: (read, ids) => planAndPart(read, ids),
})

/** Takes back that a part was invoiced, at most once for each time: it is ready again. */
export const reversePart = command({
  input: { plan: BillingPlan.id, part: BillingPart.id, note: text() },
  refuses: [UnknownPart, NotInvoiced, PeriodClosed],
  locks: (input) => [lock(BillingPlan, input.plan)],
  decide: async (ctx, input) => {
    const plan = await ctx.read.get(BillingPlan, input.plan)
    const part = (await ctx.read.children(BillingPart, plan.id)).find(({ id }) => id === input.part)
    if (!part) return new UnknownPart({ plan: plan.id, part: input.part })
    const entries = await ctx.read.find(BillingEntry, { plan: plan.id, part: part.id }, { order: ["number"] })
    const last = entries.at(-1)
    if (part.status !== "invoiced" || !last || last.kind === "reversal") return new NotInvoiced({ part: part.label })
    const closed = closedFor(accountOf(plan), ctx.today)
    if (closed) return closed
    const said = {
      kind: "reversal",
      part: part.id,
      effectiveOn: ctx.today,
      note: input.note,
      reverses: last.id,
    } as const
    const changes = [
      patch(BillingPart, part, { status: "ready", invoicedOn: null }),
      ...posted(ctx, plan, -last.moved, said),
    ]
    return { changes, outcome: { plan: plan.id, part: part.id } }
  },
  answer: (read, ids) => planAndPart(read, ids),
})

const planAndPart = async (
  read: Reads,
  { plan, part }: { readonly plan: Id<"billingPlan">; readonly part: string },
) => {
  const parts = await read.children(BillingPart, plan)
  return { plan: await read.get(BillingPlan, plan), part: parts.find(({ id }) => id === part) ?? null }
}

/** A plan as an account of what was invoiced of it. */
export const accountOf = ({ id, balance, entryCount, closedThrough }: BillingPlan): LedgerAccount => ({
  name: id,
  balance,
  floor: null,
  entryCount,
  closedThrough,
})

type Said = Pick<BillingEntry, "kind" | "part" | "effectiveOn" | "note"> & { readonly reverses?: BillingEntry["id"] }

const posted = (ctx: CommandContext, plan: BillingPlan, moved: number, said: Said): readonly Change[] => {
  const posting = postingOf(accountOf(plan), moved)
  return [
    patch(BillingPlan, plan, { balance: posting.balanceAfter, entryCount: posting.number }),
    create(BillingEntry, ctx.newId(BillingEntry), { plan: plan.id, postedAt: ctx.now, ...posting, ...said }),
  ]
}

/** Compares a plan with its entries, and what was invoiced of it with its parts. */
export const reconcilePlan = query({
  input: { plan: BillingPlan.id },
  refuses: [],
  answer: async (ctx, { plan: id }) => {
    await ctx.read.get(BillingPlan, id)
    const hidden = (["net", "balance"] as const).filter((field) => !ctx.sees(BillingPlan, field))
    if (hidden.length > 0) throw forbidden("invoicing.billingPlans.read", hidden)
    if (!ctx.sees(BillingEntry, "moved")) throw forbidden("invoicing.billingEntries.read", ["moved"])
    const plan = await ctx.facts.get(BillingPlan, id)
    const entries = await ctx.facts.find(BillingEntry, { plan: id }, { order: ["number"] })
    const parts = await ctx.facts.children(BillingPart, id)
    const found = reconciled(accountOf(plan), entries)
    const sum = (some: readonly { readonly net: { readonly minor: number } }[]): number =>
      some.reduce((total, { net }) => total + net.minor, 0)
    const invoiced = sum(parts.filter(({ status }) => status === "invoiced"))
    const findings = [
      ...found.findings,
      ...(invoiced === plan.balance ? [] : [`the invoiced parts come to ${invoiced}, the balance is ${plan.balance}`]),
      ...(sum(parts) === plan.net.minor ? [] : [`the parts come to ${sum(parts)}, the plan to ${plan.net.minor}`]),
    ]
    return { plan: id, ...found, findings, holds: findings.length === 0 }
  },
})

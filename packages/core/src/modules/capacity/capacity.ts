/** Capacity: promise dates and load. */
import { occupancy, type Plan } from "@anbud/scheduling"
import { query } from "../../kernel/command.ts"
import { isRefusal } from "../../kernel/errors.ts"
import { choice, date, optional } from "../../kernel/field.ts"
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import { InvalidInput } from "../../kernel/refusals.ts"
import { type PlannedTask, Quote } from "../quotes/entities.ts"
import { countedTasks, loadView, type QuoteView, UnknownReference } from "../quotes/quotes.ts"
import { PublicHoliday, Reservation, Resource } from "./entities.ts"
import { type CapacityFacts, isPlannable, loadCapacity, planOf, planWith, windowOf } from "./planningData.ts"
import { CapacityExceeded, promiseFor } from "./promise.ts"
import { workOf } from "./quoteWork.ts"
import { capacityRules } from "./rules.ts"
import { veiled } from "./veiled.ts"

/** The tasks that a quote's counted lines plan. */
export const tasksOf = (view: QuoteView): readonly PlannedTask[] => countedTasks(view.lines)

const promise = query({
  input: { quote: Quote.id },
  refuses: [UnknownReference, CapacityExceeded],
  answer: async (ctx, { quote }) => {
    const { number } = await ctx.read.get(Quote, quote)
    const { facts, shown } = await veiled(ctx.read, ctx.facts, await loadCapacity(ctx.facts, ctx, quote))
    const promised = promiseFor(facts, number, tasksOf(await loadView(ctx.facts, quote)))
    if (isRefusal(promised)) return promised
    const isShown = ({ user }: { readonly user: string }): boolean => shown.has(facts.people.get(user)?.code ?? "")
    return { ...promised, parts: promised.parts.filter(isShown) }
  },
})

const load = query({
  input: {
    from: date(),
    to: date(),
    bucket: choice(["day", "week", "month"]),
    /** A quote whose work is counted too, as reserved. */
    quote: optional(Quote.id),
  },
  refuses: [UnknownReference, CapacityExceeded],
  answer: async (ctx, { from, to, bucket, quote }) => {
    if (to < from || !isPlannable(windowOf(ctx.today, { from, to })))
      throw new InvalidInput({ issues: [{ path: "to", message: "must not be before from, nor ten years from today" }] })
    if (quote !== null) await ctx.read.get(Quote, quote)
    const all = await loadCapacity(ctx.facts, ctx, quote, { from, to })
    const { facts, shown } = await veiled(ctx.read, ctx.facts, all)
    const plan = quote === null ? planOf(facts) : planWithQuote(facts, await loadView(ctx.facts, quote))
    if (isRefusal(plan)) return plan
    return occupancy(plan, { by: "resource", bucket, from, to }).filter(({ id }) => shown.has(id))
  },
})

const planWithQuote = (facts: CapacityFacts, view: QuoteView): Plan | UnknownReference | CapacityExceeded => {
  const { number } = view.quote
  const planned = workOf(facts, number, tasksOf(view))
  if (isRefusal(planned)) return planned
  const plan = planWith(facts, planned.work)
  return "now" in plan ? plan : new CapacityExceeded({ quote: number, reasons: plan })
}

const spec = plugin("capacity", {
  needs: ["organisation", "quotes", "orders", "projects"],
  entities: [Resource, PublicHoliday, Reservation],
  collections: { resources: Resource, holidays: PublicHoliday, reservations: Reservation },
  queries: { promise, load },
  rules: capacityRules,
})

/** The calls of capacity. */
export interface Capacity extends FaceOf<typeof spec> {}
/** The plugin capacity. */
export interface CapacityPlugin extends Plugin<"capacity", Capacity> {}
/** Resources, reservations and promise dates. */
export const capacity: CapacityPlugin = spec

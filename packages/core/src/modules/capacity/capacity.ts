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

/** The tasks that a quote's counted lines plan. */
export const tasksOf = (view: QuoteView): readonly PlannedTask[] => countedTasks(view.lines)

const promise = query({
  input: { quote: Quote.id },
  refuses: [UnknownReference, CapacityExceeded],
  answer: async (ctx, { quote }) => {
    const view = await loadView(ctx.read, quote)
    return promiseFor(await loadCapacity(ctx.read, ctx, quote), view.quote.number, tasksOf(view))
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
    const facts = await loadCapacity(ctx.read, ctx, quote, { from, to })
    const plan = quote === null ? planOf(facts) : planWithQuote(facts, await loadView(ctx.read, quote))
    return isRefusal(plan) ? plan : occupancy(plan, { by: "resource", bucket, from, to })
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

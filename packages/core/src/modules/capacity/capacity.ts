/** Capacity: promise dates and load. */
import { occupancy } from "@anbud/scheduling"
import { query } from "../../kernel/command.ts"
import { choice, date, optional } from "../../kernel/field.ts"
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import { rule } from "../../kernel/rule.ts"
import { type PlannedTask, Quote } from "../quotes/entities.ts"
import { loadView, type QuoteView } from "../quotes/quotes.ts"
import { Absence, PublicHoliday, Reservation, Resource } from "./entities.ts"
import { loadCapacity, planOf, workOf } from "./planningData.ts"
import { CapacityExceeded, promiseFor } from "./promise.ts"
import { isWeek } from "./week.ts"

/** The tasks that a quote's counted lines plan. */
export const tasksOf = (view: QuoteView): readonly PlannedTask[] =>
  view.lines.flatMap((line) => (line.plan && !line.isOptional && line.alternativeOf === null ? [line.plan] : []))

const promise = query({
  input: { quote: Quote.id },
  refuses: [CapacityExceeded],
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
  refuses: [],
  answer: async (ctx, { from, to, bucket, quote }) => {
    const view = quote === null ? null : await loadView(ctx.read, quote)
    const work = view ? workOf(view.quote.number, tasksOf(view)) : undefined
    const plan = planOf(await loadCapacity(ctx.read, ctx, quote), work)
    return occupancy(plan, { by: "resource", bucket, from, to })
  },
})

const spec = plugin("capacity", {
  needs: ["organisation", "quotes", "orders", "projects"],
  entities: [Resource, PublicHoliday, Reservation],
  collections: { resources: Resource, holidays: PublicHoliday, reservations: Reservation },
  queries: { promise, load },
  rules: [
    rule(Absence, (row) => (row.to >= row.from ? null : { field: "to", rule: "must not be before from" })),
    rule(Resource, (row) =>
      isWeek(row.week)
        ? null
        : { field: "week", rule: "must be seven lists of hours in order, such as 08:00 to 12:00" },
    ),
  ],
})

/** The calls of capacity. */
export interface Capacity extends FaceOf<typeof spec> {}
/** The plugin capacity. */
export interface CapacityPlugin extends Plugin<"capacity", Capacity> {}
/** Resources, reservations and promise dates. */
export const capacity: CapacityPlugin = spec

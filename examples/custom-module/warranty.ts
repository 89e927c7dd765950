/** A module of one's own: warranties. Each accepted quote starts one, unless the customer is in dispute. */
import {
  type AddsOf,
  before,
  boolean,
  Company,
  choice,
  command,
  create,
  date,
  defaulted,
  entity,
  extend,
  type FaceOf,
  inTransaction,
  job,
  type LocalDate,
  Order,
  optional,
  type Plugin,
  patch,
  plugin,
  Quote,
  Quotes,
  ref,
  refusal,
  text,
} from "@anbud/core"

/** A warranty on the work of an order. */
export const Warranty = entity("warranty", {
  order: ref(Order, { unique: true }),
  endsOn: date(),
  isEnded: defaulted(boolean(), false),
})

/** A company as this module sees it: `company.warranty.level`, and why nobody sells to it until somebody has called. */
export const CoveredCompany = extend(Company, {
  warranty: { level: defaulted(choice(["basic", "gold"]), "basic"), dispute: optional(text()) },
})

/** The customer is in dispute with the firm. */
export const CustomerInDispute = refusal(
  "CustomerInDispute",
  { about: text() },
  { en: "Call the customer first: {about}.", sv: "Ring kunden först: {about}." },
)

/** Ends a warranty whose last day has come. */
const end = command({
  input: { warranty: Warranty.id },
  refuses: [],
  decide: async (ctx, { warranty: id }) => {
    const warranty = await ctx.read.get(Warranty, id)
    return {
      changes: [patch(Warranty, warranty, { isEnded: warranty.endsOn <= ctx.today })],
      outcome: { warranty: id },
    }
  },
  answer: (read, { warranty }) => read.get(Warranty, warranty),
})
const endLater = job<{ readonly warranty: string }>("end", async (ctx, due) => void (await ctx.finish(end, due)))

const noSaleInDispute = before(Quotes.accept, async (ctx, input) => {
  const { customer } = await ctx.read.get(Quote, input.quote)
  const { dispute } = (await ctx.read.get(CoveredCompany, customer)).warranty
  return dispute === null ? undefined : new CustomerInDispute({ about: dispute })
})

const startWarranty = inTransaction(Quotes.accept, async (ctx, { input, outcome }) => {
  const { customer } = await ctx.read.get(Quote, input.quote)
  const { level } = (await ctx.read.get(CoveredCompany, customer)).warranty
  const [id, endsOn] = [ctx.newId(Warranty), yearsAfter(ctx.today, level === "gold" ? 5 : 2)]
  ctx.enqueue(endLater, { warranty: id }, { dueAt: `${endsOn}T23:59:00.000Z` })
  return [create(Warranty, id, { order: outcome.order, endsOn })]
})

const yearsAfter = (on: LocalDate, years: number): LocalDate =>
  `${Number(on.slice(0, 4)) + years}${on.slice(4).replace("-02-29", "-02-28")}` as LocalDate

const spec = plugin("warranty", {
  needs: ["parties", "orders", "quotes"],
  entities: [Warranty],
  adds: [CoveredCompany],
  collections: { warranties: Warranty },
  commands: { end },
  hooks: [noSaleInDispute, startWarranty],
  jobs: [endLater],
})

/** The calls of warranty. */
export interface WarrantyCalls extends FaceOf<typeof spec> {}
/** The fields that warranty adds. */
export interface WarrantyFields extends AddsOf<typeof spec> {}
/** The plugin warranty. */
export interface WarrantyPlugin extends Plugin<"warranty", WarrantyCalls, WarrantyFields> {}
/** Warranties, and what they add to companies. */
export const warranty: WarrantyPlugin = spec

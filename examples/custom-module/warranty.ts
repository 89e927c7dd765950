/** A module of one's own: warranties. Each accepted quote starts one, and unhappy customers may not accept at all. */
import {
  before,
  Company,
  command,
  create,
  date,
  entity,
  type FaceOf,
  inTransaction,
  integer,
  type LocalDate,
  lock,
  Order,
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
export const Warranty = entity("warranty", { order: ref(Order, { unique: true }), endsOn: date() })
/** A customer whom nobody sells to until somebody has called. */
export const Dispute = entity("dispute", { customer: ref(Company, { unique: true }), about: text() })

/** The customer has an open dispute. */
export const CustomerInDispute = refusal(
  "CustomerInDispute",
  { about: text() },
  { en: "Call the customer first: {about}.", sv: "Ring kunden först: {about}." },
)

const extend = command({
  input: { warranty: Warranty.id, years: integer({ min: 1, max: 10 }) },
  refuses: [],
  locks: (input) => [lock(Warranty, input.warranty)],
  decide: async (ctx, { warranty: id, years }) => {
    const warranty = await ctx.read.get(Warranty, id)
    return {
      changes: [patch(Warranty, warranty, { endsOn: yearsAfter(warranty.endsOn, years) })],
      outcome: { warranty: warranty.id },
    }
  },
  answer: (read, { warranty }) => read.get(Warranty, warranty),
})

const noSaleInDispute = before(Quotes.accept, async (ctx, input) => {
  const { customer } = await ctx.read.get(Quote, input.quote)
  const dispute = await ctx.read.one(Dispute, { customer })
  return dispute ? new CustomerInDispute({ about: dispute.about }) : undefined
})

const startWarranty = inTransaction(Quotes.accept, (ctx, { outcome }) => [
  create(Warranty, ctx.newId(Warranty), { order: outcome.order, endsOn: yearsAfter(ctx.today, 2) }),
])

const yearsAfter = (on: LocalDate, years: number): LocalDate =>
  `${Number(on.slice(0, 4)) + years}${on.slice(4).replace("-02-29", "-02-28")}` as LocalDate

const spec = plugin("warranty", {
  needs: ["parties", "orders", "quotes"],
  entities: [Warranty, Dispute],
  collections: { warranties: Warranty, disputes: Dispute },
  commands: { extend },
  hooks: [noSaleInDispute, startWarranty],
})

/** The calls of warranty. */
export interface WarrantyCalls extends FaceOf<typeof spec> {}
/** The plugin warranty. */
export interface WarrantyPlugin extends Plugin<"warranty", WarrantyCalls> {}
/** Warranties and disputes. */
export const warranty: WarrantyPlugin = spec

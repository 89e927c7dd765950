/** Orders: what a customer accepted, copied from the revision and never changed by it again. */
import { entity, type Rooted, type RowOf } from "../../kernel/entity.ts"
import {
  children,
  choice,
  currency,
  date,
  integer,
  money,
  optional,
  percent,
  quantity,
  ref,
  text,
} from "../../kernel/field.ts"
import { Product } from "../catalogue/entities.ts"
import { Unit, User } from "../organisation/entities.ts"
import { Company } from "../parties/entities.ts"
import { Quote } from "../quotes/entities.ts"

/** A line of an order, with the amount that was accepted. */
export const OrderLine = entity("orderLine", {
  key: text({ maxLength: 40 }),
  product: optional(ref(Product)),
  description: text(),
  quantity: quantity(),
  net: money({ currency: "currency" }),
  /** A category of EN 16931 (BT-151) and its rate. */
  vatCategory: choice(["S", "Z", "E", "AE", "K", "G", "O", "L", "M"]),
  vatRatePpm: percent(),
})

/** An order. A quote gives at most one. */
export const Order = entity(
  "order",
  {
    number: text({ unique: true, search: "exact", maxLength: 40 }),
    quote: ref(Quote, { unique: true }),
    revision: integer({ min: 1 }),
    customer: ref(Company),
    /** As in the quote. */
    seller: optional(ref(User)),
    unit: optional(ref(Unit)),
    currency: currency(),
    orderedOn: date(),
    status: choice(["confirmed", "delivered", "closed", "cancelled"]),
    net: money({ currency: "currency" }),
    vat: money({ currency: "currency" }),
    total: money({ currency: "currency" }),
    lines: children(OrderLine, { by: "of_order" }),
  },
  { scope: { owner: "seller", unit: "unit" } },
)
export interface Order extends RowOf<typeof Order.fields>, Rooted<"order"> {}

/** Invoicing: in which parts an order is invoiced, and which of them have been. */
import type { ColumnAmount } from "@anbud/pricing"
import { entity, type Rooted, type RowOf } from "../../kernel/entity.ts"
import {
  children,
  choice,
  currency,
  date,
  json,
  money,
  optional,
  percent,
  ref,
  stored,
  text,
} from "../../kernel/field.ts"
import { Order } from "../orders/entities.ts"
import { Unit, User } from "../organisation/entities.ts"
import { Company } from "../parties/entities.ts"

/** A part of a billing plan. Its columns say how much of each order line it takes, to the cent. */
export const BillingPart = entity("billingPart", {
  label: text(),
  sharePpm: percent(),
  dueRule: choice(["onAcceptance", "afterTask"]),
  task: optional(text({ maxLength: 40 })),
  plannedOn: optional(date()),
  status: choice(["planned", "ready", "invoiced"]),
  net: money({ currency: "currency" }),
  vat: money({ currency: "currency" }),
  total: money({ currency: "currency" }),
  columns: json<readonly ColumnAmount[]>(),
  invoicedOn: stored(date()),
})

/** The billing plan of an order; its parts add up to the order, per line and per VAT rate. */
export const BillingPlan = entity(
  "billingPlan",
  {
    order: ref(Order, { unique: true }),
    customer: ref(Company),
    /** As in the order. */
    seller: optional(ref(User)),
    unit: optional(ref(Unit)),
    currency: currency(),
    net: money({ currency: "currency" }),
    parts: children(BillingPart, { by: "plan" }),
  },
  { scope: { owner: "seller", unit: "unit" } },
)
export interface BillingPlan extends RowOf<typeof BillingPlan.fields>, Rooted<"billingPlan"> {}

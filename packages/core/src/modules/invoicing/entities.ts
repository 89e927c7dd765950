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
import { entryFields, openAccountFields } from "../../kernel/ledger/account.ts"
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
    /** A ledger of its own: the balance is what was invoiced of it, in minor units. */
    ...openAccountFields(),
  },
  { scope: { owner: "seller", unit: "unit" } },
)
export interface BillingPlan extends RowOf<typeof BillingPlan.fields>, Rooted<"billingPlan"> {}

/** A part that was invoiced, or the reversal of that: it never changes. */
export const BillingEntry = entity(
  "billingEntry",
  {
    plan: ref(BillingPlan),
    part: text({ maxLength: 40 }),
    kind: choice(["invoiced", "reversal"]),
    ...entryFields(),
    reverses: optional(ref((): { readonly name: "billingEntry" } => BillingEntry, { unique: true })),
  },
  { ledger: true },
)
export interface BillingEntry extends RowOf<typeof BillingEntry.fields>, Rooted<"billingEntry"> {}

/** What a customer owes in one currency, as the host's finance says; the balance is in minor units. */
export const CustomerAccount = entity("customerAccount", {
  customer: ref(Company),
  currency: currency(),
  /** The customer's and the currency's: there is one of each. */
  owner: text({ unique: true, maxLength: 60 }),
  ...openAccountFields(),
})
export interface CustomerAccount extends RowOf<typeof CustomerAccount.fields>, Rooted<"customerAccount"> {}

/** A line of a voucher of the host's finance: positive what the customer owes more, negative what it owes less. */
export const CustomerEntry = entity(
  "customerEntry",
  {
    account: ref(CustomerAccount),
    kind: choice(["invoice", "payment", "credit", "adjust", "interest", "reversal"]),
    ...entryFields(),
    dueOn: optional(date()),
    /** The invoice that it is about: what is open of one is the sum of its entries, in whatever order they came. */
    invoiceNumber: optional(text({ maxLength: 60 })),
    reverses: optional(ref((): { readonly name: "customerEntry" } => CustomerEntry, { unique: true })),
  },
  { ledger: true },
)
export interface CustomerEntry extends RowOf<typeof CustomerEntry.fields>, Rooted<"customerEntry"> {}

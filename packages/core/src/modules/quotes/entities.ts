/** Quotes: a quote has revisions, a revision has lines, footer charges and instalments. A locked revision never changes. */
import type { Money } from "@anbud/pricing"
import { entity, type Rooted, type RowOf } from "../../kernel/entity.ts"
import {
  boolean,
  children,
  choice,
  currency,
  date,
  decimal,
  defaulted,
  instant,
  integer,
  json,
  money,
  optional,
  percent,
  price,
  quantity,
  ref,
  stored,
  text,
} from "../../kernel/field.ts"
import { Product } from "../catalogue/entities.ts"
import { Unit, User } from "../organisation/entities.ts"
import { Company, Person } from "../parties/entities.ts"

/** A share of a task's work that is planned for one person. */
export interface PlannedPerson {
  readonly user: string
  readonly effortMinutes: number
}

/** The work that a line stands for: who plans to do it, how long it takes, and what comes before. */
export interface PlannedTask {
  readonly task: string
  readonly name: string
  readonly skill: string
  readonly effortMinutes: number
  readonly people: readonly PlannedPerson[]
  /** The tasks that must be done before. */
  readonly after: readonly string[]
}

/** What an hour of a planned person cost when the line was priced. */
export interface PlannedCost {
  readonly user: string
  readonly effortMinutes: number
  readonly hourCost: Money
}

/** A line: what is sold, in what quantity, at which price and cost. Prices stay as they were when it was priced. */
export const QuoteLine = entity("quoteLine", {
  key: text({ maxLength: 40 }),
  section: text({ maxLength: 80 }),
  product: ref(Product),
  description: text(),
  quantity: quantity(),
  isEssential: defaulted(boolean(), false),
  isOptional: defaulted(boolean(), false),
  /** The key of the line that this one is an alternative to. */
  alternativeOf: optional(text({ maxLength: 40 })),
  plan: optional(json<PlannedTask>()),
  unitPrice: stored(price()),
  isNetPrice: stored(boolean()),
  /** Which row of a price list gave the price, and which cell of the matrix the discount. */
  priceSource: stored(text()),
  discountPpm: stored(percent()),
  discountSource: stored(text()),
  unitCost: stored(price()),
  /** The planned people's cost; it stands in place of the product's unit cost. */
  plannedCosts: stored(json<readonly PlannedCost[]>()),
  kind: stored(choice(["goods", "labour", "external", "fee"])),
  unit: stored(text({ maxLength: 3 })),
  vatRatePpm: stored(percent()),
  weightKg: stored(quantity()),
  net: stored(money({ currency: "currency" })),
  /** In the firm's currency, as every cost. */
  cost: stored(money()),
})

/** A charge at the foot of a quote, such as freight, spread over its lines or shown. */
export const FooterCharge = entity("footerCharge", {
  key: text({ maxLength: 40 }),
  label: text(),
  amount: money({ currency: "currency" }),
  cost: money(),
  basis: choice(["amount", "quantity", "weight", "cost", "hours", "equal"]),
  targets: defaulted(choice(["essential", "all"]), "essential"),
  visibility: choice(["hidden", "shown"]),
})

/** A part in which the accepted total will be invoiced. */
export const Instalment = entity("instalment", {
  label: text(),
  sharePpm: percent(),
  dueRule: choice(["onAcceptance", "afterTask"]),
  task: optional(text({ maxLength: 40 })),
})

/** A revision of a quote. */
export const QuoteRevision = entity("quoteRevision", {
  pricedOn: date(),
  /** How much of the firm's currency one unit of the quote's is worth; null where they are the same. */
  exchangeRate: optional(decimal()),
  /** `reverseCharge` within the EU and `export` outside of it carry no VAT. */
  vatScheme: defaulted(choice(["domestic", "reverseCharge", "export"]), "domestic"),
  /** Lines below this margin are named, the whole below it must be approved; null for no floor. */
  marginFloorPpm: optional(percent()),
  isLocked: defaulted(boolean(), false),
  lockedAt: stored(instant()),
  /** SHA-256 over the canonical priced content. */
  contentHash: stored(text({ maxLength: 64 })),
  net: stored(money({ currency: "currency" })),
  vat: stored(money({ currency: "currency" })),
  total: stored(money({ currency: "currency" })),
  cost: stored(money()),
  promisedOn: stored(date()),
  promiseReason: stored(text({ maxLength: 4000 })),
  lines: children(QuoteLine, { by: "revision" }),
  footers: children(FooterCharge, { by: "revision" }),
  instalments: children(Instalment, { by: "revision" }),
})

/** A quote to a customer. */
export const Quote = entity(
  "quote",
  {
    number: text({ unique: true, search: "exact", maxLength: 40 }),
    title: text({ search: "words" }),
    customer: ref(Company),
    contact: optional(ref(Person)),
    reference: optional(text({ search: "exact" })),
    currency: currency(),
    seller: ref(User),
    /** The seller's unit when the quote was made: a seller who moves leaves it where it was sold. */
    unit: optional(ref(Unit)),
    projectManager: optional(ref(User)),
    status: choice(["draft", "sent", "accepted", "declined"]),
    quotedOn: date(),
    validityDays: integer({ min: 1, max: 3650 }),
    validUntil: stored(date()),
    wantedOn: optional(date()),
    currentRevision: integer({ min: 1 }),
    acceptedBy: stored(text({ personal: { category: "I", of: "contact", on: "keep" } })),
    decidedAt: stored(instant()),
    declineReason: stored(text({ maxLength: 2000 })),
    revisions: children(QuoteRevision, { by: "quote", order: "no" }),
  },
  { scope: { owner: "seller", unit: "unit" } },
)
export interface Quote extends RowOf<typeof Quote.fields>, Rooted<"quote"> {}

/** The roles of staff.csv: what each may do, on which records, and what it may not see. */
import type { Right } from "@anbud/core"

/** What a product, an hour and a quote cost the firm: not for those who sell. */
const NO_COSTS: readonly Right[] = [
  { not: "catalogue.products.read", fields: ["unitCost"] },
  { not: "organisation.users.read", fields: ["costRates"] },
  { not: "quotes.quoteLine.read", fields: ["unitCost", "plannedCosts", "cost"] },
  { not: "quotes.footerCharge.read", fields: ["cost"] },
  { not: "quotes.quoteRevision.read", fields: ["cost", "marginFloorPpm"] },
]

/** Everybody who works logs their own hours, and sees them without what they cost. */
const WORKS: readonly Right[] = [
  "organisation.me",
  { may: "organisation.users.read", scope: "own", fields: ["login", "name", "unit"] },
  "projects.get",
  "projects.projects.read",
  { may: "time.log", scope: "own" },
  { may: "time.entries.read", scope: "own" },
  { not: "time.entries.read", fields: ["hourCost"] },
  "timeBank.debit",
  "timeBank.balance",
  "timeBank.accounts.read",
  "timeBank.entries.read",
]

/** By the name of the role. */
export const ROLES: Readonly<Record<string, readonly Right[]>> = {
  seller: [
    { may: "organisation.users.read", fields: ["login", "name", "unit"] },
    { may: "quotes.*", scope: "unit" },
    "parties.*",
    "catalogue.*",
    { may: "orders.*", scope: "unit" },
    { may: "projects.projects.read", scope: "unit" },
    "capacity.promise",
    "capacity.load",
    "capacity.resources.read",
    "capacity.reservations.read",
    { may: "invoicing.billingPlans.read", scope: "unit" },
    "invoicing.remaining",
    ...NO_COSTS,
  ],
  projectManager: [
    "organisation.me",
    "organisation.users.read",
    "parties.companies.read",
    "parties.persons.read",
    "catalogue.products.read",
    "projects.*",
    "time.*",
    "orders.*",
    "quotes.quotes.read",
    "quotes.preview",
    "invoicing.*",
    "capacity.*",
    "timeBank.*",
  ],
  technician: WORKS,
  engineer: WORKS,
  marketing: ["parties.companies.read"],
}

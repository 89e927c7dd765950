/** Billing: an order as columns to invoice, its parts, and what is left. Pure. */
import {
  type InstalmentOrder,
  type InstalmentPlan,
  type PostedInvoice,
  planInstalments,
  type Remaining,
  remainingToInvoice,
  type VatCategory,
} from "@anbud/pricing"

/** What billing reads of an order line. */
export interface BilledLine {
  readonly key: string
  readonly net: { readonly minor: number }
  readonly vatCategory: VatCategory
  readonly vatRatePpm: number
}

/** What billing reads of an instalment or of a part. */
export interface BilledPart {
  readonly sharePpm: number
}

/** An order's lines as the columns that its parts divide. */
export const orderColumns = (currency: string, lines: readonly BilledLine[]): InstalmentOrder => ({
  currency,
  columns: lines.map(({ key, net, vatCategory, vatRatePpm }) => ({
    id: key,
    netMinor: net.minor,
    vat: { category: vatCategory, ratePpm: vatRatePpm },
  })),
  vat: [],
})

/** The parts of an order by their shares, closed to the cent; without shares the whole order is one part. */
export const planParts = (order: InstalmentOrder, parts: readonly BilledPart[]): InstalmentPlan => {
  const shares = parts.map(({ sharePpm }, index) => ({
    id: String(index),
    share: { kind: "percent" as const, ratePpm: sharePpm },
  }))
  const planned = planInstalments(order, shares)
  // The shares were checked to add up when the quote was made: anything else is a bug.
  if (!planned.ok) throw new Error(`The parts of an order do not close: ${planned.error._tag}`)
  return planned.value
}

/** What is left to invoice of an order, given the parts that were invoiced. */
export const remainingOf = (
  order: InstalmentOrder,
  parts: readonly { readonly id: string; readonly status: string; readonly columns: PostedInvoice["columns"] }[],
): Remaining =>
  remainingToInvoice(
    order,
    parts
      .filter(({ status }) => status === "invoiced")
      .map(({ id, columns }) => ({ id, status: "issued" as const, kind: "invoice" as const, columns })),
  )

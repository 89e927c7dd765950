/**
 * The content hash: binds an acceptance or a signature to what the customer was shown, to the cent and to the word.
 * Costs, margins and ids of the firm's own are no part of it.
 */
import { canonical, digest } from "../../kernel/canonical.ts"
import type { LocalDate } from "../../kernel/field.ts"
import type { PricedView } from "./view.ts"

/** What is promised beside the priced content. */
export interface OfferTerms {
  readonly validUntil: LocalDate
  readonly promisedOn: LocalDate | null
}

/** SHA-256 over the canonical content of an offer. */
export const contentHashOf = (view: PricedView, { validUntil, promisedOn }: OfferTerms): string => {
  const { quote, revision, footers, instalments, priced } = view
  const { netMinor, vatMinor, totalMinor, roundingMinor, payableMinor } = priced.totals
  return digest(
    "quote-revision/1",
    canonical({
      quote: quote.number,
      revision: revision.position,
      customer: quote.customer,
      title: quote.title,
      reference: quote.reference,
      currency: quote.currency,
      vatScheme: revision.vatScheme,
      validUntil,
      promisedOn,
      lines: linesOf(view),
      footers: footers.map(({ key, label, amount, visibility }) => ({ key, label, amount: amount.minor, visibility })),
      instalments: instalments.map(({ label, sharePpm, dueRule, task }) => ({ label, sharePpm, dueRule, task })),
      vat: priced.vat.map(({ category, ratePpm, baseMinor, taxMinor }) => [category, ratePpm, baseMinor, taxMinor]),
      totals: { netMinor, vatMinor, totalMinor, roundingMinor, payableMinor },
    }),
  )
}

const linesOf = ({ lines, priced }: PricedView) => {
  const nets = new Map(priced.lines.map(({ id, netMinor }) => [id, netMinor]))
  return lines.map((line) => ({
    key: line.key,
    section: line.section,
    product: line.product,
    description: line.description,
    quantity: line.quantity,
    unit: line.unit,
    unitPrice: line.unitPrice,
    discountPpm: line.discountPpm,
    isOptional: line.isOptional,
    alternativeOf: line.alternativeOf,
    vatRatePpm: line.vatRatePpm,
    net: nets.get(line.key) ?? 0,
  }))
}

/** Pricing input: a revision's records as the quote that `@anbud/pricing` prices. Preview, send and accept all use it. */
import type { CostItem, QuoteLine as Line, MarginRule, FooterCharge as PricedFooter, Quote, Vat } from "@anbud/pricing"
import { moneyText } from "@anbud/pricing"
import type { RowOf } from "../../kernel/entity.ts"
import type { FooterCharge, PlannedCost, QuoteLine, QuoteRevision } from "./entities.ts"
import { hoursOf } from "./hours.ts"

/** The part of a line's record that pricing reads. */
export type PricedLineRecord = Omit<RowOf<typeof QuoteLine.fields>, "net" | "cost">
/** The part of a footer's record that pricing reads. */
export type FooterRecord = RowOf<typeof FooterCharge.fields>
/** The part of a revision's record that pricing reads. */
export type RevisionRecord = Pick<RowOf<typeof QuoteRevision.fields>, "marginFloorPpm" | "vatScheme" | "exchangeRate">

/**
 * The quote to price, with the line keys as ids.
 *
 * A line that others are alternatives to is the chosen one of its group; an optional line is offered, not counted.
 */
export const pricingInput = (
  currency: string,
  companyCurrency: string,
  revision: RevisionRecord,
  lines: readonly PricedLineRecord[],
  footers: readonly FooterRecord[],
): Quote => {
  const chosen = new Set(lines.flatMap((line) => (line.alternativeOf === null ? [] : [line.alternativeOf])))
  return {
    currency,
    ...(revision.exchangeRate === null ? {} : { company: { currency: companyCurrency, rate: revision.exchangeRate } }),
    lines: lines.map((line) => lineInput(line, revision, chosen)),
    sections: [...new Set(lines.map(({ section }) => section))].map((id) => ({ id })),
    footers: footers.map(footerInput),
    marginRules: revision.marginFloorPpm === null ? [] : floorRules(revision.marginFloorPpm),
  }
}

/** The rules that a margin floor stands for: thin lines are named, a thin whole is stopped. */
const floorRules = (floorPpm: number): readonly MarginRule[] => [
  { id: "line", appliesTo: "line", measure: "marginPpm", warnBelow: floorPpm },
  { id: "total", appliesTo: "total", measure: "marginPpm", blockBelow: floorPpm },
]

const lineInput = (line: PricedLineRecord, revision: RevisionRecord, chosen: ReadonlySet<string>): Line => {
  const group = line.alternativeOf ?? line.key
  const isAlternative = line.alternativeOf !== null || chosen.has(line.key)
  return {
    id: line.key,
    kind: line.kind === "labour" ? "labour" : line.kind === "external" ? "external" : "product",
    productId: line.product,
    quantity: line.quantity,
    ...(line.unitPrice === null ? {} : { unitPrice: line.unitPrice, priceOrigin: "frozen" as const }),
    isNetPrice: line.isNetPrice ?? false,
    discountPpm: line.discountPpm ?? 0,
    vat: vatOf(line.vatRatePpm ?? 0, revision.vatScheme),
    isEssential: line.isEssential,
    ...(line.weightKg === null ? {} : { weight: line.weightKg }),
    ...costInput(line),
    ...(line.isOptional ? { option: "offered" as const } : {}),
    ...(isAlternative ? { alternative: { group, isChosen: line.alternativeOf === null } } : {}),
    sectionId: line.section,
  }
}

const costInput = (line: PricedLineRecord): Pick<Line, "unitCost" | "costs"> =>
  line.plannedCosts && line.plannedCosts.length > 0
    ? { costs: line.plannedCosts.map(plannedCost) }
    : { unitCost: line.unitCost ?? "0" }

const plannedCost = (cost: PlannedCost): CostItem => ({
  id: cost.user,
  role: "labour",
  personId: cost.user,
  quantity: hoursOf(cost.effortMinutes),
  unitCost: moneyText(cost.hourCost),
})

const VAT_CATEGORY = { domestic: "S", reverseCharge: "AE", export: "G" } as const

const vatOf = (ratePpm: number, scheme: RevisionRecord["vatScheme"]): Vat => {
  if (scheme !== "domestic") return { category: VAT_CATEGORY[scheme], ratePpm: 0 }
  return ratePpm === 0 ? { category: "Z", ratePpm } : { category: "S", ratePpm }
}

const footerInput = (footer: FooterRecord): PricedFooter => ({
  id: footer.key,
  label: footer.label,
  amount: { kind: "fixed", amount: moneyText(footer.amount) },
  cost: moneyText(footer.cost),
  visibility: footer.visibility,
  spread: { basis: footer.basis, targets: { kind: footer.targets } },
})

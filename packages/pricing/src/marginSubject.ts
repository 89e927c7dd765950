/**
 * What a margin rule is asked about: lines, sections or the total, in the company's minor units.
 */
import { productOf } from "./bookIndex.ts"
import type { Draft } from "./draft.ts"
import type { MarginRule } from "./marginRule.ts"
import type { PricedSection, Totals } from "./pricedQuote.ts"
import { roundProduct } from "./rounding.ts"
import { sumBySection } from "./sections.ts"
import type { Structure } from "./structure.ts"

/** Revenue, cost and the undiscounted amount of one of them; the total has no id. */
export interface MarginSubject {
  readonly id: string | undefined
  readonly revenue: number
  readonly cost: number
  readonly overhead: number
  readonly undiscounted: number
}

/** The subjects of each rule, in the order of the quote. */
export const marginSubjects = (
  draft: Draft,
  structure: Structure | undefined,
  totals: Totals,
  sections: readonly PricedSection[],
): ((rule: MarginRule) => readonly MarginSubject[]) => {
  const winners = new Map<MarginRule["measure"], Int8Array>()
  return (rule) => {
    if (rule.appliesTo === "total") return [totalSubject(draft, totals)]
    if (rule.appliesTo === "section") return sectionSubjects(draft, structure, sections, rule)
    const winner = winners.get(rule.measure) ?? winningSpecificity(draft, structure, rule.measure)
    winners.set(rule.measure, winner)
    const specificity = specificityOf(draft, structure, rule)
    const subjects: MarginSubject[] = []
    for (let row = 0; row < draft.rows; row++) {
      const isHit = draft.columns.isPriced[row] === 1 && winner[row]! >= 0 && specificity(row) === winner[row]
      if (isHit) subjects.push(lineSubject(draft, row))
    }
    return subjects
  }
}

const lineSubject = (draft: Draft, row: number): MarginSubject => {
  const { columns } = draft
  const revenue = columns.companyRevenue[row]!
  const discounts = columns.discount[row]! + columns.discountShare[row]!
  return {
    id: draft.quote.lines[row]!.id,
    revenue,
    cost: columns.cost[row]!,
    overhead: columns.overhead[row]!,
    undiscounted: revenue - inCompany(draft, discounts),
  }
}

const totalSubject = (draft: Draft, totals: Totals): MarginSubject => {
  let discounts = 0
  const { columns } = draft
  for (let row = 0; row < draft.rows; row++) if (columns.isCounted[row] === 1) discounts += columns.discount[row]!
  for (const charge of draft.charges) if (charge.source === "discount") discounts += charge.amount
  return {
    id: undefined,
    revenue: totals.companyNetMinor,
    cost: totals.costMinor,
    overhead: totals.overheadMinor,
    undiscounted: totals.companyNetMinor - inCompany(draft, discounts),
  }
}

const sectionSubjects = (
  draft: Draft,
  structure: Structure | undefined,
  sections: readonly PricedSection[],
  rule: MarginRule,
): readonly MarginSubject[] => {
  if (structure === undefined) return []
  const discounts = sumBySection(draft, structure, draft.columns.discount)
  return sections.flatMap((section, at) => {
    if (rule.target?.kind === "section" && rule.target.sectionId !== section.id) return []
    const revenue = section.companyRevenueMinor
    const undiscounted = revenue - inCompany(draft, discounts[at]!)
    return [{ id: section.id, revenue, cost: section.costMinor, overhead: section.overheadMinor, undiscounted }]
  })
}

/** Zero beyond the safe integers: an amount that large is reported where the revenue is converted. */
const inCompany = (draft: Draft, minor: number): number => {
  if (draft.rate === undefined) return minor
  const company = roundProduct(minor, draft.rate.numerator, draft.rate.denominator, draft.isHalfEven)
  return Number.isSafeInteger(company) ? company : 0
}

/** By row: how specific the line rule of this measure is that wins there, −1 if none applies. */
const winningSpecificity = (
  draft: Draft,
  structure: Structure | undefined,
  measure: MarginRule["measure"],
): Int8Array => {
  const winner = new Int8Array(draft.rows).fill(-1)
  for (const rule of draft.quote.marginRules ?? []) {
    if (rule.appliesTo !== "line" || rule.measure !== measure) continue
    const specificity = specificityOf(draft, structure, rule)
    for (let row = 0; row < winner.length; row++) winner[row] = Math.max(winner[row]!, specificity(row))
  }
  return winner
}

/** How specific the rule is to a row: product, group, section, all; −1 where it does not apply. */
const specificityOf = (
  draft: Draft,
  structure: Structure | undefined,
  { target }: MarginRule,
): ((row: number) => number) => {
  const { lines, book } = draft.quote
  switch (target?.kind) {
    case "product":
      return (row) => (lines[row]!.productId === target.productId ? 3 : -1)
    case "group":
      return (row) => {
        const { groupIds, productId } = lines[row]!
        return (groupIds ?? productOf(book, productId)?.groupIds ?? []).includes(target.groupId) ? 2 : -1
      }
    case "section": {
      const at = structure?.sectionById.get(target.sectionId)
      return (row) => (at !== undefined && structure?.isInSection(row, at) === true ? 1 : -1)
    }
    default:
      return () => 0
  }
}

/**
 * Sections: what the lines in each come to, with everything inside it, as if it were chosen.
 */
import type { Draft } from "./draft.ts"
import type { PricedSection } from "./pricedQuote.ts"
import type { Structure } from "./structure.ts"
import { marginPpm } from "./totals.ts"

/** One priced section per section of the quote, in its order. */
export const sectionsOf = (draft: Draft, structure: Structure): readonly PricedSection[] => {
  const { net, companyRevenue, cost, overhead } = draft.columns
  const sumOf = (column: Float64Array): Float64Array => sumBySection(draft, structure, column)
  const [nets, revenues, costs, overheads] = [sumOf(net), sumOf(companyRevenue), sumOf(cost), sumOf(overhead)]
  return (draft.quote.sections ?? []).map(({ id }, at) => {
    const margin = revenues[at]! - costs[at]! - overheads[at]!
    return {
      id,
      isCounted: structure.isSectionCounted[at]!,
      netMinor: nets[at]!,
      companyRevenueMinor: revenues[at]!,
      costMinor: costs[at]!,
      overheadMinor: overheads[at]!,
      marginMinor: margin,
      marginPpm: marginPpm(margin, revenues[at]!),
    }
  })
}

/** What a column comes to in each section: its counted lines or, where the section does not count, what it would be. */
export const sumBySection = (draft: Draft, structure: Structure, column: Float64Array): Float64Array => {
  const { sectionOf, sectionParents, isSectionCounted } = structure
  const { isCounted, isPriced } = draft.columns
  const sums = new Float64Array(sectionParents.length)
  for (let row = 0; row < draft.rows; row++) {
    for (let at = sectionOf[row]!; at >= 0; at = sectionParents[at]!) {
      const belongs = isSectionCounted[at]
        ? isCounted[row] === 1
        : isPriced[row] === 1 && draft.quote.lines[row]!.option !== "offered"
      if (belongs) sums[at] = sums[at]! + column[row]!
    }
  }
  return sums
}

/**
 * One row of a re-priced quote: whether it can be read alone, its price, and whether a spread would notice.
 */
import type { Draft } from "./draft.ts"
import type { PricedLine } from "./pricedQuote.ts"
import { priceLine } from "./priceLine.ts"
import type { Quote, QuoteLine } from "./quote.ts"

const plainKinds: readonly unknown[] = [undefined, "product", "labour", "external", "text", "return"]

/** A line that can be read without looking at any other, and without checking the shape of anything inside it. */
export const isPlain = (line: QuoteLine): boolean =>
  plainKinds.includes(line.kind) &&
  line.sectionId === undefined &&
  line.parentId === undefined &&
  line.alternative === undefined &&
  line.option === undefined &&
  line.lock === undefined &&
  line.priceOrigin === undefined &&
  line.discounts === undefined &&
  line.charges === undefined &&
  line.costs === undefined &&
  line.groupIds === undefined &&
  (line.vat === undefined || (typeof line.vat === "object" && line.vat !== null))

/** Prices row `row` of the draft again; its shares stay. */
export const priceAgain = (draft: Draft, row: number): void => {
  const { columns } = draft
  const line = draft.quote.lines[row]!
  columns.gross[row] = 0
  columns.discount[row] = 0
  columns.base[row] = 0
  columns.net[row] = 0
  columns.revenue[row] = 0
  columns.cost[row] = 0
  for (const rare of [columns.charge, columns.adjustment, columns.overhead]) if (rare !== columns.zeros) rare[row] = 0
  columns.isPriced[row] = 0
  columns.group[row] = -1
  columns.isCounted[row] = line.kind === "text" ? 0 : 1
  draft.found.delete(row)
  priceLine(draft, row)
}

/** Puts the shares of the old line into a draft of that line alone. */
export const settleRow = (single: Draft, old: PricedLine): void => {
  const { columns } = single
  if (columns.isPriced[0] === 0) return
  columns.discountShare = Float64Array.of(old.discountShareMinor)
  columns.footerShare[0] = old.footerShareMinor
  const printed = columns.base[0]! + old.discountShareMinor + old.footerShareMinor + columns.adjustment[0]!
  columns.net[0] = printed
  // What the old revenue had above its net is its share of the shown charges.
  columns.revenue[0] = printed + old.revenueMinor - old.netMinor
}

/** Whether any spread could weigh the line otherwise than before. */
export const isBasisMoved = (old: PricedLine, before: QuoteLine, single: Draft, quote: Quote): boolean => {
  const { columns } = single
  const line = single.quote.lines[0]!
  if (columns.base[0] !== old.baseMinor || (columns.isCounted[0] === 1) !== old.isCounted) return true
  const vat = single.groups[columns.group[0]!]?.vat
  if (vat?.category !== old.vat?.category || vat?.ratePpm !== old.vat?.ratePpm) return true
  if (before.isEssential !== line.isEssential || before.lock !== line.lock) return true
  return [...(quote.footers ?? []), ...(quote.discounts ?? [])].some(({ spread }) => {
    if (spread?.targets?.kind === "group") return true
    switch (spread?.basis) {
      case "cost":
        return columns.cost[0] !== old.costMinor
      case "quantity":
        return before.quantity !== line.quantity
      case "weight":
        return before.weight !== line.weight
      case "hours":
        return true
      default:
        return false
    }
  })
}

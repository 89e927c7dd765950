/**
 * The waterfall of a quote as bars for a chart: each starts where the one before it ended.
 */
import type { Stage } from "./explanation.ts"
import type { PricedQuote } from "./pricedQuote.ts"
import { whyTotal } from "./whyTotal.ts"

/** One bar, in minor units; `id` is the rule behind a change, undefined for a sum or a stage over all lines. */
export interface WaterfallBar {
  readonly stage: Stage | "net" | "total" | "payable"
  readonly id: string | undefined
  /** A bar with an `id` or stage of change runs from `fromMinor` to `toMinor`; sums start at zero. */
  readonly fromMinor: number
  readonly toMinor: number
  readonly isSum: boolean
}

/**
 * Bars from the lines' gross over every discount and charge to net, VAT, total and payable amount.
 *
 * @example waterfall(priced).at(-1)?.toMinor === priced.totals.payableMinor
 */
export const waterfall = (priced: PricedQuote): readonly WaterfallBar[] => {
  const bars: WaterfallBar[] = []
  let level = 0
  let hasNet = false
  const sum = (stage: "net" | "total" | "payable"): void => {
    bars.push({ stage, id: undefined, fromMinor: 0, toMinor: level, isSum: true })
  }
  for (const { stage, ruleId, roundedMinor } of whyTotal(priced).steps) {
    if (!hasNet && (stage === "vat" || stage === "payableRounding")) {
      sum("net")
      hasNet = true
    }
    if (stage === "payableRounding") sum("total")
    bars.push({ stage, id: ruleId, fromMinor: level, toMinor: level + roundedMinor, isSum: false })
    level += roundedMinor
  }
  if (!hasNet) sum("net")
  sum("payable")
  return bars
}

/** Data series ready for charts. */
export const series = { waterfall }

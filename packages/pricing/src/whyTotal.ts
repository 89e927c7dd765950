/**
 * Why the payable total is what it is: every stage summed over the lines, then the rows of the document.
 */
import type { Explanation, Stage, Step } from "./explanation.ts"
import type { PricedLine, PricedQuote } from "./pricedQuote.ts"

/** The stages of a line and the field that holds each, in order. */
export const lineStages: readonly { readonly stage: Stage; readonly amountOf: (line: PricedLine) => number }[] = [
  { stage: "gross", amountOf: (line) => line.grossMinor },
  { stage: "lineDiscount", amountOf: (line) => line.discountMinor },
  { stage: "lineCharge", amountOf: (line) => line.chargeMinor },
  { stage: "bundle", amountOf: (line) => line.bundleMinor },
  { stage: "discountShare", amountOf: (line) => line.discountShareMinor },
  { stage: "footerShare", amountOf: (line) => line.footerShareMinor },
  { stage: "adjustment", amountOf: (line) => line.adjustmentMinor },
  { stage: "includedVat", amountOf: (line) => line.includedVatMinor },
]

/**
 * The steps from the lines' gross to the payable total: one per stage, shown charge, VAT group and rounding.
 *
 * @example whyTotal(priced).steps.reduce((sum, step) => sum + step.roundedMinor, 0) === priced.totals.payableMinor
 */
export const whyTotal = (priced: PricedQuote): Explanation => {
  const steps: Step[] = []
  for (const { stage, amountOf } of lineStages) {
    let sum = 0
    for (const line of priced.lines) if (line.isCounted) sum += amountOf(line)
    if (sum !== 0 || stage === "gross") push(steps, stage, undefined, sum)
  }
  for (const footer of priced.footers) {
    if (footer.visibility === "hidden") continue
    push(steps, footer.source === "discount" ? "shownDiscount" : "shownFooter", footer.id, footer.netMinor)
  }
  for (const group of priced.vat) push(steps, "vat", `${group.category} ${group.ratePpm / 10_000}`, group.taxMinor)
  if (priced.totals.roundingMinor !== 0) push(steps, "payableRounding", undefined, priced.totals.roundingMinor)
  return {
    currency: priced.currency,
    subject: { kind: "total" },
    price: undefined,
    steps,
    totalMinor: priced.totals.payableMinor,
  }
}

const push = (steps: Step[], stage: Stage, ruleId: string | undefined, roundedMinor: number): void => {
  steps.push({ stage, ruleId, label: undefined, exact: undefined, roundedMinor, allocation: undefined })
}

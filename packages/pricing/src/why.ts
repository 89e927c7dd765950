/**
 * Why a figure is what it is. Nothing is recorded while pricing: the steps are worked out from the draft on demand, by
 * the same functions.
 */
import { allocationOf } from "./allocationRank.ts"
import { powersOfTen } from "./decimal.ts"
import type { ChargeDraft, Draft } from "./draft.ts"
import type { ExactValue, Explanation, Stage, Step } from "./explanation.ts"
import { exactProduct, isDiscountWithin, type LineFactors, productMinor } from "./lineAmount.ts"
import { readMinor } from "./minorUnits.ts"
import { isPpm, wholePpm } from "./ppm.ts"
import type { PricedQuote } from "./pricedQuote.ts"
import { readLineFactors } from "./priceLine.ts"
import { priceNote } from "./priceNote.ts"
import { priceQuote } from "./priceQuote.ts"
import type { QuoteLine } from "./quote.ts"
import { recallDraft } from "./rememberedDraft.ts"
import { broughtUpToDate } from "./reprice.ts"
import { roundBigRatio, safeNumber } from "./rounding.ts"

/**
 * The steps that add up to the net of line `lineId`, and how its price was found; undefined for an unknown id.
 *
 * @example why(priced, "a")?.steps // gross 5573.60, lineDiscount −222.94 → 5350.66
 */
export const why = (priced: PricedQuote, lineId: string): Explanation | undefined => {
  const row = priced.lines.findIndex((line) => line.id === lineId)
  return row < 0 ? undefined : explainRow(draftOf(priced), priced, row)
}

/**
 * `why` for every line, in the order of the quote: the full trace.
 *
 * @example whyAll(priced).every((line, row) => line.totalMinor === priced.lines[row]?.netMinor) // true
 */
export const whyAll = (priced: PricedQuote): readonly Explanation[] => {
  const draft = draftOf(priced)
  return priced.lines.map((_, row) => explainRow(draft, priced, row))
}

/** A copy of a result has no draft beside it: price its quote again, which gives the same bits. */
export const draftOf = (priced: PricedQuote): Draft => {
  const remembered = recallDraft(priced) ?? recallDraft(priceQuote(priced.quote))!
  return remembered.pending.length === 0 ? remembered.draft : broughtUpToDate(remembered, priced.quote)
}

const explainRow = (draft: Draft, priced: PricedQuote, row: number): Explanation => {
  const line = draft.quote.lines[row]!
  const steps: Step[] = []
  const { columns } = draft
  if (columns.isPriced[row] === 1) {
    if (columns.gross[row] !== 0 || columns.base[row] !== 0) explainBase(draft, line, row, steps)
    pushGiven(steps, "bundle", line.parentId, columns.bundle[row]!)
    for (const charge of draft.charges) explainShare(draft, charge, row, steps)
    pushGiven(steps, "adjustment", undefined, columns.adjustment[row]!)
    if (draft.isGrossMode) pushGiven(steps, "includedVat", undefined, priced.lines[row]!.includedVatMinor)
  } else if (columns.net[row] !== 0) pushGiven(steps, "gross", undefined, columns.net[row]!)
  return {
    currency: priced.currency,
    subject: { kind: "line", lineId: line.id },
    price: columns.isPriced[row] === 1 ? priceNote(draft, line, row) : undefined,
    steps,
    totalMinor: columns.net[row]!,
  }
}

/** Amounts that are given, or that are the difference of two others, have no fraction to show. */
const pushGiven = (steps: Step[], stage: Stage, ruleId: string | undefined, roundedMinor: number): void => {
  if (roundedMinor === 0) return
  steps.push({ stage, ruleId, label: undefined, exact: undefined, roundedMinor, allocation: undefined })
}

/** Gross, then each percentage on what is left, then amounts and charges. */
const explainBase = (draft: Draft, line: QuoteLine, row: number, steps: Step[]): void => {
  const factors = readLineFactors(draft, row)
  if (factors === undefined) return
  const gross = draft.columns.gross[row]!
  steps.push({
    stage: "gross",
    ruleId: undefined,
    label: undefined,
    exact: exactOf(factors, wholePpm, draft.exponent),
    roundedMinor: gross,
    allocation: undefined,
  })
  const isPlain = line.discounts === undefined && line.charges === undefined && !draft.found.has(row)
  if (isPlain) {
    const discount = draft.columns.discount[row]!
    if (discount === 0) return
    const exact = exactOf(factors, line.discountPpm!, draft.exponent, true)
    steps.push({
      stage: "lineDiscount",
      ruleId: undefined,
      label: undefined,
      exact,
      roundedMinor: discount,
      allocation: undefined,
    })
    return
  }
  explainDiscounts(draft, line, row, factors, steps)
  explainCharges(draft, line, factors, steps)
}

const explainDiscounts = (draft: Draft, line: QuoteLine, row: number, factors: LineFactors, steps: Step[]): void => {
  const parts = discountParts(draft, line, row)
  const kept: number[] = []
  let before = draft.columns.gross[row]!
  for (const part of parts) {
    if (part.ratePpm === undefined) continue
    kept.push(wholePpm - part.ratePpm)
    const { numerator, denominator } = exactProduct(factors, kept, draft.exponent)
    const after = safeNumber(roundBigRatio(numerator, denominator, draft.isHalfEven))
    if (after !== before) {
      steps.push({
        stage: part.stage,
        ruleId: part.id,
        label: part.label,
        exact: undefined,
        roundedMinor: after - before,
        allocation: undefined,
      })
    }
    before = after
  }
  for (const { stage, id, label, ratePpm, amountMinor } of parts) {
    if (ratePpm !== undefined || amountMinor === 0 || !isDiscountWithin(amountMinor, before)) continue
    before -= amountMinor
    steps.push({ stage, ruleId: id, label, exact: undefined, roundedMinor: -amountMinor, allocation: undefined })
  }
}

interface DiscountPart {
  readonly stage: Stage
  readonly id: string | undefined
  readonly label: string | undefined
  readonly ratePpm: number | undefined
  readonly amountMinor: number
}

/** The discounts that apply after stacking: those whose product pricing used. */
const discountParts = (draft: Draft, line: QuoteLine, row: number): readonly DiscountPart[] => {
  const manual: DiscountPart[] = []
  const base = { label: undefined, amountMinor: 0 }
  if (isPpm(line.discountPpm)) {
    manual.push({ ...base, stage: "lineDiscount", id: undefined, ratePpm: line.discountPpm })
  }
  for (const { id, label, ratePpm, amount } of line.discounts ?? []) {
    if (ratePpm !== undefined && !isPpm(ratePpm)) continue
    const amountMinor = ratePpm === undefined ? (readMinor(amount, draft.exponent) ?? 0) : 0
    manual.push({ stage: "lineDiscount", id, label, ratePpm, amountMinor })
  }
  const found = line.unitPrice === undefined ? draft.found.get(row) : undefined
  if (found === undefined || found.discountPpm === 0) return manual
  const matrix: DiscountPart = { ...base, stage: "matrixDiscount", id: found.discountId, ratePpm: found.discountPpm }
  if (found.stacked === "compound") return [matrix, ...manual]
  return found.stacked === "matrix" ? [matrix, ...manual.filter(({ ratePpm }) => ratePpm === undefined)] : manual
}

const explainCharges = (draft: Draft, line: QuoteLine, factors: LineFactors, steps: Step[]): void => {
  for (const { id, label, ratePpm, amount } of line.charges ?? []) {
    if (ratePpm !== undefined && !isPpm(ratePpm)) continue
    const roundedMinor =
      ratePpm === undefined
        ? (readMinor(amount, draft.exponent) ?? 0)
        : productMinor(factors, ratePpm, draft.exponent, draft.isHalfEven)
    const exact = ratePpm === undefined ? undefined : exactOf(factors, ratePpm, draft.exponent)
    if (roundedMinor === 0) continue
    steps.push({ stage: "lineCharge", ruleId: id, label, exact, roundedMinor, allocation: undefined })
  }
}

const explainShare = (draft: Draft, charge: ChargeDraft, row: number, steps: Step[]): void => {
  const share = charge.shares?.[row] ?? 0
  if (share === 0 || charge.visibility !== "hidden") return
  const stage = charge.source === "discount" ? "discountShare" : "footerShare"
  const { exact, allocation } = allocationOf(draft, charge, row)
  const label = (charge.source === "discount" ? draft.quote.discounts : draft.quote.footers)?.[charge.index]?.label
  steps.push({ stage, ruleId: charge.id, label, exact, roundedMinor: share, allocation })
}

/** quantity × price × ppm as an exact fraction of minor units; in numbers if they hold it. */
const exactOf = (factors: LineFactors, ppm: number, exponent: number, isNegative = false): ExactValue => {
  const sign = isNegative ? -1 : 1
  const shift = factors.quantityScale + factors.priceScale - exponent + (ppm === wholePpm ? 0 : 6)
  const product = factors.quantity * factors.price * (ppm === wholePpm ? 1 : ppm)
  const isSmall = factors.per === 1 && factors.perScale === 0 && shift >= 0 && shift < 16
  if (isSmall && product <= Number.MAX_SAFE_INTEGER && product >= -Number.MAX_SAFE_INTEGER) {
    return { numerator: product * sign, denominator: powersOfTen[shift]! }
  }
  const { numerator, denominator } = exactProduct(factors, [ppm], exponent)
  return { numerator: (numerator * BigInt(sign)).toString(), denominator: denominator.toString() }
}

/**
 * Pricing one line into its row of the draft: what it costs, what it is worth before footers and document discounts.
 */
import { lastRead, readDecimal } from "./decimal.ts"
import { type Draft, reportOn, writable } from "./draft.ts"
import { bigProduct, isDiscountWithin, type LineFactors, productMinor } from "./lineAmount.ts"
import { priceCosts } from "./lineCost.ts"
import { readMinor } from "./minorUnits.ts"
import { isPpm, wholePpm } from "./ppm.ts"
import type { QuoteLine, Stacking } from "./quote.ts"
import { inexact, notASafeInteger, overflow, percentOutOfRange } from "./refusedInput.ts"
import { safeNumber } from "./rounding.ts"
import { groupOf } from "./vatGroup.ts"

const maxScale = 6

/** Reused for every line: pricing is synchronous and never re-entered. */
const factors: LineFactors = {
  quantity: 1,
  quantityScale: 0,
  bigQuantity: undefined,
  price: 0,
  priceScale: 0,
  bigPrice: undefined,
  per: 1,
  perScale: 0,
}

/**
 * Prices line `row` of the draft: gross, discount, charge, base, cost, overhead and VAT group.
 *
 * Reports what it cannot read; the row then holds zeros and the draft is incomplete if the line counts.
 */
export const priceLine = (draft: Draft, row: number): void => {
  const { columns } = draft
  const line = draft.quote.lines[row]!
  if (line.kind === "text" || line.kind === "subtotal") return
  const isSumBundle = line.kind === "bundle" && line.bundlePrice !== "fixed"
  if (isSumBundle) return
  if (line.kind !== "bundle") columns.isPriced[row] = 1
  if (!readFactors(draft, row, line)) return
  const { exponent, isHalfEven } = draft
  const gross = productMinor(factors, wholePpm, exponent, isHalfEven)
  let base = gross
  const fromMatrix = line.unitPrice === undefined ? (draft.found.get(row)?.discountPpm ?? 0) : 0
  if (line.discounts === undefined && line.charges === undefined && fromMatrix === 0) {
    if (line.discountPpm !== undefined && line.discountPpm !== 0) {
      if (isPpm(line.discountPpm)) base = productMinor(factors, wholePpm - line.discountPpm, exponent, isHalfEven)
      else reportOn(draft, row, percentOutOfRange(`lines[${row}].discountPpm`, line.discountPpm))
      columns.discount[row] = base - gross
    }
  } else base = applyDiscountsAndCharges(draft, row, line, fromMatrix, gross)
  if (!Number.isSafeInteger(gross) || !Number.isSafeInteger(base)) {
    columns.discount[row] = 0
    if (columns.charge !== columns.zeros) columns.charge[row] = 0
    reportOn(draft, row, overflow(`lines[${row}]`))
    return
  }
  columns.gross[row] = gross
  columns.base[row] = base
  if (line.kind === "bundle") return
  columns.group[row] = groupOf(draft, row, line)
  if (line.adjustmentMinor !== undefined) readAdjustment(draft, row, line.adjustmentMinor)
  if (line.unitCost !== undefined || line.costs !== undefined) priceCosts(draft, row, line, factors)
}

/** The factors of line `row`, read again for an explanation; valid until the next line is read. */
export const readLineFactors = (draft: Draft, row: number): LineFactors | undefined => {
  const line = draft.quote.lines[row]!
  if (line.unitPrice === undefined && !draft.found.has(row)) return undefined
  return readFactors(draft, row, line) ? factors : undefined
}

/** Reads quantity, price and price unit into `factors`; false if one is missing. */
const readFactors = (draft: Draft, row: number, line: QuoteLine): boolean => {
  factors.quantity = 1
  factors.quantityScale = 0
  factors.bigQuantity = undefined
  if (line.quantity !== undefined) {
    if (!readDecimal(line.quantity, maxScale)) return reportInexact(draft, row, "quantity", line.quantity)
    factors.quantity = lastRead.mantissa
    factors.quantityScale = lastRead.scale
    factors.bigQuantity = lastRead.big
  }
  const unitPrice = line.unitPrice ?? draft.found.get(row)?.unitPrice ?? draft.lookUp(draft, row, line)
  if (unitPrice === undefined) return false
  if (!readDecimal(unitPrice, maxScale)) return reportInexact(draft, row, "unitPrice", unitPrice)
  factors.price = lastRead.mantissa
  factors.priceScale = lastRead.scale
  factors.bigPrice = lastRead.big
  return readPer(draft, row, line)
}

/** The price is for this many units; a found price brings its own. */
const readPer = (draft: Draft, row: number, line: QuoteLine): boolean => {
  factors.per = 1
  factors.perScale = 0
  const per = line.unitPrice === undefined ? draft.found.get(row)?.perQuantity : line.perQuantity
  if (per === undefined) return true
  const isRead = readDecimal(per, maxScale)
  if (!isRead || lastRead.mantissa <= 0 || lastRead.big !== undefined) {
    if (isRead) lastRead.reason = "notADecimal"
    return reportInexact(draft, row, "perQuantity", per)
  }
  factors.per = lastRead.mantissa
  factors.perScale = lastRead.scale
  return true
}

/** Several discounts and charges: percentages multiply as one exact fraction, amounts follow. */
const applyDiscountsAndCharges = (
  draft: Draft,
  row: number,
  line: QuoteLine,
  fromMatrix: number,
  gross: number,
): number => {
  const manual = readPercentages(draft, row, line)
  const { stacked, kept } = keptAfterStacking(draft.quote.stacking ?? "none", manual, fromMatrix)
  const found = draft.found.get(row)
  if (found !== undefined) found.stacked = stacked
  const discounted = subtractAmounts(
    draft,
    row,
    line,
    safeNumber(bigProduct(factors, kept, draft.exponent, draft.isHalfEven)),
  )
  let charge = 0
  line.charges?.forEach((item, at) => {
    const path = `lines[${row}].charges[${at}]`
    if (item.ratePpm === undefined) charge += readAmount(draft, row, `${path}.amount`, item.amount)
    else if (isPpm(item.ratePpm)) charge += productMinor(factors, item.ratePpm, draft.exponent, draft.isHalfEven)
    else reportOn(draft, row, percentOutOfRange(`${path}.ratePpm`, item.ratePpm))
  })
  draft.columns.discount[row] = discounted - gross
  if (charge !== 0) writable(draft.columns, "charge")[row] = charge
  return discounted + charge
}

/** Each discount in money takes from what is left, never beyond zero and never the other way. */
const subtractAmounts = (draft: Draft, row: number, line: QuoteLine, amount: number): number => {
  let left = amount
  // Beyond the safe integers there is nothing to take from; the caller reports that.
  if (!Number.isSafeInteger(left)) return left
  line.discounts?.forEach((discount, at) => {
    if (discount.ratePpm !== undefined) return
    const path = `lines[${row}].discounts[${at}].amount`
    const minor = readAmount(draft, row, path, discount.amount)
    if (isDiscountWithin(minor, left)) left -= minor
    else reportOn(draft, row, { _tag: "DiscountTooLarge", path, severity: "error", leftMinor: left })
  })
  return left
}

interface ManualPercentages {
  readonly keptPpms: readonly number[]
  readonly isGiven: boolean
}

const readPercentages = (draft: Draft, row: number, line: QuoteLine): ManualPercentages => {
  const keptPpms: number[] = []
  const read = (ratePpm: unknown, path: string): void => {
    if (isPpm(ratePpm)) keptPpms.push(wholePpm - ratePpm)
    else reportOn(draft, row, percentOutOfRange(path, ratePpm))
  }
  if (line.discountPpm !== undefined) read(line.discountPpm, `lines[${row}].discountPpm`)
  line.discounts?.forEach(({ ratePpm }, at) => {
    if (ratePpm !== undefined) read(ratePpm, `lines[${row}].discounts[${at}].ratePpm`)
  })
  return { keptPpms, isGiven: line.discountPpm !== undefined || (line.discounts?.length ?? 0) > 0 }
}

interface Stacked {
  readonly stacked: "manual" | "matrix" | "compound"
  readonly kept: readonly number[]
}

/** `none`: the manual discount replaces the matrix; `best`: whichever leaves less; `compound`: both, one on the other. */
const keptAfterStacking = (stacking: Stacking, manual: ManualPercentages, fromMatrix: number): Stacked => {
  const matrix: Stacked = { stacked: "matrix", kept: [wholePpm - fromMatrix] }
  const own: Stacked = { stacked: "manual", kept: manual.keptPpms }
  if (!manual.isGiven) return matrix
  if (fromMatrix === 0 || stacking === "none") return own
  if (stacking === "compound") return { stacked: "compound", kept: [...matrix.kept, ...own.kept] }
  const kept = own.kept.reduce((product, ppm) => product * BigInt(ppm), 1n)
  const scale = BigInt(wholePpm) ** BigInt(own.kept.length)
  return kept * BigInt(wholePpm) <= BigInt(wholePpm - fromMatrix) * scale ? own : matrix
}

/** A money amount in the quote's currency; 0 and an issue if it is none, NaN beyond 2^53. */
const readAmount = (draft: Draft, row: number, path: string, amount: unknown): number => {
  const minor = readMinor(amount, draft.exponent)
  if (minor === undefined) reportOn(draft, row, inexact(path, amount))
  return minor ?? 0
}

const readAdjustment = (draft: Draft, row: number, adjustment: unknown): void => {
  if (Number.isSafeInteger(adjustment)) writable(draft.columns, "adjustment")[row] = adjustment as number
  else reportOn(draft, row, notASafeInteger(`lines[${row}].adjustmentMinor`, adjustment))
}

const reportInexact = (draft: Draft, row: number, field: string, got: unknown): false => {
  reportOn(draft, row, inexact(`lines[${row}].${field}`, got))
  return false
}

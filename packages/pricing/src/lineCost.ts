/**
 * The planned cost of a line: cost per unit and cost items, each rounded to the company's minor unit.
 */
import { type DecimalInput, lastRead, powersOfTen, readDecimal } from "./decimal.ts"
import { type Draft, reportMissing, safeOrMissing, writable } from "./draft.ts"
import type { LineFactors } from "./lineAmount.ts"
import { wholePpm } from "./ppm.ts"
import type { CostItem, QuoteLine } from "./quote.ts"
import { inexact, percentOutOfRange } from "./refusedInput.ts"
import { bigPowerOfTen, roundBigRatio, roundRatio, safeNumber } from "./rounding.ts"

const maxScale = 6

/** Puts the cost and overhead of line `row` into the draft; `quantity` holds the line's quantity as read. */
export const priceCosts = (draft: Draft, row: number, line: QuoteLine, quantity: LineFactors): void => {
  const { columns } = draft
  if (line.unitCost !== undefined) {
    if (readDecimal(line.unitCost, maxScale)) {
      const cost = costOfLast(quantity.quantity, quantity.quantityScale, quantity.bigQuantity, draft)
      columns.cost[row] = safeOrMissing(draft, cost, `lines[${row}].unitCost`) ?? 0
    } else reportMissing(draft, inexact(`lines[${row}].unitCost`, line.unitCost))
  }
  line.costs?.forEach((item, at) => {
    priceItem(draft, row, item, `lines[${row}].costs[${at}]`)
  })
}

/** quantity × the decimal just read, in the company's minor units. */
const costOfLast = (quantity: number, scale: number, bigQuantity: bigint | undefined, draft: Draft): number => {
  const product = quantity * lastRead.mantissa
  const shift = scale + lastRead.scale - draft.companyExponent
  if (product <= Number.MAX_SAFE_INTEGER && product >= -Number.MAX_SAFE_INTEGER && shift >= 0) {
    return roundRatio(product, powersOfTen[shift]!, draft.isHalfEven)
  }
  const exact = (bigQuantity ?? BigInt(quantity)) * BigInt(lastRead.big ?? lastRead.mantissa)
  return safeNumber(
    shift >= 0 ? roundBigRatio(exact, bigPowerOfTen(shift), draft.isHalfEven) : exact * bigPowerOfTen(-shift),
  )
}

interface ReadQuantity {
  readonly mantissa: number
  readonly scale: number
  readonly big: bigint | undefined
}

const priceItem = (draft: Draft, row: number, item: CostItem, path: string): void => {
  const quantity = readQuantity(draft, item.quantity ?? 1, `${path}.quantity`)
  if (quantity === undefined) return
  const cost = costOf(draft, item.unitCost, quantity, `${path}.unitCost`)
  if (cost === undefined) return
  const own = inCompanyCurrency(draft, cost, item, path)
  if (own === undefined) return
  draft.columns.cost[row] = draft.columns.cost[row]! + own
  const overhead = overheadOf(draft, item, own, quantity, path)
  if (overhead === undefined) return
  const column = writable(draft.columns, "overhead")
  column[row] = column[row]! + overhead
}

const readQuantity = (draft: Draft, quantity: DecimalInput, path: string): ReadQuantity | undefined => {
  if (readDecimal(quantity, maxScale)) return { ...lastRead }
  reportMissing(draft, inexact(path, quantity))
  return undefined
}

const costOf = (draft: Draft, unitCost: DecimalInput, quantity: ReadQuantity, path: string): number | undefined => {
  if (!readDecimal(unitCost, maxScale)) {
    reportMissing(draft, inexact(path, unitCost))
    return undefined
  }
  return safeOrMissing(draft, costOfLast(quantity.mantissa, quantity.scale, quantity.big, draft), path)
}

/** A cost in the quote's currency converts at the frozen rate; any other foreign currency has no rate here. */
const inCompanyCurrency = (draft: Draft, cost: number, item: CostItem, path: string): number | undefined => {
  const own = draft.quote.company?.currency ?? draft.quote.currency
  if (item.currency === undefined || item.currency === own) return cost
  if (item.currency !== draft.quote.currency || draft.rate === undefined) {
    reportMissing(draft, {
      _tag: "CurrencyMix",
      path: `${path}.currency`,
      severity: "error",
      left: own,
      right: item.currency,
    })
    return undefined
  }
  // The cost was scaled to the company's exponent; the rate is per minor unit, so undo the difference in decimals.
  const decimals = draft.exponent - draft.companyExponent
  const numerator = BigInt(cost) * BigInt(draft.rate.numerator) * bigPowerOfTen(Math.max(decimals, 0))
  const denominator = BigInt(draft.rate.denominator) * bigPowerOfTen(Math.max(-decimals, 0))
  return safeOrMissing(draft, safeNumber(roundBigRatio(numerator, denominator, draft.isHalfEven)), `${path}.unitCost`)
}

const overheadOf = (
  draft: Draft,
  item: CostItem,
  cost: number,
  quantity: ReadQuantity,
  path: string,
): number | undefined => {
  const overhead = item.overhead
  if (overhead === undefined) return undefined
  if (overhead.kind === "perUnit") return costOf(draft, overhead.amount, quantity, `${path}.overhead.amount`)
  if (!Number.isSafeInteger(overhead.ratePpm) || overhead.ratePpm < 0) {
    const highest = Number.MAX_SAFE_INTEGER
    reportMissing(draft, percentOutOfRange(`${path}.overhead.ratePpm`, overhead.ratePpm, highest))
    return undefined
  }
  const share = roundBigRatio(BigInt(cost) * BigInt(overhead.ratePpm), BigInt(wholePpm), draft.isHalfEven)
  return safeOrMissing(draft, safeNumber(share), `${path}.overhead.ratePpm`)
}

/**
 * Document discounts and footer charges: their amounts, and their shares over the lines. Stages 9 and 10.
 *
 * Every charge weighs the lines by the same basis, taken before any of them, so their order does not matter.
 */
import { apportion } from "./apportion.ts"
import { type ChargeDraft, type Draft, reportMissing, safeOrMissing, writable } from "./draft.ts"
import { readMinor } from "./minorUnits.ts"
import { isPpm, wholePpm } from "./ppm.ts"
import type { DocumentDiscount, FooterCharge } from "./quote.ts"
import { inexact, percentOutOfRange } from "./refusedInput.ts"
import { roundBigRatio, roundProduct, safeNumber } from "./rounding.ts"
import type { Spread } from "./spread.ts"
import { spreadShares } from "./spreading.ts"
import type { Structure } from "./structure.ts"
import { groupFor } from "./vatGroup.ts"

/** Computes every charge and puts hidden and shown shares into the columns. */
export const applyCharges = (draft: Draft, structure: Structure | undefined): void => {
  const { discounts = [], footers = [] } = draft.quote
  if (discounts.length === 0 && footers.length === 0) return
  const lineSum = countedSum(draft)
  let discountSum = 0
  discounts.forEach((discount, index) => {
    const charge = draftOfDiscount(draft, discount, index, lineSum)
    if (charge === undefined) return
    discountSum += charge.amount
    settle(draft, charge, discount.spread ?? { targets: { kind: "all" } }, structure)
  })
  footers.forEach((footer, index) => {
    const charge = draftOfFooter(draft, footer, index, lineSum, discountSum)
    if (charge !== undefined) settle(draft, charge, footer.spread ?? {}, structure)
  })
}

const countedSum = (draft: Draft): number => {
  const { base, isCounted } = draft.columns
  let sum = 0
  for (let row = 0; row < draft.rows; row++) if (isCounted[row] === 1) sum += base[row]!
  return sum
}

const fresh = (source: ChargeDraft["source"], index: number, id: string, amount: number): ChargeDraft => ({
  source,
  index,
  id,
  visibility: "shown",
  amount,
  net: amount,
  companyNet: 0,
  cost: 0,
  group: -1,
  shares: undefined,
  parts: undefined,
  weights: undefined,
  spread: amount,
})

const draftOfDiscount = (
  draft: Draft,
  discount: DocumentDiscount,
  index: number,
  lineSum: number,
): ChargeDraft | undefined => {
  const path = `discounts[${index}]`
  const amount =
    discount.amount.kind === "fixed"
      ? readFixed(draft, `${path}.amount.amount`, discount.amount.amount, draft.exponent)
      : percentOf(draft, `${path}.amount.ratePpm`, discount.amount.ratePpm, lineSum)
  if (amount === undefined) return undefined
  const charge = fresh("discount", index, discount.id, -amount + 0)
  charge.visibility = discount.visibility ?? "shown"
  return charge
}

const draftOfFooter = (
  draft: Draft,
  footer: FooterCharge,
  index: number,
  lineSum: number,
  discountSum: number,
): ChargeDraft | undefined => {
  const path = `footers[${index}]`
  const cost = footer.cost === undefined ? 0 : readFixed(draft, `${path}.cost`, footer.cost, draft.companyExponent)
  const amount = footerAmount(draft, footer, path, lineSum, discountSum, cost)
  if (amount === undefined) return undefined
  const charge = fresh("footer", index, footer.id, amount)
  charge.visibility = footer.visibility ?? "shown"
  charge.cost = cost ?? 0
  if (footer.vat !== undefined && footer.vat !== "inherit") {
    charge.group = groupFor(draft, footer.vat, `${path}.vat`)
    if (charge.group < 0) return undefined
  }
  return charge
}

const footerAmount = (
  draft: Draft,
  footer: FooterCharge,
  path: string,
  lineSum: number,
  discountSum: number,
  cost: number | undefined,
): number | undefined => {
  const { amount } = footer
  if (amount.kind === "fixed") return readFixed(draft, `${path}.amount.amount`, amount.amount, draft.exponent)
  if (amount.kind === "percent") {
    const basis = amount.of === "afterDiscount" ? lineSum + discountSum : lineSum
    return percentOf(draft, `${path}.amount.ratePpm`, amount.ratePpm, basis)
  }
  if (cost === undefined) return undefined
  if (!Number.isSafeInteger(amount.markupPpm) || amount.markupPpm < -wholePpm) {
    reportMissing(draft, percentOutOfRange(`${path}.amount.markupPpm`, amount.markupPpm))
    return undefined
  }
  const numerator = BigInt(cost) * BigInt(wholePpm + amount.markupPpm) * BigInt(draft.rate?.denominator ?? 1)
  const denominator = BigInt(wholePpm) * BigInt(draft.rate?.numerator ?? 1)
  return safeOrMissing(draft, safeNumber(roundBigRatio(numerator, denominator, draft.isHalfEven)), path)
}

/** An amount of money with at most the currency's decimals. */
const readFixed = (draft: Draft, path: string, amount: unknown, exponent: number): number | undefined => {
  const minor = readMinor(amount, exponent)
  if (minor !== undefined) return safeOrMissing(draft, minor, path)
  reportMissing(draft, inexact(path, amount))
  return undefined
}

const percentOf = (draft: Draft, path: string, ratePpm: unknown, basis: number): number | undefined => {
  if (!isPpm(ratePpm)) {
    reportMissing(draft, percentOutOfRange(path, ratePpm))
    return undefined
  }
  return safeOrMissing(draft, roundProduct(basis, ratePpm, wholePpm, draft.isHalfEven), path)
}

/** Decides what becomes of the charge and books its shares. */
const settle = (draft: Draft, charge: ChargeDraft, spread: Spread, structure: Structure | undefined): void => {
  draft.charges.push(charge)
  const hasOwnVat = charge.group >= 0
  if (charge.visibility !== "hidden" && hasOwnVat) return
  const path = charge.source === "footer" ? `footers[${charge.index}]` : `discounts[${charge.index}]`
  const result = spreadShares(draft, charge, spread, structure, path)
  if (result !== undefined) {
    charge.shares = result.shares
    charge.weights = result.weights
    charge.spread = result.spread
    charge.amount = result.amount
    charge.net = result.amount
  }
  if (charge.visibility === "hidden" && (result === undefined || hasForeignVat(draft, charge, path))) {
    charge.visibility = "shown"
    if (hasOwnVat) charge.shares = undefined
  }
  if (charge.shares === undefined) inheritByAmount(draft, charge, path)
  if (charge.shares !== undefined) book(draft, charge, charge.shares)
}

/** A charge with VAT of its own may hide only in lines with the same. */
const hasForeignVat = (draft: Draft, charge: ChargeDraft, path: string): boolean => {
  if (charge.group < 0 || charge.shares === undefined) return false
  for (let row = 0; row < draft.rows; row++) {
    if (charge.shares[row] === 0 || draft.columns.group[row] === charge.group) continue
    const lineId = draft.quote.lines[row]!.id
    draft.issues.push({ _tag: "VatMix", path: `${path}.vat`, severity: "error", lineId })
    return true
  }
  charge.group = -1
  return false
}

/** A shown charge without VAT or targets of its own takes the VAT mix of all counted lines. */
const inheritByAmount = (draft: Draft, charge: ChargeDraft, path: string): void => {
  if (charge.group >= 0 || charge.amount === 0) return
  const weights = new Float64Array(draft.rows)
  let sum = 0
  for (let row = 0; row < draft.rows; row++) {
    const base = draft.columns.base[row]!
    if (draft.columns.isCounted[row] === 1 && base > 0) {
      weights[row] = base
      sum += base
    }
  }
  if (sum === 0) {
    // Nothing to take the VAT from: one rate in the whole quote is still an answer.
    if (draft.groups.length === 1) charge.group = 0
    else reportMissing(draft, { _tag: "VatRefused", path: `${path}.vat`, severity: "error", reason: "missing" })
    return
  }
  charge.weights = weights
  charge.spread = charge.amount
  charge.shares = apportion({
    total: charge.amount,
    factor: charge.amount,
    divisor: sum,
    weights,
    idOf: (row) => draft.quote.lines[row]!.id,
  })
}

const book = (draft: Draft, charge: ChargeDraft, shares: Float64Array): void => {
  const { columns } = draft
  const column =
    charge.visibility !== "hidden"
      ? writable(columns, "shownShare")
      : charge.source === "discount"
        ? writable(columns, "discountShare")
        : columns.footerShare
  for (let row = 0; row < shares.length; row++) column[row] = column[row]! + shares[row]!
}

/**
 * From line bases and shares to nets, VAT and totals. Stages 11 to 16 of the waterfall.
 */
import { apportion } from "./apportion.ts"
import { type Draft, reportMissing, safeOrMissing, type VatGroupDraft } from "./draft.ts"
import { takeOutIncludedVat } from "./includedVat.ts"
import { wholePpm } from "./ppm.ts"
import type { Totals } from "./pricedQuote.ts"
import { overflow } from "./refusedInput.ts"
import { roundProduct, roundRatio } from "./rounding.ts"
import { countedRowsByGroup } from "./vatGroup.ts"

/** Fills net and revenue of every row and base and tax of every VAT group. */
export const sumRows = (draft: Draft): void => {
  const { base, discountShare, footerShare, shownShare, adjustment, net, revenue, isPriced, isCounted } = draft.columns
  for (let row = 0; row < draft.rows; row++) {
    if (isPriced[row] === 0) continue
    const printed = base[row]! + discountShare[row]! + footerShare[row]! + adjustment[row]!
    net[row] = printed
    revenue[row] = isCounted[row] === 1 ? printed + shownShare[row]! : printed
  }
  if (draft.isGrossMode) takeOutIncludedVat(draft)
  else taxOnTop(draft)
  convert(draft)
}

/** Net prices: tax comes on top, once per group or line by line. */
const taxOnTop = (draft: Draft): void => {
  const { groups, isHalfEven } = draft
  const { revenue, isCounted, group } = draft.columns
  const isPerLine = draft.quote.rounding?.vat === "line"
  let size = 0
  for (let row = 0; row < draft.rows; row++) {
    if (isCounted[row] === 0) continue
    const amount = revenue[row]!
    size += amount < 0 ? -amount : amount
    const at = group[row]!
    if (at < 0) continue
    const to = groups[at]!
    to.rows++
    to.base += amount
    if (isPerLine) to.tax += roundProduct(amount, to.vat.ratePpm, wholePpm, isHalfEven)
  }
  for (const charge of draft.charges) {
    size += Math.abs(charge.amount)
    if (charge.group < 0) continue
    const to = groups[charge.group]!
    to.base += charge.amount
    if (isPerLine) to.tax += roundProduct(charge.amount, to.vat.ratePpm, wholePpm, isHalfEven)
  }
  // Twice the size leaves room for the tax: no single sum below can then lose a unit.
  if (size * 2 > Number.MAX_SAFE_INTEGER) reportMissing(draft, overflow("lines"))
  if (isPerLine) return
  for (const to of groups) to.tax = roundProduct(to.base, to.vat.ratePpm, wholePpm, isHalfEven)
}

/** Company amounts: each group's base and tax converted and rounded, then shared out so that both columns add up. */
const convert = (draft: Draft): void => {
  const { columns, rate, groups } = draft
  if (rate === undefined) {
    for (const to of groups) {
      to.companyBase = to.base
      to.companyTax = to.tax
    }
    for (const charge of draft.charges) charge.companyNet = charge.net
    return
  }
  for (let row = 0; row < draft.rows; row++) {
    columns.companyRevenue[row] = converted(draft, columns.revenue[row]!)
  }
  const rowsByGroup = countedRowsByGroup(draft)
  groups.forEach((to, at) => {
    to.companyBase = converted(draft, to.base)
    to.companyTax = converted(draft, to.tax)
    shareOutCompanyBase(draft, to, at, rowsByGroup[at]!)
  })
}

const converted = (draft: Draft, minor: number): number => {
  const { numerator, denominator } = draft.rate!
  const amount = roundProduct(minor, numerator, denominator, draft.isHalfEven)
  return safeOrMissing(draft, amount, "company.rate") ?? 0
}

/** The group's lines, and charges with VAT of their own, add up to its company base exactly. */
const shareOutCompanyBase = (draft: Draft, to: VatGroupDraft, at: number, rows: readonly number[]): void => {
  const { columns, rate, charges } = draft
  const own = charges.filter((charge) => charge.group === at)
  const weights = new Float64Array(rows.length + own.length)
  rows.forEach((row, place) => {
    weights[place] = columns.revenue[row]!
  })
  own.forEach((charge, place) => {
    weights[rows.length + place] = charge.net
  })
  const { lines } = draft.quote
  const shares = apportion({
    total: to.companyBase,
    factor: rate!.numerator,
    divisor: rate!.denominator,
    weights,
    idOf: (place) => (place < rows.length ? lines[rows[place]!]!.id : own[place - rows.length]!.id),
  })
  if (shares === undefined) return
  rows.forEach((row, place) => {
    columns.companyRevenue[row] = shares[place]!
  })
  own.forEach((charge, place) => {
    charge.companyNet = shares[rows.length + place]!
  })
}

/** The sums behind the totals. */
export interface TotalSums {
  linesNet: number
  allowances: number
  charges: number
  companyNet: number
  cost: number
  overhead: number
}

/** The sums that `totals` were closed from. */
export const totalSums = (totals: Totals): TotalSums => ({
  linesNet: totals.linesNetMinor,
  allowances: totals.allowancesMinor,
  charges: totals.chargesMinor,
  companyNet: totals.companyNetMinor,
  cost: totals.costMinor,
  overhead: totals.overheadMinor,
})

/** The totals of a draft whose rows are summed. All zero if a sum left the safe integers. */
export const totalsOf = (draft: Draft): Totals => {
  const { columns } = draft
  const sums: TotalSums = { linesNet: 0, allowances: 0, charges: 0, companyNet: 0, cost: 0, overhead: 0 }
  for (let row = 0; row < draft.rows; row++) {
    if (columns.isCounted[row] === 0) continue
    sums.linesNet += columns.net[row]!
    sums.companyNet += columns.companyRevenue[row]!
    sums.cost += columns.cost[row]!
    sums.overhead += columns.overhead[row]!
  }
  for (const charge of draft.charges) {
    sums.cost += charge.cost
    if (charge.visibility === "hidden") continue
    if (charge.net < 0) sums.allowances -= charge.net
    else sums.charges += charge.net
    if (charge.shares === undefined) sums.companyNet += charge.companyNet
  }
  return closeTotals(draft, sums)
}

/** From sums to totals: VAT, rounding and margins. */
export const closeTotals = (draft: Draft, sums: TotalSums): Totals => {
  let vat = 0
  let companyVat = 0
  for (const group of draft.groups) {
    vat += group.tax
    companyVat += group.companyTax
  }
  const net = sums.linesNet - sums.allowances + sums.charges
  const total = net + vat
  const rounding = payableRounding(draft, total)
  const contribution = sums.companyNet - sums.cost
  const margin = contribution - sums.overhead
  const own = {
    linesNetMinor: sums.linesNet,
    allowancesMinor: sums.allowances,
    chargesMinor: sums.charges,
    netMinor: net,
    vatMinor: vat,
    totalMinor: total,
    roundingMinor: rounding,
    payableMinor: total + rounding,
  }
  const company = {
    companyNetMinor: sums.companyNet,
    companyVatMinor: companyVat,
    companyTotalMinor: sums.companyNet + companyVat,
    costMinor: sums.cost,
    overheadMinor: sums.overhead,
    contributionMinor: contribution,
    marginMinor: margin,
    marginPpm: marginPpm(margin, sums.companyNet),
  }
  if (areSafe(own) && areSafe(company)) return { isComplete: draft.isComplete, ...own, ...company }
  reportOverflow(draft)
  // Where only the company's currency left the safe integers, the quote's own amounts stay.
  const kept = areSafe(own) ? own : zeroed(own)
  return { isComplete: false, ...kept, ...zeroed(company), marginPpm: undefined }
}

type Amounts = Readonly<Record<string, number | undefined>>

const areSafe = (amounts: Amounts): boolean =>
  Object.values(amounts).every((amount) => amount === undefined || Number.isSafeInteger(amount))

const zeroed = <Known extends Amounts>(amounts: Known): { readonly [Key in keyof Known]: number } =>
  Object.fromEntries(Object.keys(amounts).map((key) => [key, 0])) as { readonly [Key in keyof Known]: number }

const reportOverflow = (draft: Draft): void => {
  const isReported = draft.issues.some(
    ({ _tag, path }) => _tag === "MoneyOverflow" && (path === "lines" || path === "company.rate"),
  )
  if (!isReported) reportMissing(draft, overflow("lines"))
}

const payableRounding = (draft: Draft, total: number): number => {
  const { payableStepMinor: step = 1, payableAdjustmentMinor: adjustment = 0 } = draft.quote.rounding ?? {}
  for (const [field, value, least] of [
    ["payableStepMinor", step, 1],
    ["payableAdjustmentMinor", adjustment, -Number.MAX_SAFE_INTEGER],
  ] as const) {
    if (Number.isSafeInteger(value) && value >= least) continue
    const expected = least === 1 ? "a positive integer" : "an integer"
    draft.issues.push({ _tag: "InvalidShape", path: `rounding.${field}`, severity: "error", expected })
    return 0
  }
  return roundRatio(total, step, draft.isHalfEven) * step - total + adjustment
}

/**
 * Margin as a part of revenue in 1/10 000 percentage point, rounded half away from zero; undefined unless the revenue
 * is positive: −120 on −80 is not "150 %". Undefined too if one of them is no safe integer of minor units.
 *
 * @example marginPpm(44_600_00, 100_000_00) // 446 000, which is 44.6 %
 */
export const marginPpm = (marginMinor: number, revenueMinor: number): number | undefined => {
  if (!Number.isSafeInteger(marginMinor) || !Number.isSafeInteger(revenueMinor) || revenueMinor <= 0) return undefined
  const ppm = roundProduct(marginMinor, wholePpm, revenueMinor, false)
  // A cent of revenue against a fortune of cost has no percentage anyone could use.
  return Number.isSafeInteger(ppm) ? ppm : undefined
}

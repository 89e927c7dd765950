/**
 * From the columns of a draft to the rows of the result.
 */
import type { ChargeDraft, Draft } from "./draft.ts"
import { compareIds } from "./identifier.ts"
import type { FooterShare, FooterVatPart, PricedFooter, PricedLine } from "./pricedQuote.ts"
import type { Structure } from "./structure.ts"
import { marginPpm } from "./totals.ts"
import type { VatGroup } from "./vat.ts"

/** One priced line per line of the quote, in its order. */
export const linesOf = (draft: Draft, structure: Structure | undefined): readonly PricedLine[] => {
  if (draft.hasSubtotals) sumSubtotals(draft)
  if (structure !== undefined) sumBundles(draft, structure)
  const lines = new Array<PricedLine>(draft.rows)
  for (let row = 0; row < lines.length; row++) lines[row] = lineOf(draft, row)
  return lines
}

/** The priced line of one row. */
export const lineOf = (draft: Draft, row: number): PricedLine => {
  const { columns } = draft
  const line = draft.quote.lines[row]!
  const found = line.unitPrice === undefined ? draft.found.get(row) : undefined
  const unitPrice = line.unitPrice ?? found?.unitPrice
  const group = columns.group[row]!
  const revenue = small(columns.companyRevenue[row]!)
  const cost = small(columns.cost[row]!)
  const overhead = small(columns.overhead[row]!)
  const margin = revenue - cost - overhead
  return {
    id: line.id,
    kind: line.kind ?? "product",
    isCounted: columns.isCounted[row] === 1,
    unitPrice: typeof unitPrice === "number" ? String(unitPrice) : unitPrice,
    priceOrigin:
      found === undefined ? (line.unitPrice === undefined ? undefined : (line.priceOrigin ?? "manual")) : found.origin,
    grossMinor: small(columns.gross[row]!),
    discountMinor: small(columns.discount[row]!),
    chargeMinor: small(columns.charge[row]!),
    bundleMinor: small(columns.bundle[row]!),
    baseMinor: small(columns.base[row]!),
    discountShareMinor: small(columns.discountShare[row]!),
    footerShareMinor: small(columns.footerShare[row]!),
    adjustmentMinor: small(columns.adjustment[row]!),
    includedVatMinor: draft.isGrossMode ? small(includedVat(draft, row)) : 0,
    netMinor: small(columns.net[row]!),
    revenueMinor: small(columns.revenue[row]!),
    vat: group < 0 ? undefined : draft.groups[group]!.vat,
    companyRevenueMinor: revenue,
    costMinor: cost,
    overheadMinor: overhead,
    marginMinor: margin,
    marginPpm: marginPpm(margin, revenue),
  }
}

/**
 * The same number, as a small integer where it is one: read from a float array it would be a boxed double, and twenty
 * of those a line would more than double what a priced quote keeps (measured: 638 bytes a line, 350 with this).
 */
const small = (value: number): number => {
  const integer = value | 0
  return integer === value ? integer : value
}

const includedVat = (draft: Draft, row: number): number => {
  const { base, discountShare, footerShare, adjustment, net, isPriced } = draft.columns
  if (isPriced[row] === 0) return 0
  return net[row]! - base[row]! - discountShare[row]! - footerShare[row]! - adjustment[row]!
}

/** A subtotal sums the counted lines since the one before it, within its own section. */
const sumSubtotals = (draft: Draft): void => {
  const { lines } = draft.quote
  const { columns } = draft
  let sums: Map<string | undefined, number> | undefined
  for (let row = 0; row < lines.length; row++) {
    const line = lines[row]!
    if (line.kind === "subtotal") {
      sums ??= sumsBefore(draft, row)
      columns.net[row] = sums.get(line.sectionId) ?? 0
      columns.revenue[row] = columns.net[row]!
      sums.set(line.sectionId, 0)
    } else if (sums !== undefined) addTo(draft, sums, row)
  }
}

const sumsBefore = (draft: Draft, end: number): Map<string | undefined, number> => {
  const sums = new Map<string | undefined, number>()
  for (let row = 0; row < end; row++) addTo(draft, sums, row)
  return sums
}

const addTo = (draft: Draft, sums: Map<string | undefined, number>, row: number): void => {
  if (draft.columns.isCounted[row] === 0) return
  const { sectionId } = draft.quote.lines[row]!
  sums.set(sectionId, (sums.get(sectionId) ?? 0) + draft.columns.net[row]!)
}

/** A bundle shows what its counted components add up to; components come after or before it alike. */
const sumBundles = (draft: Draft, structure: Structure): void => {
  const { columns } = draft
  // A set: in a quote of one currency revenue and company revenue are one array.
  const summed = new Set([columns.net, columns.revenue, columns.companyRevenue, columns.cost])
  if (columns.overhead !== columns.zeros) summed.add(columns.overhead)
  for (let row = 0; row < draft.rows; row++) {
    if (columns.isCounted[row] === 0) continue
    let bundle = structure.bundleOf[row]!
    while (bundle >= 0) {
      for (const column of summed) column[bundle] = column[bundle]! + column[row]!
      bundle = structure.bundleOf[bundle]!
    }
  }
}

/** The VAT breakdown, by category, then rate. Groups that nothing counted fell into are left out. */
export const vatOf = (draft: Draft): readonly VatGroup[] => {
  return draft.groups
    .filter(({ rows }, at) => rows > 0 || draft.charges.some((charge) => charge.group === at))
    .map(({ vat, base, tax }) => ({
      category: vat.category,
      ratePpm: vat.ratePpm + 0,
      baseMinor: base,
      taxMinor: tax,
    }))
    .sort((left, right) => compareIds(left.category, right.category) || left.ratePpm - right.ratePpm)
}

/** Document discounts, then footers, each in the order of the quote. */
export const footersOf = (draft: Draft): readonly PricedFooter[] =>
  draft.charges.map((charge) => ({
    id: charge.id,
    source: charge.source,
    visibility: charge.visibility,
    amountMinor: charge.amount,
    netMinor: charge.net,
    costMinor: charge.cost,
    vat: charge.group < 0 ? undefined : draft.groups[charge.group]!.vat,
    vatParts: charge.visibility === "hidden" ? [] : vatPartsOf(draft, charge),
    shares: charge.shares === undefined ? [] : sharesOf(draft, charge),
  }))

const vatPartsOf = (draft: Draft, charge: ChargeDraft): readonly FooterVatPart[] => {
  const parts = charge.parts ?? netParts(draft, charge)
  return [...parts]
    .filter(([at, baseMinor]) => at >= 0 && baseMinor !== 0)
    .map(([at, baseMinor]) => {
      const { category, ratePpm } = draft.groups[at]!.vat
      return { category, ratePpm, baseMinor }
    })
    .sort((left, right) => compareIds(left.category, right.category) || left.ratePpm - right.ratePpm)
}

const netParts = (draft: Draft, charge: ChargeDraft): ReadonlyMap<number, number> => {
  if (charge.shares === undefined) return new Map([[charge.group, charge.net]])
  const parts = new Map<number, number>()
  for (let row = 0; row < draft.rows; row++) {
    const share = charge.shares[row]!
    const at = draft.columns.group[row]!
    if (share !== 0) parts.set(at, (parts.get(at) ?? 0) + share)
  }
  return parts
}

const sharesOf = (draft: Draft, charge: ChargeDraft): readonly FooterShare[] => {
  const shares: FooterShare[] = []
  for (let row = 0; row < draft.rows; row++) {
    const minor = charge.shares![row]!
    if (minor !== 0) shares.push({ lineId: draft.quote.lines[row]!.id, minor })
  }
  return shares
}

/**
 * Lint for price lists: what is allowed but surely not meant.
 */
import { compare, type Fraction, fraction, fractionText, plus, readFraction, times } from "./fraction.ts"
import type { PriceEntry, PriceList, PriceTier } from "./priceBook.ts"

/** What is surely not meant; `path` leads into the list, quantities and prices are decimal text. */
export type PriceListFinding =
  /** Buying `quantity` costs `amount`, and buying less costs `lessAmount`, which is more. */
  | {
      readonly _tag: "TotalNotMonotone"
      readonly path: string
      readonly lessQuantity: string
      readonly lessAmount: string
      readonly quantity: string
      readonly amount: string
    }
  /** The price per piece rises at a break. */
  | { readonly _tag: "PriceRises"; readonly path: string; readonly from: string; readonly to: string }
  /** Two rows that would be equal in rank on some day: a look-up would be ambiguous if their prices differ. */
  | { readonly _tag: "OverlappingRows"; readonly path: string; readonly otherId: string }
  /** Ends before it starts, or tiers out of order, or without a last one. */
  | { readonly _tag: "ImpossibleRow"; readonly path: string; readonly reason: "dates" | "tiers" | "unreadable" }

/**
 * What a reader should look at, with a path into the list; an empty array is a clean list.
 *
 * @example lintPriceList(list) // volume tiers: 100 units cost 210.00, 101 units 101.00 → TotalNotMonotone
 */
export const lintPriceList = (list: PriceList): readonly PriceListFinding[] => {
  const findings: PriceListFinding[] = []
  list.entries.forEach((entry, at) => {
    const path = `entries[${at}]`
    if (entry.validFrom !== undefined && entry.validTo !== undefined && entry.validTo < entry.validFrom) {
      findings.push({ _tag: "ImpossibleRow", path, reason: "dates" })
    }
    if (entry.price.kind === "tiers") lintTiers(entry.price.by, entry.price.tiers, path, findings)
    list.entries.slice(0, at).forEach((other) => {
      if (isSameRank(entry, other) && overlaps(entry, other)) {
        findings.push({ _tag: "OverlappingRows", path, otherId: other.id })
      }
    })
  })
  lintBreaks(list, findings)
  return findings
}

const isSameRank = (left: PriceEntry, right: PriceEntry): boolean =>
  left.productId === right.productId &&
  left.groupId === right.groupId &&
  left.unit === right.unit &&
  (left.validFrom ?? "") === (right.validFrom ?? "") &&
  isSameQuantity(left.minQuantity, right.minQuantity)

const isSameQuantity = (left: PriceEntry["minQuantity"], right: PriceEntry["minQuantity"]): boolean => {
  const one = readFraction(left ?? 0)
  const other = readFraction(right ?? 0)
  return one !== undefined && other !== undefined && compare(one, other) === 0
}

const overlaps = (left: PriceEntry, right: PriceEntry): boolean =>
  (left.validFrom ?? "") <= (right.validTo ?? "9999-12-31") && (right.validFrom ?? "") <= (left.validTo ?? "9999-12-31")

/** The smallest quantity beyond a break: one unit of the whole quantities that people order. */
const oneMore = fraction(1n)

const lintTiers = (
  by: "volume" | "graduated",
  tiers: readonly PriceTier[],
  path: string,
  findings: PriceListFinding[],
): void => {
  const read = tiers.map((tier) => ({
    upTo: tier.upTo === undefined ? undefined : readFraction(tier.upTo),
    price: readFraction(tier.unitPrice),
    flat: readFraction(tier.flatAmount ?? 0),
  }))
  if (read.some(({ price, flat }, at) => !price || !flat || (tiers[at]!.upTo !== undefined && !read[at]!.upTo))) {
    findings.push({ _tag: "ImpossibleRow", path, reason: "unreadable" })
    return
  }
  for (let at = 0; at < read.length; at++) {
    const { upTo } = read[at]!
    const before = at === 0 ? fraction(0n) : read[at - 1]!.upTo
    const isLast = at === read.length - 1
    if (isLast !== (upTo === undefined) || (upTo !== undefined && before !== undefined && compare(upTo, before) <= 0)) {
      findings.push({ _tag: "ImpossibleRow", path: `${path}.price.tiers[${at}]`, reason: "tiers" })
      return
    }
  }
  if (by === "graduated") return
  for (let at = 1; at < read.length; at++) {
    const edge = read[at - 1]!.upTo!
    const less = amountAt(edge, read[at - 1]!.price!, read[at - 1]!.flat!)
    const quantity = plus(edge, oneMore)
    const more = amountAt(quantity, read[at]!.price!, read[at]!.flat!)
    compareTotals(`${path}.price.tiers[${at}]`, edge, less, quantity, more, findings)
  }
}

const amountAt = (quantity: Fraction, price: Fraction, flat: Fraction): Fraction => plus(times(quantity, price), flat)

const compareTotals = (
  path: string,
  lessQuantity: Fraction,
  less: Fraction,
  quantity: Fraction,
  more: Fraction,
  findings: PriceListFinding[],
): void => {
  if (compare(more, less) < 0) {
    findings.push({
      _tag: "TotalNotMonotone",
      path,
      lessQuantity: fractionText(lessQuantity, 6),
      lessAmount: fractionText(less, 6, 2),
      quantity: fractionText(quantity, 6),
      amount: fractionText(more, 6, 2),
    })
  }
}

/** Breaks made of several rows with minimum quantities, per product or group and period. */
const lintBreaks = (list: PriceList, findings: PriceListFinding[]): void => {
  const rows = new Map<string, { at: number; minQuantity: Fraction; price: Fraction }[]>()
  list.entries.forEach((entry, at) => {
    if (entry.price.kind !== "fixed") return
    const minQuantity = readFraction(entry.minQuantity ?? 0)
    const price = readFraction(entry.price.unitPrice)
    if (minQuantity === undefined || price === undefined) {
      findings.push({ _tag: "ImpossibleRow", path: `entries[${at}]`, reason: "unreadable" })
      return
    }
    const key = JSON.stringify([entry.productId, entry.groupId, entry.unit, entry.validFrom, entry.validTo])
    const breaks = rows.get(key) ?? []
    breaks.push({ at, minQuantity, price })
    rows.set(key, breaks)
  })
  for (const breaks of rows.values()) {
    breaks.sort((left, right) => compare(left.minQuantity, right.minQuantity))
    for (let place = 1; place < breaks.length; place++) {
      const lower = breaks[place - 1]!
      const upper = breaks[place]!
      const path = `entries[${upper.at}]`
      if (compare(upper.price, lower.price) > 0) {
        const [from, to] = [fractionText(lower.price, 6, 2), fractionText(upper.price, 6, 2)]
        findings.push({ _tag: "PriceRises", path, from, to })
      }
      const edge = plus(upper.minQuantity, fraction(-1n))
      if (compare(edge, lower.minQuantity) < 0 || edge.numerator <= 0n) continue
      compareTotals(
        path,
        edge,
        times(edge, lower.price),
        upper.minQuantity,
        times(upper.minQuantity, upper.price),
        findings,
      )
    }
  }
}

/**
 * What a solver is asked for: which figure of a priced quote, and what it should be.
 */
import { currencyExponent } from "./currency.ts"
import { type DecimalInput, lastRead, readDecimal } from "./decimal.ts"
import { readMinor } from "./minorUnits.ts"
import { wholePpm } from "./ppm.ts"
import type { PricedQuote } from "./pricedQuote.ts"
import { ok, type Result, refuse } from "./result.ts"
import { bigPowerOfTen, safeNumber } from "./rounding.ts"
import type { InvalidTarget, TargetUnreachable } from "./solve.ts"

/** Which figure of a quote should become what: amounts are decimal text in major units, rates ppm. */
export type SolveTarget =
  /** Without VAT. */
  | { readonly kind: "net"; readonly amount: DecimalInput }
  /** With VAT: the payable amount. */
  | { readonly kind: "total"; readonly amount: DecimalInput }
  /** Margin after overhead, as a part of the net. */
  | { readonly kind: "margin"; readonly ratePpm: number }
  /** Margin after overhead, in the company's currency. */
  | { readonly kind: "marginAmount"; readonly amount: DecimalInput }
  /** On the cost. */
  | { readonly kind: "markup"; readonly ratePpm: number }
  /** The net of a section, or of one line. */
  | { readonly kind: "section"; readonly sectionId: string; readonly amount: DecimalInput }
  | { readonly kind: "line"; readonly lineId: string; readonly amount: DecimalInput }

export interface ReadTarget {
  readonly measure: (priced: PricedQuote) => number
  readonly wantedMinor: number
  /** For margins: whether what was asked for is kept, not only the net that was computed from it. */
  readonly isReached: ((priced: PricedQuote) => boolean) | undefined
}

/** The figure and its wanted value in minor units. */
export const readTarget = (
  priced: PricedQuote,
  target: SolveTarget,
): Result<ReadTarget, InvalidTarget | TargetUnreachable> => {
  const net = (after: PricedQuote): number => after.totals.netMinor
  switch (target.kind) {
    case "net":
      return wanted(priced, target.amount, net)
    case "total":
      return wanted(priced, target.amount, (after) => after.totals.payableMinor)
    case "section": {
      const at = priced.sections.findIndex(({ id }) => id === target.sectionId)
      if (at < 0) return refuse({ _tag: "InvalidTarget", path: "target.sectionId" })
      return wanted(priced, target.amount, (after) => after.sections[at]!.netMinor)
    }
    case "line": {
      const row = priced.lines.findIndex(({ id }) => id === target.lineId)
      if (row < 0) return refuse({ _tag: "InvalidTarget", path: "target.lineId" })
      return wanted(priced, target.amount, (after) => after.lines[row]!.netMinor)
    }
    default:
      return marginTarget(priced, target, net)
  }
}

const wanted = (
  priced: PricedQuote,
  amount: DecimalInput,
  measure: ReadTarget["measure"],
): Result<ReadTarget, InvalidTarget> => {
  const wantedMinor = minorOf(amount, currencyExponent(priced.currency) ?? 2)
  return wantedMinor === undefined
    ? refuse({ _tag: "InvalidTarget", path: "target.amount" })
    : ok({ measure, wantedMinor, isReached: undefined })
}

const minorOf = (amount: DecimalInput, exponent: number): number | undefined => {
  const minor = readMinor(amount, exponent)
  return Number.isSafeInteger(minor) ? minor : undefined
}

type MarginTarget = Extract<SolveTarget, { readonly kind: "margin" | "marginAmount" | "markup" }>

/** Costs do not depend on prices, so a margin is a net: rounded up, never short of what was asked. */
const marginTarget = (
  priced: PricedQuote,
  target: MarginTarget,
  measure: ReadTarget["measure"],
): Result<ReadTarget, InvalidTarget | TargetUnreachable> => {
  const cost = BigInt(priced.totals.costMinor + priced.totals.overheadMinor)
  const needed = neededCompanyNet(priced, target, cost)
  if (needed === undefined) return refuse({ _tag: "InvalidTarget", path: "target" })
  if (needed === "unreachable") return refuse({ _tag: "TargetUnreachable", minMinor: undefined, maxMinor: undefined })
  const isReached = (after: PricedQuote): boolean => BigInt(after.totals.companyNetMinor) >= needed
  const wantedMinor = safeNumber(inQuoteCurrency(priced, needed))
  if (!Number.isSafeInteger(wantedMinor)) return refuse({ _tag: "InvalidTarget", path: "target" })
  return ok({ measure, wantedMinor, isReached })
}

const neededCompanyNet = (
  priced: PricedQuote,
  target: MarginTarget,
  cost: bigint,
): bigint | "unreachable" | undefined => {
  if (target.kind === "marginAmount") {
    const amount = minorOf(target.amount, currencyExponent(priced.companyCurrency) ?? 2)
    return amount === undefined ? undefined : cost + BigInt(amount)
  }
  if (!Number.isSafeInteger(target.ratePpm)) return undefined
  if (target.kind === "markup") return ceilDivide(cost * BigInt(wholePpm + target.ratePpm), BigInt(wholePpm))
  if (target.ratePpm >= wholePpm) return "unreachable"
  return ceilDivide(cost * BigInt(wholePpm), BigInt(wholePpm - target.ratePpm))
}

const ceilDivide = (numerator: bigint, denominator: bigint): bigint => {
  const floor = numerator / denominator
  return floor * denominator < numerator ? floor + 1n : floor
}

const inQuoteCurrency = (priced: PricedQuote, companyMinor: bigint): bigint => {
  const { company, currency } = priced.quote
  if (company === undefined || company.currency === currency || !readDecimal(company.rate, 12)) return companyMinor
  const rate = BigInt(lastRead.big ?? lastRead.mantissa)
  const scale = bigPowerOfTen(lastRead.scale)
  const from = bigPowerOfTen(currencyExponent(currency) ?? 2)
  const to = bigPowerOfTen(currencyExponent(company.currency) ?? 2)
  return ceilDivide(companyMinor * scale * from, rate * to)
}

/**
 * Moving the free lines so that the quote comes to the target, up to what prices on the grid can say.
 */
import { currencyExponent } from "./currency.ts"
import { powersOfTen } from "./decimal.ts"
import { type Fraction, fraction, fractionText, readFraction, roundToStep, times } from "./fraction.ts"
import { type FreeLines, noUpperEnd } from "./freeLines.ts"
import { readMinor } from "./minorUnits.ts"
import { wholePpm } from "./ppm.ts"
import type { PricedLine, PricedQuote } from "./pricedQuote.ts"
import { priceQuote } from "./priceQuote.ts"
import type { Quote, QuoteLine } from "./quote.ts"
import { ok, type Result, refuse } from "./result.ts"
import type { FloorConflict, InvalidTarget, SolveRequest, TargetBelowLocked, TargetUnreachable } from "./solve.ts"
import { waterFill } from "./waterFill.ts"

export interface Moved {
  readonly priced: PricedQuote
  readonly boundsHit: readonly string[]
}

type Measured = (priced: PricedQuote) => number
type MoveRefused = TargetBelowLocked | FloorConflict | TargetUnreachable | InvalidTarget

const maxRounds = 8

/** The quote with the free lines' bases moved; repeated, since shares and percentages of the document move along. */
export const moveLines = (
  before: PricedQuote,
  request: SolveRequest,
  free: FreeLines,
  wanted: number,
  measure: Measured,
): Result<Moved, MoveRefused> => {
  const grid = readGrid(before, request)
  if (grid === undefined) return refuse({ _tag: "InvalidTarget", path: "grid" })
  const weights = Float64Array.from(free.rows, (row) => before.lines[row]!.baseMinor)
  const idOf = (at: number): string => before.lines[free.rows[at]!]!.id
  const build = (bases: Float64Array): PricedQuote => priceQuote(withBases(before, request, free, bases, grid))
  const slope = slopeOf(build, weights, measure)
  if (slope <= 0) return refuse({ _tag: "TargetUnreachable", minMinor: measure(before), maxMinor: measure(before) })
  let best: { readonly bases: Float64Array; readonly priced: PricedQuote; readonly miss: number } | undefined
  let total = sumOf(weights) + Math.round((wanted - measure(build(weights))) / slope)
  for (let round = 0; round < maxRounds; round++) {
    const bases = waterFill(total, { weights, lower: free.lower, upper: free.upper, idOf })
    if (bases === undefined) return refuse(outOfBounds(build, free, total, measure))
    const priced = build(bases)
    const miss = wanted - measure(priced)
    // A coarse grid can swing around the target for ever: the nearest that was seen is kept.
    if (best === undefined || Math.abs(miss) < Math.abs(best.miss)) best = { bases, priced, miss }
    const step = Math.round(miss / slope)
    if (step === 0) break
    total += step
  }
  const { bases, priced } = best!
  const boundsHit = free.rows.flatMap((row, at) =>
    bases[at] === free.lower[at] || bases[at] === free.upper[at] ? [before.lines[row]!.id] : [],
  )
  return ok({ priced, boundsHit })
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)

const readGrid = (priced: PricedQuote, request: SolveRequest): Fraction | undefined => {
  const exponent = currencyExponent(priced.currency) ?? 2
  if (request.grid === undefined) return fraction(1n, BigInt(powersOfTen[exponent]!))
  const grid = readFraction(request.grid, 6)
  return grid === undefined || grid.numerator <= 0n ? undefined : grid
}

/** How much the measured figure moves per minor unit of base: VAT and percentages of the document come along. */
const slopeOf = (build: (bases: Float64Array) => PricedQuote, weights: Float64Array, measure: Measured): number => {
  // Downwards: a discount cannot lift a line above its gross.
  const less = build(weights.map((weight) => weight - Math.max(Math.round(weight / 10), 1)))
  const from = build(weights)
  const worth = ({ lines }: PricedQuote): number =>
    lines.reduce((sum, line) => (line.isCounted ? sum + line.baseMinor + line.adjustmentMinor : sum), 0)
  const moved = worth(from) - worth(less)
  return moved === 0 ? 0 : (measure(from) - measure(less)) / moved
}

const outOfBounds = (
  build: (bases: Float64Array) => PricedQuote,
  free: FreeLines,
  total: number,
  measure: Measured,
): MoveRefused => {
  const isBelow = total < sumOf(free.lower)
  const least = build(free.lower)
  if (!isBelow) {
    return { _tag: "TargetUnreachable", minMinor: measure(least), maxMinor: boundedMost(build, free, measure) }
  }
  const ruleIds = [...new Set(free.ruleIds.filter((id) => id !== undefined))]
  if (ruleIds.length > 0) return { _tag: "FloorConflict", ruleIds, minMinor: measure(least) }
  if (sumOf(free.lower) === 0) return { _tag: "TargetBelowLocked", lockedMinor: measure(least) }
  return { _tag: "TargetUnreachable", minMinor: measure(least), maxMinor: boundedMost(build, free, measure) }
}

/** Undefined where the prices have no upper end. */
const boundedMost = (
  build: (bases: Float64Array) => PricedQuote,
  free: FreeLines,
  measure: Measured,
): number | undefined => (free.upper.some((most) => most >= noUpperEnd) ? undefined : measure(build(free.upper)))

/** The quote in which each free line's base is as close to `bases` as its grid allows, the rest adjusted in cents. */
const withBases = (
  before: PricedQuote,
  request: SolveRequest,
  free: FreeLines,
  bases: Float64Array,
  grid: Fraction,
): Quote => {
  const exponent = currencyExponent(before.currency) ?? 2
  const lines = [...before.quote.lines]
  free.rows.forEach((row, at) => {
    const priced = before.lines[row]!
    const line = lines[row]!
    const { adjustmentMinor: _, ...kept } = line
    lines[row] =
      bases[at] === priced.baseMinor && line.adjustmentMinor === undefined
        ? line
        : request.how === "discount"
          ? discounted(kept, priced, bases[at]!, exponent)
          : repriced(kept, priced, bases[at]!, grid, exponent)
  })
  const moved: Quote = { ...before.quote, lines }
  const isAdjusting = (request.residual ?? "lineAdjustment") === "lineAdjustment"
  return isAdjusting ? adjusted(moved, free, bases) : moved
}

/** The cents between what the grid gives and what is wanted, line by line. */
const adjusted = (quote: Quote, free: FreeLines, bases: Float64Array): Quote => {
  const { footers: _, discounts: __, marginRules: ___, ...bare } = quote
  const priced = priceQuote(bare)
  const lines = [...quote.lines]
  free.rows.forEach((row, at) => {
    const adjustmentMinor = bases[at]! - priced.lines[row]!.baseMinor
    if (adjustmentMinor !== 0) lines[row] = { ...lines[row]!, adjustmentMinor }
  })
  return { ...quote, lines }
}

/** Amounts that do not scale with the price: fixed discounts and charges. */
const fixedPart = (line: QuoteLine, exponent: number): number => {
  const minor = (amount: unknown): number => readMinor(amount, exponent) ?? 0
  let fixed = 0
  for (const { ratePpm, amount } of line.charges ?? []) if (ratePpm === undefined) fixed += minor(amount)
  for (const { ratePpm, amount } of line.discounts ?? []) if (ratePpm === undefined) fixed -= minor(amount)
  return fixed
}

/** The unit price scales with what depends on it, to the nearest grid step, never below zero. */
const repriced = (line: QuoteLine, priced: PricedLine, base: number, grid: Fraction, exponent: number): QuoteLine => {
  const fixed = fixedPart(line, exponent)
  const price = readFraction(priced.unitPrice)
  if (price === undefined || priced.baseMinor === fixed) return line
  const factor = fraction(BigInt(Math.max(base - fixed, 0)), BigInt(priced.baseMinor - fixed))
  const unitPrice = fractionText(roundToStep(times(price, factor), grid), 6)
  return { ...line, unitPrice, priceOrigin: "solved" }
}

/** One manual percentage in place of all others; amounts stay. */
const discounted = (line: QuoteLine, priced: PricedLine, base: number, exponent: number): QuoteLine => {
  const amounts = line.discounts?.filter(({ ratePpm }) => ratePpm === undefined)
  const percentCharges = priced.chargeMinor - fixedCharges(line, exponent)
  if (priced.grossMinor <= 0) return line
  const kept = fraction(BigInt(base - fixedPart(line, exponent) - percentCharges), BigInt(priced.grossMinor))
  const ppm = wholePpm - Number(fractionText(times(kept, fraction(BigInt(wholePpm))), 0))
  const { discounts: _, ...rest } = line
  return {
    ...rest,
    discountPpm: Math.min(Math.max(ppm, 0), wholePpm),
    ...(amounts === undefined || amounts.length === 0 ? {} : { discounts: amounts }),
  }
}

const fixedCharges = (line: QuoteLine, exponent: number): number => {
  const { discounts: _, ...rest } = line
  return fixedPart(rest, exponent)
}

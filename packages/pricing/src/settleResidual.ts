/**
 * The last cents of a solution: what prices on the grid leave is adjusted, searched, put into the rounding, or reported.
 */
import { apportion } from "./apportion.ts"
import { currencyExponent } from "./currency.ts"
import { powersOfTen } from "./decimal.ts"
import { type Fraction, fraction, fractionText, plus, readFraction, roundToStep, times } from "./fraction.ts"
import type { FreeLines } from "./freeLines.ts"
import type { Moved } from "./moveLines.ts"
import type { PricedQuote } from "./pricedQuote.ts"
import { priceQuote } from "./priceQuote.ts"
import type { Quote, QuoteLine } from "./quote.ts"
import type { Solution, SolveRequest } from "./solve.ts"

export interface Settled {
  readonly priced: PricedQuote
  readonly nearest: Solution["nearest"]
}

type Measured = (priced: PricedQuote) => number

/** The solution after the residual policy; `nearest` only where the target is not met. */
export const settleResidual = (
  moved: Moved,
  request: SolveRequest,
  free: FreeLines,
  wanted: number,
  measure: Measured,
): Settled => {
  const { priced } = moved
  if (measure(priced) === wanted) return { priced, nearest: undefined }
  switch (request.residual ?? "lineAdjustment") {
    case "lineAdjustment":
      return { priced: adjustToTarget(priced, request, free, wanted, measure), nearest: undefined }
    case "documentRounding":
      return { priced: roundDocument(priced, request, wanted, measure), nearest: undefined }
    default:
      return searchGrid(priced, request, free, wanted, measure)
  }
}

const maxRounds = 16
const window = 3

/** Whole cents on the free lines, by their net; then, with VAT on top, a cent between VAT groups. */
const adjustToTarget = (
  start: PricedQuote,
  request: SolveRequest,
  free: FreeLines,
  wanted: number,
  measure: Measured,
): PricedQuote => {
  let best = start
  for (let round = 0; round < maxRounds; round++) {
    const miss = wanted - measure(best)
    if (miss === 0) return best
    const next = priceQuote(withCents(best, free.rows, miss))
    if (Math.abs(wanted - measure(next)) >= Math.abs(miss)) break
    best = next
  }
  if (measure(best) === wanted) return best
  return moveCentsBetweenGroups(best, free, wanted, measure) ?? roundDocument(best, request, wanted, measure)
}

/** `cents` added to the adjustments of `rows`, in proportion to their nets. */
const withCents = (priced: PricedQuote, rows: readonly number[], cents: number): Quote => {
  const weights = Float64Array.from(rows, (row) => Math.max(priced.lines[row]!.netMinor, 1))
  const divisor = weights.reduce((sum, weight) => sum + weight, 0)
  const idOf = (at: number): string => priced.lines[rows[at]!]!.id
  const shares = apportion({ total: cents, factor: cents, divisor, weights, idOf }) ?? new Float64Array(rows.length)
  const lines = [...priced.quote.lines]
  rows.forEach((row, at) => {
    lines[row] = withAdjustment(lines[row]!, (lines[row]!.adjustmentMinor ?? 0) + shares[at]!)
  })
  return { ...priced.quote, lines }
}

const withAdjustment = (line: QuoteLine, adjustmentMinor: number): QuoteLine => {
  const { adjustmentMinor: _, ...rest } = line
  return adjustmentMinor === 0 ? rest : { ...rest, adjustmentMinor }
}

/**
 * Net + round(rate × net) skips values: one VAT group alone reaches about 80 % of the totals. A cent more in one group
 * and a cent less in another reaches nearly all. The smallest move that does it is taken.
 */
const moveCentsBetweenGroups = (
  start: PricedQuote,
  free: FreeLines,
  wanted: number,
  measure: Measured,
): PricedQuote | undefined => {
  const groups = rowsByVat(start, free).slice(0, 2)
  const moves: { readonly cents: readonly number[]; readonly size: number }[] = []
  for (let first = -window; first <= window; first++) {
    if (groups.length === 1) moves.push({ cents: [first], size: Math.abs(first) })
    else {
      for (let second = -window; second <= window; second++) {
        moves.push({ cents: [first, second], size: Math.abs(first) + Math.abs(second) })
      }
    }
  }
  moves.sort((left, right) => left.size - right.size || left.cents[0]! - right.cents[0]!)
  for (const { cents } of moves) {
    let quote = start.quote
    let priced = start
    groups.forEach((rows, at) => {
      if (cents[at] === 0) return
      quote = withCents({ ...priced, quote }, rows, cents[at]!)
      priced = { ...priced, quote }
    })
    const after = priceQuote(quote)
    if (measure(after) === wanted) return after
  }
  return undefined
}

/** Free rows by VAT rate, the group with the largest line first. */
const rowsByVat = (priced: PricedQuote, free: FreeLines): readonly (readonly number[])[] => {
  const groups = new Map<string, number[]>()
  for (const row of free.rows) {
    const { vat } = priced.lines[row]!
    const key = vat === undefined ? "" : `${vat.category} ${vat.ratePpm}`
    const rows = groups.get(key)
    if (rows === undefined) groups.set(key, [row])
    else rows.push(row)
  }
  const largest = (rows: readonly number[]): number => Math.max(...rows.map((row) => priced.lines[row]!.netMinor))
  return [...groups.values()].sort((left, right) => largest(right) - largest(left))
}

/** The miss as a rounding of the payable amount (BT-114). VAT is never touched. Only a total has such a row. */
const roundDocument = (priced: PricedQuote, request: SolveRequest, wanted: number, measure: Measured): PricedQuote => {
  if (request.target.kind !== "total") return priced
  const { rounding } = priced.quote
  const payableAdjustmentMinor = (rounding?.payableAdjustmentMinor ?? 0) + wanted - measure(priced)
  return priceQuote({ ...priced.quote, rounding: { ...rounding, payableAdjustmentMinor } })
}

const maxSteps = 3
const maxSearchedLines = 24

/** Prices a few grid steps up or down: the combination that meets the target, or the nearest below and above. */
const searchGrid = (
  start: PricedQuote,
  request: SolveRequest,
  free: FreeLines,
  wanted: number,
  measure: Measured,
): Settled => {
  const grid = readFraction(request.grid) ?? fraction(1n, BigInt(powersOfTen[currencyExponent(start.currency) ?? 2]!))
  const rows = free.rows.slice(0, maxSearchedLines)
  const from = measure(start)
  // Effects of single lines add up for a net; for other figures the found combination is priced and checked.
  let reachable = new Map<number, ReadonlyMap<number, number>>([[from, new Map()]])
  rows.forEach((row, at) => {
    const grown = new Map(reachable)
    for (let steps = -maxSteps; steps <= maxSteps; steps++) {
      if (steps === 0) continue
      const after = priceQuote(stepped(start.quote, row, grid, steps))
      const base = after.lines[row]!.baseMinor
      if (base < free.lower[at]! || base > free.upper[at]!) continue
      const effect = measure(after) - from
      for (const [value, moves] of reachable) {
        if (!grown.has(value + effect)) grown.set(value + effect, new Map([...moves, [row, steps]]))
      }
    }
    reachable = nearestTo(wanted, grown)
  })
  const hit = reachable.get(wanted)
  if (hit !== undefined && request.residual === "gridSearch") {
    let quote = start.quote
    for (const [row, steps] of hit) quote = stepped(quote, row, grid, steps)
    const priced = priceQuote(quote)
    if (measure(priced) === wanted) return { priced, nearest: undefined }
  }
  const below = [...reachable.keys()].filter((value) => value <= wanted)
  const above = [...reachable.keys()].filter((value) => value >= wanted)
  return {
    priced: start,
    nearest: {
      belowMinor: below.length === 0 ? undefined : Math.max(...below),
      aboveMinor: above.length === 0 ? undefined : Math.min(...above),
    },
  }
}

const maxKept = 400

/** Only sums near the target can still become it in a few steps: the others are forgotten. */
const nearestTo = <Value>(wanted: number, sums: ReadonlyMap<number, Value>): Map<number, Value> =>
  new Map([...sums].sort(([left], [right]) => Math.abs(left - wanted) - Math.abs(right - wanted)).slice(0, maxKept))

const stepped = (quote: Quote, row: number, grid: Fraction, steps: number): Quote => {
  const line = quote.lines[row]!
  const price = readFraction(line.unitPrice)
  if (price === undefined) return quote
  // A price that nothing had moved may be off the grid; one that is moved may not.
  const unitPrice = fractionText(plus(roundToStep(price, grid), times(grid, fraction(BigInt(steps)))), 6)
  const lines = [...quote.lines]
  lines[row] = { ...line, unitPrice, priceOrigin: "solved" }
  return { ...quote, lines }
}

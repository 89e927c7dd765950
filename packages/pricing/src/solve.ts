/**
 * Solving: a quote that comes to a wanted net, total, margin, section or line, by moving prices or discounts of the
 * lines that are free to move.
 */
import type { DecimalInput } from "./decimal.ts"
import { freeLines } from "./freeLines.ts"
import { writeDownPrices } from "./freeze.ts"
import { moveLines } from "./moveLines.ts"
import type { PricedQuote } from "./pricedQuote.ts"
import { priceQuote } from "./priceQuote.ts"
import type { Quote } from "./quote.ts"
import { ok, type Result, refuse } from "./result.ts"
import { settleResidual } from "./settleResidual.ts"
import { readTarget, type SolveTarget } from "./solveTarget.ts"

/** What to solve for, which lines may move, how, and within which bounds. */
export interface SolveRequest {
  readonly target: SolveTarget
  /** Lines that may move; all unless said. Locked and frozen lines, and those worth nothing, never do. */
  readonly free?:
    | { readonly kind: "all" }
    | { readonly kind: "lines"; readonly lineIds: readonly string[] }
    | { readonly kind: "section"; readonly sectionId: string }
    | { readonly kind: "group"; readonly groupId: string }
  /** Move unit prices (default), or keep them and move the manual discount. */
  readonly how?: "price" | "discount"
  /** New unit prices are multiples of this; the currency's minor unit unless said. */
  readonly grid?: DecimalInput
  /** Where the cents go that the grid cannot reach. Default `lineAdjustment`: always exact, shown per line. */
  readonly residual?: "lineAdjustment" | "gridSearch" | "documentRounding" | "nearest"
  /** Keep every line above its blocking margin rule (default), or not. */
  readonly keepFloors?: boolean
  /** No line may rise or fall by more than this; an integer, not negative. */
  readonly maxChangePpm?: number
}

/** The solved quote, what moved, and how close it came, in minor units; check `isReached`. */
export interface Solution {
  /** The new quote; price it to see everything. */
  readonly quote: Quote
  readonly priced: PricedQuote
  readonly isReached: boolean
  readonly targetMinor: number
  readonly reachedMinor: number
  readonly moved: readonly MovedLine[]
  /** Lines that stopped at a floor or at the largest change. */
  readonly boundsHit: readonly string[]
  /** Where the target was not reached: the closest amounts that the grid can reach. */
  readonly nearest: { readonly belowMinor: number | undefined; readonly aboveMinor: number | undefined } | undefined
}

/** A line whose net changed, in minor units; `adjustmentMinor` is the cent correction it now carries, 0 if none. */
export interface MovedLine {
  readonly lineId: string
  readonly fromMinor: number
  readonly toMinor: number
  readonly adjustmentMinor: number
}

/** The quote has errors that the target depends on, or would have: a price beyond 2^53 minor units on the way there. */
export interface QuoteIncomplete {
  readonly _tag: "QuoteIncomplete"
  readonly tags: readonly string[]
}
/** The target cannot be read, or names a line or section that is not there. */
export interface InvalidTarget {
  readonly _tag: "InvalidTarget"
  readonly path: string
}
/** No line may move; `reachedMinor` is what the figure is now. */
export interface NoFreeLines {
  readonly _tag: "NoFreeLines"
  readonly reachedMinor: number
}
/** What is locked comes to more than the target already. */
export interface TargetBelowLocked {
  readonly _tag: "TargetBelowLocked"
  readonly lockedMinor: number
}
/** Only by breaking these blocking rules; `minMinor` is the least that keeps them. */
export interface FloorConflict {
  readonly _tag: "FloorConflict"
  readonly ruleIds: readonly string[]
  readonly minMinor: number
}
/** Outside what the free lines can reach; an open end is undefined. */
export interface TargetUnreachable {
  readonly _tag: "TargetUnreachable"
  readonly minMinor: number | undefined
  readonly maxMinor: number | undefined
}

/** Why no quote comes to the target. */
export type SolveRefused =
  | QuoteIncomplete
  | InvalidTarget
  | NoFreeLines
  | TargetBelowLocked
  | FloorConflict
  | TargetUnreachable

const maxRounds = 6

/**
 * The quote that comes to the target, and what moved. A quote that is there already comes back as it is.
 *
 * Free lines move in proportion to their net, within floors; cents that prices cannot reach are adjusted per line.
 * Margin targets are rounded up: the margin reached is never below the one asked for.
 *
 * Refuses with `QuoteIncomplete`, `InvalidTarget`, `NoFreeLines`, `TargetBelowLocked`, `FloorConflict`,
 * `TargetUnreachable`.
 *
 * @example solve(quote, { target: { kind: "net", amount: "20000.00" } })
 */
export const solve = (quote: Quote, request: SolveRequest): Result<Solution, SolveRefused> => {
  const start = priceQuote(quote)
  if (!start.totals.isComplete) return refuse(incomplete(start))
  const { maxChangePpm } = request
  if (maxChangePpm !== undefined && !(Number.isSafeInteger(maxChangePpm) && maxChangePpm >= 0)) {
    return refuse({ _tag: "InvalidTarget", path: "maxChangePpm" })
  }
  const target = readTarget(start, request.target)
  if (!target.ok) return target
  const { measure } = target.value
  let wanted = target.value.wantedMinor
  if (isThere(target.value.isReached, measure, wanted, start)) return ok(unchanged(start, wanted, measure(start)))
  const written = writeDownPrices(start)
  for (let round = 0; round < maxRounds; round++) {
    const solved = solveFor(written, request, wanted, measure)
    if (!solved.ok) return solved
    if (target.value.isReached?.(solved.value.priced) !== false || !solved.value.isReached) return solved
    // A margin in another currency can miss by the rounding of the conversion: ask for one minor unit more.
    wanted++
  }
  return refuse({ _tag: "TargetUnreachable", minMinor: undefined, maxMinor: undefined })
}

const incomplete = ({ issues }: PricedQuote): QuoteIncomplete => ({
  _tag: "QuoteIncomplete",
  tags: [...new Set(issues.map(({ _tag }) => _tag))],
})

type Measured = (priced: PricedQuote) => number

const isThere = (
  isReached: ((priced: PricedQuote) => boolean) | undefined,
  measure: Measured,
  wanted: number,
  start: PricedQuote,
): boolean => measure(start) === wanted && isReached?.(start) !== false

const unchanged = (priced: PricedQuote, targetMinor: number, reachedMinor: number): Solution => ({
  quote: priced.quote,
  priced,
  isReached: true,
  targetMinor,
  reachedMinor,
  moved: [],
  boundsHit: [],
  nearest: undefined,
})

const solveFor = (
  quote: Quote,
  request: SolveRequest,
  wanted: number,
  measure: Measured,
): Result<Solution, SolveRefused> => {
  const before = priceQuote(quote)
  const free = freeLines(before, request)
  if (free.rows.length === 0) return refuse({ _tag: "NoFreeLines", reachedMinor: measure(before) })
  const moved = moveLines(before, request, free, wanted, measure)
  if (!moved.ok) return moved
  const settled = settleResidual(moved.value, request, free, wanted, measure)
  if (!settled.priced.totals.isComplete) return refuse(incomplete(settled.priced))
  const reachedMinor = measure(settled.priced)
  return ok({
    quote: settled.priced.quote,
    priced: settled.priced,
    isReached: reachedMinor === wanted,
    targetMinor: wanted,
    reachedMinor,
    moved: movedLines(before, settled.priced),
    boundsHit: moved.value.boundsHit,
    nearest: reachedMinor === wanted ? undefined : settled.nearest,
  })
}

const movedLines = (before: PricedQuote, after: PricedQuote): readonly MovedLine[] =>
  after.lines.flatMap((line, row) => {
    const fromMinor = before.lines[row]!.netMinor
    if (fromMinor === line.netMinor || line.kind === "subtotal" || line.kind === "bundle") return []
    return [{ lineId: line.id, fromMinor, toMinor: line.netMinor, adjustmentMinor: line.adjustmentMinor }]
  })

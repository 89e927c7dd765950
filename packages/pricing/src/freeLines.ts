/**
 * Which lines a solver may move, and how far each.
 */

import { wholePpm } from "./ppm.ts"
import type { PricedLine, PricedQuote } from "./pricedQuote.ts"
import type { QuoteLine } from "./quote.ts"
import { recallDraft } from "./rememberedDraft.ts"
import type { SolveRequest } from "./solve.ts"

export interface FreeLines {
  readonly rows: readonly number[]
  /** Bounds of the line's base in minor units, by place in `rows`. */
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** The rule behind each lower bound, if any. */
  readonly ruleIds: readonly (string | undefined)[]
}

/** Stands for “as high as you like”; a sum of a few still is a safe integer. */
export const noUpperEnd = 2 ** 42

/** Lines that count, have a positive net, and are neither locked nor frozen. */
export const freeLines = (priced: PricedQuote, request: SolveRequest): FreeLines => {
  const rows: number[] = []
  const isSelected = selector(priced, request)
  priced.lines.forEach((line, row) => {
    const input = priced.quote.lines[row]!
    if (line.isCounted && line.baseMinor > 0 && canMove(input, line) && isSelected(input, row)) rows.push(row)
  })
  const ruleIds: (string | undefined)[] = []
  const lower = new Float64Array(rows.length)
  const upper = new Float64Array(rows.length)
  rows.forEach((row, at) => {
    const line = priced.lines[row]!
    const floor = request.keepFloors === false ? undefined : blockingFloor(priced, line)
    ruleIds.push(floor?.ruleId)
    const change = request.maxChangePpm
    const least = change === undefined ? 0 : Math.ceil((line.baseMinor * Math.max(wholePpm - change, 0)) / wholePpm)
    const most = change === undefined ? noUpperEnd : Math.floor((line.baseMinor * (wholePpm + change)) / wholePpm)
    lower[at] = Math.max(least, floor?.baseMinor ?? 0)
    upper[at] = Math.max(request.how === "discount" ? Math.min(most, mostByDiscount(line)) : most, lower[at]!)
  })
  return { rows, lower, upper, ruleIds }
}

const canMove = (line: QuoteLine, priced: PricedLine): boolean =>
  (line.lock === undefined || line.lock === "none") &&
  priced.priceOrigin !== "frozen" &&
  priced.bundleMinor === 0 &&
  line.kind !== "bundle"

/** A discount cannot lift a line above its gross. */
const mostByDiscount = (line: PricedLine): number => line.grossMinor + line.chargeMinor

const selector = (priced: PricedQuote, request: SolveRequest): ((line: QuoteLine, row: number) => boolean) => {
  const free =
    request.target.kind === "section" && request.free === undefined
      ? ({ kind: "section", sectionId: request.target.sectionId } as const)
      : request.free
  if (request.target.kind === "line") {
    const { lineId } = request.target
    return (line) => line.id === lineId
  }
  switch (free?.kind) {
    case "lines": {
      const ids = new Set(free.lineIds)
      return (line) => ids.has(line.id)
    }
    case "group":
      return (line) => line.groupIds?.includes(free.groupId) === true
    case "section": {
      const structure = recallDraft(priced)?.structure
      const section = structure?.sectionById.get(free.sectionId) ?? -1
      return (_, row) => section >= 0 && structure?.isInSection(row, section) === true
    }
    default:
      return () => true
  }
}

/** The base at which the strictest blocking rule of the line still holds, given its shares now. */
const blockingFloor = (
  priced: PricedQuote,
  line: PricedLine,
): { readonly ruleId: string; readonly baseMinor: number } | undefined => {
  let strictest: { ruleId: string; baseMinor: number } | undefined
  for (const outcome of priced.floors) {
    if (outcome.subjectId !== line.id) continue
    const floor = outcome.bounds.find(({ level }) => level === "block")?.floorMinor
    if (floor === undefined) continue
    const inQuote =
      line.companyRevenueMinor === line.revenueMinor || line.companyRevenueMinor === 0
        ? floor
        : Math.ceil((floor * line.revenueMinor) / line.companyRevenueMinor) + 1
    // With VAT in the price, what is added to the net is more than what is added to the base.
    const gross = priced.quote.priceMode === "gross" ? 1 + (line.vat?.ratePpm ?? 0) / wholePpm : 1
    const baseMinor = line.baseMinor + Math.ceil((inQuote - line.revenueMinor) * gross)
    if (strictest === undefined || baseMinor > strictest.baseMinor) strictest = { ruleId: outcome.ruleId, baseMinor }
  }
  return strictest
}

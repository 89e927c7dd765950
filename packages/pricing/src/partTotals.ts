/**
 * The net of each part of an instalment plan, before it is shared over lines.
 */
import { apportion } from "./apportion.ts"
import { lastRead, readDecimal } from "./decimal.ts"
import type { InstalmentPart, InvalidPart, PlanRefused } from "./instalment.ts"
import { wholePpm } from "./ppm.ts"
import { ok, type Result, refuse } from "./result.ts"
import { bigPowerOfTen, roundProduct, safeNumber } from "./rounding.ts"

/** One net per part; those of invoiced parts are what was invoiced. */
export const partTotals = (
  parts: readonly InstalmentPart[],
  currentNet: number,
  originalNet: number,
  exponent: number,
): Result<Float64Array, PlanRefused> => {
  const invalid = invalidPart(parts)
  if (invalid !== undefined) return refuse(invalid)
  const percents = parts.reduce((sum, { share }) => sum + (share.kind === "percent" ? share.ratePpm : 0), 0)
  if (percents > wholePpm) return refuse({ _tag: "SharesDoNotAddUp", path: "parts", sumPpm: percents })
  const totals = new Float64Array(parts.length)
  const sign = currentNet < 0 ? -1 : 1
  let open = currentNet
  for (const [at, part] of parts.entries()) {
    if (part.invoiced !== undefined) totals[at] = part.invoiced.reduce((sum, { minor }) => sum + minor, 0)
    else if (part.share.kind === "amount") {
      const amount = readAmount(part.share.amount, exponent)
      if (amount === undefined)
        return refuse({ _tag: "InvalidPart", path: `parts[${at}].share.amount`, reason: "inexactAmount" })
      totals[at] = amount
    } else continue
    open -= totals[at]!
  }
  if (open * sign < 0) return refuse({ _tag: "OverInvoiced", excessMinor: -open * sign })
  open = percentTotals(parts, totals, open, { currentNet, originalNet, isClosing: percents === wholePpm })
  const backwards = progressTotals(parts, totals, currentNet)
  if (backwards !== undefined) return refuse(backwards)
  open = currentNet - totals.reduce((sum, total) => sum + total, 0)
  if (open * sign < 0) return refuse({ _tag: "OverInvoiced", excessMinor: -open * sign })
  shareTotals(parts, totals, open)
  const remainder = parts.findIndex(({ share, invoiced }) => share.kind === "remainder" && invoiced === undefined)
  if (remainder >= 0) totals[remainder] = currentNet - totals.reduce((sum, total) => sum + total, 0)
  return ok(totals)
}

const invalidPart = (parts: readonly InstalmentPart[]): InvalidPart | undefined => {
  if (parts.length === 0) return { _tag: "InvalidPart", path: "parts", reason: "noParts" }
  let hasRemainder = false
  let weights = 0
  for (const [at, { share, invoiced }] of parts.entries()) {
    if (invoiced?.some(({ minor }) => !Number.isSafeInteger(minor)) === true) {
      return { _tag: "InvalidPart", path: `parts[${at}].invoiced`, reason: "inexactAmount" }
    }
    const path = `parts[${at}].share`
    if (share.kind === "remainder") {
      if (hasRemainder) return { _tag: "InvalidPart", path, reason: "secondRemainder" }
      hasRemainder = true
    }
    const ppm = share.kind === "percent" ? share.ratePpm : share.kind === "progress" ? share.untilPpm : 0
    if (!Number.isInteger(ppm) || ppm < 0 || ppm > wholePpm) {
      return { _tag: "InvalidPart", path, reason: "percentOutOfRange" }
    }
    if (share.kind !== "share") continue
    const isWeight = Number.isSafeInteger(share.weight) && share.weight >= 0
    if (!isWeight || !Number.isSafeInteger(weights + share.weight)) {
      return { _tag: "InvalidPart", path, reason: "weight" }
    }
    weights += share.weight
  }
  return undefined
}

const readAmount = (amount: unknown, exponent: number): number | undefined => {
  if (!readDecimal(amount, exponent)) return undefined
  const minor = safeNumber(BigInt(lastRead.big ?? lastRead.mantissa) * bigPowerOfTen(exponent - lastRead.scale))
  return Number.isSafeInteger(minor) ? minor : undefined
}

interface PercentBase {
  readonly currentNet: number
  readonly originalNet: number
  /** The percentages add up to 100 %: the last one takes what is left, if nothing else does. */
  readonly isClosing: boolean
}

/** Each percentage rounds by itself but never takes more than is open; returns what stays open. */
const percentTotals = (
  parts: readonly InstalmentPart[],
  totals: Float64Array,
  openBefore: number,
  base: PercentBase,
): number => {
  let open = openBefore
  const isOpenPercent = ({ share, invoiced }: InstalmentPart): boolean =>
    share.kind === "percent" && invoiced === undefined
  const last = parts.findLastIndex(isOpenPercent)
  const closes =
    base.isClosing && parts.every(({ share, invoiced }) => share.kind === "percent" || invoiced !== undefined)
  parts.forEach((part, at) => {
    if (part.share.kind !== "percent" || part.invoiced !== undefined) return
    const of = part.share.of === "current" ? base.currentNet : base.originalNet
    const exact = roundProduct(of, part.share.ratePpm, wholePpm, false)
    const total = closes && at === last ? open : Math.abs(exact) > Math.abs(open) ? open : exact
    totals[at] = total
    open -= total
  })
  return open
}

/** Progress is cumulative: what is reached now less what was reached before. */
const progressTotals = (
  parts: readonly InstalmentPart[],
  totals: Float64Array,
  net: number,
): PlanRefused | undefined => {
  let before = 0
  let reached = 0
  for (const [at, { share, invoiced }] of parts.entries()) {
    if (share.kind !== "progress") continue
    if (share.untilPpm < before) {
      return { _tag: "SharesDoNotAddUp", path: `parts[${at}].share.untilPpm`, sumPpm: share.untilPpm }
    }
    before = share.untilPpm
    if (invoiced === undefined) totals[at] = roundProduct(net, share.untilPpm, wholePpm, false) - reached
    reached += totals[at]!
  }
  return undefined
}

const shareTotals = (parts: readonly InstalmentPart[], totals: Float64Array, open: number): void => {
  const weights = Float64Array.from(parts, ({ share, invoiced }) =>
    share.kind === "share" && invoiced === undefined ? share.weight : 0,
  )
  const divisor = weights.reduce((sum, weight) => sum + weight, 0)
  if (divisor === 0) return
  const shares = apportion({ total: open, factor: open, divisor, weights, idOf: (at) => parts[at]!.id })
  shares?.forEach((share, at) => {
    if (weights[at] !== 0) totals[at] = share
  })
}

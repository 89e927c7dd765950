/**
 * Spreading: the share of each line in one charge. Locks, frozen and manual shares first, then largest remainders.
 */
import { apportion } from "./apportion.ts"
import { type ChargeDraft, type Draft, reportMissing } from "./draft.ts"
import { readMinor } from "./minorUnits.ts"
import { inexact, overflow } from "./refusedInput.ts"
import type { Spread, SpreadShare } from "./spread.ts"
import { basisWeights, targetRows } from "./spreadWeights.ts"
import type { Structure } from "./structure.ts"

export interface Spreading {
  readonly shares: Float64Array
  /** Undefined if the shares were given. */
  readonly weights: Float64Array | undefined
  /** The part that was apportioned over the weights. */
  readonly spread: number
  /** What the shares add up to; differs from the charge only where frozen shares lapsed. */
  readonly amount: number
}

/** The shares of `charge`; undefined (with an issue) if it must stay a row of its own. */
export const spreadShares = (
  draft: Draft,
  charge: ChargeDraft,
  spread: Spread,
  structure: Structure | undefined,
  path: string,
): Spreading | undefined => {
  if (spread.basis === "manual") return manualShares(draft, charge, spread, path)
  const { frozenShares, respread } = spread
  const kept =
    frozenShares === undefined || respread === "all"
      ? undefined
      : readShares(draft, frozenShares, `${path}.spread.frozenShares`, true)
  if (kept !== undefined && respread !== "missingOnly") {
    const lapsed = charge.amount - kept.sum
    if (lapsed !== 0) {
      draft.issues.push({ _tag: "SharesLapsed", path, severity: "warning", lapsedMinor: lapsed })
    }
    return { shares: kept.shares, weights: undefined, spread: 0, amount: kept.sum }
  }
  const targets = targetRows(draft, charge, spread, structure, path)
  if (targets === undefined) return undefined
  if (kept !== undefined) for (const row of kept.rows) targets[row] = 0
  const open = charge.amount - (kept?.sum ?? 0)
  const spreadOpen = byWeights(draft, charge, spread, targets, open, path)
  if (spreadOpen === undefined || kept === undefined) return spreadOpen
  const shares = spreadOpen.shares.map((share, row) => share + kept.shares[row]!)
  return { ...spreadOpen, shares, amount: charge.amount }
}

const byWeights = (
  draft: Draft,
  charge: ChargeDraft,
  spread: Spread,
  targets: Uint8Array,
  amount: number,
  path: string,
): Spreading | undefined => {
  if (amount === 0)
    return { shares: new Float64Array(draft.rows), weights: undefined, spread: 0, amount: charge.amount }
  if (!targets.includes(1)) return refuse(draft, charge, { _tag: "NoTarget", path, severity: "error" })
  const weights = basisWeights(draft, charge, spread, targets, path)
  if (weights === undefined) return undefined
  let divisor = 0
  let size = 0
  let largest = 0
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row]!
    divisor += weight
    size += Math.abs(weight)
    if (Math.abs(weight) > Math.abs(largest)) largest = weight
  }
  if (size === 0) return onZeroBasis(draft, charge, spread, targets, amount, path)
  if (!Number.isSafeInteger(size)) return refuse(draft, charge, overflow(path))
  // Signed weights are meaningful only if their sum has the sign of the largest of them.
  if (Math.sign(largest) !== Math.sign(divisor)) {
    return refuse(draft, charge, { _tag: "SignMixed", path, severity: "error" })
  }
  return share(draft, charge, weights, divisor, amount, path)
}

const share = (
  draft: Draft,
  charge: ChargeDraft,
  weights: Float64Array,
  divisor: number,
  amount: number,
  path: string,
): Spreading | undefined => {
  const sign = divisor < 0 ? -1 : 1
  const { lines } = draft.quote
  const shares = apportion({
    total: amount,
    factor: amount * sign,
    divisor: divisor * sign,
    weights,
    idOf: (row) => lines[row]!.id,
  })
  if (shares === undefined) return refuse(draft, charge, overflow(path))
  return { shares, weights, spread: amount, amount: charge.amount }
}

const onZeroBasis = (
  draft: Draft,
  charge: ChargeDraft,
  spread: Spread,
  targets: Uint8Array,
  amount: number,
  path: string,
): Spreading | undefined => {
  const policy = spread.onZeroBasis ?? "keepAsLine"
  if (policy !== "equal") {
    return refuse(draft, charge, { _tag: "ZeroBasis", path, severity: policy === "error" ? "error" : "warning" })
  }
  const weights = Float64Array.from(targets)
  return share(
    draft,
    charge,
    weights,
    weights.reduce((sum, weight) => sum + weight, 0),
    amount,
    path,
  )
}

/** A charge that cannot be spread stays visible; the totals are whole, so the draft stays complete. */
const refuse = (draft: Draft, charge: ChargeDraft, issue: Draft["issues"][number]): undefined => {
  // A charge that is shown anyway only takes its VAT from the spread: a zero basis is then nothing to report.
  if (charge.visibility === "hidden" || issue.severity === "error") draft.issues.push(issue)
  return undefined
}

const manualShares = (draft: Draft, charge: ChargeDraft, spread: Spread, path: string): Spreading | undefined => {
  const read = readShares(draft, spread.shares ?? [], `${path}.spread.shares`)
  if (read === undefined) return undefined
  const differenceMinor = charge.amount - read.sum
  if (differenceMinor !== 0) {
    return refuse(draft, charge, {
      _tag: "ManualSum",
      path: `${path}.spread.shares`,
      severity: "error",
      differenceMinor,
    })
  }
  return { shares: read.shares, weights: undefined, spread: 0, amount: charge.amount }
}

interface ReadShares {
  readonly shares: Float64Array
  readonly rows: readonly number[]
  readonly sum: number
}

/** Given shares by row. A frozen share of a line that is gone lapses; a manual one must name a counted line. */
const readShares = (
  draft: Draft,
  given: readonly SpreadShare[],
  path: string,
  mayLapse = false,
): ReadShares | undefined => {
  const rowById = new Map(draft.quote.lines.map((line, row) => [line.id, row]))
  const shares = new Float64Array(draft.rows)
  const rows: number[] = []
  let sum = 0
  for (const [at, { lineId, amount }] of given.entries()) {
    const row = rowById.get(lineId)
    if (row === undefined || draft.columns.isCounted[row] === 0) {
      if (mayLapse) continue
      draft.issues.push({ _tag: "UnknownReference", path: `${path}[${at}].lineId`, severity: "error", id: lineId })
      return undefined
    }
    const minor = readMinor(amount, draft.exponent)
    if (minor === undefined || !Number.isSafeInteger(minor)) {
      const amountPath = `${path}[${at}].amount`
      reportMissing(draft, minor === undefined ? inexact(amountPath, amount) : overflow(amountPath))
      return undefined
    }
    shares[row] = shares[row]! + minor
    rows.push(row)
    sum += minor
  }
  return { shares, rows, sum }
}

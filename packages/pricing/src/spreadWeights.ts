/**
 * What a spread weighs: which rows are targets, and the weight of each.
 */
import { productOf } from "./bookIndex.ts"
import { lastRead, readDecimal } from "./decimal.ts"
import type { ChargeDraft, Draft } from "./draft.ts"
import type { QuoteLine } from "./quote.ts"
import { inexact, overflow } from "./refusedInput.ts"
import { bigPowerOfTen } from "./rounding.ts"
import type { Spread } from "./spread.ts"
import type { Structure } from "./structure.ts"

/**
 * 1 for each row that may take a share. Without any essential line, all counted lines are.
 *
 * Locked lines never take a new share. Undefined (with an issue) if the targets name what is not there.
 */
export const targetRows = (
  draft: Draft,
  charge: ChargeDraft,
  spread: Spread,
  structure: Structure | undefined,
  path: string,
): Uint8Array | undefined => {
  const targets = spread.targets ?? { kind: charge.source === "footer" ? "essential" : "all" }
  const test = targetTest(draft, targets, structure, path)
  if (test === undefined) return undefined
  const rows = new Uint8Array(draft.rows)
  const { lines } = draft.quote
  let hasAny = false
  for (let row = 0; row < rows.length; row++) {
    if (draft.columns.isCounted[row] === 0 || !test(lines[row]!, row)) continue
    hasAny = true
    rows[row] = isFree(lines[row]!) ? 1 : 0
  }
  if (hasAny || targets.kind !== "essential") return rows
  return targetRows(draft, charge, { ...spread, targets: { kind: "all" } }, structure, path)
}

const isFree = (line: QuoteLine): boolean => line.lock !== "net" && line.lock !== "all"

type RowTest = (line: QuoteLine, row: number) => boolean

const targetTest = (
  draft: Draft,
  targets: NonNullable<Spread["targets"]>,
  structure: Structure | undefined,
  path: string,
): RowTest | undefined => {
  switch (targets.kind) {
    case "essential":
      return (line) => line.isEssential === true
    case "all":
      return () => true
    case "group":
      return (line) => groupsOf(draft, line).includes(targets.groupId)
    case "lines": {
      const ids = new Set(targets.lineIds)
      const known = new Set(draft.quote.lines.map((line) => line.id))
      for (const id of ids) {
        if (known.has(id)) continue
        draft.issues.push({ _tag: "UnknownReference", path: `${path}.spread.targets`, severity: "error", id })
        return undefined
      }
      return (line) => ids.has(line.id)
    }
    case "section":
      return sectionTest(draft, targets.sectionId, structure, path)
  }
}

const sectionTest = (
  draft: Draft,
  sectionId: string,
  structure: Structure | undefined,
  path: string,
): RowTest | undefined => {
  const wanted = structure?.sectionById.get(sectionId)
  if (structure === undefined || wanted === undefined) {
    draft.issues.push({ _tag: "UnknownReference", path: `${path}.spread.targets`, severity: "error", id: sectionId })
    return undefined
  }
  return (_, row) => structure.isInSection(row, wanted)
}

const groupsOf = (draft: Draft, line: QuoteLine): readonly string[] =>
  line.groupIds ?? productOf(draft.quote.book, line.productId)?.groupIds ?? []

/** The weight of each target by the spread's basis, brought to safe integers; undefined (with an issue) if unreadable. */
export const basisWeights = (
  draft: Draft,
  charge: ChargeDraft,
  spread: Spread,
  targets: Uint8Array,
  path: string,
): Float64Array | undefined => {
  const basis = spread.basis ?? "amount"
  const weights = new Float64Array(draft.rows)
  const { columns } = draft
  if (basis === "quantity" || basis === "weight" || basis === "hours") {
    if (!decimalWeights(draft, basis, targets, weights, path)) return undefined
  } else {
    for (let row = 0; row < weights.length; row++) {
      if (targets[row] === 0) continue
      if (basis === "equal") weights[row] = 1
      else if (basis === "cost") weights[row] = columns.cost[row]!
      else weights[row] = columns.base[row]! + (spread.isAfterDiscount === true ? discountOn(draft, charge, row) : 0)
    }
  }
  const negative = spread.negative ?? "exclude"
  if (negative !== "signed") {
    for (let row = 0; row < weights.length; row++) {
      if (weights[row]! < 0) weights[row] = negative === "absolute" ? -weights[row]! : 0
    }
  }
  return weights
}

/** Document discounts on the row, hidden or shown; other footers never count. */
const discountOn = (draft: Draft, charge: ChargeDraft, row: number): number => {
  if (charge.source === "discount") return 0
  let sum = 0
  for (const other of draft.charges) if (other.source === "discount") sum += other.shares?.[row] ?? 0
  return sum
}

/** Decimals of mixed scale become integers at the widest scale among them. */
const decimalWeights = (
  draft: Draft,
  basis: "quantity" | "weight" | "hours",
  targets: Uint8Array,
  weights: Float64Array,
  path: string,
): boolean => {
  const mantissas: bigint[] = []
  const scales: number[] = []
  const rows: number[] = []
  let widest = 0
  for (let row = 0; row < targets.length; row++) {
    if (targets[row] === 0) continue
    const line = draft.quote.lines[row]!
    const read = basis === "hours" && line.hours === undefined ? plannedHours(line) : readWeight(line, basis)
    if (read === undefined) {
      draft.issues.push(inexact(`lines[${row}].${basis}`, line[basis]))
      return false
    }
    mantissas.push(read.mantissa)
    scales.push(read.scale)
    rows.push(row)
    widest = Math.max(widest, read.scale)
  }
  rows.forEach((row, at) => {
    weights[row] = Number(mantissas[at]! * bigPowerOfTen(widest - scales[at]!))
  })
  if (weights.every((weight) => Number.isSafeInteger(weight))) return true
  draft.issues.push(overflow(`${path}.spread`))
  return false
}

interface ReadWeight {
  readonly mantissa: bigint
  readonly scale: number
}

const readWeight = (line: QuoteLine, basis: "quantity" | "weight" | "hours"): ReadWeight | undefined => {
  const given = line[basis] ?? (basis === "quantity" ? 1 : 0)
  if (!readDecimal(given, 6)) return undefined
  return { mantissa: BigInt(lastRead.big ?? lastRead.mantissa), scale: lastRead.scale }
}

/** The hours of the line's labour costs, added up at six decimals. */
const plannedHours = (line: QuoteLine): ReadWeight | undefined => {
  let sum = 0n
  for (const item of line.costs ?? []) {
    if (item.role !== "labour") continue
    if (!readDecimal(item.quantity ?? 1, 6)) return undefined
    sum += BigInt(lastRead.big ?? lastRead.mantissa) * bigPowerOfTen(6 - lastRead.scale)
  }
  return { mantissa: sum, scale: 6 }
}

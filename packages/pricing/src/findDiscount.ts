/**
 * The discount matrix: which row applies to a buyer and a product on a date, and why the others lost.
 */

import type { ConsideredRow, RowOutcome } from "./consideredRow.ts"
import { type DecimalInput, lastRead, readDecimal } from "./decimal.ts"
import { compareIds } from "./identifier.ts"
import { isPpm } from "./ppm.ts"
import type { Buyer, DiscountRow, DiscountSubject, DiscountTarget } from "./priceBook.ts"
import { ok, type Result, refuse } from "./result.ts"

/** Who buys how much of what, on which local date: the question put to the discount matrix. */
export interface DiscountRequest {
  readonly buyer: Buyer
  readonly productId?: string
  /** Price groups, then categories; each nearest first. */
  readonly groupIds?: readonly string[]
  readonly categoryIds?: readonly string[]
  readonly quantity: DecimalInput
  readonly date: string
}

/** The discount that applies, in ppm, and what became of every row considered. */
export interface FoundDiscount {
  /** 0 if no row applies. */
  readonly ratePpm: number
  /** The winning row; "general" for the customer's general discount; undefined if none. */
  readonly rowId: string | undefined
  readonly trace: readonly ConsideredRow[]
}

/** Two rows of equal rank say different rates. */
export interface AmbiguousDiscountFound {
  readonly _tag: "AmbiguousDiscount"
  readonly rowIds: readonly string[]
  readonly trace: readonly ConsideredRow[]
}

/**
 * The one matrix row that applies. By subject first (customer, its parent's inherited rows, segments in order), then by
 * target (product, price group, category nearest first, all); equal rows by the largest minimum quantity reached, then
 * the latest start. The customer's general discount is the last row of its subject.
 *
 * Refuses with `AmbiguousDiscount` if two rows are equal in all that and differ in rate.
 *
 * @example findDiscount({ buyer: { customerId: "K1" }, productId: "P30", quantity: 1, date: "2025-03-14" }, rows)
 */
export const findDiscount = (
  request: DiscountRequest,
  rows: readonly DiscountRow[],
): Result<FoundDiscount, AmbiguousDiscountFound> => {
  const trace: ConsideredRow[] = []
  const candidates = candidatesAmong(request, rows, ({ id }, outcome) => trace.push({ rowId: id, outcome }))
  const decided = decide(candidates)
  const [winner] = candidates
  if (winner === undefined) return ok({ ratePpm: 0, rowId: undefined, trace })
  for (const other of candidates) {
    const outcome = other === winner ? "won" : rankOf(other, winner) === 0 ? "equalRank" : lostBecause(other, winner)
    trace.push({ rowId: other.rowId, outcome })
  }
  trace.sort((left, right) => compareIds(left.rowId, right.rowId))
  return decided.ok
    ? ok({ ratePpm: winner.ratePpm, rowId: winner.rowId, trace })
    : refuse({ _tag: "AmbiguousDiscount", rowIds: decided.error, trace })
}

/**
 * The rate and row that apply, without a trace: what pricing a line needs. `unreadable` hears of each row that would
 * have applied but for numbers that are none. Refuses with the ids of equal rows.
 */
export const discountFor = (
  request: DiscountRequest,
  rows: readonly DiscountRow[],
  unreadable: (row: DiscountRow) => void,
): Result<{ readonly ratePpm: number; readonly rowId: string | undefined }, readonly string[]> =>
  decide(
    candidatesAmong(request, rows, (row, outcome) => {
      if (outcome === "unreadable") unreadable(row)
    }),
  )

const decide = (
  candidates: readonly Candidate[],
): Result<{ readonly ratePpm: number; readonly rowId: string | undefined }, readonly string[]> => {
  const [winner] = candidates
  if (winner === undefined) return ok({ ratePpm: 0, rowId: undefined })
  const rivals = candidates.filter((other) => rankOf(other, winner) === 0)
  return rivals.some((rival) => rival.ratePpm !== winner.ratePpm)
    ? refuse(rivals.map(({ rowId }) => rowId).sort(compareIds))
    : ok({ ratePpm: winner.ratePpm, rowId: winner.rowId })
}

/** The rows that could apply, the best first. */
const candidatesAmong = (
  request: DiscountRequest,
  rows: readonly DiscountRow[],
  lost: (row: DiscountRow, outcome: RowOutcome) => void,
): readonly Candidate[] => {
  const candidates: Candidate[] = []
  for (const row of rows) {
    const outcome = refusedBecause(request, row)
    if (typeof outcome !== "string") candidates.push(outcome)
    else lost(row, outcome)
  }
  const general = request.buyer.generalDiscountPpm
  if (isPpm(general) && general > 0) candidates.push(generalRow(general))
  return candidates.sort(byRank)
}

interface Candidate {
  readonly rowId: string
  readonly ratePpm: number
  readonly subject: number
  readonly target: number
  readonly minQuantity: bigint
  readonly validFrom: string
}

const generalRow = (ratePpm: number): Candidate => ({
  rowId: "general",
  ratePpm,
  subject: 0,
  target: Number.MAX_SAFE_INTEGER,
  minQuantity: 0n,
  validFrom: "",
})

const refusedBecause = (request: DiscountRequest, row: DiscountRow): Candidate | RowOutcome => {
  const subject = subjectRank(request.buyer, row.subject)
  if (subject === undefined) return "otherBuyer"
  const target = targetRank(request, row.target)
  if (target === undefined) return "otherProduct"
  if (row.validFrom !== undefined && request.date < row.validFrom) return "notYetValid"
  if (row.validTo !== undefined && request.date > row.validTo) return "expired"
  const minQuantity = micro(row.minQuantity ?? 0)
  const quantity = micro(request.quantity)
  if (minQuantity === undefined || quantity === undefined) return "unreadable"
  if (minQuantity > quantity) return "belowMinQuantity"
  if (!isPpm(row.ratePpm)) return "unreadable"
  return { rowId: row.id, ratePpm: row.ratePpm, subject, target, minQuantity, validFrom: row.validFrom ?? "" }
}

/** Smaller is more specific; undefined: not for this buyer. */
const subjectRank = (buyer: Buyer, subject: DiscountSubject): number | undefined => {
  if (subject.kind === "segment") {
    const at = buyer.segmentIds?.indexOf(subject.segmentId) ?? -1
    return at < 0 ? undefined : 2 + at
  }
  if (buyer.customerId !== undefined && subject.customerId === buyer.customerId) return 0
  const isParent = buyer.parentId !== undefined && subject.customerId === buyer.parentId
  return isParent && subject.isInherited === true ? 1 : undefined
}

const targetRank = (request: DiscountRequest, target: DiscountTarget): number | undefined => {
  if (target.kind === "all") return 1_000_000
  if (target.kind === "product") return request.productId === target.productId ? 0 : undefined
  const isGroup = target.kind === "group"
  const at = isGroup ? request.groupIds?.indexOf(target.groupId) : request.categoryIds?.indexOf(target.categoryId)
  return at === undefined || at < 0 ? undefined : (isGroup ? 1 : 1_000) + at
}

/** A quantity in millionths. */
const micro = (quantity: DecimalInput): bigint | undefined =>
  readDecimal(quantity, 6) ? BigInt(lastRead.big ?? lastRead.mantissa) * 10n ** BigInt(6 - lastRead.scale) : undefined

/** Negative if `left` wins. The id is no part of the rank. */
const rankOf = (left: Candidate, right: Candidate): number =>
  left.subject - right.subject ||
  left.target - right.target ||
  (left.minQuantity === right.minQuantity ? 0 : left.minQuantity > right.minQuantity ? -1 : 1) ||
  -compareIds(left.validFrom, right.validFrom)

const byRank = (left: Candidate, right: Candidate): number => rankOf(left, right) || compareIds(left.rowId, right.rowId)

const lostBecause = (loser: Candidate, winner: Candidate): RowOutcome => {
  if (loser.subject !== winner.subject) return "lowerSubject"
  if (loser.target !== winner.target) return "lowerTarget"
  return loser.minQuantity === winner.minQuantity ? "olderRow" : "lowerMinQuantity"
}

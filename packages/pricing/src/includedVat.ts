/**
 * Prices that include VAT: the group's sum with VAT is authoritative. Its net is rounded once, and the line nets are
 * apportioned from that, so 3 × 10.00 at 15 % is 8.70, 8.70, 8.69 and not 26.10.
 */
import { apportion } from "./apportion.ts"
import type { ChargeDraft, Draft } from "./draft.ts"
import { wholePpm } from "./ppm.ts"
import { roundProduct } from "./rounding.ts"
import { countedRowsByGroup } from "./vatGroup.ts"

/** Turns net and revenue of every row, and the net of every shown charge, into amounts without VAT. */
export const takeOutIncludedVat = (draft: Draft): void => {
  const { columns, groups, charges } = draft
  const isPerLine = draft.quote.rounding?.vat === "line"
  const shownNet = new Float64Array(draft.rows)
  for (const charge of charges)
    charge.net = charge.visibility === "hidden" || charge.shares !== undefined ? 0 : charge.amount
  countedRowsByGroup(draft).forEach((rows, at) => {
    const group = groups[at]!
    const items = itemsOf(draft, at, rows)
    group.rows = rows.length
    const divisor = wholePpm + group.vat.ratePpm
    const weights = Float64Array.from(items, (item) => item.inclusive)
    const inclusive = weights.reduce((sum, weight) => sum + weight, 0)
    const net = roundProduct(inclusive, wholePpm, divisor, draft.isHalfEven)
    const nets = isPerLine
      ? weights.map((weight) => roundProduct(weight, wholePpm, divisor, draft.isHalfEven))
      : apportion({ total: net, factor: wholePpm, divisor, weights, idOf: (place) => items[place]!.id })
    if (nets === undefined) return
    items.forEach((item, place) => {
      if (item.charge === undefined) columns.net[item.row] = nets[place]!
      else bookChargeNet(draft, item.charge, at, nets[place]!, rows, shownNet)
    })
    group.base = isPerLine ? nets.reduce((sum, share) => sum + share, 0) : net
    group.tax = inclusive - group.base
  })
  for (let row = 0; row < draft.rows; row++) {
    if (columns.isPriced[row] === 0) continue
    if (columns.isCounted[row] === 0) takeOutOfUncounted(draft, row)
    columns.revenue[row] = columns.net[row]! + shownNet[row]!
  }
}

interface Item {
  readonly id: string
  readonly row: number
  readonly charge: ChargeDraft | undefined
  readonly inclusive: number
}

/** Counted lines of the group, and the part of each shown charge that falls on it. */
const itemsOf = (draft: Draft, at: number, rows: readonly number[]): readonly Item[] => {
  const { columns, charges, quote } = draft
  const items = rows.map(
    (row): Item => ({ id: quote.lines[row]!.id, row, charge: undefined, inclusive: columns.net[row]! }),
  )
  for (const charge of charges) {
    const { shares } = charge
    if (charge.visibility === "hidden") continue
    const own = charge.group === at ? charge.amount : 0
    const inclusive = shares === undefined ? own : rows.reduce((sum, row) => sum + shares[row]!, 0)
    if (inclusive !== 0) items.push({ id: charge.id, row: -1, charge, inclusive })
  }
  return items
}

/** The charge's net in this group goes to its lines in proportion to their shares. */
const bookChargeNet = (
  draft: Draft,
  charge: ChargeDraft,
  at: number,
  net: number,
  rows: readonly number[],
  shownNet: Float64Array,
): void => {
  charge.parts ??= new Map()
  charge.parts.set(at, net)
  if (charge.shares === undefined) {
    charge.net = net
    return
  }
  charge.net += net
  const weights = Float64Array.from(rows, (row) => charge.shares![row]!)
  const divisor = weights.reduce((sum, weight) => sum + weight, 0)
  const sign = divisor < 0 ? -1 : 1
  const idOf = (place: number): string => draft.quote.lines[rows[place]!]!.id
  const parts = apportion({ total: net, factor: net * sign, divisor: divisor * sign, weights, idOf })
  parts?.forEach((part, place) => {
    shownNet[rows[place]!] = shownNet[rows[place]!]! + part
  })
}

/** An offered option stands alone: its own net, rounded by itself. */
const takeOutOfUncounted = (draft: Draft, row: number): void => {
  const group = draft.groups[draft.columns.group[row]!]
  if (group === undefined) return
  const divisor = wholePpm + group.vat.ratePpm
  draft.columns.net[row] = roundProduct(draft.columns.net[row]!, wholePpm, divisor, draft.isHalfEven)
}

/**
 * Prices that include VAT: the group's sum with VAT is authoritative. Its net is rounded once, and the line nets are
 * apportioned from that, so 3 × 10.00 at 15 % is 8.70, 8.70, 8.69 and not 26.10.
 */
import { apportion } from "./apportion.ts"
import type { ChargeDraft, Draft } from "./draft.ts"
import { roundProduct } from "./rounding.ts"

const wholePpm = 1_000_000

/** Turns net and revenue of every row, and the net of every shown charge, into amounts without VAT. */
export const takeOutIncludedVat = (draft: Draft): void => {
  const { columns, groups, charges } = draft
  const isPerLine = draft.quote.rounding?.vat === "line"
  const shownNet = new Float64Array(draft.rows)
  for (const charge of charges)
    charge.net = charge.visibility === "hidden" || charge.shares !== undefined ? 0 : charge.amount
  groups.forEach((group, at) => {
    const items = itemsOf(draft, at)
    group.rows = items.filter(({ charge }) => charge === undefined).length
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
      else bookChargeNet(draft, item.charge, at, nets[place]!, shownNet)
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
const itemsOf = (draft: Draft, at: number): readonly Item[] => {
  const { columns, charges } = draft
  const items: Item[] = []
  for (let row = 0; row < draft.rows; row++) {
    if (columns.isCounted[row] === 0 || columns.group[row] !== at) continue
    items.push({ id: draft.quote.lines[row]!.id, row, charge: undefined, inclusive: columns.net[row]! })
  }
  for (const charge of charges) {
    if (charge.visibility === "hidden") continue
    const inclusive =
      charge.shares === undefined ? (charge.group === at ? charge.amount : 0) : partIn(draft, charge, at)
    if (inclusive !== 0) items.push({ id: charge.id, row: -1, charge, inclusive })
  }
  return items
}

const partIn = (draft: Draft, charge: ChargeDraft, at: number): number => {
  let sum = 0
  for (let row = 0; row < draft.rows; row++) if (draft.columns.group[row] === at) sum += charge.shares![row]!
  return sum
}

/** The charge's net in this group goes to its lines in proportion to their shares. */
const bookChargeNet = (draft: Draft, charge: ChargeDraft, at: number, net: number, shownNet: Float64Array): void => {
  charge.parts ??= new Map()
  charge.parts.set(at, net)
  if (charge.shares === undefined) {
    charge.net = net
    return
  }
  charge.net += net
  const weights = charge.shares.map((share, row) => (draft.columns.group[row] === at ? share : 0))
  const divisor = weights.reduce((sum, weight) => sum + weight, 0)
  const sign = divisor < 0 ? -1 : 1
  const idOf = (row: number): string => draft.quote.lines[row]!.id
  const parts = apportion({ total: net, factor: net * sign, divisor: divisor * sign, weights, idOf })
  parts?.forEach((part, row) => {
    shownNet[row] = shownNet[row]! + part
  })
}

/** An offered option stands alone: its own net, rounded by itself. */
const takeOutOfUncounted = (draft: Draft, row: number): void => {
  const group = draft.groups[draft.columns.group[row]!]
  if (group === undefined) return
  const divisor = wholePpm + group.vat.ratePpm
  draft.columns.net[row] = roundProduct(draft.columns.net[row]!, wholePpm, divisor, draft.isHalfEven)
}

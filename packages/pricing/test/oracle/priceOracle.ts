/**
 * The oracle: the price of a simple quote, worked out slowly with exact fractions from the rules in words. It imports
 * nothing of the engine.
 */
import { add, type Exact, exact, exactOf, floor, hamilton, mul, round } from "./exact.ts"

export interface SimpleQuote {
  readonly priceMode: "net" | "gross"
  readonly vatRounding: "group" | "line"
  readonly lines: readonly SimpleLine[]
  readonly charges: readonly SimpleCharge[]
}

export interface SimpleLine {
  readonly id: string
  readonly quantity: string
  readonly unitPrice: string
  readonly discountPpms: readonly number[]
  readonly vatPpm: number
  readonly isEssential: boolean
  readonly isOffered: boolean
}

/** A document discount (negative amount or percentage) or a footer. */
export interface SimpleCharge {
  readonly id: string
  readonly kind: "footer" | "discount"
  readonly amount: string | undefined
  readonly ratePpm: number | undefined
  readonly isHidden: boolean
}

export interface OraclePrice {
  readonly bases: ReadonlyMap<string, bigint>
  readonly nets: ReadonlyMap<string, bigint>
  readonly vat: ReadonlyMap<number, { readonly base: bigint; readonly tax: bigint }>
  readonly net: bigint
  readonly total: bigint
}

const million = 1_000_000n
const cents = exact(100n)

/** Quantity × price × what the discounts leave, in cents, rounded once. */
const baseOf = (line: SimpleLine): bigint => {
  let value: Exact = mul(mul(exactOf(line.quantity), exactOf(line.unitPrice)), cents)
  for (const ppm of line.discountPpms) value = mul(value, exact(million - BigInt(ppm), million))
  return round(value)
}

export const priceByOracle = (quote: SimpleQuote): OraclePrice => {
  const bases = new Map(quote.lines.map((line) => [line.id, baseOf(line)]))
  const counted = quote.lines.filter(({ isOffered }) => !isOffered)
  const sum = counted.reduce((all, { id }) => all + bases.get(id)!, 0n)
  const printed = new Map(bases)
  const revenue = new Map(bases)
  const shown: { readonly byLine: ReadonlyMap<string, bigint>; readonly amount: bigint }[] = []
  for (const charge of quote.charges) {
    const amount = amountOf(charge, sum)
    const byLine = sharesOf(quote, counted, bases, charge, amount)
    for (const [id, share] of byLine) {
      revenue.set(id, revenue.get(id)! + share)
      if (charge.isHidden) printed.set(id, printed.get(id)! + share)
    }
    if (!charge.isHidden) shown.push({ byLine, amount })
  }
  return quote.priceMode === "net"
    ? taxOnTop(quote, counted, bases, printed, revenue)
    : taxInside(quote, counted, bases, printed, shown)
}

const amountOf = (charge: SimpleCharge, sum: bigint): bigint => {
  const size =
    charge.amount === undefined
      ? round(mul(exact(sum), exact(BigInt(charge.ratePpm!), million)))
      : round(mul(exactOf(charge.amount), cents))
  return charge.kind === "discount" ? -size : size
}

/** Over essential lines (footers) or all (discounts), by base, negative ones left out; the mix of all if none is left. */
const sharesOf = (
  quote: SimpleQuote,
  counted: readonly SimpleLine[],
  bases: ReadonlyMap<string, bigint>,
  charge: SimpleCharge,
  amount: bigint,
): ReadonlyMap<string, bigint> => {
  if (amount === 0n) return new Map()
  const essential = counted.filter(({ isEssential }) => isEssential)
  const wanted = charge.kind === "footer" && essential.length > 0 ? essential : counted
  const weights = wanted.map(({ id }) => ({ id, weight: bases.get(id)! > 0n ? bases.get(id)! : 0n }))
  if (weights.some(({ weight }) => weight > 0n)) return hamilton(amount, weights)
  throw new Error(`no basis in ${quote.lines.length} lines: the generator keeps one positive`)
}

const taxOnTop = (
  quote: SimpleQuote,
  counted: readonly SimpleLine[],
  bases: ReadonlyMap<string, bigint>,
  printed: ReadonlyMap<string, bigint>,
  revenue: ReadonlyMap<string, bigint>,
): OraclePrice => {
  const vat = new Map<number, { base: bigint; tax: bigint }>()
  for (const { id, vatPpm } of counted) {
    const group = vat.get(vatPpm) ?? { base: 0n, tax: 0n }
    group.base += revenue.get(id)!
    if (quote.vatRounding === "line") group.tax += round(exact(revenue.get(id)! * BigInt(vatPpm), million))
    vat.set(vatPpm, group)
  }
  if (quote.vatRounding === "group") {
    for (const [ppm, group] of vat) group.tax = round(exact(group.base * BigInt(ppm), million))
  }
  let net = 0n
  let tax = 0n
  for (const group of vat.values()) {
    net += group.base
    tax += group.tax
  }
  const nets = new Map(quote.lines.map(({ id, isOffered }) => [id, isOffered ? bases.get(id)! : printed.get(id)!]))
  return { bases, nets, vat, net, total: net + tax }
}

/** Prices with VAT: the group's sum is rounded to a net once; lines take the largest remainders of that. */
const taxInside = (
  quote: SimpleQuote,
  counted: readonly SimpleLine[],
  bases: ReadonlyMap<string, bigint>,
  printed: ReadonlyMap<string, bigint>,
  shown: readonly { readonly byLine: ReadonlyMap<string, bigint>; readonly amount: bigint }[],
): OraclePrice => {
  const nets = new Map<string, bigint>()
  const vat = new Map<number, { base: bigint; tax: bigint }>()
  for (const vatPpm of new Set(counted.map((line) => line.vatPpm))) {
    const lines = counted.filter((line) => line.vatPpm === vatPpm)
    const ratio = exact(million, million + BigInt(vatPpm))
    const items = lines.map(({ id }) => ({ id, inclusive: printed.get(id)! }))
    shown.forEach(({ byLine }, at) => {
      const inclusive = lines.reduce((sum, { id }) => sum + (byLine.get(id) ?? 0n), 0n)
      if (inclusive !== 0n) items.push({ id: quote.charges.filter(({ isHidden }) => !isHidden)[at]!.id, inclusive })
    })
    const all = items.reduce((sum, { inclusive }) => sum + inclusive, 0n)
    const shares =
      quote.vatRounding === "line"
        ? items.map(({ inclusive }) => round(mul(exact(inclusive), ratio)))
        : roundedTogether(items, all, ratio)
    for (const [at, { id }] of items.entries()) nets.set(id, shares[at]!)
    const base = shares.reduce((sum, share) => sum + share, 0n)
    vat.set(vatPpm, { base, tax: all - base })
  }
  for (const { id, isOffered, vatPpm } of quote.lines) {
    if (isOffered) nets.set(id, round(mul(exact(bases.get(id)!), exact(million, million + BigInt(vatPpm)))))
  }
  let net = 0n
  let tax = 0n
  for (const group of vat.values()) {
    net += group.base
    tax += group.tax
  }
  return { bases, nets, vat, net, total: net + tax }
}

const roundedTogether = (
  items: readonly { readonly id: string; readonly inclusive: bigint }[],
  all: bigint,
  ratio: Exact,
): readonly bigint[] => {
  const isNegative = all < 0n
  const sign = isNegative ? -1n : 1n
  const exactNets = items.map(({ inclusive }) => mul(exact(inclusive * sign), ratio))
  const floors = exactNets.map(floor)
  const total = round(mul(exact(all * sign), ratio))
  let left = total - floors.reduce((sum, share) => sum + share, 0n)
  const order = items.map((_, at) => at)
  const rest = exactNets.map((value, at) => add(value, exact(-floors[at]!)))
  const size = (at: number): bigint => (items[at]!.inclusive < 0n ? -items[at]!.inclusive : items[at]!.inclusive)
  order.sort((a, b) => {
    const difference = rest[a]!.n * rest[b]!.d - rest[b]!.n * rest[a]!.d
    if (difference !== 0n) return difference > 0n ? -1 : 1
    if (size(a) !== size(b)) return size(a) > size(b) ? -1 : 1
    return items[a]!.id < items[b]!.id ? -1 : 1
  })
  const shares = [...floors]
  for (const at of order) {
    if (left <= 0n) break
    shares[at] = shares[at]! + 1n
    left -= 1n
  }
  return shares.map((share) => share * sign)
}

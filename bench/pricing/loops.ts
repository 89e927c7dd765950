/**
 * What a firm would write by hand, with the same sums as ours: nets, freight spread by largest remainder, VAT per rate,
 * margins. No checks, no ids, no explanations: a lower bound for the work, not a replacement.
 */
import type { Quote } from "@anbud/pricing"

export interface Sums {
  readonly lines: readonly {
    readonly id: string
    readonly net: number
    readonly cost: number
    readonly margin: number
  }[]
  readonly net: number
  readonly vat: number
  readonly total: number
  readonly margin: number
}

const powers = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)

const half = (numerator: number, denominator: number): number => {
  const floor = Math.floor(numerator / denominator)
  return 2 * (numerator - floor * denominator) >= denominator ? floor + 1 : floor
}

const scaleOf = (text: string): number => {
  const point = text.indexOf(".")
  return point < 0 ? 0 : text.length - point - 1
}

const digitsOf = (text: string): number => {
  const point = text.indexOf(".")
  return point < 0 ? Number(text) : Number(text.slice(0, point) + text.slice(point + 1))
}

/** The quote of the benchmark with plain numbers. */
export const numberLoop = (quote: Quote): Sums => {
  const { lines } = quote
  const nets = new Float64Array(lines.length)
  const costs = new Float64Array(lines.length)
  let basis = 0
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    const quantity = digitsOf(line.quantity as string)
    const scale = scaleOf(line.quantity as string)
    const price = quantity * digitsOf(line.unitPrice as string) * ((1_000_000 - line.discountPpm!) / 10_000)
    nets[at] = half(price, powers[scale + scaleOf(line.unitPrice as string)]!)
    costs[at] = half(
      quantity * digitsOf(line.unitCost as string),
      powers[scale + scaleOf(line.unitCost as string) - 2]!,
    )
    basis += nets[at]!
  }
  const freight = digitsOf((quote.footers![0]!.amount as { readonly amount: string }).amount)
  const rests = new Float64Array(lines.length)
  const order = new Array<number>(lines.length)
  const shares = new Float64Array(lines.length)
  let left = freight
  for (let at = 0; at < lines.length; at++) {
    const product = freight * nets[at]!
    const floor = Math.floor(product / basis)
    shares[at] = floor
    rests[at] = product - floor * basis
    left -= floor
    order[at] = at
  }
  order.sort((a, b) => rests[b]! - rests[a]! || nets[b]! - nets[a]! || (lines[a]!.id < lines[b]!.id ? -1 : 1))
  for (let place = 0; place < left; place++) shares[order[place]!] = shares[order[place]!]! + 1
  const bases = new Map<number, number>()
  const priced = new Array<Sums["lines"][number]>(lines.length)
  let total = 0
  let cost = 0
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    const net = nets[at]! + shares[at]!
    const rate = line.vat!.ratePpm
    bases.set(rate, (bases.get(rate) ?? 0) + net)
    total += net
    cost += costs[at]!
    priced[at] = { id: line.id, net, cost: costs[at]!, margin: net - costs[at]! }
  }
  let vat = 0
  for (const [rate, base] of bases) vat += half(base * rate, 1_000_000)
  return { lines: priced, net: total, vat, total: total + vat, margin: total - cost }
}

const halfBig = (numerator: bigint, denominator: bigint): bigint => (2n * numerator + denominator) / (2n * denominator)

const bigDigits = (text: string): bigint => {
  const point = text.indexOf(".")
  return point < 0 ? BigInt(text) : BigInt(text.slice(0, point) + text.slice(point + 1))
}

/** The same with bigints from end to end. */
export const bigintLoop = (quote: Quote): Sums => {
  const { lines } = quote
  const nets: bigint[] = []
  const costs: bigint[] = []
  let basis = 0n
  for (const line of lines) {
    const quantity = bigDigits(line.quantity as string)
    const scale = scaleOf(line.quantity as string)
    const price = quantity * bigDigits(line.unitPrice as string) * BigInt(1_000_000 - line.discountPpm!)
    const net = halfBig(price, 10n ** BigInt(scale + scaleOf(line.unitPrice as string) + 4))
    nets.push(net)
    costs.push(
      halfBig(
        quantity * bigDigits(line.unitCost as string),
        10n ** BigInt(scale + scaleOf(line.unitCost as string) - 2),
      ),
    )
    basis += net
  }
  const freight = bigDigits((quote.footers![0]!.amount as { readonly amount: string }).amount)
  const rests = nets.map((net) => (freight * net) % basis)
  const shares = nets.map((net) => (freight * net) / basis)
  let left = freight - shares.reduce((sum, share) => sum + share, 0n)
  const order = lines.map((_, at) => at)
  order.sort((a, b) => {
    if (rests[a] !== rests[b]) return rests[a]! > rests[b]! ? -1 : 1
    if (nets[a] !== nets[b]) return nets[a]! > nets[b]! ? -1 : 1
    return lines[a]!.id < lines[b]!.id ? -1 : 1
  })
  for (let place = 0; left > 0n; place++, left--) shares[order[place]!] = shares[order[place]!]! + 1n
  const bases = new Map<number, bigint>()
  let total = 0n
  let cost = 0n
  const priced = lines.map((line, at) => {
    const net = nets[at]! + shares[at]!
    const rate = line.vat!.ratePpm
    bases.set(rate, (bases.get(rate) ?? 0n) + net)
    total += net
    cost += costs[at]!
    return { id: line.id, net: Number(net), cost: Number(costs[at]!), margin: Number(net - costs[at]!) }
  })
  let vat = 0n
  for (const [rate, base] of bases) vat += halfBig(base * BigInt(rate), 1_000_000n)
  return {
    lines: priced,
    net: Number(total),
    vat: Number(vat),
    total: Number(total + vat),
    margin: Number(total - cost),
  }
}

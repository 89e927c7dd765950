/**
 * The same quote through the libraries that a firm could pick. Each gets what it is built for, and what it does not do
 * (spread, rounding, margins) is left out where it has no function for it: that only makes it faster.
 */
import type { Quote } from "@anbud/pricing"

export interface Peer {
  readonly name: string
  readonly totalOf: (quote: Quote) => unknown
}

type AnyFunction = (...args: never[]) => unknown

/** decimal.js: the loop by hand, with its decimals, including the spread by largest remainder. */
export const decimalPeer = async (): Promise<Peer> => {
  const { Decimal } = await import("decimal.js")
  return {
    name: "decimal.js",
    totalOf: (quote) => {
      const { lines } = quote
      let basis = new Decimal(0)
      const nets = lines.map((line) => {
        const kept = new Decimal(1_000_000 - line.discountPpm!).div(1_000_000)
        const net = new Decimal(line.quantity!).mul(line.unitPrice!).mul(kept).toDecimalPlaces(2, Decimal.ROUND_HALF_UP)
        basis = basis.plus(net)
        return net
      })
      const costs = lines.map((line) =>
        new Decimal(line.quantity!).mul(line.unitCost!).toDecimalPlaces(2, Decimal.ROUND_HALF_UP),
      )
      const freight = new Decimal((quote.footers![0]!.amount as { readonly amount: string }).amount).mul(100)
      const exact = nets.map((net) => freight.mul(net).div(basis))
      const shares = exact.map((share) => share.floor())
      let left = freight.minus(shares.reduce((sum, share) => sum.plus(share), new Decimal(0))).toNumber()
      const rests = exact.map((share, at) => share.minus(shares[at]!))
      const order = lines
        .map((_, at) => at)
        .sort((a, b) => rests[b]!.comparedTo(rests[a]!) || nets[b]!.comparedTo(nets[a]!))
      for (let place = 0; left > 0; place++, left--) shares[order[place]!] = shares[order[place]!]!.plus(1)
      const bases = new Map<number, InstanceType<typeof Decimal>>()
      let margin = new Decimal(0)
      let total = new Decimal(0)
      nets.forEach((net, at) => {
        const own = net.plus(shares[at]!.div(100))
        const rate = lines[at]!.vat!.ratePpm
        bases.set(rate, (bases.get(rate) ?? new Decimal(0)).plus(own))
        total = total.plus(own)
        margin = margin.plus(own).minus(costs[at]!)
      })
      for (const [rate, base] of bases) {
        total = total.plus(base.mul(rate).div(1_000_000).toDecimalPlaces(2, Decimal.ROUND_HALF_UP))
      }
      return { total: total.toNumber(), margin: margin.toNumber() }
    },
  }
}

/** dinero.js 2: multiply, allocate for the freight, add per rate. */
export const dineroPeer = async (): Promise<Peer> => {
  const library = (await import("dinero.js")) as unknown as Record<string, AnyFunction>
  const { EUR } = (await import("dinero.js/currencies" as string).catch(
    () => import("@dinero.js/currencies" as string),
  )) as {
    readonly EUR: unknown
  }
  const call = (name: string, ...args: readonly unknown[]): unknown =>
    (library[name] as (...args: unknown[]) => unknown)(...args)
  const scaled = (text: string): { readonly amount: number; readonly scale: number } => {
    const point = text.indexOf(".")
    return point < 0
      ? { amount: Number(text), scale: 0 }
      : { amount: Number(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 }
  }
  const money = (amount: number): unknown => call("dinero", { amount, currency: EUR })
  const cents = (value: unknown): unknown => call("transformScale", value, 2, library["halfAwayFromZero"])
  return {
    name: "dinero.js",
    totalOf: (quote) => {
      const nets = quote.lines.map((line) => {
        const price = money(scaled(line.unitPrice as string).amount)
        const gross = call("multiply", price, scaled(line.quantity as string))
        return cents(call("multiply", gross, { amount: 1_000_000 - line.discountPpm!, scale: 6 }))
      })
      const amounts = nets.map((net) => (call("toSnapshot", net) as { readonly amount: number }).amount)
      const freight = money(scaled((quote.footers![0]!.amount as { readonly amount: string }).amount).amount)
      const shares = call("allocate", freight, amounts) as readonly unknown[]
      const bases = new Map<number, unknown>()
      let margin = money(0)
      nets.forEach((net, at) => {
        const line = quote.lines[at]!
        const own = call("add", net, shares[at])
        const rate = line.vat!.ratePpm
        bases.set(rate, bases.has(rate) ? call("add", bases.get(rate), own) : own)
        const cost = cents(
          call("multiply", money(scaled(line.unitCost as string).amount), scaled(line.quantity as string)),
        )
        margin = call("add", margin, call("subtract", own, cost))
      })
      let total = money(0)
      for (const [rate, base] of bases) {
        total = call("add", total, call("add", base, cents(call("multiply", base, { amount: rate, scale: 6 }))))
      }
      return { total: (call("toSnapshot", total) as { readonly amount: number }).amount, margin }
    },
  }
}

/** Medusa exports its helpers only together with its whole server, so the files are imported by their place. */
const medusaFile = (path: string): string =>
  new URL(`./node_modules/@medusajs/utils/dist/totals/${path}.js`, import.meta.url).href

const raw = (value: string): { readonly value: string; readonly precision: number } => ({ value, precision: 20 })

/** The cart as its database gives it: every amount also as the exact text beside it, freight as a shipping method. */
const cartOf = (quote: Quote): unknown => ({
  currency_code: "eur",
  items: quote.lines.map((line) => {
    const quantity = line.quantity as string
    const unit_price = line.unitPrice as string
    const rate = line.vat!.ratePpm / 10_000
    const amount = (Number(quantity) * Number(unit_price) * line.discountPpm!) / 1_000_000
    return {
      id: line.id,
      quantity: Number(quantity),
      raw_quantity: raw(quantity),
      unit_price: Number(unit_price),
      raw_unit_price: raw(unit_price),
      is_tax_inclusive: false,
      tax_lines: [{ code: "vat", rate, raw_rate: raw(String(rate)) }],
      adjustments: [{ code: "d", amount, raw_amount: raw(String(amount)) }],
    }
  }),
  shipping_methods: quote.footers!.map(({ id, amount }) => {
    const price = (amount as { readonly amount: string }).amount
    const tax_lines = [{ code: "vat", rate: 25, raw_rate: raw("25") }]
    return { id, amount: Number(price), raw_amount: raw(price), is_tax_inclusive: false, tax_lines, adjustments: [] }
  }),
})

type Decorate = (cart: unknown) => { readonly total: unknown }

/**
 * The totals helper of Medusa: no rounding, no spread, no costs. It changes its input, so that is built each time, in the
 * time of the peer (under 1 % of it). `whole` is what Medusa's own cart module does with a cart: the helper, then the
 * exact texts written beside every amount of the result.
 */
export const medusaPeer = async (isWhole = false): Promise<Peer> => {
  const { decorateCartTotals } = (await import(medusaFile("cart/index"))) as { readonly decorateCartTotals: Decorate }
  const { createRawPropertiesFromBigNumber } = (await import(medusaFile("create-raw-properties-from-bignumber"))) as {
    readonly createRawPropertiesFromBigNumber: (cart: unknown) => void
  }
  return {
    name: isWhole ? "@medusajs/utils, whole" : "@medusajs/utils",
    totalOf: (quote) => {
      const cart = decorateCartTotals(cartOf(quote))
      if (isWhole) createRawPropertiesFromBigNumber(cart)
      return cart.total
    },
  }
}

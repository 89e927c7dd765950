/** The firm of the benchmark: forty products, a customer, an account of hours, drafts and sent quotes. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, fixedClock, fixedIds, type Session, type Standard, type Store, standard } from "@anbud/core"
import type { Quote } from "@anbud/pricing"

const LINES = 40

/** What the commands are called with. */
export interface Firm {
  readonly products: readonly string[]
  readonly customer: string
  readonly seller: string
  readonly account: string
  readonly draft: { readonly id: string; readonly line: string }
  /** Quotes that the customer has, one for each round of accepting. */
  readonly sent: readonly string[]
}

/** A session of the firm's only user. */
export type Ada = Session<Standard>

/** The engine on a file. */
export const openOn = (file: string) => openWith(sqlite({ file }))

/** The engine on a store, with a clock that stands and ids that are the same on every copy of it. */
export const openWith = (store: Store) =>
  createEngine({
    store,
    plugins: standard,
    clock: fixedClock("2025-03-14T08:00:00.000Z"),
    ids: fixedIds("bench"),
  })

/** Ada, on an engine of the firm. */
export const adaOf = (engine: Awaited<ReturnType<typeof openWith>>): Ada => adaIn(engine, "acme")

/** Ada in another tenant. */
export const adaIn = (engine: Awaited<ReturnType<typeof openWith>>, tenant: string): Ada =>
  engine.as({ tenant, user: "ada" })

/** Fills a store with the firm. */
export const prepareFirm = async (store: Store, sentQuotes: number): Promise<Firm> => {
  const engine = await openWith(store)
  await engine.tenants.create({ id: "acme", name: "Acme", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
  const ada = adaOf(engine)
  const products: string[] = []
  for (let n = 0; n < LINES; n++) products.push((await ada.catalogue.products.create(productOf(n))).id)
  const company = { number: "K1", name: "Brf Granen", country: "SE", currency: "SEK" }
  const { id: customer } = await ada.parties.companies.create(company)
  const { user: seller } = await ada.organisation.me({})
  const { id: account } = await ada.timeBank.open({ customer, name: "Hours" })
  await ada.timeBank.topUp({ account, effectiveOn: "2025-01-01", seconds: 3600 * 10_000 })
  const firm = { products, customer, seller, account }
  const { id } = await ada.quotes.create(quoteOf(firm, "The draft"))
  const { lines } = await ada.quotes.preview({ quote: id })
  const sent: string[] = []
  for (let n = 0; n < sentQuotes; n++) {
    const quote = await ada.quotes.create(quoteOf({ ...firm, products: products.slice(0, 10) }, `Sent ${n}`))
    await ada.quotes.send({ quote: quote.id })
    sent.push(quote.id)
  }
  await engine.close()
  return { ...firm, draft: { id, line: lines[0]?.id ?? "" }, sent }
}

const productOf = (n: number) =>
  ({
    number: `P${n}`,
    name: `Product ${n}`,
    kind: "goods",
    unit: "H87",
    category: "Pumps",
    priceGroup: "A",
    listPrice: `${100 + n}.50`,
    unitCost: `${60 + n}`,
    vatRatePpm: 250_000,
  }) as const

/** A quote with a line for each product. */
export const quoteOf = (
  { products, customer, seller }: Pick<Firm, "products" | "customer" | "seller">,
  title: string,
) => ({
  title,
  customer,
  currency: "SEK",
  seller,
  lines: products.map((product, n) => ({
    key: `L${n}`,
    section: "all",
    product,
    description: `Line ${n}`,
    quantity: "2.5",
  })),
})

/** The same quote as pricing takes it, for so many lines. */
export const pricedQuote = (count = LINES): Quote => ({
  currency: "SEK",
  lines: Array.from({ length: count }, (_, n) => ({
    id: `L${n}`,
    kind: "product" as const,
    quantity: "2.5",
    unitPrice: `${100 + n}.50`,
    unitCost: `${60 + n}`,
    vat: { category: "S" as const, ratePpm: 250_000 },
  })),
})

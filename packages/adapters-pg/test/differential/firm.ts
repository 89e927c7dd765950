/** A firm to sell from, the same on whatever store: a product, a seller, a customer. */
import {
  createEngine,
  type Engine,
  fixedClock,
  fixedIds,
  type Session,
  type Standard,
  type Store,
  standard,
} from "@anbud/core"

/** An open engine, its seller's session, and what the seller can name. */
export interface Firm {
  readonly engine: Engine<Standard>
  readonly anna: Session<Standard>
  readonly product: string
  readonly customer: string
  readonly seller: string
}

/** The firm's tenant. */
export const TENANT = { id: "fjall", name: "Fjäll", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" }

/** Opens the firm: the clock stands still and ids follow from `seed`, so that two firms are the same to the byte. */
export const openFirm = async (store: Store, seed: string): Promise<Firm> => {
  const clock = fixedClock("2025-03-14T08:00:00.000Z")
  const engine = await createEngine({ store, plugins: standard, clock, ids: fixedIds(seed) })
  await engine.tenants.create(TENANT)
  const anna = engine.as({ tenant: TENANT.id, user: "anna" })
  const { id: product } = await anna.catalogue.products.create({
    number: "P30",
    name: "Heat pump",
    kind: "goods",
    unit: "H87",
    category: "Pumps",
    priceGroup: "VP",
    listPrice: "12000",
    unitCost: "8000",
    vatRatePpm: 250_000,
  })
  const named = { number: "K1", name: "Brf Granen", country: "SE", currency: "SEK" }
  const { id: customer } = await anna.parties.companies.create(named)
  return { engine, anna, product, customer, seller: (await anna.organisation.me({})).user }
}

/** What `quotes.create` takes for so many heat pumps. */
export const quoteFor = (firm: Pick<Firm, "product" | "customer" | "seller">, quantity: string) => ({
  title: "Heat",
  customer: firm.customer,
  currency: "SEK",
  seller: firm.seller,
  lines: [{ key: "L1", section: "main", product: firm.product, description: "Heat pump", quantity, isEssential: true }],
})

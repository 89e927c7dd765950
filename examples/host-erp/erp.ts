/** The ERP: customers and orders of its own, and Anbud for the quotes. What belongs together is committed together. */
import { createEngine, type Engine, type Id, type Session, type Standard, standard } from "@anbud/core"
import type { Database, Row, Transaction } from "./database.ts"
import { type Dispatch, type DispatchPlugin, dispatch } from "./dispatch.ts"
import { CreditExceeded, NotFound, NumberTaken } from "./refusals.ts"

/** What the engine consists of here: all of Anbud, and the ERP's own plugin. */
export type ErpPlugins = Standard & { readonly dispatch: DispatchPlugin }
/** What one user may call. */
export type ErpSession = Session<ErpPlugins>

/** What the ERP does, each call for a user's session. */
export interface Erp {
  readonly engine: Engine<ErpPlugins>
  /** Registers a customer, here and in the engine. */
  register(session: ErpSession, customer: NewCustomer): Promise<Customer>
  /** Makes a quote and sends it: two of the engine's commands, of which either both are done or neither is. */
  offer(session: ErpSession, offer: NewOffer): Promise<Offer>
  /** Places an order and accepts its quote. The number is the key: asked for again, the same order is the answer. */
  place(session: ErpSession, order: NewOrder): Promise<Order>
  close(): Promise<void>
}

/** A customer to be. */
export interface NewCustomer {
  readonly number: string
  readonly name: string
  readonly creditMinor: number
}
/** A customer, and the company that it is to the engine. */
export interface Customer extends NewCustomer {
  readonly company: string
}
/** What a customer is offered. */
export interface NewOffer {
  readonly customer: string
  readonly title: string
  readonly pumps: number
}
/** An offer: a quote of the engine. */
export interface Offer {
  readonly id: string
  readonly number: string
  readonly status: string
}
/** An order to be: its number is the buyer's own. */
export interface NewOrder {
  readonly number: string
  readonly quote: string
  readonly acceptedBy: string
}
/** An order, and what it is called in the engine. */
export interface Order {
  readonly number: string
  readonly quote: string
  readonly customer: string
  readonly engineOrder: string
  readonly totalMinor: number
}

/** The firm that uses the ERP. */
export const FIRM = { id: "fjall", name: "Fjällvärme AB", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" }

/** The only thing in stock. */
const PUMP = {
  ...({ number: "P30", name: "Heat pump", kind: "goods", unit: "H87", category: "Pumps", priceGroup: "VP" } as const),
  ...{ listPrice: "12000", unitCost: "8000", vatRatePpm: 250_000 },
}

/** Opens the ERP on a database, and makes its tables where there are none. */
export const openErp = async (database: Database): Promise<Erp> => {
  await database.prepare()
  const { transaction } = database
  // The event comes at least once, so a note is made once per order.
  const note: Dispatch = (order, text) =>
    transaction(async ({ run }) => {
      await run("insert into erp_dispatch values ($1, $2) on conflict do nothing", [order, text])
    })
  const plugins = { ...standard, dispatch: dispatch(note) }
  const engine: Engine<ErpPlugins> = await createEngine({ store: database.store, plugins })
  await engine.tenants.create(FIRM)
  const anna = engine.as({ tenant: FIRM.id, user: FIRM.admin })
  const { id: product } = await anna.catalogue.products.create(PUMP, { idempotencyKey: "stock/P30" })
  return {
    engine,
    register: (session, customer) => transaction((tx) => register(tx, session, customer)),
    offer: (session, offer) => transaction((tx) => makeOffer(tx, session, product, offer)),
    place: (session, order) => transaction((tx) => place(tx, session, order)),
    close: async () => {
      await engine.close()
      await database.close()
    },
  }
}

const register = async (tx: Transaction, session: ErpSession, customer: NewCustomer): Promise<Customer> => {
  const { number, name, creditMinor } = customer
  const company = await session.join(tx.client, async ({ parties }) => {
    const { id } = await parties.companies.create({ number, name, country: "SE", currency: FIRM.currency })
    await tx.run("insert into erp_customer (number, company, name, credit_minor) values ($1, $2, $3, $4)", [
      ...[number, id, name],
      creditMinor,
    ])
    return id
  })
  return { ...customer, company }
}

const makeOffer = async (
  tx: Transaction,
  session: ErpSession,
  product: Id<"product">,
  { customer, title, pumps }: NewOffer,
): Promise<Offer> => {
  const [found] = await tx.run("select company from erp_customer where number = $1", [customer])
  if (!found) throw new NotFound({ kind: "customer", number: customer })
  return session.join(tx.client, async ({ organisation, quotes }) => {
    const { user: seller } = await organisation.me({})
    const line = { key: "1", section: "pumps", product, description: PUMP.name, quantity: String(pumps) }
    const company = found["company"] as Id<"company">
    const { id } = await quotes.create({ title, customer: company, currency: FIRM.currency, seller, lines: [line] })
    const { quote } = await quotes.send({ quote: id })
    return { id, number: quote.number, status: quote.status }
  })
}

const place = async (tx: Transaction, session: ErpSession, given: NewOrder): Promise<Order> => {
  const { number, quote, acceptedBy } = given
  // A twin of this request waits here until the first one has ended, and then finds its order.
  const claimed = await tx.run(
    "insert into erp_order (number, quote) values ($1, $2) on conflict do nothing returning number",
    [number, quote],
  )
  if (claimed.length > 0)
    await session.join(tx.client, async ({ quotes }) => {
      const { order } = await quotes.accept({ quote: quote as Id<"quote">, acceptedBy })
      const customer = await charge(tx, order.customer, order.total.minor)
      await tx.run("update erp_order set customer = $1, engine_order = $2, total_minor = $3 where number = $4", [
        ...[customer, order.id],
        order.total.minor,
        number,
      ])
    })
  const order = await orderNumbered(tx, number)
  if (order.quote !== quote) throw new NumberTaken({ number })
  return order
}

/** The ERP's own rule: nobody owes more than their credit. What it refuses takes the acceptance back too. */
const charge = async (tx: Transaction, company: string, minor: number): Promise<string> => {
  const [customer] = await tx.run(
    "update erp_customer set owed_minor = owed_minor + $1 where company = $2 returning number, owed_minor, credit_minor",
    [minor, company],
  )
  if (!customer) throw new NotFound({ kind: "customer", number: company })
  const [owedMinor, creditMinor] = [Number(customer["owed_minor"]), Number(customer["credit_minor"])]
  if (owedMinor > creditMinor) throw new CreditExceeded({ owedMinor, creditMinor })
  return String(customer["number"])
}

const orderNumbered = async (tx: Transaction, number: string): Promise<Order> => {
  const [row] = await tx.run("select * from erp_order where number = $1", [number])
  if (!row) throw new NotFound({ kind: "order", number })
  return orderOf(row)
}

const orderOf = (row: Row): Order => ({
  number: String(row["number"]),
  quote: String(row["quote"]),
  customer: String(row["customer"]),
  engineOrder: String(row["engine_order"]),
  totalMinor: Number(row["total_minor"]),
})

// The shortest way to a priced quote: one product, one customer, one line. In memory, or with `--postgres URL` there.
import { createEngine, standard } from "@anbud/core"
import { exampleStore } from "../store.ts"

const engine = await createEngine({ store: await exampleStore("first_quote"), plugins: { ...standard } })
await engine.tenants.create({ id: "acme", name: "Acme AB", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
const ada = engine.as({ tenant: "acme", user: "ada" })

const pump = await ada.catalogue.products.create({
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
const customer = await ada.parties.companies.create({
  number: "K1",
  name: "Brf Granen",
  country: "SE",
  currency: "SEK",
})
const { user: seller } = await ada.organisation.me({})

const quote = await ada.quotes.create({
  title: "Two pumps",
  customer: customer.id,
  currency: "SEK",
  seller,
  lines: [{ key: "1", section: "pumps", product: pump.id, description: "Heat pump", quantity: "2" }],
})
const { priced } = await ada.quotes.preview({ quote: quote.id })
console.log(quote.number, priced.totals.netMinor, priced.totals.payableMinor, priced.totals.marginPpm)

await engine.close()

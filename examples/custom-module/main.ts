// A host adds a module of its own: accepting a quote starts a warranty, unless the customer is in dispute.
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, fixedClock, standard } from "@anbud/core"
import { warranty } from "./warranty.ts"

const engine = await createEngine({
  store: sqlite({ file: ":memory:" }),
  plugins: { ...standard, warranty },
  clock: fixedClock("2025-03-14T08:00:00.000Z"),
})
await engine.tenants.create({ id: "acme", name: "Acme AB", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
const ada = engine.as({ tenant: "acme", user: "ada" })

const pump = {
  number: "P30",
  name: "Heat pump",
  kind: "goods",
  unit: "H87",
  category: "Pumps",
  priceGroup: "VP",
} as const
const prices = { listPrice: "12000", unitCost: "8000", vatRatePpm: 250_000 }
const { id: product } = await ada.catalogue.products.create({ ...pump, ...prices })
const granen = { number: "K1", name: "Brf Granen", country: "SE", currency: "SEK" }
const { id: customer } = await ada.parties.companies.create(granen)
const { user: seller } = await ada.organisation.me({})
const lines = [{ key: "1", section: "pumps", product, description: "Heat pump", quantity: "2" }]
const { id: quote } = await ada.quotes.create({ title: "Two pumps", customer, currency: "SEK", seller, lines })
await ada.quotes.send({ quote })

const dispute = await ada.warranty.disputes.create({ customer, about: "the leak of last winter" })
const refused = await ada.quotes.accept({ quote, acceptedBy: "Per Lund" }).result()
if (!refused.ok && refused.error._tag === "HookRefused") console.log(refused.error.params.cause.message)

const { id: other } = await ada.parties.companies.create({ ...granen, number: "K2", name: "Brf Tallen" })
await ada.warranty.disputes.patch({ id: dispute.id, set: { customer: other } })
const accepted = await ada.quotes.accept({ quote, acceptedBy: "Per Lund" })
const [started] = (await ada.warranty.warranties.list({ where: { order: accepted.order.id } })).items
console.log(accepted.order.number, "warranty until", started?.endsOn)
const longer = await ada.warranty.extend({ warranty: started?.id ?? "", years: 3 })
console.log("extended to", longer.endsOn)
const [latest] = await ada.warranty.warranties.history(longer.id)
console.log(latest?.command, latest?.before, "→", latest?.after)

await engine.close()

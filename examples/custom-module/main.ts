// A host adds a module of its own: accepting a quote starts a warranty, unless the customer is in dispute.
import { createEngine, fixedClock, standard, type WorkProgress } from "@anbud/core"
import { exampleStore } from "../store.ts"
import { warranty } from "./warranty.ts"

const clock = fixedClock("2025-03-14T08:00:00.000Z")
const engine = await createEngine({
  store: await exampleStore("custom_module"),
  plugins: { ...standard, warranty },
  clock,
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

const { companies } = ada.parties
await companies.patch({ id: customer, set: { warranty: { level: "gold", dispute: "the leak of last winter" } } })
const refused = await ada.quotes.accept({ quote, acceptedBy: "Per Lund" }).result()
if (!refused.ok && refused.error._tag === "HookRefused") console.log(refused.error.params.cause.message)

const called = await companies.patch({ id: customer, set: { warranty: { dispute: null } } })
console.log(called.name, called.warranty)
const {
  items: [latest],
} = await companies.history(customer)
console.log(latest?.command, latest?.before, "→", latest?.after)
const gold = await companies.list({ where: { "warranty.level": "gold" } })
console.log(gold.items.length, "gold customer")

const accepted = await ada.quotes.accept({ quote, acceptedBy: "Per Lund" })
const [started] = (await ada.warranty.warranties.list({ where: { order: accepted.order.id } })).items
console.log(accepted.order.number, "warranty until", started?.endsOn)

// Five years on, the worker ends what has come to its end.
clock.set("2030-03-15T08:00:00.000Z")
const stop = new AbortController()
const onProgress = ({ kind, outcome }: WorkProgress): void => {
  console.log("job", kind, outcome)
  stop.abort()
}
await engine.work({ signal: stop.signal, pollMilliseconds: 10, onProgress })
console.log("ended:", (await ada.warranty.warranties.get(started?.id ?? "")).isEnded)

await engine.close()

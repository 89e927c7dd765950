// What is in the records, who may see it, and what happened to it: the snippets of three guides, run against one firm.
import { generateKeyPairSync, randomBytes } from "node:crypto"
import {
  type Checkpoint,
  createEngine,
  ed25519Signer,
  fixedClock,
  fixedIds,
  masterKey,
  type Right,
  standard,
} from "@anbud/core"
import { exampleStore } from "../store.ts"

const { privateKey, publicKey } = generateKeyPairSync("ed25519")
const elsewhere: Checkpoint[] = []
const engine = await createEngine({
  store: await exampleStore("records"),
  plugins: standard,
  clock: fixedClock("2025-03-14T08:00:00.000Z"),
  ids: fixedIds("records"),
  keys: masterKey(randomBytes(32)),
  checkpoints: {
    signer: ed25519Signer("2025", privateKey),
    sink: async (checkpoint) => void elsewhere.push(checkpoint),
  },
})
await engine.tenants.create({ id: "acme", name: "Acme AB", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
const ada = engine.as({ tenant: "acme", user: "ada" })

/** Prints what a call gives, or the code and message of its refusal. */
const show = async (what: string, call: Promise<unknown>): Promise<void> =>
  console.log(
    what.padEnd(22),
    JSON.stringify(await call.catch((error: { code?: string; message: string }) => `${error.code}: ${error.message}`)),
  )

// People, and what they may.
const north = await ada.organisation.units.create({ code: "N", name: "North" })
const south = await ada.organisation.units.create({ code: "S", name: "South" })
const seller: readonly Right[] = [
  "organisation.me",
  "organisation.roles.*",
  "parties.*",
  "catalogue.*",
  { may: "organisation.users.read", fields: ["login", "name", "unit"] },
  { may: "quotes.*", scope: "tree" },
  { not: "catalogue.products.read", fields: ["unitCost"] },
  { not: "quotes.quoteLine.read", fields: ["unitCost", "plannedCosts", "cost"] },
]
const role = await ada.organisation.roles.create({ name: "seller", grants: seller })
const hire = (login: string, unit: string) =>
  ada.organisation.users.create({ login, name: login, unit: unit as never, roles: [{ role: role.id }] })
const bo = await hire("bo", north.id)
const per = await hire("per", south.id)

// Something to sell, and to whom.
const { companies, persons } = ada.parties
const granen = await companies.create({ number: "K1", name: "Brf Granen", country: "SE", currency: "SEK" })
await companies.create({ number: "K2", name: "Norrgran AB", country: "SE", currency: "SEK", nickname: "Tallen" })
await companies.create({ number: "K3", name: "Fjell AS", country: "NO", currency: "NOK" })
const kari = await persons.create({ number: "P1", name: "Kari Lund", email: "kari@example.com" })
const pump = await ada.catalogue.products.create({
  ...{ number: "P30", name: "Heat pump", kind: "goods", unit: "H87", category: "Heat", priceGroup: "VP" },
  ...{ listPrice: "12000", unitCost: "8000", vatRatePpm: 250_000 },
})
const sell = (of: { readonly id: string }, title: string) =>
  ada.quotes.create({
    ...{ title, customer: granen.id, currency: "SEK", seller: of.id as never },
    lines: [{ key: "1", section: "heat", product: pump.id, description: "Pump", quantity: "1" }],
  })
const own = await sell(bo, "Pump for the laundry")
const other = await sell(per, "Pump for the attic")

console.log("Rights")
const session = engine.as({ tenant: "acme", user: "bo" })
await show(
  "own quote",
  session.quotes.quotes.get(own.id).then(({ title }) => title),
)
await show("another unit's", session.quotes.quotes.get(other.id))
await show(
  "a product's fields",
  session.catalogue.products.get(pump.id).then((row) => "unitCost" in row),
)
await show("filter by cost", session.catalogue.products.list({ where: { unitCost: { gt: "5000" } } }))
await show("more than one has", session.organisation.roles.create({ name: "boss", grants: ["*"] }))

console.log("Queries")
const found = await companies.list({
  where: { country: "SE", or: [{ nickname: { isNull: false } }, { name: { contains: "Gran" } }] },
  order: [{ field: "name" }],
  limit: 20,
})
console.log(
  "filtered".padEnd(22),
  found.items.map(({ number }) => number),
)
const heat = ada.quotes.quotes.each({ where: { revisions: { some: { lines: { some: { product: pump.id } } } } } })
for await (const { number, title } of heat) console.log("sold a pump".padEnd(22), number, title)
const hits = await companies.search({ text: "gran" })
console.log(
  "searched".padEnd(22),
  hits.items.map(({ record, fields }) => [record.name, fields]),
)
const everywhere = await ada.search({ text: "lund" })
console.log(
  "searched everywhere".padEnd(22),
  everywhere.items.map(({ collection, record }) => [collection, record["name"]]),
)
const byCustomer = await ada.quotes.quotes.report({
  columns: { customer: "customer.name", month: { field: "quotedOn", by: "month" }, quotes: { count: true } },
  order: [{ column: "quotes", descending: true }],
})
console.log("reported".padEnd(22), byCustomer.items)

console.log("Journal")
await companies.patch({ id: granen.id, set: { nickname: "The spruce" } })
const { items: history } = await companies.history(granen.id)
console.log(
  "history".padEnd(22),
  history.map(({ command, before, after }) => [command, before["nickname"], after["nickname"]]),
)
const erased = await engine.journal.erase({ tenant: "acme", user: "ada", subject: kari.id, ground: "asked for it" })
console.log("erased".padEnd(22), { values: erased.values, parts: erased.parts, keys: erased.keys })
await engine.journal.checkpoint({ tenant: "acme" })
const verified = await engine.journal.verify({
  tenant: "acme",
  checkpoints: elsewhere,
  publicKeys: { "2025": publicKey },
})
console.log("verified".padEnd(22), { entries: verified.entries, broken: verified.broken })
await engine.close()

/**
 * A user's first lines, run and type-checked in the empty project: a file, a tenant, a customer, a true journal.
 */
import assert from "node:assert/strict"
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, standard } from "@anbud/core"

const engine = await createEngine({ store: sqlite({ file: "firm.db" }), plugins: standard })
await engine.tenants.create({ id: "acme", name: "Acme", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })

const ada = engine.as({ tenant: "acme", user: "ada" })
const created = await ada.parties.companies.create({ number: "K1", name: "Nordlund", country: "SE", currency: "SEK" })
const read = await ada.parties.companies.get(created.id)
assert.equal(read.name, "Nordlund")

const nobody = await engine.as({ tenant: "acme", user: "nobody" }).parties.companies.get(created.id).result()
assert.equal(nobody.ok, false)

const journal = await engine.journal.verify({ tenant: "acme" })
assert.equal(journal.broken, null)
await engine.close()

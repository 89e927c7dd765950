// The first lines of a host, as they stand in the README: an engine in memory, a firm, and a session of its administrator.
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, standard } from "@anbud/core"

const engine = await createEngine({ store: sqlite({ file: ":memory:" }), plugins: { ...standard } })
await engine.tenants.create({ id: "acme", name: "Acme AB", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
const ada = engine.as({ tenant: "acme", user: "ada" })

const [administrator] = (await ada.organisation.users.list({})).items
console.log(administrator?.login)
await engine.close()

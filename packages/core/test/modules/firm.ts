/** A firm on the modules of core that these tests are about. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, fixedClock, fixedIds, standard } from "@anbud/core"
import { closing } from "../workshop.ts"

/** An open firm whose administrator is anna; it closes after the test. */
export const openFirm = async () => {
  const clock = fixedClock("2025-03-14T08:00:00.000Z")
  const store = sqlite({ file: ":memory:" })
  const engine = closing(await createEngine({ store, plugins: standard, clock, ids: fixedIds("firm") }))
  const tenant = { id: "fjall", name: "Fjäll", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" }
  await engine.tenants.create(tenant)
  return { engine, clock, anna: engine.as({ tenant: "fjall", user: "anna" }) }
}

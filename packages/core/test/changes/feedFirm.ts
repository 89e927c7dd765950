/** The firm whose changes another process reads. */
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, type Engine, type Store, standard } from "@anbud/core"

export const TENANT = { id: "acme", name: "Acme", currency: "SEK", zone: "Europe/Stockholm", admin: "ada" }
const plugins = { organisation: standard.organisation, parties: standard.parties }

/** Opens it on a file of SQLite or on a schema of a PostgreSQL database, told as `sqlite FILE` or `postgresql URL SCHEMA`. */
export const openFirm = async ([dialect, at = "", schema = ""]: readonly string[]): Promise<Engine<typeof plugins>> => {
  const store: Store =
    dialect === "sqlite"
      ? sqlite({ file: at, writeTimeoutMilliseconds: 30_000 })
      : postgres({ connectionString: at, schema, waitMilliseconds: 30_000 })
  const engine = await createEngine({ store, plugins })
  await engine.tenants.create(TENANT)
  return engine
}

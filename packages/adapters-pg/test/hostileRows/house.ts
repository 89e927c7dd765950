/** One engine per database, with as many tenants as the rows need: PostgreSQL with a pool of one connection or more. */
import { postgres } from "@anbud/adapter-pg"
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, type Right, type Store, standard } from "@anbud/core"
import { databaseUrl, schemaName } from "../temporarySchema.ts"

/** The databases on which every row is shown. */
export const DATABASES = ["SQLite", "PostgreSQL"] as const
export type DatabaseName = (typeof DATABASES)[number]

const storeOf = (database: DatabaseName, maxConnections: number): Store =>
  database === "SQLite"
    ? sqlite({ file: ":memory:" })
    : postgres({
        connectionString: databaseUrl(),
        schema: schemaName("hostile"),
        maxConnections,
        waitMilliseconds: 30_000,
      })

/** Opens the engine. */
export const openHouse = async (database: DatabaseName, maxConnections = 1) => {
  const engine = await createEngine({ store: storeOf(database, maxConnections), plugins: standard })
  let tenants = 0
  const tenant = async () => {
    tenants += 1
    const id = `firm-${tenants}`
    await engine.tenants.create({ id, name: id, currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
    const as = (user: string, locale = "en") => engine.as({ tenant: id, user, locale })
    const ada = as("ada")
    const { companies } = ada.parties
    const company = (number: string, name: string, more: object = {}) =>
      companies.create({ number, name, country: "SE", currency: "SEK", ...more })
    const hire = async (login: string, grants: readonly Right[]) => {
      const { id: role } = await ada.organisation.roles.create({ name: `role of ${login}`, grants })
      const user = await ada.organisation.users.create({ login, name: login, roles: [{ role }] })
      return { id: user.id, role, session: as(login) }
    }
    return { id, as, ada, companies, company, hire }
  }
  return { engine, tenant, close: () => engine.close() }
}
export type House = Awaited<ReturnType<typeof openHouse>>

/** An id of the right form that no record has. */
export const NOBODY = "01953000-0000-7000-8000-000000000000" as never

/** What a call ends with: `done`, or all that it says, with the id that it was given made equal. */
export const saidOf = (call: Promise<unknown>, id = "-"): Promise<string> =>
  call.then(
    () => "done",
    (error: { readonly _tag?: string; readonly params?: unknown; readonly message?: string }) =>
      JSON.stringify([error._tag ?? String(error), error.params, error.message]).replaceAll(id, "ID"),
  )

/** The tag of the refusal that a call ends with, or `done`. */
export const tagOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "done",
    (error: { readonly _tag?: string }) => error._tag ?? String(error),
  )

/** How SQLite finds what a search asks for: never by walking through all tokens of a tenant. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, type Session, type Standard, standard } from "@anbud/core"
import Database from "better-sqlite3"
import { expect, onTestFinished, test, vi } from "vitest"
import { temporaryFile } from "../workshop.ts"

type Companies = Session<Standard>["parties"]["companies"]

const firm = { id: "fjall", name: "Fjäll", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" }

/** Of each statement on the tokens that runs meanwhile, the steps of its plan that read tokens or companies. */
const stepsDuring = async (file: string, work: () => Promise<unknown>): Promise<readonly string[]> => {
  const prepare = vi.spyOn(Database.prototype, "prepare")
  await work()
  const statements = prepare.mock.calls.map(([statement]) => statement).filter((text) => text.includes("search_token"))
  prepare.mockRestore()
  const database = new Database(file, { readonly: true })
  onTestFinished(() => void database.close())
  return statements.flatMap((statement) => {
    const values = Array.from(statement.matchAll(/\?/g), () => null)
    const plan = database.prepare(`explain query plan ${statement}`).all(...values) as { readonly detail: string }[]
    return plan.map(({ detail }) => detail).filter((detail) => /^(SCAN|SEARCH) t\d /.test(detail))
  })
}

test.each<[string, (companies: Companies) => Promise<readonly unknown[]>]>([
  ["a search", async ({ search }) => (await search({ text: "Brf gran" })).items],
  ["a list", async ({ list }) => (await list({ where: { matches: "Brf gran" }, order: [{ field: "name" }] })).items],
  ["a report", async ({ report }) => (await report({ columns: { n: "name" }, where: { matches: "Brf gran" } })).items],
])("%s by words goes by the words and by the records that have them", async (_, ask) => {
  const file = temporaryFile()
  const engine = await createEngine({ store: sqlite({ file }), plugins: standard })
  onTestFinished(() => engine.close())
  await engine.tenants.create(firm)
  const { companies } = engine.as({ tenant: firm.id, user: "anna" }).parties
  await companies.create({ number: "K1", name: "Brf Granen", country: "SE", currency: "SEK" })
  const steps = await stepsDuring(file, async () => {
    expect(await ask(companies)).toHaveLength(1)
  })
  expect(steps.length).toBeGreaterThan(2)
  for (const step of steps) expect(step).toMatch(/\(tenant=\?.*\b(token>\? AND token<\?|record=\?|id=\?)/)
})

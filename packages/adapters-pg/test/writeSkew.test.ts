/** Two commands that are each right alone and wrong together. */
import { postgres } from "@anbud/adapter-pg"
import { createEngine, standard } from "@anbud/core"
import { expect, onTestFinished, test } from "vitest"
import { databaseUrl, schemaName } from "./temporarySchema.ts"

const TENANT = { id: "fjall", name: "Fjäll", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" }

const opened = async () => {
  const store = postgres({ connectionString: databaseUrl(), schema: schemaName(), waitMilliseconds: 30_000 })
  const engine = await createEngine({ store, plugins: standard })
  onTestFinished(() => engine.close())
  await engine.tenants.create(TENANT)
  const { companies } = engine.as({ tenant: TENANT.id, user: "anna" }).parties
  const make = async (number: string) =>
    (await companies.create({ number, name: number, country: "SE", currency: "SEK" })).id
  return { engine, companies, make }
}

test("row 84: companies that are put above one another at the same moment never close a ring", async () => {
  const { companies, make } = await opened()
  for (let round = 0; round < 8; round++) {
    const ids = [await make(`${round}a`), await make(`${round}b`), await make(`${round}c`)]
    const outcomes = await Promise.all(
      ids.map((id, index) => {
        const above = ids[(index + 1) % ids.length]
        return companies.patch({ id, set: { parentCompany: above as never } }).result()
      }),
    )
    const refused = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error._tag]))
    expect(refused.length).toBeGreaterThanOrEqual(1)
    for (const tag of refused) expect(["RuleBroken", "Contention"]).toContain(tag)
    const parents = new Map<string, string | null>()
    for (const id of ids) parents.set(id, (await companies.get(id)).parentCompany)
    for (const id of ids) {
      let at: string | null = id
      for (let steps = 0; at !== null && steps < 4; steps++) at = parents.get(at) ?? null
      expect(at).toBeNull()
    }
  }
})

test("row 83: rows that an import changes are locked; one that changed meanwhile is read again, not lost", async () => {
  const { engine, companies, make } = await opened()
  const ids = [await make("1"), await make("2"), await make("3")]
  const text = ["number;name", ...["1", "2", "3"].map((number) => `${number};imported ${number}`)].join("\n")
  const file = {
    file: "c.csv",
    text,
    key: ["number"],
    columns: { number: "number", name: "name", country: () => "SE", currency: () => "SEK" },
  } as const
  for (let round = 0; round < 6; round++) {
    const set = { segment: `round ${round}` }
    const [imported, ...patched] = await Promise.all([
      companies.import({ ...file, text: text.replaceAll("imported", `import ${round}`) }).result(),
      ...ids.map((id) => companies.patch({ id, set }).result()),
    ])
    expect(imported).toMatchObject({ ok: true })
    for (const outcome of patched) expect(outcome).toMatchObject({ ok: true })
    for (const [index, id] of ids.entries())
      expect(await companies.get(id)).toMatchObject({ name: `import ${round} ${index + 1}`, ...set })
  }
  expect(await engine.journal.verify({ tenant: TENANT.id })).toMatchObject({ broken: null })
})

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

test("row 84: quotes that are accepted at the same moment never book the same hours of one person", async () => {
  const { engine } = await opened()
  const anna = engine.as({ tenant: TENANT.id, user: "anna" })
  const day = [["08:00", "16:00"]] as const
  const make = { number: "1", name: "Brf Granen", country: "SE", currency: "SEK" }
  const { id: customer } = await anna.parties.companies.create(make)
  const { id: product } = await anna.catalogue.products.create({
    ...({ number: "W", name: "Work", kind: "labour", unit: "HUR", category: "Work", priceGroup: "W" } as const),
    ...{ listPrice: "1000", unitCost: "450", vatRatePpm: 250_000 },
  })
  const costRates = [{ from: "2024-01-01", hourCost: { minor: 450_00, currency: "SEK" } }] as const
  const { id: user } = await anna.organisation.users.create({ login: "dag", name: "Dag", costRates })
  const week = [day, day, day, day, day, [], []]
  await anna.capacity.resources.create({
    ...{ code: "dag", user, name: "Dag", week, skills: ["installation"] },
    ...({ employedFrom: "2020-01-01", billableTargetPpm: 1_000_000 } as const),
  })
  const { user: seller } = await anna.organisation.me({})
  const task = { task: "install", name: "Install", skill: "installation", effortMinutes: 8 * 60, after: [] }
  const dag = { ...task, people: [{ user: "dag", effortMinutes: 8 * 60 }] }
  const sent = async (plan: typeof dag | (typeof task & { people: [] })) => {
    const line = { key: "L1", section: "main", product, description: "Work", quantity: "8", isEssential: true, plan }
    const { id } = await anna.quotes.create({ title: "Work", customer, currency: "SEK", seller, lines: [line] })
    await anna.quotes.send({ quote: id })
    return id
  }
  // Half of them name Dag, the others whoever has the skill: that is Dag too.
  const quotes = await Promise.all([dag, dag, dag, dag, ...Array(4).fill({ ...task, people: [] })].map(sent))
  const won = await Promise.all(quotes.map((quote) => anna.quotes.accept({ quote, acceptedBy: "Per" }).result()))
  expect(won.map(({ ok }) => ok)).toEqual(Array(8).fill(true))
  const reserved = (await anna.capacity.reservations.list({})).items
  const slots = (await Promise.all(reserved.map(({ id }) => anna.capacity.reservations.parts(id, "slots")))).flat()
  const inOrder = [...slots].sort((a, b) => (a.from < b.from ? -1 : 1))
  expect(slots.reduce((sum, { minutes }) => sum + minutes, 0)).toBe(8 * 8 * 60)
  for (const [index, { from }] of inOrder.entries())
    if (index > 0) expect(from >= (inOrder[index - 1]?.to ?? "")).toBe(true)
})

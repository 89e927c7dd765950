/** History: what happened to a record and to its parts, in pages. */
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, fixedClock, fixedIds, type HistoryEntry, standard } from "@anbud/core"
import { beforeEach, describe, expect, test } from "vitest"
import { closing, START, TENANT } from "../workshop.ts"

const openFirm = async () => {
  const store = sqlite({ file: ":memory:" })
  const engine = closing(
    await createEngine({ store, plugins: standard, clock: fixedClock(START), ids: fixedIds("history") }),
  )
  await engine.tenants.create(TENANT)
  const anna = engine.as({ tenant: TENANT.id, user: "anna" })
  const at = { kind: "visit", city: "Luleå", country: "SE", postalCode: "972 31" } as const
  const addresses = [
    { ...at, street: "Storgatan 5" },
    { ...at, street: "Kungsgatan 1" },
  ]
  const company = await anna.parties.companies.create({
    number: "K1",
    name: "Granen",
    country: "SE",
    currency: "SEK",
    addresses,
  })
  const [first] = await anna.parties.companies.parts(company.id, "addresses")
  const patch = (set: object) => anna.parties.companies.patch({ id: company.id, set })
  await patch({ addresses: { change: [{ id: first?.id, set: { street: "Storgatan 7" } }] } })
  await patch({ name: "Granen AB", addresses: { remove: [first?.id] } })
  return { engine, anna, company, first }
}

describe("of a record and its parts", () => {
  let firm: Awaited<ReturnType<typeof openFirm>>
  beforeEach(async () => {
    firm = await openFirm()
  })

  test("tells what became of each part, those that are gone too", async () => {
    const { items } = await firm.anna.parties.companies.history(firm.company.id)
    expect(items.map(({ entity, verb, version }) => `${entity} ${verb} ${version}`)).toEqual([
      "address remove 3",
      "company patch 3",
      "address patch 2",
      "address create 1",
      "address create 1",
      "company create 1",
    ])
    expect(items[2]).toMatchObject({ record: firm.first?.id, before: { street: "Storgatan 5" } })
  })

  test("comes entry by entry, however small the pages", async () => {
    const { companies } = firm.anna.parties
    const all = (await companies.history(firm.company.id)).items
    const entries: HistoryEntry[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof companies.history>> = await companies.history(firm.company.id, {
        limit: 1,
        ...(after === null ? {} : { after }),
      })
      expect(page.items).toHaveLength(1)
      entries.push(...page.items)
      after = page.next
    } while (after !== null)
    expect(entries).toEqual(all)
  })

  test("a cursor belongs to one record, and what is no page is refused", async () => {
    const { companies } = firm.anna.parties
    const other = await companies.create({ number: "K2", name: "Björken", country: "SE", currency: "SEK" })
    const { next } = await companies.history(firm.company.id, { limit: 1 })
    expect(await companies.history(other.id, { after: next ?? "" }).result()).toMatchObject({
      error: { _tag: "InvalidCursor" },
    })
    for (const query of [{ limit: 0 }, { limit: 1001 }, { before: 3 }])
      expect(await companies.history(other.id, query as never).result()).toMatchObject({
        error: { _tag: "InvalidInput" },
      })
  })

  test("says nothing of parts that may not be seen", async () => {
    const { anna, engine, company } = firm
    const role = await anna.organisation.roles.create({
      name: "reader",
      grants: ["parties.companies.read", { not: "parties.companies.read", fields: ["addresses"] }],
    })
    await anna.organisation.users.create({ login: "eva", name: "Eva", roles: [{ role: role.id }] })
    const eva = engine.as({ tenant: TENANT.id, user: "eva" })
    const { items } = await eva.parties.companies.history(company.id)
    expect(items.map(({ entity, verb }) => `${entity} ${verb}`)).toEqual(["company patch", "company create"])
  })
})

/** What search is to do on every database; each file of tests says on which. */
import { type Company, type CreateOf, createEngine, fixedClock, fixedIds, type Store, standard } from "@anbud/core"
import { expect, test } from "vitest"
import { closing, START, TENANT } from "../workshop.ts"

/** A store that has nothing of the tenant that a case is about to make. */
export type OpenStore = () => Store

type Given = CreateOf<typeof Company.fields>

const firmOn = async (openStore: OpenStore, tenant: typeof TENANT) => {
  const store = openStore()
  const ids = fixedIds("search")
  const engine = closing(await createEngine({ store, plugins: standard, clock: fixedClock(START), ids }))
  await engine.tenants.create(tenant)
  const anna = engine.as({ tenant: tenant.id, user: "anna" })
  const { companies, persons } = anna.parties
  const company = (number: string, name: string, more: Partial<Given> = {}): Promise<Company> =>
    companies.create({ number, name, country: "SE", currency: "SEK", ...more })
  const found = async (text: string) => (await companies.search({ text })).items.map(({ record }) => record.number)
  const fieldsOf = async (text: string) => (await companies.search({ text })).items.map(({ fields }) => fields)
  return { engine, store, anna, companies, persons, company, found, fieldsOf }
}

const address = { kind: "visit", street: "Storgatan 5", postalCode: "972 31", city: "Luleå", country: "SE" } as const

/** Opens the firm of one case, and the id of its tenant. */
interface At {
  readonly openFirm: () => ReturnType<typeof firmOn>
  readonly own: { readonly id: string }
}

const CASES: Readonly<Record<string, (at: At) => Promise<void>>> = {
  "SO-13 whole and part of a name, whatever the case and the accents": async ({ openFirm }) => {
    const { company, found } = await openFirm()
    await company("K1", "Fjällservice AB")
    for (const text of ["fjall", "service", "FJÄLL", "fjällservice ab", "ab Fjäll", "  fjällser  "])
      expect(await found(text), text).toEqual(["K1"])
    for (const text of ["jäll", "fjäll hb", "", "*", "%", "k2"]) expect(await found(text), text).toEqual([])
  },
  "SO-04 the nickname finds a company, and the hit says so": async ({ openFirm }) => {
    const { company, found, fieldsOf } = await openFirm()
    await company("K1", "Brf Granen", { nickname: "Tallbacken" })
    expect(await found("tallb")).toEqual(["K1"])
    expect(await fieldsOf("tallb")).toEqual([["nickname"]])
    expect(await fieldsOf("brf tallbacken")).toEqual([["name", "nickname"]])
  },
  "identifiers are found with or without separators, and before words": async ({ openFirm }) => {
    const { company, found } = await openFirm()
    await company("GRAN-7", "Berg & Co", { orgNumber: "556677-8899", vatNumber: "SE556677889901" })
    await company("K2", "Granen")
    for (const text of ["5566778899", "556677-8899", "556677 88 99", "55 66", "SE 5566 7788 9901"])
      expect(await found(text), text).toEqual(["GRAN-7"])
    expect(await found("gran")).toEqual(["GRAN-7", "K2"])
    expect(await found("berg gran-7")).toEqual(["GRAN-7"])
    expect(await found("7788")).toEqual([])
  },
  "SO-14 a telephone number is found as it is dialled from anywhere": async ({ openFirm }) => {
    const { persons } = await openFirm()
    await persons.create({ number: "P1", name: "Kari Lund", phone: "+47 22 00 00 00" })
    await persons.create({ number: "P2", name: "Per Lund", phone: "070-123 45 67" })
    const found = async (text: string) => (await persons.search({ text })).items.map(({ record }) => record.number)
    for (const text of ["22000000", "+47 22 00", "004722000000", "47-22000000"])
      expect(await found(text), text).toEqual(["P1"])
    for (const text of ["0701234567", "070 123", "+46 70 123 45 67", "0046701234567"])
      expect(await found(text), text).toEqual(["P2"])
  },
  "parts are found with their record, as they change": async ({ openFirm }) => {
    const { company, companies, found, fieldsOf } = await openFirm()
    const made = await company("K1", "Granen", { addresses: [address] })
    expect(await fieldsOf("lulea")).toEqual([["addresses.city"]])
    expect(await found("storgatan 5 97231")).toEqual(["K1"])
    const [part] = await companies.parts(made.id, "addresses")
    await companies.patch({
      id: made.id,
      set: {
        addresses: {
          change: [{ id: part?.id ?? "", set: { city: "Boden" } }],
          add: [{ ...address, city: "Kiruna" }],
        },
      },
    })
    expect(await found("luleå")).toEqual([])
    expect([await found("boden"), await found("kiruna")]).toEqual([["K1"], ["K1"]])
    await companies.patch({ id: made.id, set: { addresses: { remove: [part?.id ?? ""] } } })
    expect([await found("boden"), await found("kiruna")]).toEqual([[], ["K1"]])
  },
  "a patch, a mass update, its undo and an import change what is found; other fields change nothing": async ({
    openFirm,
    own,
  }) => {
    const { store, company, companies, found } = await openFirm()
    const { id } = await company("K1", "Granen")
    const other = await company("K2", "Tallen")
    const tokens = () => store.read((reader) => reader.select({ table: "search_token", tenant: own.id }))
    const before = await tokens()
    await companies.patch({ id, set: { segment: "Bostad", paymentTermDays: 10 } })
    expect(await tokens()).toEqual(before)
    await companies.patch({ id, set: { name: "Eken" } })
    expect([await found("granen"), await found("eken")]).toEqual([[], ["K1"]])
    const mass = companies.massUpdate({ ids: [id, other.id], set: { nickname: "Skogen" }, refused: "all" })
    const outcome = await mass.result()
    expect([...(await found("skogen"))].sort()).toEqual(["K1", "K2"])
    await companies.undo({ seq: outcome.ok ? Number(outcome.seq) : 0, refused: "all" })
    expect(await found("skogen")).toEqual([])
    const text = "number;name;country;currency\nK1;Linden;SE;SEK\nK3;Almen;SE;SEK"
    const columns = { number: "number", name: "name", country: "country", currency: "currency" }
    await companies.import({ file: "companies.csv", text, key: ["number"], columns })
    expect([await found("eken"), await found("linden"), await found("almen")]).toEqual([[], ["K1"], ["K3"]])
    await companies.patch({ id, set: { nickname: null } })
    await companies.patch.preview({ id, set: { name: "Asken" } })
    expect(await found("asken")).toEqual([])
  },
  "the word as it was typed comes first, then longer ones, then what compounds end with; each record once": async ({
    openFirm,
  }) => {
    const { company, found, companies } = await openFirm()
    await company("K1", "Norrlandsgranen")
    await company("K2", "Granit Granar Gran")
    await company("K3", "Granar")
    await company("K4", "Gran")
    await company("K5", "Grand Granar")
    const hits = await found("gran")
    expect([...hits.slice(0, 2)].sort()).toEqual(["K2", "K4"])
    expect(hits.slice(2)).toEqual(["K3", "K5", "K1"])
    const page = await companies.search({ text: "gran", limit: 2 })
    expect(page.items.map(({ record }) => record.number)).toEqual(hits.slice(0, 2))
  },
  "SO-15 45 hits in pages of 20, 20 and 5 with a stable order and a total": async ({ openFirm }) => {
    const { company, companies } = await openFirm()
    for (let index = 0; index < 45; index += 1)
      await company(`K${index}`, `Gran${index % 7 === 0 ? "" : index} Bygg ${index % 2 === 0 ? "gran" : ""}`, {
        country: index % 2 === 0 ? "SE" : "NO",
      })
    const sizes: number[] = []
    const seen: string[] = []
    let after: string | undefined
    do {
      const page: Awaited<ReturnType<typeof companies.search>> = await companies.search({
        text: "gran",
        limit: 20,
        ...(after === undefined ? {} : { after }),
      })
      sizes.push(page.items.length)
      seen.push(...page.items.map(({ record }) => record.id))
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(sizes).toEqual([20, 20, 5])
    expect(seen).toEqual((await companies.search({ text: "gran", limit: 100 })).items.map(({ record }) => record.id))
    expect(new Set(seen).size).toBe(45)
    expect(await companies.count({ where: { matches: "gran" } })).toBe(45)
    const where = { country: "NO" }
    const some = (await companies.search({ text: "gran bygg", where, limit: 100 })).items
    expect(some.length).toBe(await companies.count({ where: { ...where, matches: "bygg gran" } }))
    expect(some.every(({ record }) => record.country === "NO")).toBe(true)
  },
  "rows 5, 11 and 12: no sign of any query language means anything, and long texts are refused": async ({
    openFirm,
  }) => {
    const { company, companies, found } = await openFirm()
    await company("K1", "a_b 100 % \\ rabatt")
    const signs = [
      '"',
      "*",
      "NEAR(",
      "a:b",
      "!",
      "<->",
      "%",
      "_",
      "\\",
      "'; drop table company; --",
      "(",
      "^",
      "a*",
      "-a",
    ]
    for (const sign of signs) expect(await found(`${sign} zzz`), sign).toEqual([])
    for (const text of ["100 %", "a_b", "a:b", "(rabatt)", "\\rabatt*", '"100"'])
      expect(await found(text), text).toEqual(["K1"])
    expect(await found("%a".repeat(40))).toEqual(["K1"])
    for (const query of [
      { text: "x".repeat(501) },
      { text: 5 },
      {},
      { text: "a", limit: 0 },
      { text: "a", fields: ["name"] },
    ])
      await expect(companies.search(query as never)).rejects.toMatchObject({ _tag: "InvalidInput" })
    const { next } = await companies.search({ text: "a", limit: 1 })
    expect(next).toBeNull()
    await expect(companies.search({ text: "a", after: "1.AAAA" })).rejects.toMatchObject({ _tag: "InvalidCursor" })
    await expect(companies.list({ where: { addresses: { some: { matches: "a" } } } as never })).rejects.toMatchObject({
      _tag: "InvalidInput",
    })
  },
  "property: walking with any page size gives the hits of one large page": async ({ openFirm }) => {
    const { company, companies } = await openFirm()
    const words = ["gran", "granen", "grangran", "gr", "tall", "granskog"]
    for (let index = 0; index < 40; index += 1)
      await company(`G${index}`, [index, index * 3, index * 7].map((at) => words[at % 6]).join(" "))
    for (const text of ["gr", "gran", "gran tall", "g gr", "skog"]) {
      const whole = (await companies.search({ text, limit: 1000 })).items.map(({ record }) => record.id)
      for (const limit of [1, 3, 7]) {
        const seen: string[] = []
        let after: string | undefined
        do {
          const page: Awaited<ReturnType<typeof companies.search>> = await companies.search({
            text,
            limit,
            ...(after === undefined ? {} : { after }),
          })
          seen.push(...page.items.map(({ record }) => record.id))
          after = page.next ?? undefined
        } while (after !== undefined)
        expect(seen, `${text} by ${limit}`).toEqual(whole)
      }
      expect(new Set(whole).size).toBe(whole.length)
      expect(whole.length).toBe(await companies.count({ where: { matches: text } }))
    }
  },
  "an erased person leaves nothing to be found by": async ({ openFirm, own }) => {
    const { store, anna, engine, persons } = await openFirm()
    const { id } = await persons.create({ number: "P1", name: "Kari Lund", email: "kari@example.com" })
    expect((await persons.search({ text: "kari lund" })).items.length).toBe(1)
    await engine.journal.erase({ tenant: own.id, user: "anna", subject: id, ground: "asked to" })
    const tokens = await store.read((reader) => reader.select({ table: "search_token", tenant: own.id }))
    expect(tokens.filter(({ token }) => /kari|lund/.test(String(token)))).toEqual([])
    expect((await anna.search({ text: "kari" })).items).toEqual([])
  },
  "SO-13 of several words a rare one leads, and pages go on with it when it is rare no more": async ({ openFirm }) => {
    const { anna, companies } = await openFirm()
    const bring = (name: string, names: readonly string[]) =>
      companies.import({
        file: `${name}.csv`,
        delimiter: ",",
        text: ["number,name,country,currency", ...names.map((each, n) => `${name}-${n},${each},SE,SEK`)].join("\n"),
        key: ["number"],
        columns: { number: "number", name: "name", country: "country", currency: "currency" },
      })
    const namesOf = ({ items }: { readonly items: readonly { readonly record: object }[] }) =>
      items.map(({ record }) => String("name" in record ? record.name : "").replace("Brf Granen ", ""))
    await bring(
      "old",
      Array.from({ length: 210 }, (_, n) => `Brf Granen ${n}`),
    )
    const inOrder = ["17", "170", "171", "172", "173", "174", "175", "176", "177", "178", "179"]
    expect(namesOf(await companies.search({ text: "granen 17" }))).toEqual(inOrder)
    expect(namesOf(await anna.search({ text: "17 brf granen" }))).toEqual(inOrder)
    expect((await companies.search({ text: "granen brf", limit: 300 })).items).toHaveLength(210)
    const first = await companies.search({ text: "granen 17", limit: 4 })
    const everywhere = await anna.search({ text: "granen 17", limit: 4 })
    await bring(
      "new",
      Array.from({ length: 200 }, (_, n) => `Nya ${17_000 + n}`),
    )
    const rest = { text: "granen 17", limit: 300 }
    expect(namesOf(await companies.search({ ...rest, after: first.next ?? "" }))).toEqual(inOrder.slice(4))
    expect(namesOf(await anna.search({ ...rest, after: everywhere.next ?? "" }))).toEqual(inOrder.slice(4))
    // From the beginning, the longest of two common words leads: its hits, which it finds alike, come by their ids.
    const anew = namesOf(await companies.search(rest))
    expect([...anew].sort()).toEqual(inOrder)
    expect(anew).not.toEqual(inOrder)
  },
  "SO-11, SO-12 one collection or all that the user may read, in one order and in pages": async ({ openFirm, own }) => {
    const { engine, anna, company, companies, persons } = await openFirm()
    await company("K1", "Lund AB")
    await company("K2", "Lundgren")
    await persons.create({ number: "P1", name: "Per Lund" })
    expect((await companies.search({ text: "lund" })).items.length).toBe(2)
    const all = await anna.search({ text: "lund" })
    const seen = (items: typeof all.items) => items.map(({ collection, record }) => `${collection} ${record["number"]}`)
    expect(seen(all.items)).toEqual(["parties.companies K1", "parties.persons P1", "parties.companies K2"])
    expect(all.items[1]).toMatchObject({ entity: "person", fields: ["name"] })
    const paged: string[] = []
    let after: string | undefined
    do {
      const page: typeof all = await anna.search({
        text: "lund",
        limit: 1,
        ...(after === undefined ? {} : { after }),
      })
      paged.push(...seen(page.items))
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(paged).toEqual(seen(all.items))
    const role = await anna.organisation.roles.create({ name: "reader", grants: ["parties.persons.read"] })
    await anna.organisation.users.create({ login: "bo", name: "Bo", roles: [{ role: role.id }] })
    const bo = engine.as({ tenant: own.id, user: "bo" })
    expect(seen((await bo.search({ text: "lund" })).items)).toEqual(["parties.persons P1"])
    await expect(bo.parties.companies.search({ text: "lund" })).rejects.toMatchObject({ _tag: "Forbidden" })
  },
  "a tenant's own searchable field is found like any other, after a rebuild too, and not where it is hidden": async ({
    openFirm,
    own,
  }) => {
    const { engine, anna, company, fieldsOf } = await openFirm()
    const define = (label: string, isSearchable: boolean) =>
      anna.customFields.define({ entity: "company", labels: { en: label }, kind: "text", isSearchable })
    await define("Colour", true)
    await define("Secret", false)
    await company("K1", "Granen", { custom: { colour: "Vermilion", secret: "Azure" } } as never)
    expect([await fieldsOf("vermil"), await fieldsOf("azure")]).toEqual([[["custom.colour"]], []])
    await engine.search.rebuild({ tenant: own.id })
    expect(await fieldsOf("granen vermil")).toEqual([["name", "custom.colour"]])
    const grants = ["parties.*", { not: "parties.companies.read", fields: ["custom.colour"] }]
    const role = await anna.organisation.roles.create({ name: "blind", grants })
    await anna.organisation.users.create({ login: "bo", name: "Bo", roles: [{ role: role.id }] })
    const bo = engine.as({ tenant: own.id, user: "bo" })
    expect((await bo.parties.companies.search({ text: "vermil" })).items).toEqual([])
    expect((await bo.search({ text: "vermil" })).items).toEqual([])
    expect(await bo.parties.companies.count({ where: { matches: "vermil" } })).toBe(0)
    await expect(engine.search.rebuild({ tenant: "nobody" })).rejects.toMatchObject({ _tag: "UnknownTenant" })
  },
  "makes what is found anew from the records, parts included, and again without a change": async ({
    openFirm,
    own,
  }) => {
    const { engine, store, company, found } = await openFirm()
    await company("K1", "Granen", { addresses: [address] })
    await company("K2", "Tallen")
    const tokens = () => store.read((reader) => reader.select({ table: "search_token", tenant: own.id }))
    const before = await tokens()
    const all = { op: "and", of: [] } as const
    const stale = { entity: "company", rank: 1, token: "gone", record: "nobody", part: "nobody", field: "motto" }
    await store.write(async (tx) => {
      await tx.removeWhere("search_token", own.id, all)
      await tx.insert("search_token", own.id, [stale])
    })
    expect(await found("granen")).toEqual([])
    const steps: number[] = []
    const done = await engine.search.rebuild({ tenant: own.id, onProgress: ({ records }) => steps.push(records) })
    expect(await tokens()).toEqual(before)
    expect(done.records).toBeGreaterThanOrEqual(3)
    expect(steps.length).toBeGreaterThan(0)
    await engine.search.rebuild({ tenant: own.id })
    expect(await tokens()).toEqual(before)
    const stop = AbortSignal.abort(new Error("enough"))
    await expect(engine.search.rebuild({ tenant: own.id, signal: stop })).rejects.toThrow("enough")
  },
  "of two units each finds its own, and a name that is hidden finds nobody": async ({ openFirm, own }) => {
    const { engine, anna, company } = await openFirm()
    const { units, roles, users } = anna.organisation
    const north = await units.create({ code: "N", name: "North" })
    const role = await roles.create({
      name: "seller",
      grants: [
        { may: "parties.companies.read", scope: "own" },
        { may: "organisation.users.read", scope: "unit" },
        { not: "parties.companies.read", fields: ["nickname"] },
        { not: "parties.address.read", fields: ["city"] },
      ],
    })
    const hired = await users.create({ login: "bo", name: "Bo Granlund", unit: north.id, roles: [{ role: role.id }] })
    await company("K1", "Granen", { owner: hired.id, nickname: "Tallbacken", addresses: [address] })
    await company("K2", "Granskog", { nickname: "Grantopp" })
    const bo = engine.as({ tenant: own.id, user: "bo" })
    const found = async (text: string) =>
      (await bo.parties.companies.search({ text })).items.map(({ record }) => record.number)
    expect(await found("gran")).toEqual(["K1"])
    for (const hidden of ["tallbacken", "lulea", "granskog", "grantopp", "gran tall", "K2"])
      expect([hidden, await found(hidden)]).toEqual([hidden, []])
    const { items } = await bo.search({ text: "gran" })
    expect(items.map(({ collection, fields }) => [collection, fields])).toEqual([
      ["parties.companies", ["name"]],
      ["organisation.users", ["name"]],
    ])
    const { companies } = bo.parties
    expect(await companies.count({ where: { matches: "gran" } })).toBe(1)
    expect(await companies.count({ where: { matches: "tallbacken" } })).toBe(0)
  },
}

/** The cases, each with a tenant of its own. */
export const searchCases = (openStore: OpenStore): void => {
  for (const [index, [name, run]] of Object.entries(CASES).entries())
    test(name, () => {
      const own = { ...TENANT, id: `${TENANT.id}${index}` }
      return run({ own, openFirm: () => firmOn(openStore, own) })
    })
}

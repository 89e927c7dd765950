/** Rows 25 to 28 of the catalogue of bad inputs, on both databases: text that looks alike. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { DATABASES, type House, openHouse, tagOf } from "./house.ts"

const COMPOSED = "Caf\u00e9"
const DECOMPOSED = "Cafe\u0301"

describe.each(DATABASES)("%s", (database) => {
  let house: House
  beforeAll(async () => {
    house = await openHouse(database)
  })
  afterAll(() => house.close())

  test("row 25: composed and decomposed text is kept as it was given, and is one key and one word", async () => {
    const { company, companies } = await house.tenant()
    const made = await company(DECOMPOSED, `${DECOMPOSED} \u212Bngstr\u00f6m`)
    expect([made.number, made.name]).toEqual([DECOMPOSED, `${DECOMPOSED} \u212Bngstr\u00f6m`])
    expect(await tagOf(company(COMPOSED, "another"))).toBe("UniqueTaken")
    expect(await tagOf(company(COMPOSED.toUpperCase(), "another"))).toBe("UniqueTaken")
    for (const text of [COMPOSED, DECOMPOSED, "cafe", "\u00c5ngstr\u00f6m", "\u212Bngstro\u0308m"])
      expect(
        (await companies.search({ text })).items.map(({ record }) => record.id),
        text,
      ).toEqual([made.id])
    expect((await companies.list({ where: { number: COMPOSED } })).items.map(({ id }) => id)).toEqual([made.id])
  })

  test("row 26: look-alikes and signs that cannot be seen are data, kept as given", async () => {
    const { company, companies } = await house.tenant()
    const name = "\u0410cme\u200B \u202Egpj.exe"
    const { id } = await company("K1", name)
    expect((await companies.get(id)).name).toBe(name)
    expect(await tagOf(company("\u041a1", "a Cyrillic K is another number"))).toBe("done")
  })

  test("row 27: other scripts' digits, other minus signs and wide signs are no numbers", async () => {
    const { ada } = await house.tenant()
    const { users, roles } = ada.organisation
    const { id: role } = await roles.create({ name: "none", grants: [] })
    await users.create({ login: "per", name: "Per", roles: [{ role }] })
    const { products } = ada.catalogue
    const rest = { category: "Pumps", priceGroup: "VP", unitCost: "8", vatRatePpm: 250_000 }
    const product = { number: "P1", name: "Pump", kind: "goods", unit: "H87", ...rest } as const
    expect(await tagOf(products.create({ ...product, number: "P0", listPrice: "12" }))).toBe("done")
    for (const listPrice of [
      "\uff11\uff12",
      "\u0661\u0662",
      "\u2212" + "12",
      "1\u00a0200",
      "12,50",
      "1e3",
      " 12",
      "0x10",
      "",
    ])
      expect(await tagOf(products.create({ ...product, listPrice })), JSON.stringify(listPrice)).toBe("InvalidInput")
    const columns = {
      number: "number",
      name: "name",
      kind: () => "goods",
      unit: () => "H87",
      category: () => "Pumps",
      priceGroup: () => "VP",
      unitCost: () => "8",
      vatRatePpm: () => 250_000,
      listPrice: "price",
    } as const
    const priced = (price: string) =>
      products.import({
        file: "p.csv",
        text: `number;name;price\nP2;Pump;${price}`,
        key: ["number"],
        columns,
        decimal: ",",
      })
    for (const price of ["\uff11\uff12", "\u0661\u0662", "\u2212" + "12", "12.50", "1e3"])
      expect(await tagOf(priced(price)), JSON.stringify(price)).toBe("ImportRejected")
    // A space that groups thousands is what a Swedish spreadsheet writes.
    await priced("1\u00a0200,50")
    expect((await products.list({ where: { number: "P2" } })).items[0]?.listPrice).toBe("1200.5")
  })

  test("row 28: case is folded by the engine, the same on every database: Turkish i, sharp s, \u00c5", async () => {
    const { company, companies } = await house.tenant()
    await company("\u00c5-1", "\u00c5ngpanna")
    expect(await tagOf(company("\u00e5-1", "x"))).toBe("UniqueTaken")
    await company("I-1", "ILIK")
    expect(await tagOf(company("i-1", "x"))).toBe("UniqueTaken")
    expect(await tagOf(company("\u0131-1", "a dotless i is another letter"))).toBe("done")
    expect(await tagOf(company("\u0130-1", "so is a capital one with a dot"))).toBe("done")
    await company("Stra\u00dfe", "Stra\u00dfe")
    expect(await tagOf(company("STRASSE", "two letters are not one"))).toBe("done")
    const { items } = await companies.list({ order: [{ field: "number" }] })
    expect(items.map(({ number }) => number)).toEqual([
      "I-1",
      "STRASSE",
      "Stra\u00dfe",
      "\u00c5-1",
      "\u0130-1",
      "\u0131-1",
    ])
    expect((await companies.search({ text: "\u00e5NGPANNA" })).items).toHaveLength(1)
  })
})

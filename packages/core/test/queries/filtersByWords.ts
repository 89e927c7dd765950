/** Filters by words, on every database: the same records, however many have a word. */
import { type Company, createEngine, fixedClock, fixedIds, standard, type Where } from "@anbud/core"
import { expect, test } from "vitest"
import { closing, START, TENANT } from "../workshop.ts"
import type { OpenStore } from "./searchCases.ts"

/** The test, on a store that has nothing of the tenant `words`. */
export const filtersByWords = (openStore: OpenStore): void => {
  test("a filter by words finds the same whether few records have them or many", async () => {
    const store = openStore()
    const engine = closing(
      await createEngine({ store, plugins: standard, clock: fixedClock(START), ids: fixedIds("words") }),
    )
    await engine.tenants.create({ ...TENANT, id: "words" })
    const { companies } = engine.as({ tenant: "words", user: "anna" }).parties
    const company = (number: string, name: string, more: object = {}) =>
      companies.create({ number, name, country: "SE", currency: "SEK", ...more })
    const names = Array.from({ length: 230 }, (_, n) => `Brf Granen ${n % 23 === 0 ? "Luleå" : "Boden"} ${n}x`)
    await companies.import({
      file: "companies.csv",
      delimiter: ",",
      text: ["number,name", ...names.map((name, n) => `${String(n).padStart(3, "0")},${name}`)].join("\n"),
      key: ["number"],
      columns: { number: "number", name: "name", country: () => "SE", currency: () => "SEK" },
    })
    await company("K1", "Granenbolaget", { nickname: "Björken" })
    const { id: parent } = await company("K2", "Granbarken", { country: "NO" })
    await company("K3", "Tallen", { parentCompany: parent })
    const numbers = async (where: Where<typeof Company>) => {
      const { items } = await companies.list({ where, order: [{ field: "number", descending: true }], limit: 300 })
      expect(await companies.count({ where })).toBe(items.length)
      const report = await companies.report({ columns: { n: { count: true } }, where })
      expect(report.items).toEqual([{ n: items.length }])
      return items.map(({ number }) => number)
    }
    expect(await numbers({ matches: "gran" })).toHaveLength(232)
    expect(await numbers({ matches: "lulea granen" })).toEqual(
      [207, 184, 161, 138, 115, 92, 69, 46, 23, 0].map((n) => String(n).padStart(3, "0")),
    )
    expect(await numbers({ matches: "granen 22x" })).toEqual(["022"])
    expect(await numbers({ matches: "granen nowhere" })).toEqual([])
    expect(await numbers({ and: [{ matches: "gran" }, { matches: "björken" }] })).toEqual(["K1"])
    expect(await numbers({ or: [{ matches: "björken" }, { matches: "22x" }] })).toEqual(["K1", "022"])
    expect(await numbers({ or: [{ matches: "björken" }, { country: "NO" }] })).toEqual(["K2", "K1"])
    expect(await numbers({ country: "NO", matches: "gran" })).toEqual(["K2"])
    expect(await numbers({ not: { matches: "brf" }, matches: "gran" })).toEqual(["K2", "K1"])
    expect(await numbers({ parentCompany: { is: { matches: "granbarken" } } })).toEqual(["K3"])
    expect((await companies.search({ text: "gran", where: { matches: "björken" } })).items).toHaveLength(1)
  })
}

/** Rows 1 to 12 and 93 of the catalogue of bad inputs, on both databases: the surface of queries and reports. */
import { messageOf } from "@anbud/core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { DATABASES, type House, NOBODY, openHouse, saidOf, tagOf } from "./house.ts"

describe.each(DATABASES)("%s", (database) => {
  let house: House
  let firm: Awaited<ReturnType<House["tenant"]>>
  beforeAll(async () => {
    house = await openHouse(database)
    firm = await house.tenant()
    for (const [number, name] of [
      ["K1", "100 % a_b \\ rabatt"],
      ["K2", "Ett annat bolag"],
      ["K3", "Ängens bröd"],
    ] as const)
      await firm.company(number, name)
  })
  afterAll(() => house.close())

  const numbers = async (query: object) =>
    (await firm.companies.list(query as never)).items.map(({ number }) => number).sort()

  test("row 1: a name that is no field is refused by every door, and never reaches SQL", async () => {
    const { companies } = firm
    for (const name of [
      'name"; drop table anbud_company; --',
      "name' or '1'='1",
      "tenant",
      "NAME",
      "company.name",
      "1",
    ]) {
      const calls: readonly Promise<unknown>[] = [
        companies.list({ where: { [name]: "x" } as never }),
        companies.list({ where: { and: [{ not: { [name]: "x" } }] } as never }),
        companies.list({ order: [{ field: name as never }] }),
        companies.count({ where: { [name]: "x" } as never }),
        companies.search({ text: "a", where: { [name]: "x" } as never }),
        companies.report({ columns: { a: name as never } }),
        companies.report({ columns: { n: { count: true } }, where: { [name]: "x" } as never }),
        companies.report({ columns: { s: { sum: name as never } } }),
        companies.create({ number: "K9", name: "x", country: "SE", currency: "SEK", [name]: "x" } as never),
        companies.patch({ id: NOBODY, set: { [name]: "x" } as never }),
        companies.massUpdate({ ids: [NOBODY], set: { [name]: "x" } as never, refused: "skip" }),
        companies.import({ file: "f", text: "a\n1", key: [name as never], columns: { [name]: "a" } as never }),
      ]
      for (const call of calls) expect(await tagOf(call), name).toBe("InvalidInput")
    }
    expect(await companies.count()).toBe(3)
  })

  test("row 4: operators, directions, aggregates, periods and locales are closed lists", async () => {
    const { companies } = firm
    const calls: readonly Promise<unknown>[] = [
      companies.list({ where: { name: { $where: "1" } } as never }),
      companies.list({ where: { name: { like: "%" } } as never }),
      companies.list({ where: { name: { "= 1 or name =": "x" } } as never }),
      companies.list({ order: [{ field: "name", descending: "desc; --" as never }] }),
      companies.list({ order: [{ field: "name", collation: "C" } as never] }),
      companies.report({ columns: { a: { median: "name" } as never } }),
      companies.report({ columns: { a: { field: "name", by: "century'); --" } as never } }),
      companies.report({ columns: { a: "name" }, order: [{ column: "a; --" as never }] }),
      companies.import({ file: "f", text: "a\n1", key: ["number"], columns: { number: "a" }, delimiter: "|" as never }),
    ]
    for (const call of calls) expect(await tagOf(call)).toMatch(/^(InvalidInput|ImportRejected)$/)
    const refused = await firm
      .as("ada", "sv'; drop table x; --")
      .parties.companies.get(NOBODY)
      .catch((error) => error)
    expect(refused.message).toBe(messageOf(refused, "sv"))
  })

  test("row 5: the signs of LIKE mean themselves in a filter", async () => {
    for (const [text, found] of [
      ["%", ["K1"]],
      ["_", ["K1"]],
      ["\\", ["K1"]],
      ["a_b", ["K1"]],
      ["a%b", []],
      ["0 % a", ["K1"]],
      ["", ["K1", "K2", "K3"]],
    ] as const)
      expect(await numbers({ where: { name: { contains: text } } }), text).toEqual(found)
  })

  test("rows 6 and 7: a hidden field and hidden rows show in no filter, order, sum, count, report or search", async () => {
    const shop = await house.tenant()
    const me = await shop.hire("carl", [
      { may: "parties.companies.read", scope: "own" },
      { not: "parties.companies.read", fields: ["segment"] },
    ])
    await shop.company("C1", "Mine", { owner: me.id, segment: "secret" })
    await shop.company("C2", "Hidden one", { segment: "secret" })
    const { companies } = me.session.parties
    for (const call of [
      companies.list({ where: { segment: { gt: "a" } } }),
      companies.list({ order: [{ field: "segment" }] }),
      companies.count({ where: { not: { segment: "x" } } }),
      companies.report({ columns: { s: "segment" } }),
      companies.report({ columns: { s: { max: "segment" } } }),
    ])
      expect(await saidOf(call as Promise<unknown>, "segment")).toContain("InvalidInput")
    expect(await companies.count()).toBe(1)
    expect((await companies.report({ columns: { n: { count: true }, last: { max: "name" } } })).items).toEqual([
      { n: 1, last: "Mine" },
    ])
    expect((await companies.search({ text: "hidden" })).items).toEqual([])
    expect((await companies.search({ text: "secret" })).items).toEqual([])
    expect(JSON.stringify((await companies.list()).items)).not.toContain("secret")
  })

  test("row 8: 70 000 ids in one list", async () => {
    const { items } = await firm.companies.list()
    const ids = Array.from(
      { length: 70_000 },
      (_, n) => `${n.toString(16).padStart(8, "0")}-0000-7000-8000-000000000000`,
    )
    const wanted = [...ids, ...items.map(({ id }) => id)] as never[]
    expect(await numbers({ where: { id: { in: wanted } } })).toEqual(["K1", "K2", "K3"])
    expect(await firm.companies.count({ where: { not: { id: { in: ids as never[] } } } })).toBe(3)
  })

  test("row 9: a filter 10 000 deep or of 100 000 parts is QueryTooComplex", async () => {
    let deep: object = { name: "x" }
    for (let n = 0; n < 10_000; n++) deep = { not: deep }
    const wide = { or: Array.from({ length: 100_000 }, (_, n) => ({ name: `x${n}` })) }
    const dotted = { [Array.from({ length: 1_000 }, () => "parent").join(".")]: "x" }
    for (const where of [deep, wide] as never[]) {
      expect(await tagOf(firm.companies.list({ where }))).toBe("QueryTooComplex")
      expect(await tagOf(firm.companies.count({ where }))).toBe("QueryTooComplex")
      expect(await tagOf(firm.companies.report({ columns: { n: { count: true } }, where }))).toBe("QueryTooComplex")
    }
    expect(await tagOf(firm.companies.list({ where: dotted as never }))).toMatch(/^(QueryTooComplex|InvalidInput)$/)
  })

  test("row 10: limits are bounded, and a cursor is its user's, its query's and its tenant's", async () => {
    const { companies } = firm
    for (const limit of [-1, 0, 1.5, 1e9, "10; --", Number.NaN, null])
      expect(await tagOf(companies.list({ limit: limit as never })), String(limit)).toBe("InvalidInput")
    const { next } = await companies.list({ limit: 1 })
    const other = await house.tenant()
    await other.company("K1", "x")
    await other.company("K2", "y")
    const cursors = [next, `${next}A`, next?.replace(/^./, "2"), "", "1.AAAA", "' or 1=1", 7, { $gt: "" }]
    for (const after of cursors)
      expect(await tagOf(other.companies.list({ limit: 1, after: after as never })), String(after)).toBe(
        "InvalidCursor",
      )
    expect(await tagOf(companies.list({ limit: 1, order: [{ field: "name" }], after: next as never }))).toBe(
      "InvalidCursor",
    )
    expect(await tagOf(companies.list({ limit: 1, after: next as never }))).toBe("done")
  })

  test("rows 11 and 12: no sign of a query language means anything in a search, and long patterns end at once", async () => {
    for (const sign of ['"', "*", "NEAR(", "a:b", "!", "<->", "&", "|", "':*", "(", ")", "\\", "a & !b"])
      expect((await firm.companies.search({ text: `${sign} zzz` })).items, sign).toEqual([])
    const found = async (text: string) =>
      (await firm.companies.search({ text })).items.map(({ record }) => record.number)
    expect(await found("angens")).toEqual(["K3"])
    expect(await found('"100" rabatt*')).toEqual(["K1"])
    expect(await found("%a".repeat(40))).toHaveLength(3)
    expect(await numbers({ where: { name: { contains: "%a".repeat(40) } } })).toEqual([])
    expect(await tagOf(firm.companies.search({ text: "a".repeat(100_000) }))).toBe("InvalidInput")
  })

  test("row 93: no call gives more than a page, and its pages are the whole", async () => {
    const { companies } = await house.tenant()
    const count = 1_150
    const rows = Array.from({ length: count }, (_, n) => `K${n},Same name`)
    await companies.import({
      file: "companies.csv",
      delimiter: ",",
      text: ["number,name", ...rows].join("\n"),
      key: ["number"],
      columns: { number: "number", name: "name", country: () => "SE", currency: () => "SEK" },
    })
    const { id } = (await companies.list({ limit: 1 })).items[0] ?? { id: NOBODY }
    type Read = (page: object) => Promise<{ readonly items: readonly unknown[]; readonly next: string | null }>
    const reads: readonly (readonly [string, Read])[] = [
      ["list", (page) => companies.list(page)],
      ["search", (page) => companies.search({ text: "same", ...page })],
      ["a report of rows", (page) => companies.report({ columns: { number: "number" }, ...page })],
      ["a report of groups", (page) => companies.report({ columns: { of: "number", n: { count: true } }, ...page })],
    ]
    for (const [name, read] of reads) {
      expect(await tagOf(read({ limit: count })), name).toBe("InvalidInput")
      const sizes: number[] = []
      for (let after: string | null = ""; after !== null; ) {
        const page = await read(after === "" ? { limit: 1_000 } : { limit: 1_000, after })
        sizes.push(page.items.length)
        after = page.next
      }
      expect(sizes, name).toEqual([1_000, 150])
    }
    expect(await tagOf(companies.history(id, { limit: count }))).toBe("InvalidInput")
  })
})

/** What columns hold and refuse, and that tenants never meet. */
import {
  companies,
  company,
  errorOf,
  idsWhere,
  insertCompanies,
  outcomeOf,
  type StoreCase,
  TENANT,
} from "../storeCase.ts"

const MOST = Number.MAX_SAFE_INTEGER

/** The cases about values and tenants. */
export const valueCases: readonly StoreCase[] = [
  {
    sentence: "Every call names a tenant, and no call can reach another tenant's rows.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a", { balance: 5 })])
      await store.write((tx) => tx.insert("company", "other", [company("a", { balance: 7 })]))
      await store.write(async (tx) => {
        expect(await tx.update("company", "other", [{ id: "a", expectedVersion: 1, set: { balance: 9 } }])).toEqual([
          "a",
        ])
        expect(await tx.sum({ table: "company", tenant: TENANT }, "balance")).toBe(5)
        expect(await tx.next(TENANT, "seq")).toBe(1)
        expect(await tx.next("other", "seq")).toBe(1)
        await tx.remove("company", "other", ["a"])
        expect(await tx.count({ table: "company", tenant: "other" })).toBe(0)
      })
      expect((await companies(store)).map((row) => row["balance"])).toEqual([5])
      const reference = store.write((tx) => tx.insert("invoice", "other", [{ id: "i", company: "a" }]))
      expect(await outcomeOf(reference)).toBe("ReferenceMissing")
    },
  },
  {
    sentence:
      "`integer` holds ±(2^53 − 1) exactly, `boolean` 0 or 1, `json` a JSON text that comes back as it went in.",
    run: async (store, expect) => {
      const profile = '{"b":1e2,"a":[1.10,"Å\\u0001"],"a":{}}'
      const rows = [
        company("a", { balance: MOST, is_active: 0, profile }),
        company("b", { balance: -MOST, name: "Åsa \u{1F600} 'quoted' \"twice\" \\ \n" }),
        company("c", { balance: -0 }),
      ]
      await insertCompanies(store, rows)
      expect(await companies(store)).toEqual([rows[0], rows[1], { ...rows[2], balance: 0 }])
      for (const wrong of [{ balance: MOST + 1 }, { balance: 1.5 }, { is_active: 2 }]) {
        expect(await outcomeOf(insertCompanies(store, [company("d", wrong)]))).toBe("bug")
      }
    },
  },
  {
    sentence: "Only these values are accepted.",
    run: async (store, expect) => {
      expect(await outcomeOf(insertCompanies(store, [company("a", { kind: "partner" })]))).toBe("bug")
      await insertCompanies(store, [company("a", { kind: "supplier" })])
      const patch = store.write((tx) =>
        tx.update("company", TENANT, [{ id: "a", expectedVersion: 1, set: { kind: "partner" } }]),
      )
      expect(await outcomeOf(patch)).toBe("bug")
    },
  },
  {
    sentence: "The least value that is accepted.",
    run: async (store, expect) => {
      expect(await outcomeOf(insertCompanies(store, [company("a", { rank: 0 })]))).toBe("bug")
      expect(await outcomeOf(insertCompanies(store, [company("a", { rank: 1 })]))).toBe("nothing")
    },
  },
  {
    sentence: "a value that a column does not accept is a bug and throws a plain error.",
    run: async (store, expect) => {
      const wrong: readonly Readonly<Record<string, unknown>>[] = [
        { number: null },
        { balance: Number.NaN },
        { balance: Number.POSITIVE_INFINITY },
        { balance: "12" },
        { is_active: true },
        { name: 5 },
        { name: new Date(0) },
        { colour: "red" },
      ]
      for (const given of wrong) {
        const error = await errorOf(insertCompanies(store, [company("a", given as never)]))
        expect(error instanceof Error && !("_tag" in error)).toBe(true)
      }
      expect((await companies(store)).length).toBe(0)
      const query = idsWhere(store, { op: "eq", column: "balance", value: "12" })
      expect(await outcomeOf(query)).toBe("bug")
      expect(await outcomeOf(idsWhere(store, { op: "isNull", column: "name; drop table company" }))).toBe("bug")
    },
  },
]

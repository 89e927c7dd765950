/** What inserts, patches, removals and counters do. */
import { companies, company, errorOf, ids, insertCompanies, outcomeOf, type StoreCase, TENANT } from "../storeCase.ts"

const versions = (rows: readonly Readonly<Record<string, unknown>>[]) => rows.map((row) => [row["id"], row["version"]])
const paramsOf = (error: unknown) => (error as { readonly params?: unknown }).params

/** The cases about inserting and removing. */
export const insertCases: readonly StoreCase[] = [
  {
    sentence: "Inserts all rows or none, however many; a column that a row does not name is empty.",
    run: async (store, expect) => {
      const many = Array.from({ length: 12_345 }, (_, index) =>
        company(String(index).padStart(6, "0"), { balance: index }),
      )
      await insertCompanies(store, many)
      const query = { table: "company", tenant: TENANT } as const
      expect(await store.read((reader) => reader.sum(query, "balance"))).toBe((12_344 * 12_345) / 2)
      const clash = insertCompanies(store, [company("new"), company("newer", { number: "C-000007" })])
      expect(await outcomeOf(clash)).toBe("UniqueTaken")
      const { name: _, profile: __, ...short } = company("short")
      await insertCompanies(store, [short])
      await insertCompanies(store, [])
      const where = { op: "gte", column: "id", value: "n" } as const
      expect(await companies(store, { where })).toEqual([company("short")])
    },
  },
  {
    sentence: "A taken key throws `UniqueTaken` with the table and the columns.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a"), company("b")])
      const twin = await errorOf(insertCompanies(store, [company("c", { number: "C-a" })]))
      expect(paramsOf(twin)).toEqual({ table: "company", columns: ["number"] })
      const same = await errorOf(insertCompanies(store, [company("a", { number: "C-c" })]))
      expect(paramsOf(same)).toEqual({ table: "company", columns: ["id"] })
      // Of two keys that are taken, the primary key is named, on every database.
      const both = await errorOf(insertCompanies(store, [company("a", { number: "C-b" })]))
      expect(paramsOf(both)).toEqual({ table: "company", columns: ["id"] })
      const patch = [{ id: "b", expectedVersion: 1, set: { number: "C-a" } }]
      expect(await outcomeOf(store.write((tx) => tx.update("company", TENANT, patch)))).toBe("UniqueTaken")
    },
  },
  {
    sentence:
      "A missing reference throws `ReferenceMissing` with the table, at the latest at commit: rows may refer to one another in any order.",
    run: async (store, expect) => {
      const missing = await errorOf(store.write((tx) => tx.insert("invoice", TENANT, [{ id: "i", company: "a" }])))
      expect((paramsOf(missing) as { readonly table: string }).table).toBe("invoice")
      await store.write(async (tx) => {
        await tx.insert("invoice", TENANT, [
          { id: "i", company: "a", credits: "j" },
          { id: "j", company: "a", credits: null },
        ])
        await tx.insert("company", TENANT, [company("a")])
      })
      expect(await store.read((reader) => reader.count({ table: "invoice", tenant: TENANT }))).toBe(2)
    },
  },
  {
    sentence: "Removes the rows with these ids.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a"), company("b"), company("c")])
      await store.write((tx) => tx.remove("company", TENANT, ["a", "c", "unknown"]))
      await store.write((tx) => tx.remove("company", TENANT, []))
      expect(await ids(store)).toEqual(["b"])
    },
  },
  {
    sentence: "A row that others still refer to at commit throws `ReferenceMissing`.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a")])
      await store.write((tx) => tx.insert("invoice", TENANT, [{ id: "i", company: "a" }]))
      const removal = await errorOf(store.write((tx) => tx.remove("company", TENANT, ["a"])))
      expect((paramsOf(removal) as { readonly table: string }).table).toBe("invoice")
      expect(await ids(store)).toEqual(["a"])
      await store.write(async (tx) => {
        await tx.remove("company", TENANT, ["a"])
        await tx.remove("invoice", TENANT, ["i"])
      })
      expect(await ids(store)).toEqual([])
    },
  },
]

/** The cases about patches and counters. */
export const updateCases: readonly StoreCase[] = [
  {
    sentence: "The version that the row must have; null matches any.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a", { version: 7 })])
      const patch = (expectedVersion: number | null, name: string) =>
        store.write((tx) => tx.update("company", TENANT, [{ id: "a", expectedVersion, set: { name } }]))
      expect(await patch(6, "late")).toEqual([])
      expect(await patch(7, "on time")).toEqual(["a"])
      expect(await patch(null, "always")).toEqual(["a"])
      expect((await companies(store)).map((row) => [row["name"], row["version"]])).toEqual([["always", 9]])
    },
  },
  {
    sentence: "Patches rows and returns the ids whose id and version matched, in the order given.",
    run: async (store, expect) => {
      await insertCompanies(
        store,
        ["a", "b", "c", "d"].map((id) => company(id, { balance: 1 })),
      )
      const matched = await store.write((tx) =>
        tx.update("company", TENANT, [
          { id: "d", expectedVersion: 1, set: { name: "four", balance: null } },
          { id: "b", expectedVersion: 2, set: { name: "two" } },
          { id: "unknown", expectedVersion: 1, set: { name: "none" } },
          { id: "a", expectedVersion: 1, set: { balance: -5 } },
          { id: "c", expectedVersion: 1, set: { balance: 3, name: "three" } },
        ]),
      )
      expect(matched).toEqual(["d", "a", "c"])
      expect((await companies(store)).map((row) => [row["name"], row["balance"]])).toEqual([
        [null, -5],
        [null, 1],
        ["three", 3],
        ["four", null],
      ])
      expect(await store.write((tx) => tx.update("company", TENANT, []))).toEqual([])
    },
  },
  {
    sentence: "A matched row's column `version`, where the table has one, grows by one.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a"), company("b")])
      await store.write((tx) => tx.insert("invoice", TENANT, [{ id: "i", company: "a" }]))
      await store.write(async (tx) => {
        await tx.update("company", TENANT, [{ id: "a", expectedVersion: 1, set: {} }])
        await tx.update("company", TENANT, [{ id: "a", expectedVersion: 2, set: { name: "x" } }])
        const moved = await tx.update("invoice", TENANT, [{ id: "i", expectedVersion: null, set: { company: "b" } }])
        expect(moved).toEqual(["i"])
      })
      expect(versions(await companies(store))).toEqual([
        ["a", 3],
        ["b", 1],
      ])
    },
  },
  {
    sentence: "A patch that sets `version` gives it that value instead.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a"), company("b", { version: 5 })])
      await store.write((tx) =>
        tx.update("company", TENANT, [
          { id: "a", expectedVersion: 1, set: { version: 9, name: "x" } },
          { id: "b", expectedVersion: 5, set: { version: 2 } },
        ]),
      )
      expect(versions(await companies(store))).toEqual([
        ["a", 9],
        ["b", 2],
      ])
    },
  },
  {
    sentence: "Returns the counter's next value, from 1, without gaps: a rolled-back transaction gives its value back.",
    run: async (store, expect) => {
      const next = (counter: string) => store.write((tx) => tx.next(TENANT, counter))
      const [one, two, other] = await Promise.all([next("seq"), next("seq"), next("quote/2026")])
      // Neither of the two has waited for the other before it set out, so either may be first.
      expect([[one, two].sort(), other]).toEqual([[1, 2], 1])
      const failing = store.write(async (tx) => {
        expect(await tx.next(TENANT, "seq")).toBe(3)
        await tx.savepoint("here")
        expect(await tx.next(TENANT, "seq")).toBe(4)
        await tx.rollbackTo("here")
        expect(await tx.next(TENANT, "seq")).toBe(4)
        throw new Error("no")
      })
      expect(await outcomeOf(failing)).toBe("bug")
      expect(await next("seq")).toBe(3)
    },
  },
]

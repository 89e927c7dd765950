/** What reads return. */
import { type Condition, member, type Store } from "../../kernel/store.ts"
import { companies, company, idsWhere, insertCompanies, outcomeOf, type StoreCase, TENANT } from "../storeCase.ts"

const all = { table: "company", tenant: TENANT } as const
const named = (...names: readonly (string | null)[]) =>
  names.map((name, index) => company(String.fromCharCode(97 + index), { name }))
const idsOrdered = async (store: Store, descending: boolean): Promise<readonly unknown[]> =>
  (await companies(store, { order: [{ column: "name", descending }] })).map((row) => row["id"])

/** The cases about conditions. */
export const conditionCases: readonly StoreCase[] = [
  {
    sentence: "each is true or false of a row, never unknown.",
    run: async (store, expect) => {
      await insertCompanies(store, named("x", "y", null))
      const isX: Condition = { op: "eq", column: "name", value: "x" }
      const isEmpty: Condition = { op: "isNull", column: "name" }
      expect(await idsWhere(store, isX)).toEqual(["a"])
      expect(await idsWhere(store, { op: "not", of: isX })).toEqual(["b", "c"])
      expect(await idsWhere(store, { op: "not", of: { op: "not", of: isX } })).toEqual(["a"])
      for (const or of [{ op: "or" }, { op: "or", byRow: true }] as const)
        expect(await idsWhere(store, { ...or, of: [isX, isEmpty] })).toEqual(["a", "c"])
      expect(await idsWhere(store, { op: "not", of: { op: "or", of: [isX, isEmpty] } })).toEqual(["b"])
      expect(
        await idsWhere(store, {
          op: "and",
          of: [
            { op: "not", of: isX },
            { op: "not", of: isEmpty },
          ],
        }),
      ).toEqual(["b"])
    },
  },
  {
    sentence: "Texts compare by code point.",
    run: async (store, expect) => {
      // U+FFFD comes before U+1F600 by code point and after it by UTF-16 unit; no language sorts Z before a.
      await insertCompanies(store, named("Z", "a", "å", "\uFFFD", "\u{1F600}"))
      expect(await idsWhere(store, { op: "lt", column: "name", value: "a" })).toEqual(["a"])
      expect(await idsWhere(store, { op: "lte", column: "name", value: "a" })).toEqual(["a", "b"])
      expect(await idsWhere(store, { op: "gt", column: "name", value: "\uFFFD" })).toEqual(["e"])
      expect(await idsWhere(store, { op: "gte", column: "name", value: "å" })).toEqual(["c", "d", "e"])
      expect(await idsWhere(store, { op: "eq", column: "name", value: "A" })).toEqual([])
    },
  },
  {
    sentence: "A comparison with an empty column is false, `ne` too, and `not` of it is true.",
    run: async (store, expect) => {
      await insertCompanies(store, named(null))
      for (const op of ["eq", "ne", "lt", "lte", "gt", "gte", "contains"] as const) {
        expect(await idsWhere(store, { op, column: "name", value: "x" })).toEqual([])
        expect(await idsWhere(store, { op: "not", of: { op, column: "name", value: "x" } })).toEqual(["a"])
      }
      expect(await idsWhere(store, { op: "in", column: "name", values: ["x"] })).toEqual([])
      expect(await idsWhere(store, { op: "not", of: { op: "in", column: "name", values: ["x"] } })).toEqual(["a"])
    },
  },
  {
    sentence:
      "A member is compared and sorted like a column that holds its value; a row without the member is empty there.",
    run: async (store, expect) => {
      const profiles = ['{"machines":10,"area":"Z"}', '{"machines":9,"area":"a"}', '{"other":1}', null]
      await insertCompanies(
        store,
        profiles.map((profile, index) => company(String.fromCharCode(97 + index), { profile })),
      )
      const [count, area] = [member("profile", "machines", "integer"), member("profile", "area", "text")]
      expect(await idsWhere(store, { op: "gt", column: count, value: 9 })).toEqual(["a"])
      expect(await idsWhere(store, { op: "in", column: count, values: [9, 10, 11] })).toEqual(["a", "b"])
      expect(await idsWhere(store, { op: "not", of: { op: "eq", column: count, value: 9 } })).toEqual(["a", "c", "d"])
      expect(await idsWhere(store, { op: "lt", column: area, value: "a" })).toEqual(["a"])
      expect(await idsWhere(store, { op: "contains", column: area, value: "Z" })).toEqual(["a"])
      expect(await idsWhere(store, { op: "isNull", column: area })).toEqual(["c", "d"])
      const ordered = async (column: string, descending: boolean) =>
        (await companies(store, { order: [{ column, descending }] })).map((row) => row["id"])
      expect(await ordered(count, false)).toEqual(["c", "d", "b", "a"])
      expect(await ordered(area, true)).toEqual(["b", "a", "c", "d"])
      for (const name of ["profile.a'--:text", "profile.a.b:text", "profile.a:json", "name.a:text", "ghost.a:text"])
        expect(await outcomeOf(idsWhere(store, { op: "isNull", column: name }))).toBe("bug")
    },
  },
  {
    sentence: "`in` with no values is false, `and` of nothing is true, `or` of nothing is false.",
    run: async (store, expect) => {
      await insertCompanies(store, named("x", null))
      expect(await idsWhere(store, { op: "in", column: "name", values: [] })).toEqual([])
      expect(await idsWhere(store, { op: "not", of: { op: "in", column: "name", values: [] } })).toEqual(["a", "b"])
      expect(await idsWhere(store, { op: "and", of: [] })).toEqual(["a", "b"])
      expect(await idsWhere(store, { op: "or", of: [] })).toEqual([])
    },
  },
  {
    sentence: "A list of values may be of any length.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a", { balance: 70_000 }), company("b", { balance: 70_001 })])
      const texts = Array.from({ length: 70_000 }, (_, index) => `C-${index}`)
      const numbers = Array.from({ length: 70_000 }, (_, index) => index + 1)
      expect(await idsWhere(store, { op: "in", column: "number", values: [...texts, "C-b"] })).toEqual(["b"])
      expect(await idsWhere(store, { op: "in", column: "balance", values: numbers })).toEqual(["a"])
    },
  },
  {
    sentence: "Deeper than 32 or larger than 500, the parts of `exists` included, is refused with `QueryTooComplex`.",
    run: async (store, expect) => {
      const leaf: Condition = { op: "isNull", column: "name" }
      const nested = (depth: number): Condition => {
        let condition: Condition = leaf
        for (let level = 1; level < depth; level += 1) condition = { op: "not", of: condition }
        return condition
      }
      const invoiced = (where: Condition): Condition => ({
        op: "exists",
        table: "invoice",
        on: [["company", "id"]],
        where,
      })
      const isCredit: Condition = { op: "isNull", column: "credits" }
      const wide = (size: number): Condition => ({ op: "or", of: Array.from({ length: size - 1 }, () => leaf) })
      expect(await outcomeOf(idsWhere(store, nested(32)))).toBe("nothing")
      expect(await outcomeOf(idsWhere(store, nested(33)))).toBe("QueryTooComplex")
      expect(await outcomeOf(idsWhere(store, nested(100_000)))).toBe("QueryTooComplex")
      expect(await outcomeOf(idsWhere(store, wide(500)))).toBe("nothing")
      expect(await outcomeOf(idsWhere(store, wide(501)))).toBe("QueryTooComplex")
      const some = (size: number): Condition => ({ op: "and", of: Array.from({ length: size }, () => isCredit) })
      expect(await outcomeOf(idsWhere(store, invoiced(some(498))))).toBe("nothing")
      expect(await outcomeOf(idsWhere(store, invoiced(some(499))))).toBe("QueryTooComplex")
    },
  },
  {
    sentence: "The text holds `value` anywhere; case counts, `%` and `_` mean themselves.",
    run: async (store, expect) => {
      await insertCompanies(store, named("10 % off", "10 off", "a_b", "a\\b", "åäö"))
      const holding = (value: string) => idsWhere(store, { op: "contains", column: "name", value })
      expect(await holding("%")).toEqual(["a"])
      expect(await holding("off")).toEqual(["a", "b"])
      expect(await holding("_")).toEqual(["c"])
      expect(await holding("\\")).toEqual(["d"])
      expect(await holding("ä")).toEqual(["e"])
      expect(await holding("Ä")).toEqual([])
    },
  },
]

const invoice = (id: string, of: string, credits: string | null = null) => ({ id, company: of, credits })

/** The cases about rows that others are looked up by. */
export const existsCases: readonly StoreCase[] = [
  {
    sentence:
      "The tenant has a row of `table` that matches `where` and in which the first column of each pair of `on` equals the second column of this row.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a"), company("b"), company("c", { name: "i2" })])
      await store.write(async (tx) => {
        await tx.insert("invoice", TENANT, [invoice("i1", "a"), invoice("i2", "a", "i1"), invoice("i3", "b")])
        await tx.insert("company", "other", [company("c"), company("d")])
        await tx.insert("invoice", "other", [invoice("i4", "c"), invoice("i5", "d")])
      })
      const on = [["company", "id"]] as const
      const invoiced: Condition = { op: "exists", table: "invoice", on }
      const isCredit: Condition = { op: "not", of: { op: "isNull", column: "credits" } }
      expect(await idsWhere(store, invoiced)).toEqual(["a", "b"])
      expect(await idsWhere(store, { op: "not", of: invoiced })).toEqual(["c"])
      expect(await idsWhere(store, { ...invoiced, where: isCredit })).toEqual(["a"])
      expect(
        await idsWhere(store, {
          op: "or",
          of: [
            { ...invoiced, where: isCredit },
            { op: "eq", column: "id", value: "c" },
          ],
        }),
      ).toEqual(["a", "c"])
      // Columns of the same name stay apart, in a table that looks at itself too.
      const credited: Condition = {
        op: "exists",
        table: "invoice",
        on: [
          ["credits", "id"],
          ["company", "company"],
        ],
      }
      expect(await idsWhere(store, { ...invoiced, where: credited })).toEqual(["a"])
      expect(await idsWhere(store, { ...invoiced, where: { op: "not", of: credited } })).toEqual(["a", "b"])
      expect(await idsWhere(store, { ...invoiced, on: [["id", "name"]] })).toEqual(["c"])
      expect(await outcomeOf(idsWhere(store, { ...invoiced, on: [["company", "rank"]] }))).toBe("bug")
      expect(await outcomeOf(idsWhere(store, { ...invoiced, table: "claim; drop table company" }))).toBe("bug")
    },
  },
  {
    sentence: "An empty column equals nothing.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a"), company("b", { name: "x" }), company("c", { name: "x" })])
      const join: Condition = { op: "exists", table: "company", on: [["name", "name"]] }
      for (const namesake of [join, { ...join, byRow: true } as const]) {
        expect(await idsWhere(store, namesake)).toEqual(["b", "c"])
        expect(await idsWhere(store, { op: "not", of: namesake })).toEqual(["a"])
      }
    },
  },
]

/** The cases about select, count and sum. */
export const selectCases: readonly StoreCase[] = [
  {
    sentence:
      "Sorted by these columns, texts by code point, `null` as the least value; ties, and all rows without it, are in the order of the primary key.",
    run: async (store, expect) => {
      await insertCompanies(store, [
        company("d", { name: "a" }),
        company("c", { name: null }),
        company("b", { name: "Z" }),
        company("a", { name: "a" }),
      ])
      expect(await idsOrdered(store, false)).toEqual(["c", "b", "a", "d"])
      expect(await idsOrdered(store, true)).toEqual(["a", "d", "b", "c"])
      expect((await companies(store)).map((row) => row["id"])).toEqual(["a", "b", "c", "d"])
    },
  },
  {
    sentence: "At most this many rows.",
    run: async (store, expect) => {
      await insertCompanies(store, named("x", "y", "z"))
      expect((await companies(store, { limit: 2 })).map((row) => row["id"])).toEqual(["a", "b"])
      expect((await companies(store, { limit: 0 })).length).toBe(0)
      expect((await companies(store, { limit: 9 })).length).toBe(3)
      expect(await outcomeOf(companies(store, { limit: -1 }))).toBe("bug")
    },
  },
  {
    sentence: "Returns the rows that match, with every column but `tenant`, and only the tenant's.",
    run: async (store, expect) => {
      const row = company("a", { name: "Åre Bygg", balance: 12, profile: '{"a":1}' })
      await insertCompanies(store, [row, company("b")])
      await store.write((tx) => tx.insert("company", "other", [row]))
      expect(await companies(store, { where: { op: "eq", column: "id", value: "a" } })).toEqual([row])
    },
  },
  {
    sentence: "Returns how many rows match.",
    run: async (store, expect) => {
      await insertCompanies(store, named("x", "y", null))
      expect(await store.read((reader) => reader.count(all))).toBe(3)
      const where: Condition = { op: "ne", column: "name", value: "x" }
      expect(await store.read((reader) => reader.count({ ...all, where }))).toBe(1)
    },
  },
  {
    sentence:
      "Returns the exact sum of an integer column over the rows that match, 0 for none; beyond ±(2^53 − 1) it throws `SumOutOfRange`.",
    run: async (store, expect) => {
      const sum = (...given: readonly string[]) =>
        store.read((reader) => reader.sum({ ...all, where: { op: "in", column: "id", values: given } }, "balance"))
      const most = Number.MAX_SAFE_INTEGER
      await insertCompanies(store, [
        company("a", { balance: most - 1 }),
        company("b", { balance: 1 }),
        company("c", { balance: 2 }),
        company("d", { balance: null }),
        // The sum of these is beyond 2^63 as well.
        ...Array.from({ length: 1_100 }, (_, index) => company(`x${index}`, { balance: most })),
      ])
      expect(await sum("a", "b", "d")).toBe(most)
      expect(await sum("d")).toBe(0)
      expect(await sum()).toBe(0)
      expect(await outcomeOf(sum("a", "c"))).toBe("SumOutOfRange")
      await store.write(async (tx) => {
        expect(await outcomeOf(tx.sum(all, "balance"))).toBe("SumOutOfRange")
        expect(await tx.count(all)).toBe(1_104)
      })
    },
  },
]

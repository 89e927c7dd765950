/** What tabulations return, and the removal of what matches. */
import type { Condition, Store, StoredRow } from "../../kernel/store.ts"
import type { Tabulation } from "../../kernel/tabulation.ts"
import { company, ids, insertCompanies, outcomeOf, type StoreCase, TENANT } from "../storeCase.ts"

const tabulated = (store: Store, query: Omit<Tabulation, "tenant">): Promise<readonly StoredRow[]> =>
  store.read((reader) => reader.tabulate({ ...query, tenant: TENANT }))

const values = async (store: Store, query: Omit<Tabulation, "tenant">): Promise<readonly unknown[]> =>
  (await tabulated(store, query)).map((row) => query.columns.map(({ as }) => row[as]))

/** Two companies with invoices, one of them a credit note, one without, and the same in another tenant. */
const invoiced = async (store: Store): Promise<void> => {
  const rows = [
    company("a", { name: "Åre", balance: 5, kind: "customer" }),
    company("b", { name: "Boden", balance: 7, kind: "supplier" }),
    company("c", { name: null, balance: null, kind: "customer" }),
  ]
  const invoices = [
    { id: "i1", company: "a", credits: null },
    { id: "i2", company: "a", credits: "i1" },
    { id: "i3", company: "b", credits: null },
  ]
  await store.write(async (tx) => {
    for (const tenant of [TENANT, "other"]) {
      await tx.insert("company", tenant, rows)
      await tx.insert("invoice", tenant, invoices)
    }
  })
}

const customer = { as: "customer", table: "company", on: [["id", "company"]] } as const
const COUNT = { as: "n", aggregate: "count" } as const
const KIND = { as: "kind", column: "kind" } as const
const BY_KIND = [{ column: "kind" }]

/** The cases about tabulations. */
export const tabulateCases: readonly StoreCase[] = [
  {
    sentence: "Returns the columns of the rows that match, by their names in the query.",
    run: async (store, expect) => {
      await invoiced(store)
      const where: Condition = { op: "eq", column: "kind", value: "customer" }
      const columns = [
        { as: "what", column: "name" },
        { as: "id", column: "balance" },
        { as: "active", column: "is_active" },
      ]
      expect(await tabulated(store, { table: "company", where, columns, order: [{ column: "what" }] })).toEqual([
        { what: null, id: null, active: 1 },
        { what: "Åre", id: 5, active: 1 },
      ])
      expect(await outcomeOf(tabulated(store, { table: "company", columns: [{ as: "x", column: "x" }] }))).toBe("bug")
    },
  },
  {
    sentence:
      "With an aggregate there is one row for each combination of the other columns, and with nothing but aggregates exactly one.",
    run: async (store, expect) => {
      await invoiced(store)
      const grouped = { table: "company", columns: [KIND, COUNT], order: BY_KIND }
      expect(await values(store, grouped)).toEqual([
        ["customer", 2],
        ["supplier", 1],
      ])
      const where: Condition = { op: "eq", column: "id", value: "nobody" }
      expect(await values(store, { table: "company", columns: [COUNT], where })).toEqual([[0]])
      expect(await values(store, { ...grouped, where })).toEqual([])
    },
  },
  {
    sentence:
      "A row of it that matches `where` and equals in all pairs of `on` lends its columns; where there is none they are empty.",
    run: async (store, expect) => {
      await invoiced(store)
      const columns = [
        { as: "id", column: "id" },
        { as: "name", column: "name", of: "customer" },
        { as: "of", column: "company", of: "credited" },
        { as: "kind", column: "kind", of: "again" },
      ]
      const isBoden: Condition = { op: "eq", column: "name", value: "Boden" }
      const joins = [
        { ...customer, where: { op: "not", of: isBoden } as const },
        { as: "credited", table: "invoice", on: [["id", "credits"]] as const },
        { as: "again", table: "company", on: [["id", "company"]] as const, to: "credited" },
      ]
      expect(await values(store, { table: "invoice", joins, columns, order: [{ column: "id" }] })).toEqual([
        ["i1", "Åre", null, null],
        ["i2", "Åre", "a", "customer"],
        ["i3", null, null, null],
      ])
    },
  },
  {
    sentence: "Where there are several, the row that is read comes once with each.",
    run: async (store, expect) => {
      await invoiced(store)
      const joins = [{ as: "invoice", table: "invoice", on: [["company", "id"]] as const }]
      const columns = [
        { as: "id", column: "id" },
        { as: "n", aggregate: "count", column: "id", of: "invoice" } as const,
      ]
      expect(await values(store, { table: "company", joins, columns, order: [{ column: "id" }] })).toEqual([
        ["a", 2],
        ["b", 1],
        ["c", 0],
      ])
    },
  },
  {
    sentence: "It stands in for an empty value.",
    run: async (store, expect) => {
      await invoiced(store)
      const name = { as: "name", column: "name", otherwise: "it's \\ empty" }
      const columns = [name, { as: "sum", aggregate: "sum", column: "balance", otherwise: 40 } as const]
      expect(await values(store, { table: "company", columns, order: [{ column: "name" }] })).toEqual([
        ["Boden", 7],
        ["it's \\ empty", 40],
        ["Åre", 5],
      ])
    },
  },
  {
    sentence: "A column of dates gives the first day of the period that the date lies in.",
    run: async (store, expect) => {
      const days = ["2024-12-29", "2024-12-30", "2025-01-01", "2025-03-31", "2025-04-01", "2025-09-30", "2025-12-31"]
      await insertCompanies(store, [...days.map((name, index) => company(`c${index}`, { name })), company("none")])
      const by = async (period: "day" | "week" | "month" | "quarter" | "year") => {
        const columns = [
          { as: "id", column: "id" },
          { as: "at", column: "name", by: period },
        ]
        return (await tabulated(store, { table: "company", columns, order: [{ column: "id" }] })).map(
          (row) => row["at"],
        )
      }
      expect(await by("day")).toEqual([...days, null])
      expect(await by("week")).toEqual([
        "2024-12-23",
        "2024-12-30",
        "2024-12-30",
        "2025-03-31",
        "2025-03-31",
        "2025-09-29",
        "2025-12-29",
        null,
      ])
      expect(await by("month")).toEqual([...days.map((day) => `${day.slice(0, 7)}-01`), null])
      expect(await by("quarter")).toEqual([
        "2024-10-01",
        "2024-10-01",
        "2025-01-01",
        "2025-01-01",
        "2025-04-01",
        "2025-07-01",
        "2025-10-01",
        null,
      ])
      expect(await by("year")).toEqual([...days.map((day) => `${day.slice(0, 4)}-01-01`), null])
      expect(await outcomeOf(by("'; drop table company" as "day"))).toBe("bug")
    },
  },
]

/** The cases about aggregates. */
export const aggregateCases: readonly StoreCase[] = [
  {
    sentence: "`count` counts rows, and with a column those in which it is not empty.",
    run: async (store, expect) => {
      await invoiced(store)
      const columns = [COUNT, { as: "named", aggregate: "count", column: "name" } as const]
      expect(await values(store, { table: "company", columns })).toEqual([[3, 2]])
    },
  },
  {
    sentence: "`sum`, `min` and `max` pass over empty values and are empty where there is none.",
    run: async (store, expect) => {
      await invoiced(store)
      const columns = [
        { as: "sum", aggregate: "sum", column: "balance" },
        { as: "min", aggregate: "min", column: "balance" },
        { as: "max", aggregate: "max", column: "name" },
      ] as const
      expect(await values(store, { table: "company", columns })).toEqual([[12, 5, "Åre"]])
      const where: Condition = { op: "eq", column: "id", value: "c" }
      expect(await values(store, { table: "company", columns, where })).toEqual([[null, null, null]])
    },
  },
  {
    sentence: "A sum beyond ±(2^53 − 1) throws `SumOutOfRange`.",
    run: async (store, expect) => {
      const most = Number.MAX_SAFE_INTEGER
      const rows = Array.from({ length: 1_100 }, (_, index) => company(`x${index}`, { balance: most }))
      await insertCompanies(store, [...rows, company("y", { balance: -1 })])
      const columns = [KIND, { as: "sum", aggregate: "sum", column: "balance" } as const]
      const sumOf = (...given: readonly string[]) =>
        values(store, { table: "company", columns, where: { op: "in", column: "id", values: given } })
      expect(await sumOf("x1", "y")).toEqual([["customer", most - 1]])
      expect(await outcomeOf(sumOf("x1", "x2"))).toBe("SumOutOfRange")
      expect(await outcomeOf(values(store, { table: "company", columns }))).toBe("SumOutOfRange")
    },
  },
  {
    sentence: "A condition on the columns by their names here, grouped ones too.",
    run: async (store, expect) => {
      await invoiced(store)
      const query = { table: "company", columns: [KIND, COUNT], order: BY_KIND }
      const atLeast = (value: number): Condition => ({ op: "gte", column: "n", value })
      expect(await values(store, { ...query, having: atLeast(2) })).toEqual([["customer", 2]])
      const isSupplier: Condition = { op: "eq", column: "kind", value: "supplier" }
      expect(await values(store, { ...query, having: { op: "or", of: [atLeast(3), isSupplier] } })).toEqual([
        ["supplier", 1],
      ])
      expect(await outcomeOf(values(store, { ...query, having: { op: "isNull", column: "balance" } }))).toBe("bug")
    },
  },
  {
    sentence: "Sorted by these names, `null` as the least value; the order of ties is not told.",
    run: async (store, expect) => {
      await invoiced(store)
      const columns = [{ as: "name", column: "name" }, COUNT]
      const sorted = (column: string, descending: boolean) =>
        values(store, { table: "company", columns, order: [{ column, descending }, { column: "name" }] })
      expect(await sorted("name", false)).toEqual([
        [null, 1],
        ["Boden", 1],
        ["Åre", 1],
      ])
      expect(await sorted("name", true)).toEqual([
        ["Åre", 1],
        ["Boden", 1],
        [null, 1],
      ])
      expect(await sorted("n", true)).toEqual([
        [null, 1],
        ["Boden", 1],
        ["Åre", 1],
      ])
    },
  },
  {
    sentence: "At most so many.",
    run: async (store, expect) => {
      await invoiced(store)
      const query = { table: "company", columns: [KIND, COUNT], order: BY_KIND }
      expect(await values(store, { ...query, limit: 1 })).toEqual([["customer", 2]])
      expect(await values(store, { ...query, limit: 0 })).toEqual([])
      expect(await outcomeOf(values(store, { ...query, limit: -1 }))).toBe("bug")
    },
  },
  {
    sentence: "Removes every row that matches, of this tenant only.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a"), company("b", { name: "x" }), company("c", { name: "x" })])
      const isX: Condition = { op: "eq", column: "name", value: "x" }
      await store.write((tx) => tx.insert("company", "other", [company("b", { name: "x" })]))
      await store.write((tx) => tx.removeWhere("company", TENANT, isX))
      expect(await ids(store)).toEqual(["a"])
      expect(await store.read((reader) => reader.count({ table: "company", tenant: "other" }))).toBe(1)
    },
  },
]

/** What opening does. */
import type { Store, Table } from "../../kernel/store.ts"
import {
  COMPANY,
  CONTRACT_TABLES,
  company,
  errorOf,
  INVOICE,
  ids,
  insertCompanies,
  outcomeOf,
  type StoreCase,
  TENANT,
} from "../storeCase.ts"

const differencesFound = async (store: Store, tables: readonly Table[]): Promise<readonly string[]> => {
  const error = await errorOf(store.open(tables))
  return (error as { readonly params?: { readonly differences?: readonly string[] } }).params?.differences ?? []
}

const withColumns = (change: (columns: Table["columns"]) => Table["columns"]): readonly Table[] => [
  { ...COMPANY, columns: change(COMPANY.columns) },
  INVOICE,
]

/** The cases about the schema. */
export const schemaCases: readonly StoreCase[] = [
  {
    sentence:
      "Builds the tables in an empty store; in any other store it verifies them and throws `SchemaOutOfDate` with the differences.",
    run: async (store, expect) => {
      const rating = { name: "rating", type: "integer", nullable: true } as const
      const changed: readonly (readonly [string, readonly Table[]])[] = [
        ["company: column rating is missing", withColumns((columns) => [...columns, rating])],
        ["company: column profile", withColumns((columns) => columns.filter(({ name }) => name !== "profile"))],
        ["company: column name may be empty, but", withColumns(changedColumn("name", { nullable: false }))],
        ["company: column balance is", withColumns(changedColumn("balance", { type: "text" }))],
        ["company: column kind accepts", withColumns(changedColumn("kind", { values: ["customer"] }))],
        ["company: column rank accepts", withColumns(changedColumn("rank", { min: 0 }))],
        ["company: unique key (tenant, name)", [{ ...COMPANY, uniques: [["number"], ["name"]] }, INVOICE]],
        ["company: unique key (tenant, number)", [{ ...COMPANY, uniques: [] }, INVOICE]],
        ["company: index (tenant, kind)", [{ ...COMPANY, indexes: [["kind"]] }, INVOICE]],
        [
          "invoice: reference (tenant, credits)",
          [COMPANY, { ...INVOICE, foreignKeys: INVOICE.foreignKeys.slice(0, 1) }],
        ],
        ["table invoice of contract", [COMPANY]],
        ["table order: is missing", [...CONTRACT_TABLES, { ...INVOICE, name: "order" }]],
      ]
      for (const [difference, tables] of changed) {
        const found = await differencesFound(store, tables)
        expect(found.length).toBe(1)
        expect(found[0]).toContain(difference)
      }
      const both = await differencesFound(store, [{ ...COMPANY, indexes: [["kind"]], uniques: [] }, INVOICE])
      expect(both.length).toBe(2)
    },
  },
  {
    sentence: "Opening again changes nothing.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a")])
      await store.write((tx) => tx.next(TENANT, "seq"))
      await Promise.all([store.open(CONTRACT_TABLES), store.open([...CONTRACT_TABLES].reverse())])
      expect(await outcomeOf(store.open([{ ...COMPANY, indexes: [["kind"]] }, INVOICE]))).toBe("SchemaOutOfDate")
      expect(await ids(store)).toEqual(["a"])
      expect(await store.write((tx) => tx.next(TENANT, "seq"))).toBe(2)
    },
  },
]

const changedColumn =
  (name: string, change: Partial<Table["columns"][number]>) =>
  (columns: Table["columns"]): Table["columns"] =>
    columns.map((column) => (column.name === name ? { ...column, ...change } : column))

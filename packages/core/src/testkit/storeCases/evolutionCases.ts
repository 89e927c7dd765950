/** How a store comes from one definition to the next. */
import type { SchemaPlan } from "../../kernel/schemaPlan.ts"
import type { Store, Table } from "../../kernel/store.ts"
import {
  COMPANY,
  CONTRACT_TABLES,
  company,
  errorOf,
  INVOICE,
  insertCompanies,
  outcomeOf,
  type StoreCase,
  TENANT,
} from "../storeCase.ts"

const text = (name: string, nullable = false): Table["columns"][number] => ({ name, type: "text", nullable })

/** The company of the next release: every kind of change that keeps what rows hold. */
const NEXT_COMPANY: Table = {
  ...COMPANY,
  retired: ["profile"],
  columns: [
    ...COMPANY.columns.flatMap((column): Table["columns"] => {
      if (column.name === "name") return [{ ...column, name: "title", was: "name" }]
      if (column.name === "kind") return [{ ...column, values: ["customer", "supplier", "partner"] }]
      if (column.name === "rank") return [{ ...column, min: 0 }]
      if (column.name === "balance") return [{ ...column, nullable: false, fill: 0 }]
      return column.name === "profile" ? [] : [column]
    }),
    text("note", true),
    { name: "language", type: "text", nullable: false, values: ["en", "sv"], fill: "sv" },
    text("parent", true),
    { ...text("title_key", true), fillFrom: { column: "title", make: (value) => String(value).toLowerCase() } },
  ],
  uniques: [["number"], ["title_key"]],
  foreignKeys: [{ columns: ["parent"], table: "company", references: ["id"] }],
  indexes: [["title"], ["parent"]],
}

/** The invoice has another name and a required reference to a new table that allows to be empty. */
const BILL: Table = {
  ...INVOICE,
  name: "bill",
  was: "invoice",
  columns: [...INVOICE.columns, text("batch", true)],
  foreignKeys: [
    { columns: ["company"], table: "company", references: ["id"] },
    { columns: ["credits"], table: "bill", references: ["id"] },
    { columns: ["batch"], table: "batch", references: ["id"] },
  ],
  indexes: [["company"], ["credits"], ["batch"]],
}
const BATCH: Table = { ...INVOICE, name: "batch", columns: [text("id")], foreignKeys: [], indexes: [] }

/** The tables of the next release, for tests of the way there. */
export const EVOLVED_TABLES: readonly Table[] = [NEXT_COMPANY, BILL, BATCH]
const NEXT = EVOLVED_TABLES

const before = async (store: Store): Promise<void> => {
  await insertCompanies(store, [
    company("a", { name: "Alfa", profile: '{"size":1}', kind: "supplier" }),
    company("b", { name: "Beta", balance: 7 }),
  ])
  await store.write((tx) =>
    tx.insert("invoice", TENANT, [
      { id: "i", company: "a" },
      { id: "j", company: "b", credits: "i" },
    ]),
  )
}

const planOf = async (call: Promise<unknown>): Promise<SchemaPlan | undefined> =>
  ((await errorOf(call)) as { readonly params?: { readonly plan?: SchemaPlan } }).params?.plan

const obstacles = (plan: SchemaPlan | undefined): readonly string[] =>
  (plan?.refused ?? []).map(({ obstacle, table, column, rows }) => `${obstacle} ${table}.${column ?? ""} ${rows}`)

const withColumn = (column: Table["columns"][number]): readonly Table[] => [
  { ...COMPANY, columns: [...COMPANY.columns.filter(({ name }) => name !== column.name), column] },
  INVOICE,
]

/** What is refused, with two companies and two invoices in the store, and how it is named. */
const REFUSED: readonly (readonly [string, readonly Table[]])[] = [
  ["RequiredWithoutDefault company.fax 2", withColumn(text("fax"))],
  ["RequiredWithoutDefault company.balance 1", withColumn({ name: "balance", type: "integer", nullable: false })],
  [
    "ValuesNarrowed company.kind 1",
    withColumn({ name: "kind", type: "text", nullable: false, values: ["customer", "partner"] }),
  ],
  ["ValuesNarrowed company.rank 2", withColumn({ name: "rank", type: "integer", nullable: false, min: 2 })],
  ["TypeChanged company.balance 1", withColumn(text("balance", true))],
  [
    "FieldDropped company.name 2",
    [{ ...COMPANY, columns: COMPANY.columns.filter(isNot("name")), indexes: [] }, INVOICE],
  ],
  ["NotUnique company.rank 2", [{ ...COMPANY, uniques: [["number"], ["rank"]] }, INVOICE]],
  [
    "ReferenceDangling company.name 2",
    [{ ...COMPANY, foreignKeys: [{ columns: ["name"], table: "company", references: ["id"] }] }, INVOICE],
  ],
  ["TableDropped invoice. 2", [COMPANY]],
  ["OtherOwner invoice. 0", [COMPANY, { ...INVOICE, owner: "else" }]],
  [
    "KeyChanged company. 0",
    [
      { ...COMPANY, primaryKey: ["number"] },
      { ...INVOICE, foreignKeys: INVOICE.foreignKeys },
    ],
  ],
]

function isNot(name: string): (column: Table["columns"][number]) => boolean {
  return (column) => column.name !== name
}

/** The cases about plans. */
export const evolutionCases: readonly StoreCase[] = [
  {
    sentence: "A store that was brought to a later definition throws `SchemaNewer`.",
    run: async (store, expect) => {
      await store.schema.apply(NEXT)
      await store.open(NEXT)
      expect(await outcomeOf(store.open(CONTRACT_TABLES))).toBe("SchemaNewer")
      const later = { releases: { contract: "1.2.0", kernel: "1.2.0" } }
      const again = [...NEXT, { ...BATCH, name: "round" }]
      await store.schema.apply(again, later)
      expect(await outcomeOf(store.open(NEXT, { releases: { contract: "1.1.9" } }))).toBe("SchemaNewer")
      expect(await outcomeOf(store.open(again, { releases: { contract: "1.1.9" } }))).toBe("nothing")
    },
  },
  {
    sentence: "Says what `apply` would do and what it refuses, and changes nothing.",
    run: async (store, expect) => {
      await before(store)
      for (const [named, tables] of REFUSED) {
        const plan = await store.schema.plan(tables)
        expect(plan.state).toBe("refused")
        expect(obstacles(plan)).toEqual([named])
      }
      const plan = await store.schema.plan(NEXT)
      expect([plan.state, plan.isEmpty, plan.refused]).toEqual(["pending", false, []])
      expect([...new Set(plan.steps.map(({ table }) => table))].sort()).toEqual(["batch", "bill", "company"])
      expect(plan.kept).toEqual([{ table: "company", column: "profile" }])
      expect((await store.schema.plan(CONTRACT_TABLES)).state).toBe("current")
      expect(await outcomeOf(store.open(CONTRACT_TABLES))).toBe("nothing")
    },
  },
  {
    sentence: "Does the whole plan or nothing and returns what it did; a plan with refusals throws `SchemaOutOfDate`.",
    run: async (store, expect) => {
      await before(store)
      const bad = [...NEXT.slice(1), { ...NEXT_COMPANY, columns: [...NEXT_COMPANY.columns, text("fax")] }]
      expect(obstacles(await planOf(store.schema.apply(bad)))).toEqual(["RequiredWithoutDefault company.fax 2"])
      expect(await store.schema.verify(CONTRACT_TABLES)).toEqual([])
      const planned = await store.schema.plan(NEXT)
      expect(await store.schema.apply(NEXT)).toEqual(planned)
      expect((await store.schema.plan(NEXT)).state).toBe("current")
    },
  },
  {
    sentence: "Of several at once one does it, and the others find it done.",
    run: async (store, expect) => {
      await before(store)
      const plans = await Promise.all([store.schema.apply(NEXT), store.schema.apply(NEXT)])
      expect(plans.map(({ state }) => state).sort()).toEqual(["current", "pending"])
      expect(await store.schema.verify(NEXT)).toEqual([])
    },
  },
  {
    sentence: "Rows keep what they hold.",
    run: async (store, expect) => {
      await before(store)
      await store.schema.apply(NEXT)
      await store.open(NEXT)
      const older = { version: 1, rank: 1, is_active: 1, note: null, language: "sv", parent: null }
      const rows = await store.read((reader) => reader.select({ table: "company", tenant: TENANT }))
      expect(rows).toEqual([
        { ...older, id: "a", number: "C-a", title: "Alfa", title_key: "alfa", balance: 0, kind: "supplier" },
        { ...older, id: "b", number: "C-b", title: "Beta", title_key: "beta", balance: 7, kind: "customer" },
      ])
      const bills = await store.read((reader) => reader.select({ table: "bill", tenant: TENANT }))
      expect(bills).toEqual([
        { id: "i", company: "a", credits: null, batch: null },
        { id: "j", company: "b", credits: "i", batch: null },
      ])
      const row = { ...older, id: "c", number: "C-c", title: "ALFA", title_key: "alfa", balance: 0, kind: "partner" }
      const insert = (one: Readonly<Record<string, string | number | null>>): Promise<void> =>
        store.write((tx) => tx.insert("company", TENANT, [one]))
      expect(await outcomeOf(insert(row))).toBe("UniqueTaken")
      expect(await outcomeOf(insert({ ...row, title_key: "gamma", parent: "nobody" }))).toBe("ReferenceMissing")
      expect(await outcomeOf(insert({ ...row, title_key: "gamma", kind: "rival" }))).toBe("bug")
      expect(await outcomeOf(insert({ ...row, title_key: "gamma", parent: "a", rank: 0 }))).toBe("nothing")
      expect(await outcomeOf(store.write((tx) => tx.remove("company", TENANT, ["b"])))).toBe("ReferenceMissing")
    },
  },
  {
    sentence: "Returns every difference between the store and the tables, none if they agree.",
    run: async (store, expect) => {
      expect(await store.schema.verify(CONTRACT_TABLES)).toEqual([])
      const found = await store.schema.verify([{ ...COMPANY, indexes: [["kind"]], uniques: [] }, INVOICE])
      expect(found.length).toBe(2)
      expect(found[0]).toContain("company")
    },
  },
]

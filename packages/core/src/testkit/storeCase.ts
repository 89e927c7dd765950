/** A case of the store's contract: a sentence of the port and the proof that a store keeps it. */
import { isRefusal } from "../kernel/errors.ts"
import type { Condition, Select, Store, StoredRow, Table } from "../kernel/store.ts"
import type { Expect } from "./runner.ts"

/** A sentence of `store.ts`, word by word, and what shows that it is true. The store is open and empty. */
export interface StoreCase {
  readonly sentence: string
  readonly run: (store: Store, expect: Expect) => Promise<void>
}

/** The tenant of most cases. */
export const TENANT = "fjallservice"

const text = (name: string, nullable = false): Table["columns"][number] => ({ name, type: "text", nullable })

/** A company: versioned, with a column of each type. */
export const COMPANY: Table = {
  name: "company",
  owner: "contract",
  columns: [
    text("id"),
    { name: "version", type: "integer", nullable: false },
    text("number"),
    text("name", true),
    { name: "balance", type: "integer", nullable: true },
    { name: "rank", type: "integer", nullable: false, min: 1 },
    { name: "is_active", type: "boolean", nullable: false },
    { name: "kind", type: "text", nullable: false, values: ["customer", "supplier"] },
    { name: "profile", type: "json", nullable: true },
  ],
  primaryKey: ["id"],
  uniques: [["number"]],
  foreignKeys: [],
  indexes: [["name"]],
}

/** An invoice: refers to a company, and as a credit note to another invoice; it has no versions. */
export const INVOICE: Table = {
  name: "invoice",
  owner: "contract",
  columns: [text("id"), text("company"), text("credits", true)],
  primaryKey: ["id"],
  uniques: [],
  foreignKeys: [
    { columns: ["company"], table: "company", references: ["id"] },
    { columns: ["credits"], table: "invoice", references: ["id"] },
  ],
  indexes: [["company"], ["credits"]],
}

/** The tables that every case finds. */
export const CONTRACT_TABLES: readonly Table[] = [COMPANY, INVOICE]

/** A company's row: what is not given is plain and valid. */
export const company = (id: string, given: StoredRow = {}): StoredRow => ({
  id,
  version: 1,
  number: `C-${id}`,
  name: null,
  balance: null,
  rank: 1,
  is_active: 1,
  kind: "customer",
  profile: null,
  ...given,
})

/** Inserts companies of the usual tenant. */
export const insertCompanies = (store: Store, rows: readonly StoredRow[]): Promise<void> =>
  store.write((tx) => tx.insert("company", TENANT, rows))

/** Reads companies of the usual tenant. */
export const companies = (store: Store, query: Omit<Select, "table" | "tenant"> = {}): Promise<readonly StoredRow[]> =>
  store.read((reader) => reader.select({ ...query, table: "company", tenant: TENANT }))

/** The ids of the companies that match, in the order read. */
export const idsWhere = async (store: Store, where: Condition): Promise<readonly unknown[]> =>
  (await companies(store, { where })).map((row) => row["id"])

/** The ids of all companies, in the order read. */
export const ids = async (store: Store): Promise<readonly unknown[]> => (await companies(store)).map((row) => row["id"])

/** The tag with which a call was refused, `bug` for any other error, `nothing` if it went well. */
export const outcomeOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "nothing",
    (error: unknown) => (isRefusal(error) ? error._tag : "bug"),
  )

/** The error with which a call was refused. */
export const errorOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )

/** A promise and the function that fulfils it: for one piece of work to wait for another. */
export const gate = (): { readonly opened: Promise<void>; readonly open: () => void } => {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

/** Long enough for a call that is not kept waiting to end. */
export const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40))

/** What a queue of work in a table needs: which tenants have some, and rows that nobody else is at. */
import type { StoredRow, Transaction } from "../../kernel/store.ts"
import { aMoment, company, gate, insertCompanies, type StoreCase, TENANT } from "../storeCase.ts"

const CUSTOMERS = {
  table: "company",
  tenant: TENANT,
  where: { op: "eq", column: "kind", value: "customer" },
} as const

const names = (rows: readonly StoredRow[]): readonly unknown[] => rows.map((row) => row["id"])

/** Takes one customer and makes it a supplier, so that nobody takes it again. */
const takeOne = async (tx: Transaction): Promise<readonly unknown[]> => {
  const taken = names(await tx.take({ ...CUSTOMERS, limit: 1 }))
  const patches = taken.map((id) => ({ id: String(id), expectedVersion: null, set: { kind: "supplier" } }))
  await tx.update("company", TENANT, patches)
  return taken
}

/** The cases about queues. */
export const queueCases: readonly StoreCase[] = [
  {
    sentence: "Returns the tenants that have a row that matches, in order, each once.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a"), company("b")])
      await store.write((tx) => tx.insert("company", "acme", [company("a")]))
      await store.write((tx) => tx.insert("company", "zeta", [company("a", { kind: "supplier" })]))
      const { table, where } = CUSTOMERS
      expect(await store.read((reader) => reader.tenants({ table }))).toEqual(["acme", TENANT, "zeta"])
      expect(await store.read((reader) => reader.tenants({ table, where }))).toEqual(["acme", TENANT])
      expect(await store.write((tx) => tx.tenants({ table: "invoice" }))).toEqual([])
    },
  },
  {
    sentence:
      "Locks and returns the rows that match and that no other transaction has locked, and waits for none of them.",
    run: async (store, expect) => {
      await insertCompanies(store, [company("a"), company("b"), company("c"), company("s", { kind: "supplier" })])
      const holding = gate()
      const release = gate()
      const first = store.write(async (tx) => {
        const taken = await takeOne(tx)
        holding.open()
        await release.opened
        return taken
      })
      await holding.opened
      const second = store.write(takeOne)
      await Promise.race([second, aMoment()])
      release.open()
      expect([await first, await second]).toEqual([["a"], ["b"]])
      const row = await store.write((tx) => tx.take({ ...CUSTOMERS, order: [{ column: "number", descending: true }] }))
      expect(row).toEqual([company("c")])
      expect(await store.write((tx) => tx.take({ ...CUSTOMERS, tenant: "other" }))).toEqual([])
    },
  },
]

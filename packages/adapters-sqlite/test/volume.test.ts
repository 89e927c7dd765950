import { sqlite } from "@anbud/adapter-sqlite"
import type { Condition, Table } from "@anbud/core"
import { expect, test } from "vitest"
import { STEP, TENANT } from "./batches.ts"
import { temporaryFile } from "./temporaryFile.ts"

const ROWS = 100_000
const IDS = 70_000
const idOf = (index: number): string => String(index).padStart(8, "0")
const all = { table: "step", tenant: TENANT } as const

test("100 000 rows in one insert, 70 000 ids in one list, patched and removed", async () => {
  const store = sqlite({ file: temporaryFile() })
  await store.open([STEP])
  const rows = Array.from({ length: ROWS }, (_, index) => ({ id: idOf(index), seq: index, writer: "a" }))
  const ids = Array.from({ length: IDS }, (_, index) => idOf(index * 2))
  const where: Condition = { op: "in", column: "id", values: ids }
  await store.write((tx) => tx.insert("step", TENANT, rows))
  expect(await store.read((reader) => reader.count(all))).toBe(ROWS)
  expect((await store.read((reader) => reader.select({ ...all, where }))).length).toBe(ROWS / 2)
  await store.write(async (tx) => {
    const patches = ids.map((id) => ({ id, expectedVersion: null, set: { seq: 1 } }))
    expect((await tx.update("step", TENANT, patches)).length).toBe(ROWS / 2)
    expect(await tx.sum({ ...all, where }, "seq")).toBe(ROWS / 2)
    await tx.remove("step", TENANT, ids)
  })
  expect(await store.read((reader) => reader.count(all))).toBe(ROWS / 2)
  await store.close()
})

test("a name that is too long for a database is cut, and the table works", async () => {
  const long = (name: string): string => name + "_of_a_plugin_with_a_very_long_name".repeat(3)
  const table: Table = {
    ...STEP,
    name: long("step"),
    columns: [
      ...STEP.columns,
      { name: long("one"), type: "text", nullable: true },
      { name: long("two"), type: "text", nullable: true },
    ],
    uniques: [[long("one")], [long("two")]],
    indexes: [[long("two"), long("one")]],
  }
  const store = sqlite({ file: temporaryFile() })
  await store.open([table])
  await store.open([table])
  const row = { id: "a", seq: 1, writer: "w", [long("one")]: "1", [long("two")]: "2" }
  await store.write((tx) => tx.insert(table.name, TENANT, [row]))
  expect(await store.read((reader) => reader.select({ table: table.name, tenant: TENANT }))).toEqual([row])
  const twin = store.write((tx) => tx.insert(table.name, TENANT, [{ ...row, id: "b", [long("one")]: "3" }]))
  await expect(twin).rejects.toMatchObject({ params: { table: table.name, columns: [long("two")] } })
  await store.close()
})

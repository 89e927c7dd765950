/** Stores of every release that is kept come to the present one with the rows that they were written with. */
import { sqlite } from "@anbud/adapter-sqlite"
import { type Store, type StoredRow, standard, type Table, tablesOf } from "@anbud/core"
import Database from "better-sqlite3"
import fc from "fast-check"
import { expect, test, vi } from "vitest"
import { kept, releases, STEPS } from "../../../test/nextRelease.ts"
import { rowsOf, TENANTS, writeRows } from "../../../test/oldRows.ts"
import { temporaryFile } from "./temporaryFile.ts"

vi.setConfig({ testTimeout: 300_000 })

const written = async (file: string, tables: readonly Table[]): Promise<void> => {
  const store = sqlite({ file })
  await store.open(tables)
  await writeRows(store, tables)
  await store.close()
}

const read = (store: Store, table: string, tenant: string): Promise<readonly StoredRow[]> =>
  store.read((reader) => reader.select({ table, tenant }))

test.each(releases)(
  "$release, with rows written then, becomes the present schema and keeps every value",
  async (old) => {
    const file = temporaryFile()
    await written(file, old.tables)
    const store = sqlite({ file, schema: "apply" })
    const present = tablesOf(standard)
    await store.open(present)
    expect(await store.schema.verify(present)).toEqual([])
    for (const tenant of TENANTS) {
      for (const table of old.tables.filter(({ name }) => present.some((other) => other.name === name))) {
        const rows = await read(store, table.name, tenant)
        expect(rows.map((row) => Object.fromEntries(table.columns.map(({ name }) => [name, row[name]])))).toEqual(
          rowsOf(table, old.tables),
        )
      }
    }
    await store.close()
  },
)

const [present] = releases.slice(-1)
const entities = (present?.tables ?? []).filter(({ owner }) => owner !== "kernel")
const evolution = fc.dictionary(
  fc.constantFrom(...entities.map(({ name }) => name)),
  fc.uniqueArray(fc.constantFrom(...Object.keys(STEPS)), { minLength: 1, maxLength: 3 }),
  { minKeys: 1, maxKeys: 4 },
)

test("random next releases: every value is kept, nothing but our own tables is named, and the plan is then empty", async () => {
  const tables = present?.tables ?? []
  const template = temporaryFile()
  await written(template, tables)
  const runs = fc.asyncProperty(evolution, async (changes) => {
    const next = tables.map((table) => (changes[table.name] ?? []).reduce((at, name) => STEPS[name]?.(at) ?? at, table))
    const file = temporaryFile()
    await sqlite({ file: template }).backup(file)
    const host = new Database(file)
    host.exec("create table host_order (id text); insert into host_order values ('a'); create table company (id text)")
    const store = sqlite({ file, schema: "apply" })
    const plan = await store.schema.plan(next)
    expect(plan.refused).toEqual([])
    expect(new Set(plan.steps.map(({ table }) => table))).toEqual(
      new Set(Object.keys(changes).filter((name) => plan.steps.some(({ table }) => table === name))),
    )
    const foreign = plan.steps.flatMap(({ sql, table }) =>
      sql.flatMap((statement) => touched(statement).filter((name) => !isOf(name, table))),
    )
    expect(foreign).toEqual([])
    await store.open(next)
    expect((await store.schema.plan(next)).state).toBe("current")
    for (const table of next) {
      const before = rowsOf(tables.find(({ name }) => name === table.name) as Table, tables)
      const rows = await read(store, table.name, "skog")
      expect(rows).toEqual(
        before.map((row) => Object.fromEntries(table.columns.map((column) => [column.name, kept(row, column)]))),
      )
    }
    expect(host.prepare("select id from host_order").pluck().all()).toEqual(["a"])
    expect(host.prepare("select count(*) from company").pluck().get()).toBe(0)
    expect(host.pragma("foreign_key_check")).toEqual([])
    host.close()
    await store.close()
  })
  await fc.assert(runs, { numRuns: 12, seed: 20_251_122 })
})

/** The tables that a statement creates, fills, reads, changes or drops. */
const touched = (statement: string): readonly string[] =>
  [...statement.matchAll(/(?:table|into|from|on|rename to) "([^"]+)"/g)].map(([, name]) => name ?? "")
const isOf = (name: string, table: string): boolean => [`anbud_${table}`, `anbud_${table}__rebuilt`].includes(name)

/** Stores of every release that is kept come to the present one with the rows that they were written with. */
import { readdirSync, readFileSync } from "node:fs"
import { sqlite } from "@anbud/adapter-sqlite"
import { type Column, type Store, type StoredRow, standard, type Table, tablesOf } from "@anbud/core"
import Database from "better-sqlite3"
import fc from "fast-check"
import { expect, test, vi } from "vitest"
import { rowsOf, TENANTS, writeRows } from "./oldRows.ts"
import { temporaryFile } from "./temporaryFile.ts"

vi.setConfig({ testTimeout: 300_000 })

const FOLDER = new URL("../../core/schema/", import.meta.url)
const releases = readdirSync(FOLDER).map((name) => {
  const { release, tables } = JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Snapshot
  return { release, tables }
})
interface Snapshot {
  readonly release: string
  readonly tables: readonly Table[]
}

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

/** What the next release may do to a table without losing anything. */
type Step = (table: Table) => Table
const add =
  (column: Column, more: Partial<Table> = {}): Step =>
  (table) => ({ ...table, ...more, columns: [...table.columns, column] })
const STEPS: Readonly<Record<string, Step>> = {
  optional: add({ name: "next_note", type: "text", nullable: true }),
  defaulted: add({ name: "next_rank", type: "integer", nullable: false, min: 1, fill: 7 }),
  choice: add({ name: "next_kind", type: "text", nullable: false, values: ["a'b", "c"], fill: "a'b" }),
  reference: (table) => ({
    ...add({ name: "next_company", type: "text", nullable: true })(table),
    foreignKeys: [...table.foreignKeys, { columns: ["next_company"], table: "company", references: ["id"] }],
    indexes: [...table.indexes, ["next_company"]],
  }),
  unique: (table) => ({
    ...add({ name: "next_key", type: "text", nullable: true })(table),
    uniques: [...table.uniques, ["next_key"]],
  }),
  widened: (table) => ({
    ...table,
    columns: table.columns.map((column) =>
      column.values === undefined ? column : { ...column, values: [...column.values, "next"] },
    ),
  }),
  relaxed: (table) => changeLast(table, (column) => ({ ...column, nullable: true })),
  renamed: (table) => changeLast(table, (column) => ({ ...column, name: "next_name", was: column.name })),
  retired: (table) => ({
    ...changeLast(table, () => null),
    retired: table.columns.filter((column) => column === lastFree(table)).map(({ name }) => name),
  }),
}

/** The last column that no key and no reference names. */
const lastFree = (table: Table): Column | undefined => {
  const keyed = new Set([
    "version",
    ...table.primaryKey,
    ...table.uniques.flat(),
    ...table.indexes.flat(),
    ...table.foreignKeys.flatMap(({ columns }) => columns),
  ])
  return table.columns.findLast(({ name }) => !keyed.has(name) && !name.startsWith("next_"))
}
const changeLast = (table: Table, change: (column: Column) => Column | null): Table => {
  const last = lastFree(table)
  return {
    ...table,
    columns: table.columns.flatMap((column) => {
      const changed = column === last ? change(column) : column
      return changed === null ? [] : [changed]
    }),
  }
}

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

const kept = (row: StoredRow, { name, was, fill }: Column): unknown => row[name] ?? row[was ?? ""] ?? fill ?? null

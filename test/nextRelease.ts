/** Next releases: what a release may do to a table without losing anything, and the releases whose tables are kept. */
import { readdirSync, readFileSync } from "node:fs"
import type { Column, StoredRow, Table } from "@anbud/core"

/** The tables of a release. */
export interface Release {
  readonly release: string
  readonly tables: readonly Table[]
}

const FOLDER = new URL("../packages/core/schema/", import.meta.url)

/** Every release whose tables are kept, oldest first. */
export const releases: readonly Release[] = readdirSync(FOLDER).map((name) => {
  const { release, tables } = JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Release
  return { release, tables }
})

/** What the next release may do to a table without losing anything. */
export type Step = (table: Table) => Table

const add =
  (column: Column, more: Partial<Table> = {}): Step =>
  (table) => ({ ...table, ...more, columns: [...table.columns, column] })

/** Each kind of change once. */
export const STEPS: Readonly<Record<string, Step>> = {
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

/** What a row that was written before holds in a column afterwards. */
export const kept = (row: StoredRow, { name, was, fill }: Column): unknown => row[name] ?? row[was ?? ""] ?? fill ?? null

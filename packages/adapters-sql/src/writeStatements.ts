/** Statements that write sets of rows: one compiled text per table, verb and set of columns. */
import type { Cell, Column, RowPatch, StoredRow } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import { checkedCell } from "./cell.ts"
import type { Compile } from "./compiler.ts"
import type { Differences, Statement } from "./differences.ts"
import { cache } from "./statementCache.ts"
import { type StoredColumn, type StoredTable, type StoredTables, TENANT } from "./storedTable.ts"

const TEXTS = 1_000
/** Rows per statement: enough to make the cost of a statement vanish, few enough to keep its values small. */
const ROWS_PER_STATEMENT = 5_000

/** The statements of a `Transaction` that change rows. */
export interface WriteStatements {
  insert(table: string, tenant: string, rows: readonly StoredRow[]): readonly Statement[]
  /** Each statement returns the ids of the rows that it changed. */
  update(table: string, tenant: string, patches: readonly RowPatch[]): readonly Statement[]
  remove(table: string, tenant: string, ids: readonly string[]): readonly Statement[]
  lock(table: string, tenant: string, ids: readonly string[]): Statement | null
}

/** The statements of a `Transaction` on these tables. */
export const writeStatements = (tables: StoredTables, differences: Differences, compile: Compile): WriteStatements => {
  const cached = cache<string>(TEXTS)
  const textOf = (key: string, make: () => RawBuilder<unknown>): string => cached(key, () => compile(make()).sql)
  const { lists } = differences
  return {
    insert: (name, tenant, rows) => {
      const table = tables.table(name)
      const columns = table.columns
      return chunks(rows).map((chunk) => {
        const bound = lists.bindRows(
          columns,
          chunk.map((row) => cellsOf(row, table)),
        )
        const text = textOf(`insert ${name}`, () => insertSql(table, tenant, lists.rows(columns, bound)))
        return { sql: text, parameters: [tenant, ...bound] }
      })
    },
    update: (name, tenant, patches) => {
      const table = tables.table(name)
      refuseTwice(patches.map(({ id }) => id))
      return patchGroups(patches).flatMap((group) => updateStatements(group, table, tenant, differences, textOf))
    },
    remove: (name, tenant, ids) => {
      const table = tables.table(name)
      return chunks(ids).map((chunk) => {
        const id = table.column("id")
        const list = lists.bindValues(chunk, "text")
        const text = textOf(
          `remove ${name}`,
          () =>
            sql`delete from ${table.ref} where ${sql.id(TENANT)} = ${tenant} and ${lists.includes(id.ref, list, "text")}`,
        )
        return { sql: text, parameters: [tenant, list] }
      })
    },
    lock: (name, tenant, ids) => {
      const list = lists.bindValues(ids, "text")
      const fragment = differences.lock(tables.table(name).ref, tenant, list)
      return fragment === null ? null : compile(fragment)
    },
  }
}

const insertSql = (table: StoredTable, tenant: string, rows: RawBuilder<unknown>): RawBuilder<unknown> => {
  const names = [sql.id(TENANT), ...table.columns.map(({ ref }) => ref)]
  const values = [sql`${tenant}`, ...table.columns.map((_, position) => sql.id("j", `c${position}`))]
  return sql`insert into ${table.ref} (${sql.join(names)}) select ${sql.join(values)} from ${rows}`
}

const cellsOf = (row: StoredRow, table: StoredTable): readonly Cell[] => {
  for (const name of Object.keys(row)) table.column(name)
  return table.columns.map((column) => checkedCell(row[column.name], column))
}

const EXPECTED_VERSION: Column = { name: "version", type: "integer", nullable: true }
const PROTECTED = new Set(["id", "version", TENANT])

const updateStatements = (
  patches: readonly RowPatch[],
  table: StoredTable,
  tenant: string,
  differences: Differences,
  textOf: (key: string, make: () => RawBuilder<unknown>) => string,
): readonly Statement[] => {
  const { lists } = differences
  const set = namesOf(patches[0]).map((name) => patchable(table, name))
  const columns = [table.column("id"), EXPECTED_VERSION, ...set]
  const key = `update ${table.definition.name} ${set.map(({ name }) => name)}`
  return chunks(patches).map((chunk): Statement => {
    const bound = lists.bindRows(
      columns,
      chunk.map((patch) => patchCells(patch, set)),
    )
    const text = textOf(key, () => updateSql(table, tenant, set, lists.rows(columns, bound)))
    return { sql: text, parameters: [...bound, tenant] }
  })
}

const updateSql = (
  table: StoredTable,
  tenant: string,
  set: readonly StoredColumn[],
  rows: RawBuilder<unknown>,
): RawBuilder<unknown> => {
  const version = sql.id("t", "version")
  const values = set.map(({ ref }, position) => sql`${ref} = ${sql.id("j", `c${position + 2}`)}`)
  if (table.hasVersion) values.push(sql`"version" = ${version} + 1`)
  if (values.length === 0) values.push(sql`${sql.id("id")} = ${sql.id("t", "id")}`)
  const expected = table.hasVersion ? sql` and ("j"."c1" is null or ${version} = "j"."c1")` : sql``
  const match = sql`${sql.id("t", TENANT)} = ${tenant} and ${sql.id("t", "id")} = "j"."c0"${expected}`
  return sql`update ${table.ref} as "t" set ${sql.join(values)} from ${rows} where ${match} returning "id"`
}

const patchCells = (patch: RowPatch, set: readonly StoredColumn[]): readonly Cell[] => [
  patch.id,
  checkedCell(patch.expectedVersion, EXPECTED_VERSION),
  ...set.map((column) => checkedCell(patch.set[column.name], column)),
]

const patchable = (table: StoredTable, name: string): StoredColumn => {
  if (PROTECTED.has(name)) throw new Error(`A patch cannot set "${name}".`)
  return table.column(name)
}

// Patches with the same columns share a statement, in whatever order a caller names them.
const patchGroups = (patches: readonly RowPatch[]): readonly (readonly RowPatch[])[] => {
  const groups = new Map<string, RowPatch[]>()
  for (const patch of patches) {
    const key = namesOf(patch).join(",")
    const group = groups.get(key)
    if (group) group.push(patch)
    else groups.set(key, [patch])
  }
  return [...groups.values()]
}

const namesOf = (patch: RowPatch | undefined): readonly string[] => Object.keys(patch?.set ?? {}).sort()

const refuseTwice = (ids: readonly string[]): void => {
  if (new Set(ids).size !== ids.length) throw new Error("Two patches of one call name the same row.")
}

const chunks = <T>(items: readonly T[]): readonly (readonly T[])[] => {
  const parts: (readonly T[])[] = []
  for (let from = 0; from < items.length; from += ROWS_PER_STATEMENT) {
    parts.push(items.slice(from, from + ROWS_PER_STATEMENT))
  }
  return parts
}

/**
 * Statements that write many rows: one compiled text per table, verb and set of columns.
 *
 * Where a statement travels to the database it carries a set of rows; where it does not, it runs once per row.
 */
import type { RowPatch, StoredRow } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import type { Compile } from "./compiler.ts"
import type { Bound, Differences, Statement } from "./differences.ts"
import { insertRow, insertSet, insertValues } from "./insertSql.ts"
import { type Patched, patchedColumns, patchOfRow, patchOfSet, patchValues } from "./patchSql.ts"
import { cache } from "./statementCache.ts"
import { type StoredTable, type StoredTables, TENANT } from "./storedTable.ts"

const TEXTS = 1_000
/** Rows per statement: enough to make the cost of a statement vanish, few enough to keep its values small. */
const ROWS_PER_STATEMENT = 5_000

/** A statement that runs once for each list of values. */
export interface EachStatement {
  readonly sql: string
  readonly each: readonly (readonly Bound[])[]
}

/** A statement that patches the rows with these ids. As a set it returns the ids that it changed. */
export interface PatchStatement {
  readonly ids: readonly string[]
  readonly statement: Statement | EachStatement
}

/** The statements of a `Transaction` that change rows. */
export interface WriteStatements {
  insert(table: string, tenant: string, rows: readonly StoredRow[]): readonly (Statement | EachStatement)[]
  update(table: string, tenant: string, patches: readonly RowPatch[]): readonly PatchStatement[]
  remove(table: string, tenant: string, ids: readonly string[]): Statement
  lock(table: string, tenant: string, ids: readonly string[]): Statement | null
}

type TextOf = (key: string, make: () => RawBuilder<unknown>) => string

/** The statements of a `Transaction` on these tables. */
export const writeStatements = (tables: StoredTables, differences: Differences, compile: Compile): WriteStatements => {
  const cached = cache<string>(TEXTS)
  const textOf: TextOf = (key, make) => cached(key, () => compile(make()).sql)
  const { lists } = differences
  return {
    insert: (name, tenant, rows) =>
      chunks(rows).map((chunk) => insertStatement(tables.table(name), tenant, chunk, differences, textOf)),
    update: (name, tenant, patches) => {
      refuseTwice(patches.map(({ id }) => id))
      return patchGroups(patches)
        .flatMap(chunks)
        .map((chunk) => ({
          ids: chunk.map(({ id }) => id),
          statement: patchStatement(tables.table(name), tenant, chunk, differences, textOf),
        }))
    },
    remove: (name, tenant, ids) => {
      const table = tables.table(name)
      const list = lists.bind(ids, "text")
      const text = textOf(`remove ${name}`, () => {
        const isListed = lists.includes(table.column("id").ref, list, "text")
        return sql`delete from ${table.ref} where ${sql.id(TENANT)} = ${tenant} and ${isListed}`
      })
      return { sql: text, parameters: [tenant, list] }
    },
    lock: (name, tenant, ids) => {
      const fragment = differences.lock(tables.table(name).ref, tenant, lists.bind(ids, "text"))
      return fragment === null ? null : compile(fragment)
    },
  }
}

const insertStatement = (
  table: StoredTable,
  tenant: string,
  rows: readonly StoredRow[],
  { rowSets }: Differences,
  textOf: TextOf,
): Statement | EachStatement => {
  const key = `insert ${table.definition.name}`
  const cells = rows.map((row) => insertValues(row, table))
  if (rowSets === null) {
    return { sql: textOf(key, () => insertRow(table)), each: cells.map((values) => [tenant, ...values]) }
  }
  const bound = rowSets.bind(table.columns, cells)
  const text = textOf(key, () => insertSet(table, rowSets.rows(table.columns, bound)))
  return { sql: text, parameters: [tenant, ...bound] }
}

const patchStatement = (
  table: StoredTable,
  tenant: string,
  patches: readonly RowPatch[],
  { rowSets }: Differences,
  textOf: TextOf,
): Statement | EachStatement => {
  const patched: Patched = patchedColumns(table, namesOf(patches[0]))
  const key = `update ${table.definition.name} ${patched.set.map(({ name }) => name)}`
  const cells = patches.map((patch) => patchValues(patch, patched))
  if (rowSets === null) {
    return { sql: textOf(key, () => patchOfRow(patched)), each: cells.map((values) => [...values, tenant]) }
  }
  const bound = rowSets.bind(patched.bound, cells)
  const text = textOf(key, () => patchOfSet(patched, rowSets.rows(patched.bound, bound)))
  return { sql: text, parameters: [...bound, tenant] }
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

/** Patches: the text of a statement that changes one row or a set, where the version is the expected one. */
import type { Cell, Column, RowPatch } from "@anbud/core"
import { type RawBuilder, sql } from "kysely"
import { checkedCell } from "./cell.ts"
import { type StoredColumn, type StoredTable, TENANT } from "./storedTable.ts"

const EXPECTED_VERSION: Column = { name: "version", type: "integer", nullable: true }
const PROTECTED = new Set(["id", TENANT])

/** What a statement patches: the columns to set, and all that it binds for a row, in order. */
export interface Patched {
  readonly table: StoredTable
  readonly set: readonly StoredColumn[]
  /** The columns to set, the id and the expected version. */
  readonly bound: readonly Column[]
}

/** What a patch of these columns binds; an id or an unknown column cannot be patched. */
export const patchedColumns = (table: StoredTable, names: readonly string[]): Patched => {
  const set = names.map((name) => {
    if (PROTECTED.has(name)) throw new Error(`A patch cannot set "${name}".`)
    return table.column(name)
  })
  return { table, set, bound: [...set, table.column("id"), EXPECTED_VERSION] }
}

/** The values of one patch, in the order of `bound`. */
export const patchValues = (patch: RowPatch, { table, set }: Patched): readonly Cell[] => {
  if (patch.expectedVersion !== null && !table.hasVersion) {
    throw new Error(`The table "${table.definition.name}" has no versions to expect.`)
  }
  const version = checkedCell(patch.expectedVersion, EXPECTED_VERSION)
  return [...set.map((column) => checkedCell(patch.set[column.name], column)), patch.id, version]
}

/** Patches one row; it binds the values of the patch, then the tenant. */
export const patchOfRow = (patched: Patched): RawBuilder<unknown> => {
  const { table, set } = patched
  const values = set.map(({ ref }) => sql`${ref} = ${null}`)
  const expected = table.hasVersion ? sql`"version" = coalesce(${null}, "version")` : sql`${null} is null`
  return sql`update ${table.ref} set ${assignments(patched, values, sql.id("version"))} where "id" = ${""} and ${expected} and ${sql.id(TENANT)} = ${""}`
}

/** Patches the rows of a derived table `j` and returns their ids; it binds what `j` binds, then the tenant. */
export const patchOfSet = (patched: Patched, rows: RawBuilder<unknown>): RawBuilder<unknown> => {
  const { table, set } = patched
  const cell = (position: number): RawBuilder<unknown> => sql.id("j", `c${position}`)
  const values = set.map(({ ref }, position) => sql`${ref} = ${cell(position)}`)
  const version = sql.id("t", "version")
  const expected = table.hasVersion ? sql` and ${version} = coalesce(${cell(set.length + 1)}, ${version})` : sql``
  const match = sql`${sql.id("t", TENANT)} = ${""} and ${sql.id("t", "id")} = ${cell(set.length)}${expected}`
  return sql`update ${table.ref} as "t" set ${assignments(patched, values, version)} from ${rows} where ${match} returning "id"`
}

// A patch without values still counts a version, and a statement must set something.
const assignments = (
  { table, set }: Patched,
  values: readonly RawBuilder<unknown>[],
  version: RawBuilder<unknown>,
): RawBuilder<unknown> => {
  const isCounted = table.hasVersion && !set.some(({ name }) => name === "version")
  if (isCounted) return sql.join([...values, sql`"version" = ${version} + 1`])
  return values.length > 0 ? sql.join(values) : sql`"id" = "id"`
}

/**
 * Rebuilding: how a table changes where a database can only add columns and indexes.
 *
 * The new table is made beside the old one, filled from it and put in its place. References of other tables lead to
 * the name and are checked when all steps are done; indexes and triggers of the host are made again.
 */
import { type RawBuilder, sql } from "kysely"
import type { Differences } from "../differences.ts"
import { identifier } from "../identifier.ts"
import { type StoredTable, type StoredTables, TENANT, tableRef } from "../storedTable.ts"
import type { Alteration, TableChange } from "./alteration.ts"
import { alterationText, type PlannedStep, run } from "./plannedStep.ts"
import { columnSql, createIndexes, createTable } from "./tableSql.ts"

/** The name under which the new table is made. */
export const rebuiltName = (stored: string): string => identifier(`${stored}__rebuilt`)

/** The steps that carry a change out. */
export const rebuildSteps = (
  change: TableChange,
  tables: StoredTables,
  differences: Differences,
): readonly PlannedStep[] => {
  const { table, alterations } = change
  const step = (verb: PlannedStep["verb"], text: string, actions: PlannedStep["actions"]): PlannedStep => ({
    verb,
    table,
    text,
    actions,
    last: [],
  })
  const renames = alterations.flatMap((alteration) => {
    const renamed = renameSql(alteration, table, differences)
    return renamed === null ? [] : [step("rename", alterationText(alteration), run(renamed))]
  })
  const backfills = alterations.flatMap((alteration) => {
    if (alteration.kind !== "backfill") return []
    const nullable = { ...alteration.column, nullable: true }
    const added = sql`alter table ${table.ref} add column ${columnSql(table, nullable, differences)}`
    const text = `add the column ${nullable.stored}, filled from ${alteration.from.stored}`
    return [step("backfill", text, [...run(added), { ...alteration, table }])]
  })
  const isRebuilt = alterations.some(needsRebuild(alterations))
  return [
    ...renames,
    ...backfills,
    ...(isRebuilt ? [rebuild(change, tables, differences)] : additions(change, differences, step)),
  ]
}

type Step = (verb: PlannedStep["verb"], text: string, actions: PlannedStep["actions"]) => PlannedStep

/** Renaming rewrites the references of other tables and the host's views; the rebuilding then renews the keys' names. */
const renameSql = (alteration: Alteration, table: StoredTable, { names }: Differences): RawBuilder<unknown> | null => {
  if (alteration.kind === "renameTable")
    return sql`alter table ${tableRef(alteration.from, names)} rename to ${sql.id(table.stored)}`
  if (alteration.kind === "renameColumn")
    return sql`alter table ${table.ref} rename column ${sql.id(alteration.from)} to ${alteration.column.ref}`
  return null
}

/** A column that is filled from another one is added by that step. */
const isBackfilled = (alterations: readonly Alteration[], stored: string): boolean =>
  alterations.some((other) => other.kind === "backfill" && other.column.stored === stored)

const needsRebuild =
  (alterations: readonly Alteration[]) =>
  (alteration: Alteration): boolean => {
    if (alteration.kind === "addColumn") {
      const { nullable, fill, stored } = alteration.column
      return !nullable && fill === undefined && !isBackfilled(alterations, stored)
    }
    return alteration.kind !== "addIndex" && alteration.kind !== "backfill"
  }

const additions = ({ table, alterations }: TableChange, differences: Differences, step: Step): readonly PlannedStep[] =>
  alterations.flatMap((alteration) => {
    const text = alterationText(alteration)
    if (alteration.kind === "addColumn" && !isBackfilled(alterations, alteration.column.stored)) {
      const { column } = alteration
      const added = sql`alter table ${table.ref} add column ${columnSql(table, column, differences, column.fill)}`
      return [step("addColumn", text, run(added))]
    }
    if (alteration.kind === "addIndex")
      return [step("addIndex", text, run(...createIndexes(table, differences, [alteration.columns])))]
    return []
  })

const rebuild = (
  { table, alterations, kept }: TableChange,
  tables: StoredTables,
  differences: Differences,
): PlannedStep => {
  const rebuilt = tableRef(rebuiltName(table.stored), differences.names)
  const added = new Set(
    alterations.flatMap((alteration) =>
      alteration.kind === "addColumn" && !isBackfilled(alterations, alteration.column.stored)
        ? [alteration.column.stored]
        : [],
    ),
  )
  const columns = table.columns.map(({ stored, ref, nullable, fill }) => {
    const value = fill === undefined ? sql`null` : sql`${sql.lit(fill)}`
    if (added.has(stored)) return { ref, value }
    return { ref, value: nullable || fill === undefined ? ref : sql`coalesce(${ref}, ${value})` }
  })
  const same = [TENANT, ...kept.map(({ name }) => name)].map((name) => ({ ref: sql.id(name), value: sql.id(name) }))
  const all = [...same, ...columns]
  const insert = sql`insert into ${rebuilt} (${sql.join(all.map(({ ref }) => ref))})
    select ${sql.join(all.map(({ value }) => value))} from ${table.ref}`
  const fragments = [
    createTable(table, tables, differences, { as: rebuilt, kept }),
    insert,
    sql`drop table ${table.ref}`,
    sql`alter table ${rebuilt} rename to ${sql.id(table.stored)}`,
    ...createIndexes(table, differences),
  ]
  const why = alterations
    .filter(({ kind }) => !["renameTable", "renameColumn", "backfill", "addIndex"].includes(kind))
    .map(alterationText)
  const text = `rebuild the table: ${[...new Set(why)].join("; ") || "its keys get its new name"}`
  return { verb: "rebuild", table, text, actions: [{ kind: "replace", table, fragments }], last: [] }
}

/** Altering in place: how a table changes where a database can change all of it without a copy. */
import { type RawBuilder, sql } from "kysely"
import type { Differences } from "../differences.ts"
import { type StoredColumn, type StoredTable, type StoredTables, tableRef } from "../storedTable.ts"
import type { Alteration, TableChange, TableInStore } from "./alteration.ts"
import { type Action, alterationText, type PlannedStep, run } from "./plannedStep.ts"
import {
  checkName,
  checkOf,
  checkSql,
  columnSql,
  createIndexes,
  foreignKeyName,
  indexName,
  primaryKeyName,
  referenceSql,
  uniqueName,
  uniqueSql,
} from "./tableSql.ts"

const VERBS: Partial<Record<Alteration["kind"], PlannedStep["verb"]>> = {
  renameTable: "rename",
  renameColumn: "rename",
  addColumn: "addColumn",
  backfill: "backfill",
  addUnique: "addUnique",
  addIndex: "addIndex",
}

/** The order in which alterations are possible; what is not named comes where it stands. */
const ORDER: readonly Alteration["kind"][] = [
  "renameTable",
  "renameColumn",
  "dropReference",
  "dropUnique",
  "addColumn",
  "backfill",
  "relax",
  "retype",
  "require",
  "recheck",
  "addUnique",
  "addIndex",
  "addReference",
  "guard",
]

/** The steps that carry a change out. */
export const stepsInPlace = (
  change: TableChange,
  at: TableInStore,
  tables: StoredTables,
  differences: Differences,
): readonly PlannedStep[] => {
  const { table } = change
  const alterations = [...change.alterations].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
  const renamed = renamedColumns(alterations)
  const steps = alterations.map((alteration): PlannedStep => {
    const actions = actionsOf(alteration, at, renamed, tables, differences)
    const isLast = alteration.kind === "addReference"
    return {
      verb: VERBS[alteration.kind] ?? "alter",
      table,
      text: alterationText(alteration),
      actions: isLast ? [] : actions,
      last: isLast ? actions : [],
    }
  })
  return withNames(steps, alterations, at, differences)
}

/** Keys and indexes are called after their table and columns, and follow their names. */
const withNames = (
  steps: readonly PlannedStep[],
  alterations: readonly Alteration[],
  at: TableInStore,
  differences: Differences,
): readonly PlannedStep[] => {
  const position = alterations.findLastIndex(({ kind }) => kind === "renameTable" || kind === "renameColumn")
  return steps.map((step, index) =>
    index === position
      ? { ...step, actions: [...step.actions, ...run(...renamedKeys(alterations, at, differences))] }
      : step,
  )
}

const renamedColumns = (alterations: readonly Alteration[]): ReadonlyMap<string, string> =>
  new Map(
    alterations.flatMap((alteration) =>
      alteration.kind === "renameColumn" ? [[alteration.from, alteration.column.stored] as const] : [],
    ),
  )

const renamedKeys = (
  alterations: readonly Alteration[],
  { table, built }: TableInStore,
  { names }: Differences,
): readonly RawBuilder<unknown>[] => {
  const columns = renamedColumns(alterations)
  const { primaryKey, uniques, foreignKeys, indexes } = built.definition
  const stored = (of: readonly string[]): readonly string[] => of.map((name) => built.column(name).stored)
  const after = (of: readonly string[]): readonly string[] => of.map((name) => columns.get(name) ?? name)
  const pair = (name: (table: string, columns: readonly string[]) => string, of: readonly string[]) =>
    [name(built.stored, stored(of)), name(table.stored, after(stored(of)))] as const
  const constraints = [
    pair(primaryKeyName, primaryKey),
    ...uniques.map((unique) => pair(uniqueName, unique)),
    ...foreignKeys.map((key) => pair(foreignKeyName, key.columns)),
    ...built.columns
      .filter((column) => checkOf(column) !== null)
      .map(({ name }) => pair((of, [column = ""]) => checkName(of, column), [name])),
  ]
  const isRenamed = ([before, now]: readonly [string, string]): boolean => before !== now
  return [
    ...constraints
      .filter(isRenamed)
      .map(([before, now]) => sql`alter table ${table.ref} rename constraint ${sql.id(before)} to ${sql.id(now)}`),
    ...indexes
      .map((index) => pair(indexName, index))
      .filter(isRenamed)
      .map(([before, now]) => sql`alter index if exists ${tableRef(before, names)} rename to ${sql.id(now)}`),
  ]
}

const actionsOf = (
  alteration: Alteration,
  { table }: TableInStore,
  renamed: ReadonlyMap<string, string>,
  tables: StoredTables,
  differences: Differences,
): readonly Action[] => {
  /** The name of a key by the columns that the store reports, the tenant first. */
  const nameOf = (name: (table: string, columns: readonly string[]) => string, columns: readonly string[]) =>
    sql.id(
      name(
        table.stored,
        columns.slice(1).map((column) => renamed.get(column) ?? column),
      ),
    )
  const alter = (change: RawBuilder<unknown>): RawBuilder<unknown> => sql`alter table ${table.ref} ${change}`
  switch (alteration.kind) {
    case "renameTable":
      return run(sql`alter table ${tableRef(alteration.from, differences.names)} rename to ${sql.id(table.stored)}`)
    case "renameColumn":
      return run(alter(sql`rename column ${sql.id(alteration.from)} to ${alteration.column.ref}`))
    case "addColumn":
      return run(alter(sql`add column ${columnSql(table, alteration.column, differences, alteration.column.fill)}`))
    case "backfill":
      return [{ ...alteration, table }]
    case "relax":
      return run(alter(sql`alter column ${sql.id(alteration.column)} drop not null`))
    case "require":
      return run(...required(alteration.column, table, alter))
    case "retype": {
      const type = sql.raw(differences.schema.columns[alteration.column.type].declared)
      const [drop, ...add] = rechecked(alteration.column, table, alter)
      return run(drop, alter(sql`alter column ${alteration.column.ref} type ${type} using null`), ...add)
    }
    case "recheck":
      return run(...rechecked(alteration.column, table, alter))
    case "addUnique":
      return run(alter(sql`add ${uniqueSql(table, alteration.columns)}`))
    case "dropUnique":
      return run(alter(sql`drop constraint ${nameOf(uniqueName, alteration.columns)}`))
    case "addReference":
      return run(alter(sql`add ${referenceSql(table, alteration.key, tables)}`))
    case "dropReference":
      return run(alter(sql`drop constraint ${nameOf(foreignKeyName, alteration.columns)}`))
    case "addIndex":
      return run(...createIndexes(table, differences, [alteration.columns]))
    case "guard":
      return run(...(differences.tenantBelt?.guard(table.ref) ?? []))
  }
}

type Alter = (change: RawBuilder<unknown>) => RawBuilder<unknown>

const required = (column: StoredColumn, table: StoredTable, alter: Alter): readonly RawBuilder<unknown>[] => [
  ...(column.fill === undefined
    ? []
    : [sql`update ${table.ref} set ${column.ref} = ${sql.lit(column.fill)} where ${column.ref} is null`]),
  alter(sql`alter column ${column.ref} set not null`),
]

// The old check goes by its name; one that was never there is no reason to stop.
const rechecked = (
  column: StoredColumn,
  table: StoredTable,
  alter: Alter,
): readonly [RawBuilder<unknown>, ...RawBuilder<unknown>[]] => {
  const check = checkOf(column)
  return [
    alter(sql`drop constraint if exists ${sql.id(checkName(table.stored, column.stored))}`),
    ...(check === null ? [] : [alter(sql`add ${checkSql(table, column, check)}`)]),
  ]
}

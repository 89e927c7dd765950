/** Schema differences: what the database has against what the plugins define, in plain words. */
import type { Column, Table } from "@anbud/core"
import type { ActualTable, Connection, Differences } from "../differences.ts"
import { type StoredTable, type StoredTables, TENANT } from "../storedTable.ts"
import { rulesOf } from "./columnChanges.ts"
import { FORMAT, type Ledger } from "./ledger.ts"

/**
 * Every difference between the store and the definitions, in the order of the definitions; none if they agree.
 *
 * A host may add indexes of its own, and a table of a plugin that is not loaded is no difference.
 */
export const differencesOf = async (
  connection: Connection,
  tables: StoredTables,
  differences: Differences,
  ledger: Ledger,
): Promise<readonly string[]> => {
  const { format } = ledger
  if (format !== FORMAT) return [`the store has format ${format ?? "none"}, this version of the engine reads ${FORMAT}`]
  const found: string[] = []
  for (const table of tables.all) {
    const { name } = table.definition
    const actual = await differences.schema.introspect(connection, table.stored)
    const inTable =
      actual === null
        ? ["is missing"]
        : [
            ...tableDifferences(table, actual, tables, differences, ledger.kept.get(name) ?? []),
            ...ruleDifferences(table.definition, ledger, differences),
          ]
    found.push(...inTable.map((text) => `table ${name}: ${text}`))
  }
  return [...found, ...undefinedTables(tables, ledger)]
}

const tableDifferences = (
  table: StoredTable,
  actual: ActualTable,
  tables: StoredTables,
  differences: Differences,
  kept: readonly string[],
): readonly string[] => {
  const storedKey = (columns: readonly string[]): string => keyText(columns.map((name) => table.column(name).stored))
  const { definition } = table
  const references = definition.foreignKeys.map(({ columns, table: name, references: targets }) => {
    const target = tables.table(name)
    return `${storedKey(columns)} to ${target.stored} ${keyText(targets.map((column) => target.column(column).stored))}`
  })
  const actualReferences = actual.foreignKeys.map(
    (key) => `(${key.columns.join(", ")}) to ${key.table} (${key.references.join(", ")})`,
  )
  return [
    ...columnDifferences(table, actual, differences, kept),
    ...sameKey("primary key", [storedKey(definition.primaryKey)], [`(${actual.primaryKey.join(", ")})`], true),
    ...sameKey("unique key", definition.uniques.map(storedKey), actual.uniques.map(plainKeyText), true),
    ...sameKey("reference", references, actualReferences, true),
    ...sameKey("index", definition.indexes.map(storedKey), actual.indexes.map(plainKeyText), false),
    ...actual.flaws,
    ...(isUnguarded(actual, differences) ? ["the database does not keep tenants apart by itself"] : []),
  ]
}

/** Whether the database is to keep the tenants of the table apart, and does not. */
export const isUnguarded = (actual: ActualTable, { tenantBelt }: Differences): boolean =>
  Boolean(tenantBelt) && actual.isGuarded !== true

const columnDifferences = (
  table: StoredTable,
  actual: ActualTable,
  differences: Differences,
  kept: readonly string[],
): readonly string[] => {
  const types = differences.schema.columns
  const expected = [
    { stored: TENANT, type: "text" as Column["type"], nullable: false },
    ...table.columns.map(({ stored, type, nullable }) => ({ stored, type, nullable })),
  ]
  const missingOrOther = expected.flatMap(({ stored, type, nullable }) => {
    const column = actual.columns.find(({ name }) => name === stored)
    if (!column) return [`column ${stored} is missing`]
    const { reported } = types[type]
    return [
      ...(column.type === reported ? [] : [`column ${stored} is ${column.type}, not ${reported}`]),
      ...(column.nullable === nullable
        ? []
        : [`column ${stored} ${nullable ? "must be filled, but may be empty" : "may be empty, but must be filled"}`]),
    ]
  })
  const unknown = actual.columns.filter(
    ({ name }) => !kept.includes(name) && !expected.some(({ stored }) => stored === name),
  )
  return [...missingOrOther, ...unknown.map(({ name }) => `column ${name} is in the store but not defined`)]
}

const sameKey = (
  what: string,
  expected: readonly string[],
  actual: readonly string[],
  isExact: boolean,
): readonly string[] => {
  const missing = expected.filter((key) => !actual.includes(key))
  const extra = isExact ? actual.filter((key) => !expected.includes(key)) : []
  return [
    ...missing.map((key) => `${what} ${key} is missing`),
    ...extra.map((key) => `${what} ${key} is in the store but not defined`),
  ]
}

/** Checks of values are not seen in the columns; the definition that the table was built from tells. */
const ruleDifferences = (definition: Table, { tables }: Ledger, { schema }: Differences): readonly string[] => {
  const built = tables.get(definition.name)
  if (built === undefined) return ["the store does not say what it was built from"]
  return definition.columns.flatMap((column) => {
    const before = built.columns.find(({ name }) => name === column.name)
    if (!before || rulesOf(before) === rulesOf(column)) return []
    // Another type of the database is seen in the column and said already.
    if (schema.columns[before.type].reported !== schema.columns[column.type].reported) return []
    return [`column ${column.name} accepts ${rulesOf(before)}, not ${rulesOf(column)}`]
  })
}

/** Older code must not write to a newer schema, which it would leave half filled. */
const undefinedTables = (tables: StoredTables, ledger: Ledger): readonly string[] => {
  const owners = new Set(tables.all.map(({ definition }) => definition.owner))
  const names = new Set(tables.all.map(({ definition }) => definition.name))
  return [...ledger.tables.values()]
    .filter(({ name, owner }) => owners.has(owner) && !names.has(name))
    .map(({ name, owner }) => `table ${name} of ${owner} is in the store but not defined`)
}

const keyText = (columns: readonly string[]): string => plainKeyText([TENANT, ...columns])
const plainKeyText = (columns: readonly string[]): string => `(${columns.join(", ")})`

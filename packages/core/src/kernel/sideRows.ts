/**
 * Side rows: what plugins add to records, in tables of their own. A record has a row there only if it has a value that
 * differs from what every record has; without one it reads as the defaults.
 */
import type { Values } from "./changes.ts"
import type { Derived } from "./derived.ts"
import type { Addition } from "./extension.ts"
import type { Fields } from "./field.ts"
import type { Model } from "./model.ts"
import type { Cell, Reader, StoredRow, Transaction } from "./store.ts"
import { tableName } from "./tableName.ts"

/** The table of what a plugin adds to an entity: `company__time_bank`. */
export const sideTableName = ({ plugin, entity }: Pick<Addition, "plugin" | "entity">): string =>
  `${tableName(entity)}__${tableName({ name: plugin })}`

/** What plugins add to an entity; nothing for most. */
export const additionsOf = (model: Pick<Model, "additions">, entity: { readonly name: string }): readonly Addition[] =>
  model.additions.get(entity.name) ?? NONE
const NONE: readonly Addition[] = []

/** Added values by record and by the names of fields, from the cells of a plugin's table. */
export type ReadSide = (id: string, currencyAbove: (field: string) => string) => Values

/** Reads what one plugin adds to these records, in one call. */
export const readSide = async (
  derived: Derived,
  reader: Reader,
  tenant: string,
  addition: Addition,
  ids: readonly string[],
): Promise<ReadSide> => {
  const where = { op: "in", column: "id", values: ids } as const
  const rows = await reader.select({ table: sideTableName(addition), tenant, where })
  const byId = new Map(rows.map((row) => [String(row["id"]), row]))
  return (id, currencyAbove) => {
    const row = byId.get(id)
    return prefixed(
      addition,
      row ? derived.fromColumns(addition.fields, row, currencyAbove) : defaultsOf(addition.fields),
    )
  }
}

/** What a plugin adds to a record that it knows nothing of. */
export const defaultsOf = (fields: Fields): Values =>
  Object.fromEntries(Object.entries(fields).map(([name, { defaultValue }]) => [name, defaultValue ?? null]))

/** A record whose added values are to be written, by the names of fields. */
export interface SideValues {
  readonly id: string
  readonly values: Values
}

/** Writes what one plugin adds to new records. */
export const insertSide = async (
  derived: Derived,
  tx: Transaction,
  tenant: string,
  addition: Addition,
  records: readonly SideValues[],
): Promise<void> => {
  const { fields } = addition
  const missing = JSON.stringify(derived.toColumns(fields, defaultsOf(fields)))
  const rows = records.flatMap(({ id, values }): readonly StoredRow[] => {
    const cells: Record<string, Cell> = derived.toColumns(fields, valuesIn(addition, values))
    return JSON.stringify(cells) === missing ? [] : [{ id, ...cells }]
  })
  if (rows.length > 0) await tx.insert(sideTableName(addition), tenant, rows)
}

/** Writes what one plugin adds to records that exist, in the place of what was there. */
export const rewriteSide = async (
  derived: Derived,
  tx: Transaction,
  tenant: string,
  addition: Addition,
  records: readonly SideValues[],
): Promise<void> => {
  await removeSide(
    tx,
    tenant,
    addition,
    records.map(({ id }) => id),
  )
  await insertSide(derived, tx, tenant, addition, records)
}

/** Removes what one plugin adds to these records. */
export const removeSide = async (
  tx: Transaction,
  tenant: string,
  addition: Addition,
  ids: readonly string[],
): Promise<void> => {
  if (ids.length > 0) await tx.remove(sideTableName(addition), tenant, ids)
}

/** Whether a field of this name is one that the plugin adds. */
export const isAddedBy = ({ plugin }: Pick<Addition, "plugin">, name: string): boolean => name.startsWith(`${plugin}.`)

/** The table that holds a field, and the field's name in it. */
export const placeOf = (
  model: Pick<Model, "additions">,
  entity: { readonly name: string },
  field: string,
): { readonly table: string; readonly name: string } => {
  const addition = additionsOf(model, entity).find((one) => isAddedBy(one, field))
  if (!addition) return { table: tableName(entity), name: field }
  return { table: sideTableName(addition), name: field.slice(addition.plugin.length + 1) }
}

const valuesIn = ({ plugin, fields }: Addition, values: Values): Values =>
  Object.fromEntries(Object.keys(fields).map((name) => [name, values[`${plugin}.${name}`] ?? null]))

const prefixed = ({ plugin }: Addition, values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${plugin}.${name}`, value]))

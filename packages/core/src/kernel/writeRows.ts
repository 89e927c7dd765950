/** Write rows: sends the rows of a command to the store, one call per entity and verb. */
import { CUSTOM, customCell } from "./customFields.ts"
import type { Derived } from "./derived.ts"
import type { Entity } from "./entity.ts"
import type { Fields } from "./field.ts"
import { groupBy } from "./groupBy.ts"
import type { Inserted } from "./insertions.ts"
import { type Model, recordKey } from "./model.ts"
import type { RecordValues } from "./records.ts"
import type { Stepped } from "./roots.ts"
import { additionsOf, insertSide, isAddedBy, removeSide, rewriteSide, sideTableName } from "./sideRows.ts"
import type { RowPatch, StoredRow, Transaction } from "./store.ts"
import { UniqueTaken } from "./storeErrors.ts"
import { tableName } from "./tableName.ts"

/** What a command writes. */
export interface Rows {
  readonly inserted: readonly Inserted[]
  readonly rewritten: readonly Rewritten[]
  readonly removed: readonly { readonly entity: Entity; readonly row: RecordValues }[]
  /** Every root that steps its version; those that no patch names get an empty one. */
  readonly stepped: readonly Stepped[]
}

/** A patch that changes something: the record before and after, and the fields that differ. */
export interface Rewritten {
  readonly entity: Entity
  readonly before: RecordValues
  readonly after: Readonly<Record<string, unknown>>
  readonly names: readonly string[]
}

/** Where the rows go. */
export interface Target {
  readonly model: Model
  readonly derived: Derived
  readonly tx: Transaction
  readonly tenant: string
}

/** Writes all rows; refuses with `UniqueTaken` in the words of the entity. */
export const writeRows = async (target: Target, rows: Rows): Promise<void> => {
  const { tx, tenant } = target
  for (const [entity, some] of groupBy(rows.inserted, (row) => row.entity))
    await inWordsOf(target, entity, () =>
      tx.insert(
        tableName(entity),
        tenant,
        some.map((row) => cells(target, row)),
      ),
    )
  for (const [entity, some] of groupBy(rows.removed, (row) => row.entity))
    for (const addition of additionsOf(target.model, entity))
      await removeSide(
        tx,
        tenant,
        addition,
        some.map(({ row }) => row.id),
      )
  for (const [entity, some] of groupBy(patches(target, rows), (row) => row.entity)) {
    const sent = some.map(({ patch }) => patch)
    const matched = new Set(await inWordsOf(target, entity, () => tx.update(tableName(entity), tenant, sent)))
    const missed = sent.find(({ id }) => !matched.has(id))
    if (missed) throw new Error(`${entity.name} ${missed.id} changed under its lock`)
  }
  await writeAdded(target, rows)
  for (const [entity, some] of groupBy(rows.removed, (row) => row.entity))
    await tx.remove(
      tableName(entity),
      tenant,
      some.map(({ row }) => row.id),
    )
}

/** What plugins add to the records, after the records that it belongs to. */
const writeAdded = async (target: Target, { inserted, rewritten }: Rows): Promise<void> => {
  const { derived, tx, tenant, model } = target
  for (const [entity, some] of groupBy(inserted, (row) => row.entity))
    for (const addition of additionsOf(model, entity))
      await inWordsOf(target, entity, () => insertSide(derived, tx, tenant, addition, some))
  for (const [entity, some] of groupBy(rewritten, (row) => row.entity))
    for (const addition of additionsOf(model, entity)) {
      const changed = some.filter(({ names }) => names.some((name) => isAddedBy(addition, name)))
      const records = changed.map(({ before, after }) => ({ id: before.id, values: after }))
      await inWordsOf(target, entity, () => rewriteSide(derived, tx, tenant, addition, records))
    }
}

const patches = (
  { derived, model }: Target,
  { rewritten, removed, stepped }: Rows,
): readonly { readonly entity: Entity; readonly patch: RowPatch }[] => {
  const done = new Set([
    ...rewritten.map(({ entity, before }) => recordKey(entity, before.id)),
    ...removed.map(({ entity, row }) => recordKey(entity, row.id)),
  ])
  return [
    ...rewritten.map(({ entity, before, after, names }) => {
      const set = {
        ...derived.toColumns(fieldsNamed(entity.fields, names), after),
        ...placeOf(model, entity, names, after),
        ...(names.some((name) => name.startsWith(`${CUSTOM}.`))
          ? { [CUSTOM]: customCell(model, derived, entity, after) }
          : {}),
      }
      return { entity, patch: { id: before.id, expectedVersion: before.version ?? null, set } }
    }),
    ...stepped
      .filter(({ entity, id }) => !done.has(recordKey(entity, id)))
      .map(({ entity, id, version }) => ({ entity, patch: { id, expectedVersion: version, set: {} } })),
  ]
}

/** The column of a part's place in its list, if it moved. */
const placeOf = (model: Model, entity: Entity, names: readonly string[], after: Rewritten["after"]): StoredRow => {
  const order = names.includes("position") ? model.parents.get(entity.name)?.order : undefined
  return order === undefined ? {} : { [order]: Number(after["position"]) }
}

const fieldsNamed = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))

const cells = ({ derived, model }: Target, row: Inserted): StoredRow => {
  const own = derived.toColumns(row.entity.fields, row.values)
  own["id"] = row.id
  const parentage = model.parents.get(row.entity.name)
  if (parentage) {
    own[parentage.by] = row.parent
    own[parentage.order] = row.position
  } else own["version"] = 1
  if (model.custom.has(row.entity.name)) own[CUSTOM] = customCell(model, derived, row.entity, row.values)
  return own
}

/** A taken key is told by the names of the fields, which callers know, not by those of columns. */
const inWordsOf = async <T>({ model }: Target, entity: Entity, write: () => Promise<T>): Promise<T> => {
  try {
    return await write()
  } catch (error) {
    if (!UniqueTaken.is(error)) throw error
    const { table } = error.params
    const beside = additionsOf(model, entity).find((addition) => sideTableName(addition) === table)
    const names = Object.keys(beside?.fields ?? entity.fields)
    const byColumn = new Map(names.map((name) => [tableName({ name }), beside ? `${beside.plugin}.${name}` : name]))
    const columns = error.params.columns.map((column) => byColumn.get(column.replace(/_key$/, "")) ?? column)
    throw new UniqueTaken({ table: beside ? tableName(entity) : table, columns })
  }
}

/** Rebuild: makes all tokens of a tenant anew, for fields that are searched since a later release. */
import type { Values } from "./changes.ts"
import type { Entity } from "./entity.ts"
import { partsOf } from "./fields.ts"
import type { Machine } from "./machine.ts"
import { recordKey } from "./model.ts"
import { parentageOf, recordsOf } from "./records.ts"
import { SEARCH_TABLE, searchedFields, type TokenTarget, tokenRows } from "./searchTable.ts"
import { within } from "./standing.ts"
import type { Condition, Transaction } from "./store.ts"
import { tableName } from "./tableName.ts"

const RECORDS_AT_ONCE = 200

/** How a rebuild goes on. */
export interface RebuildOptions {
  readonly tenant: string
  /** Ends the rebuild between two parts of it; what is done stays done, and all else is as it was. */
  readonly signal?: AbortSignal
  readonly onProgress?: (done: { readonly entity: string; readonly records: number }) => void
}

/**
 * Makes the tokens of all records of a tenant anew, some hundred records at a time, while others work. Gives the
 * number of records. A second time it changes nothing. Refuses with `UnknownTenant`.
 */
export const rebuildSearch = async (
  machine: Machine,
  options: RebuildOptions,
): Promise<{ readonly records: number }> => {
  let records = 0
  for (const entity of machine.model.entities.values()) {
    if (machine.model.parents.has(entity.name)) continue
    const isSearched = await machine.store.write((tx) => removeStale(machine, entity, options.tenant, tx))
    if (isSearched) records += await rebuildEntity(machine, entity, options)
  }
  return { records }
}

/** Removes the tokens of fields that are searched no more; gives whether others are. */
const removeStale = async (machine: Machine, entity: Entity, tenant: string, tx: Transaction): Promise<boolean> => {
  const { model } = (await within(machine, tx, tenant)).machine
  const values = searchedFields(model, entity).map(({ path }) => path)
  const isStale: Condition = { op: "not", of: { op: "in", column: "field", values } }
  const ofEntity: Condition = { op: "eq", column: "entity", value: entity.name }
  await tx.removeWhere(SEARCH_TABLE, tenant, { op: "and", of: [ofEntity, isStale] })
  return values.length > 0
}

const rebuildEntity = async (
  machine: Machine,
  entity: Entity,
  { tenant, signal, onProgress }: RebuildOptions,
): Promise<number> => {
  let records = 0
  let last = ""
  do {
    signal?.throwIfAborted()
    const after: Condition = { op: "gt", column: "id", value: last }
    const ids = await machine.store.write(async (tx) => {
      const rows = await tx.select({ table: tableName(entity), tenant, where: after, limit: RECORDS_AT_ONCE })
      const some = rows.map((row) => String(row["id"]))
      // Whoever changes a record or a part of it takes this lock as well.
      await tx.lock(tableName(entity), tenant, some)
      // The fields are those that the tenant has now: it may define others while this goes on.
      const { model } = (await within(machine, tx, tenant)).machine
      await renew({ model, derived: machine.derived, tx, tenant }, entity, some)
      return some
    })
    records += ids.length
    last = ids.at(-1) ?? ""
    onProgress?.({ entity: entity.name, records })
  } while (last !== "")
  return records
}

const renew = async (target: TokenTarget, entity: Entity, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return
  const { tx, tenant } = target
  await tx.removeWhere(SEARCH_TABLE, tenant, { op: "in", column: "record", values: ids })
  const rows = (await wholeRecords(target, tx, entity, ids)).flatMap((noted) => tokenRows(target, noted))
  if (rows.length > 0) await tx.insert(SEARCH_TABLE, tenant, rows)
}

/** The records with their parts, as they would be noted if they were new. */
const wholeRecords = async (
  { model, derived, tenant }: TokenTarget,
  tx: Transaction,
  root: Entity,
  ids: readonly string[],
) => {
  const read = recordsOf(model, derived, tx, tenant)
  const noted: { entity: Entity; id: string; root: string; before: null; after: Values }[] = []
  const visit = async (
    entity: Entity,
    records: readonly (Values & { readonly id: string })[],
    rootOf: (record: Values) => string,
  ) => {
    const roots = new Map(records.map((record) => [record.id, rootOf(record)]))
    for (const record of records)
      noted.push({ entity, id: record.id, root: roots.get(record.id) ?? "", before: null, after: record })
    for (const { child } of partsOf(model, entity)) {
      const found = await tx.select({
        table: tableName(child),
        tenant,
        where: { op: "in", column: parentageOf(model, child).by, values: records.map(({ id }) => id) },
      })
      const parts = await read.byIds(
        child,
        found.map((row) => String(row["id"])),
      )
      if (parts.size > 0) await visit(child, [...parts.values()], (part) => roots.get(String(part["parent"])) ?? "")
    }
  }
  const records = [...(await read.byIds(root, ids)).values()]
  await visit(root, records, (record) => recordKey(root, String(record["id"])))
  return noted
}

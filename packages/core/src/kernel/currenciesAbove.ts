/** Currencies above: what records above hold as the currency of the amounts in rows below. */
import { currencyNames } from "./amounts.ts"
import type { Entity } from "./entity.ts"
import { fieldsOf } from "./fields.ts"
import type { Model } from "./model.ts"
import { parentageOf, tableName } from "./records.ts"
import type { Reader, StoredRow } from "./store.ts"

/** By field and then by row: the currencies that records above hold for the rows' amounts. */
export type CurrenciesAbove = ReadonlyMap<string, ReadonlyMap<string, string>>

/**
 * The rows above that a reader has met, by table and id: a part never changes its parent, nor a record its currency
 * while parts depend on it, so one look is enough for a whole transaction.
 */
const met = new WeakMap<Reader, Map<string, StoredRow>>()

/** Finds the currencies for these rows, one read per level for those above that were not met before. */
export const currenciesAbove = async (
  model: Model,
  reader: Reader,
  tenant: string,
  entity: Entity,
  rows: readonly StoredRow[],
): Promise<CurrenciesAbove> => {
  const missing = new Set(currencyNames(fieldsOf(model, entity)).filter((name) => !Object.hasOwn(entity.fields, name)))
  const found = new Map<string, ReadonlyMap<string, string>>()
  if (rows.length === 0) return found
  let holders = new Map(rows.map((row) => [String(row["id"]), row]))
  let at = entity
  while (missing.size > 0) {
    const { entity: parent, by } = parentageOf(model, at)
    const above = await rowsAbove(
      reader,
      tableName(parent),
      tenant,
      new Set([...holders.values()].map((row) => String(row[by]))),
    )
    holders = new Map([...holders].map(([id, row]) => [id, above.get(`${tableName(parent)}/${row[by]}`) ?? {}]))
    at = parent
    for (const name of missing) {
      if (!Object.hasOwn(parent.fields, name)) continue
      found.set(name, new Map([...holders].map(([id, row]) => [id, String(row[tableName({ name })])])))
      missing.delete(name)
    }
  }
  return found
}

const rowsAbove = async (
  reader: Reader,
  table: string,
  tenant: string,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, StoredRow>> => {
  const known = met.get(reader) ?? new Map<string, StoredRow>()
  met.set(reader, known)
  const values = [...ids].filter((id) => !known.has(`${table}/${id}`))
  if (values.length === 0) return known
  for (const row of await reader.select({ table, tenant, where: { op: "in", column: "id", values } }))
    known.set(`${table}/${row["id"]}`, row)
  return known
}

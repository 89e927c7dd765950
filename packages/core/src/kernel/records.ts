/** Records: typed reads of a tenant's rows through a store's reader, and the cells behind them. */

import { currencyNames } from "./amounts.ts"
import type { Values } from "./changes.ts"
import { CUSTOM, customValues } from "./customFields.ts"
import type { Derived } from "./derived.ts"
import type { ChildRow, Entity, Row } from "./entity.ts"
import type { Fields, KindName } from "./field.ts"
import { fieldNamed, fieldsOf } from "./fields.ts"
import type { Model, Parentage } from "./model.ts"
import { nestedValues } from "./nesting.ts"
import type { Reads } from "./reads.ts"
import { InvalidInput, NotFound } from "./refusals.ts"
import { additionsOf, readSide } from "./sideRows.ts"
import type { Condition, Reader, Select, StoredRow } from "./store.ts"
import { tableName } from "./tableName.ts"
import { everything, type View, visible } from "./view.ts"
import type { FindOptions } from "./where.ts"

/** A record's values by field name, as the kernel handles them. */
export type RecordValues = Readonly<Record<string, unknown>> & { readonly id: string; readonly version?: number }

/** Reads of one tenant, with what the kernel needs beside what commands see. */
export interface Records extends Reads {
  /** What these reads may see: what reads beside them, such as a report, has to keep to as well. */
  readonly view: View
  /** The records with these ids by the names of their fields, roots or children; missing ones are left out. */
  byIds(entity: Entity, ids: readonly string[]): Promise<ReadonlyMap<string, RecordValues>>
  /** What a query in the words of the store finds, as callers see it, each beside its cells. */
  matched(entity: Entity, query: Partial<Select>): Promise<readonly Matched[]>
}

/** A record as callers see it, and its row. */
export interface Matched {
  readonly record: Values & { readonly id: string }
  readonly cells: StoredRow
}

/** Typed reads of `tenant` through `reader`, of what the view shows: all by default. */
export const recordsOf = (
  model: Model,
  derived: Derived,
  reader: Reader,
  tenant: string,
  view: View = everything,
): Records => {
  const decode = decoderOf(model, derived, reader, tenant, view)
  const matching = (entity: Entity, condition?: Condition): Pick<Select, "table" | "tenant" | "where"> => {
    const where = visible(view, entity, condition)
    return { table: tableName(entity), tenant, ...(where ? { where } : {}) }
  }
  const select = (entity: Entity, { where, ...query }: Partial<Select>): Promise<readonly StoredRow[]> =>
    reader.select({ ...query, ...matching(entity, where) })
  const matched = async (entity: Entity, query: Partial<Select>): Promise<readonly Matched[]> => {
    const cells = await select(entity, query)
    return withCells(fieldsOf(model, entity), await decode(entity, cells), cells)
  }
  /** The records as callers see them. */
  const rows = async (entity: Entity, query: Partial<Select>): Promise<readonly Values[]> =>
    (await matched(entity, query)).map(({ record }) => record)
  const column = (entity: Entity, field: string): string =>
    derived.column(model, entity, shownName(model, view, entity, field))
  const filter = (entity: Entity, where: unknown): { readonly where?: Condition } =>
    where ? { where: derived.condition(model, entity, where as Record<string, unknown>, view) } : {}

  return {
    view,
    matched,
    byIds: async (entity, ids) => {
      const found = await decode(entity, await select(entity, { where: { op: "in", column: "id", values: ids } }))
      return new Map(found.map((record) => [record.id, record]))
    },
    get: async (entity, id) => {
      const isId: Condition = { op: "eq", column: "id", value: id }
      const [found] = typeof id === "string" ? await rows(entity, { where: isId, limit: 1 }) : []
      if (!found) throw new NotFound({ entity: entity.name, id: String(id) })
      return found as unknown as Row<typeof entity>
    },
    find: async (entity, where, options = {}) => {
      const columns = (options.order ?? []).map((field) => column(entity, field))
      const found = await rows(entity, { ...filter(entity, where), ...inOrder(columns, options) })
      return found as unknown as readonly Row<typeof entity>[]
    },
    one: async (entity, where) => {
      const found = await rows(entity, { ...filter(entity, where), limit: 2 })
      if (found.length > 1) throw new Error(`More than one ${entity.name} where one was expected`)
      return (found[0] ?? null) as unknown as Row<typeof entity> | null
    },
    children: async (entity, parents) => {
      const { by, order } = parentageOf(model, entity)
      const where: Condition = { op: "in", column: by, values: typeof parents === "string" ? [parents] : parents }
      const found = await rows(entity, { where, order: [{ column: by }, { column: order }] })
      return found as unknown as readonly ChildRow<typeof entity>[]
    },
    count: (entity, where) => reader.count(matching(entity, filter(entity, where).where)),
    sum: async (entity, field, where) =>
      reader.sum(matching(entity, filter(entity, where).where), column(entity, summed(model, entity, field))),
  }
}

const withCells = (fields: Fields, records: readonly RecordValues[], cells: readonly StoredRow[]): readonly Matched[] =>
  records.map((record, index) => ({
    record: nestedValues(fields, record) as Matched["record"],
    cells: cells[index] ?? {},
  }))

/** A hidden field cannot be sorted or summed by: its order and its sum would tell its values. */
const shownName = (model: Model, view: View, entity: Entity, field: string): string => {
  if (!fieldNamed(model, entity, field) || view.shows(entity, field)) return field
  throw new InvalidInput({ issues: [{ path: field, message: "is not known here" }] })
}

type Decode = (entity: Entity, rows: readonly StoredRow[]) => Promise<readonly RecordValues[]>

/** Rows as records, with what the view shows of them. */
const decoderOf =
  (model: Model, derived: Derived, reader: Reader, tenant: string, view: View): Decode =>
  async (entity, rows) => {
    const above = await currenciesAbove(model, reader, tenant, entity, rows)
    const records = rows.map((row) => recordOf(model, derived, entity, row, above))
    const whole = await withAdded({ model, derived, reader, tenant }, entity, records, rows, above)
    if (view === everything) return whole
    const masked = view.masks?.(entity) ?? null
    if (!masked) return whole.map((record) => shown(model, view, entity, record))
    const roots = await rootsAbove(model, recordsOf(model, derived, reader, tenant), entity, whole)
    return whole.map((record) => shown(model, view, entity, record, masked(roots.get(record.id) ?? {})))
  }

/** By these columns and then by id, all in one direction. */
const inOrder = (columns: readonly string[], { descending = false, limit }: FindOptions<Entity>): Partial<Select> => ({
  order: [...columns, "id"].map((column) => ({ column, descending })),
  ...(limit === undefined ? {} : { limit }),
})

/** Kinds whose values add up to a plain number, however they are stored. */
const SUMMED: ReadonlySet<KindName> = new Set<KindName>(["integer", "percent", "duration"])

const summed = (model: Model, entity: Entity, field: string): string => {
  const kind = fieldNamed(model, entity, field)?.spec.kind
  if (kind === undefined || !SUMMED.has(kind))
    throw new Error(`${entity.name}.${field} has no sum as one number: an amount has one per currency`)
  return field
}

/** A record without the fields that the view hides. */
const shown = (
  model: Model,
  view: View,
  entity: Entity,
  record: RecordValues,
  also?: ReadonlySet<string>,
): RecordValues => {
  const values = Object.entries(record).filter(
    ([name]) => !fieldNamed(model, entity, name) || view.shows(entity, name) || also?.has(name),
  )
  return Object.fromEntries(values) as RecordValues
}

/** The root record of each of these records, by the record's id; one read per level. */
export const rootsAbove = async (
  model: Pick<Model, "parents">,
  records: Pick<Records, "byIds">,
  entity: Entity,
  found: readonly RecordValues[],
): Promise<ReadonlyMap<string, RecordValues>> => {
  const above = model.parents.get(entity.name)
  if (!above || found.length === 0) return new Map(found.map((record) => [record.id, record]))
  const parents = await records.byIds(above.entity, [...new Set(found.map((record) => String(record["parent"])))])
  const roots = await rootsAbove(model, records, above.entity, [...parents.values()])
  return new Map(
    found.flatMap((record) => {
      const root = roots.get(String(record["parent"]))
      return root ? [[record.id, root] as const] : []
    }),
  )
}

/** Where a child hangs; asking it of a root is a bug. */
export const parentageOf = (model: Model, entity: Entity): Parentage => {
  const parentage = model.parents.get(entity.name)
  if (!parentage) throw new Error(`${entity.name} is not a child`)
  return parentage
}

interface Source {
  readonly model: Model
  readonly derived: Derived
  readonly reader: Reader
  readonly tenant: string
}

const recordOf = (
  model: Model,
  derived: Derived,
  entity: Entity,
  row: StoredRow,
  above: CurrenciesAbove,
): RecordValues => {
  const parentage = model.parents.get(entity.name)
  const own = parentage
    ? { id: String(row["id"]), parent: String(row[parentage.by]), position: Number(row[parentage.order]) }
    : { id: String(row["id"]), version: Number(row["version"]) }
  const currencyAbove = (field: string): string => above.get(field)?.get(own.id) ?? ""
  const custom = customValues(model, derived, entity, row[CUSTOM])
  return { ...derived.fromColumns(entity.fields, row, currencyAbove), ...custom, ...own } as RecordValues
}

/** The records with what plugins add to them, one read per plugin. */
const withAdded = async (
  { model, derived, reader, tenant }: Source,
  entity: Entity,
  records: readonly RecordValues[],
  rows: readonly StoredRow[],
  above: CurrenciesAbove,
): Promise<readonly RecordValues[]> => {
  const ids = records.map(({ id }) => id)
  let whole = records
  for (const addition of ids.length === 0 ? [] : additionsOf(model, entity)) {
    const read = await readSide(derived, reader, tenant, addition, ids)
    whole = whole.map((record, index) => {
      const currencyOf = (name: string): string =>
        String(rows[index]?.[tableName({ name })] ?? above.get(name)?.get(record.id) ?? "")
      return { ...record, ...read(record.id, currencyOf) }
    })
  }
  return whole
}

/** By field and then by row: the currencies that records above hold for the rows' amounts. */
type CurrenciesAbove = ReadonlyMap<string, ReadonlyMap<string, string>>

/**
 * The rows above that a reader has met, by table and id: a part never changes its parent, nor a record its currency
 * while parts depend on it, so one look is enough for a whole transaction.
 */
const met = new WeakMap<Reader, Map<string, StoredRow>>()

/** Forgets the rows above that a reader has met: the currency of one that has no parts now is about to change. */
export const forgetAbove = (reader: Reader): void => {
  met.delete(reader)
}

const currenciesAbove = async (
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

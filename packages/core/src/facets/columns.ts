/** Columns: how each kind of field is stored. One line per kind and direction; a new kind must answer here. */
import type { Money } from "@anbud/pricing"
import { CUSTOM, takesCustom } from "../kernel/customFields.ts"
import type { Entity } from "../kernel/entity.ts"
import type { Addition } from "../kernel/extension.ts"
import type { Field, Fields, Kind, KindName, Zoned } from "../kernel/field.ts"
import { fieldNamed } from "../kernel/fields.ts"
import type { Model } from "../kernel/model.ts"
import { groupOf } from "../kernel/nesting.ts"
import { onceFor } from "../kernel/onceFor.ts"
import { InvalidInput } from "../kernel/refusals.ts"
import { sideTableName } from "../kernel/sideRows.ts"
import { type Cell, type Column, type ForeignKey, member, type StoredRow, type Table } from "../kernel/store.ts"
import { tableName } from "../kernel/tableName.ts"
import { micro, microText } from "./micro.ts"
import { unique } from "./normalise.ts"

type Of<K extends KindName> = Extract<Kind, { readonly kind: K }>

/** The currency that a record above holds in the field with this name. */
type CurrencyAbove = (field: string) => string

interface Storage<K extends KindName> {
  /** The columns after the field's own name, with their types. */
  readonly columns: (name: string, kind: Of<K>) => readonly Omit<Column, "nullable">[]
  /** The cells of a value, one for each column. */
  readonly write: (value: never, kind: Of<K>) => readonly Cell[]
  readonly read: (name: string, row: StoredRow, kind: Of<K>, currencyAbove: CurrencyAbove) => unknown
}

const plain = <K extends KindName>(type: Column["type"]): Storage<K> => ({
  columns: (name) => [{ name, type }],
  write: (value: Cell) => [value],
  read: (name, row) => row[name],
})

const scaled = <K extends KindName>(): Storage<K> => ({
  columns: (name) => [{ name: `${name}_micro`, type: "integer" }],
  write: (value: string) => [micro(value)],
  read: (name, row) => microText(Number(row[`${name}_micro`])),
})

const STORAGE: { readonly [K in KindName]: Storage<K> } = {
  text: plain("text"),
  decimal: plain("text"),
  date: plain("text"),
  instant: plain("text"),
  ref: plain("text"),
  integer: {
    ...plain("integer"),
    columns: (name, { min, enforced }) => [{ name, type: "integer", ...(enforced ? { min } : {}) }],
  },
  percent: plain("integer"),
  duration: plain("integer"),
  price: scaled(),
  quantity: scaled(),
  boolean: {
    columns: (name) => [{ name, type: "boolean" }],
    write: (value: boolean) => [value ? 1 : 0],
    read: (name, row) => row[name] === 1,
  },
  choice: {
    columns: (name, kind) => [{ name, type: "text", values: kind.of }],
    write: (value: string) => [value],
    read: (name, row) => row[name],
  },
  json: {
    columns: (name) => [{ name, type: "json" }],
    write: (value: unknown) => [JSON.stringify(value)],
    read: (name, row) => JSON.parse(String(row[name])) as unknown,
  },
  zoned: {
    columns: (name) => [
      { name: `${name}_local`, type: "text" },
      { name: `${name}_zone`, type: "text" },
    ],
    write: (value: Zoned) => [value.local, value.zone],
    read: (name, row) => ({ local: row[`${name}_local`], zone: row[`${name}_zone`] }),
  },
  money: {
    columns: (name, kind) => [
      { name: `${name}_minor`, type: "integer" },
      ...(kind.currency === undefined ? [{ name: `${name}_currency`, type: "text" as const }] : []),
    ],
    write: (value: Money, kind) => (kind.currency === undefined ? [value.minor, value.currency] : [value.minor]),
    read: (name, row, kind, currencyAbove) => ({
      minor: Number(row[`${name}_minor`]),
      currency:
        kind.currency === undefined
          ? String(row[`${name}_currency`])
          : String(row[columnName(kind.currency)] ?? currencyAbove(kind.currency)),
    }),
  },
  children: { columns: () => [], write: () => [], read: () => undefined },
}

const storageOf = (spec: Kind): Storage<KindName> => STORAGE[spec.kind] as unknown as Storage<KindName>

/** `validUntil` → `valid_until`. */
export const columnName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The column by which a field is compared, sorted and summed. */
export const mainColumn = (name: string, field: Field): string => {
  const [first] = storageOf(field.spec).columns(columnName(name), field.spec as never)
  if (!first) throw new Error(`${name} has no column`)
  return first.name
}

/** The column to sort and sum by; a decimal is text in its column and has no order there. */
export const orderColumn = (model: Model, entity: Entity, name: string): string => {
  if (name === "id") return name
  const field = fieldNamed(model, entity, name)
  // Asking for another is a bug, since callers' names are checked before.
  if (!field) throw new Error(`${entity.name} has no field ${name}`)
  if (field.spec.kind === "decimal") throw new Error(`${entity.name}.${name} cannot be sorted or summed`)
  const group = groupOf(name)
  if (group === null) return mainColumn(name, field)
  if (group === CUSTOM) return customColumn(name.slice(CUSTOM.length + 1), field)
  const message = "cannot be sorted by: it lies in a plugin's own table"
  throw new InvalidInput({ issues: [{ path: name, message }] })
}

/** The member that holds a custom field's number or text. */
export const customColumn = (key: string, { spec }: Field): string => {
  const [first] = storageOf(spec).columns(columnName(key), spec as never)
  if (!first) throw new Error(`${key} has no column`)
  return member(CUSTOM, first.name, first.type === "integer" || first.type === "boolean" ? "integer" : "text")
}

/** Where a field lies. */
interface Laid {
  readonly name: string
  readonly spec: Kind
  readonly storage: Storage<KindName>
  readonly column: string
  readonly columns: readonly string[]
  /** The column of the normalised key, for a unique text. */
  readonly key: string | null
}

const layoutOf = onceFor((fields: Fields): readonly Laid[] =>
  Object.entries(fields).flatMap(([name, field]) => {
    const { spec } = field
    if (spec.kind === "children") return []
    const storage = storageOf(spec)
    const column = columnName(name)
    const columns = storage.columns(column, spec as never).map((own) => own.name)
    return [{ name, spec, storage, column, columns, key: isKeyed(field) ? `${column}_key` : null }]
  }),
)

/** A record's values as cells; a missing value empties its columns. */
export const toColumns = (fields: Fields, values: Readonly<Record<string, unknown>>): Record<string, Cell> => {
  const row: Record<string, Cell> = {}
  for (const { name, spec, storage, columns, key } of layoutOf(fields)) {
    const value = values[name] ?? null
    const cells = value === null ? [] : storage.write(value as never, spec as never)
    for (const [index, column] of columns.entries()) row[column] = cells[index] ?? null
    if (key !== null) row[key] = value === null ? null : unique(String(value))
  }
  return row
}

/** Cells as a record's values. */
export const fromColumns = (fields: Fields, row: StoredRow, currencyAbove: CurrencyAbove): Record<string, unknown> => {
  const values: Record<string, unknown> = {}
  for (const { name, spec, storage, column, columns } of layoutOf(fields)) {
    const isMissing = (row[columns[0] ?? ""] ?? null) === null
    values[name] = isMissing ? null : storage.read(column, row, spec as never, currencyAbove)
  }
  return values
}

/** The value that one cell of a field's main column stands for; an amount needs its currency beside it. */
export const valueOfCell = (spec: Kind, cell: Exclude<Cell, null>): unknown => {
  const storage = storageOf(spec)
  const [first] = storage.columns("value", spec as never)
  return storage.read("value", { [first?.name ?? ""]: cell }, spec as never, () => "")
}

/** The tables of every entity of a model. */
export const tablesOf = (model: Model): readonly Table[] => [
  ...[...model.entities.values()].map((entity) => tableOf(model, entity)),
  ...[...model.additions.values()].flat().map(sideTableOf),
]

/** The table of what a plugin adds to an entity: a row per record that has any of it. */
const sideTableOf = (addition: Addition): Table => {
  const laid = laidOut(addition.fields)
  return {
    name: sideTableName(addition),
    owner: addition.plugin,
    columns: [{ name: "id", type: "text", nullable: false }, ...laid.columns],
    primaryKey: ["id"],
    uniques: laid.uniques,
    foreignKeys: [{ columns: ["id"], table: tableName(addition.entity), references: ["id"] }, ...laid.foreignKeys],
    indexes: laid.indexes,
  }
}

const tableOf = (model: Model, entity: Entity): Table => {
  const parentage = model.parents.get(entity.name)
  const columns: Column[] = [{ name: "id", type: "text", nullable: false }]
  const foreignKeys: ForeignKey[] = []
  const indexes: (readonly string[])[] = []
  if (parentage) {
    columns.push({ name: parentage.by, type: "text", nullable: false })
    columns.push({ name: parentage.order, type: "integer", nullable: false, min: 1 })
    foreignKeys.push({ columns: [parentage.by], table: tableName(parentage.entity), references: ["id"] })
    indexes.push([parentage.by, parentage.order])
  } else columns.push({ name: "version", type: "integer", nullable: false, min: 1 })
  const laid = laidOut(entity.fields)
  columns.push(...laid.columns)
  if (takesCustom(model, entity)) columns.push({ name: CUSTOM, type: "json", nullable: true })
  foreignKeys.push(...laid.foreignKeys)
  indexes.push(...laid.indexes)
  const owner = model.owners.get(entity.name) ?? "kernel"
  const was = entity.was === undefined ? {} : { was: tableName({ name: entity.was }) }
  const retired = entity.retired === undefined ? {} : { retired: entity.retired.flatMap(columnNames) }
  return {
    name: tableName(entity),
    owner,
    ...was,
    ...retired,
    columns,
    primaryKey: ["id"],
    uniques: laid.uniques,
    foreignKeys,
    indexes,
  }
}

/** What fields need in the table that holds them. */
const laidOut = (fields: Fields): Pick<Table, "columns" | "uniques" | "foreignKeys" | "indexes"> => {
  const columns: Column[] = []
  const foreignKeys: ForeignKey[] = []
  const indexes: (readonly string[])[] = []
  for (const [name, field] of Object.entries(fields)) {
    const column = columnName(name)
    columns.push(...columnsOf(name, field))
    if (field.spec.kind === "ref") {
      foreignKeys.push({ columns: [column], table: tableName(field.spec.entity()), references: ["id"] })
      indexes.push([column])
    }
  }
  const uniques = Object.entries(fields)
    .filter(([, field]) => field.options.unique)
    .map(([name, field]) => [isKeyed(field) ? `${columnName(name)}_key` : columnName(name)])
  return { columns, uniques, foreignKeys, indexes }
}

/** The columns of a field, with what an older row holds in them and the names that they had. */
const columnsOf = (name: string, field: Field): readonly Column[] => {
  const { spec, options } = field
  const nullable = field.presence === "optional" || field.presence === "stored"
  const column = columnName(name)
  const columns = storageOf(spec).columns(column, spec as never)
  const before = options.was === undefined ? [] : storageOf(spec).columns(columnName(options.was), spec as never)
  const fill = field.presence === "defaulted" ? storageOf(spec).write(field.defaultValue as never, spec as never) : []
  const own = columns.map((one, index): Column => {
    const value = fill[index] ?? null
    const was = before[index]?.name
    return { ...one, nullable, ...(value === null ? {} : { fill: value }), ...(was === undefined ? {} : { was }) }
  })
  if (!isKeyed(field)) return own
  const key: Column = {
    name: `${column}_key`,
    type: "text",
    nullable,
    fillFrom: { column, make: (value) => (value === null ? null : unique(String(value))) },
    ...(options.was === undefined ? {} : { was: `${columnName(options.was)}_key` }),
  }
  return [...own, key]
}

/** The names that the columns of a field may have, whatever its kind was. */
const columnNames = (field: string): readonly string[] =>
  ["", "_micro", "_minor", "_currency", "_local", "_zone", "_key"].map((ending) => columnName(field) + ending)

const isKeyed = (field: Field): boolean => field.options.unique === true && field.spec.kind === "text"

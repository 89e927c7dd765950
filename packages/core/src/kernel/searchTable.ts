/** The search table: which tokens lead to which record. It is written with the records, in their transaction. */
import type { Values } from "./changes.ts"
import type { Derived } from "./derived.ts"
import type { Entity } from "./entity.ts"
import type { SearchMode } from "./field.ts"
import { fieldsOf, partsOf } from "./fields.ts"
import { groupBy } from "./groupBy.ts"
import type { Model } from "./model.ts"
import { changedNames } from "./recordChange.ts"
import type { Condition, StoredRow, Table, Transaction } from "./store.ts"

/** The name of the search table. */
export const SEARCH_TABLE = "search_token"

/** The tables of search. */
export const SEARCH_TABLES: readonly Table[] = [
  {
    name: SEARCH_TABLE,
    owner: "kernel",
    columns: [
      { name: "entity", type: "text", nullable: false },
      { name: "rank", type: "integer", nullable: false, min: 0 },
      { name: "token", type: "text", nullable: false },
      { name: "record", type: "text", nullable: false },
      { name: "part", type: "text", nullable: false },
      { name: "field", type: "text", nullable: false },
    ],
    // A search reads it in this order, which is the order of its hits.
    primaryKey: ["entity", "rank", "token", "record", "part", "field"],
    uniques: [],
    foreignKeys: [],
    indexes: [["record", "token"]],
  },
]

/** A field that is searched, of a root or of its parts. */
export interface SearchedField {
  /** The entity that has the field, and the field's name there. */
  readonly entity: Entity
  readonly name: string
  /** Its name from the root: `name`, `addresses.city`, `warranty.serial`. */
  readonly path: string
  readonly mode: SearchMode
}

/** Where a record's tokens lead to: its root, and which of its fields are searched. */
interface Searched {
  readonly root: Entity
  readonly fields: readonly SearchedField[]
}

const known = new WeakMap<Model, ReadonlyMap<string, Searched>>()

/** By entity: what of it is searched; entities without a searched field are missing. */
const searchedBy = (model: Model): ReadonlyMap<string, Searched> => {
  const before = known.get(model)
  if (before) return before
  const found = new Map<string, Searched>()
  const visit = (root: Entity, entity: Entity, prefix: string): void => {
    const fields = Object.entries(fieldsOf(model, entity)).flatMap(([name, { options }]): readonly SearchedField[] =>
      options.search === undefined ? [] : [{ entity, name, path: `${prefix}${name}`, mode: options.search }],
    )
    if (fields.length > 0) found.set(entity.name, { root, fields })
    for (const { name, child } of partsOf(model, entity)) visit(root, child, `${prefix}${name}.`)
  }
  for (const entity of model.entities.values()) if (!model.parents.has(entity.name)) visit(entity, entity, "")
  known.set(model, found)
  return found
}

/** The searched fields of a root and of its parts, in the order in which they are declared. */
export const searchedFields = (model: Model, root: Entity): readonly SearchedField[] =>
  [...searchedBy(model).values()].flatMap((searched) => (searched.root === root ? searched.fields : []))

/** Where tokens are written. */
export interface TokenTarget {
  readonly model: Model
  readonly derived: Derived
  readonly tx: Transaction
  readonly tenant: string
}

/** A record before and after a change, null where it does not exist. */
export interface Noted {
  readonly entity: Entity
  readonly id: string
  /** `entity/id` of its root. */
  readonly root: string
  readonly before: Values | null
  readonly after: Values | null
}

/** Brings the tokens of changed records up to date; records of which no searched field changed cost nothing. */
export const writeTokens = async (target: TokenTarget, notes: readonly Noted[]): Promise<void> => {
  const { tx, tenant, model } = target
  const all = searchedBy(model)
  const changed = notes.flatMap((note) => {
    const searched = all.get(note.entity.name)
    return searched ? changesOf(searched, note) : []
  })
  const old = changed.filter(({ isNew }) => !isNew)
  for (const some of groupBy(old, ({ names }) => names.join()).values()) {
    const of: Condition[] = [
      { op: "in", column: "record", values: [...new Set(some.map(({ record }) => record))] },
      { op: "in", column: "part", values: some.map(({ part }) => part) },
      { op: "in", column: "field", values: some[0]?.names ?? [] },
    ]
    await tx.removeWhere(SEARCH_TABLE, tenant, { op: "and", of })
  }
  const rows = changed.flatMap((change) => rowsOf(target, change))
  if (rows.length > 0) await tx.insert(SEARCH_TABLE, tenant, rows)
}

/** The tokens that a record is found by, as rows of the table. */
export const tokenRows = (target: TokenTarget, noted: Noted): readonly StoredRow[] => {
  const searched = searchedBy(target.model).get(noted.entity.name)
  return searched ? changesOf(searched, noted).flatMap((change) => rowsOf(target, change)) : []
}

/** What changes in the tokens of one record. */
interface Changed {
  readonly root: Entity
  readonly record: string
  readonly part: string
  readonly isNew: boolean
  /** The paths of its fields whose tokens change, and the fields with their values now. */
  readonly names: readonly string[]
  readonly values: readonly { readonly field: SearchedField; readonly value: string }[]
}

const changesOf = ({ root, fields }: Searched, { id, root: key, before, after }: Noted): readonly Changed[] => {
  const differing = fields.filter(
    ({ name }) => !before || !after || changedNames(before, { [name]: after[name] }).length > 0,
  )
  if (differing.length === 0) return []
  const values = differing.flatMap((field) => {
    const value = after?.[field.name]
    return typeof value === "string" ? [{ field, value }] : []
  })
  const record = key.slice(key.indexOf("/") + 1)
  return [{ root, record, part: id, isNew: before === null, names: differing.map(({ path }) => path), values }]
}

const rowsOf = ({ derived }: TokenTarget, { root, record, part, values }: Changed): readonly StoredRow[] =>
  values.flatMap(({ field, value }) =>
    derived
      .searchTokens(field.mode, value)
      .map(({ rank, token }) => ({ entity: root.name, rank, token, record, part, field: field.path })),
  )

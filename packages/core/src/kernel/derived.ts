/** What the kernel asks of the facets: one derivation of an entity per function. */
import type { Entity } from "./entity.ts"
import type { Field, Fields, SearchMode } from "./field.ts"
import type { ImportFile, RowIssue } from "./importing.ts"
import type { Model } from "./model.ts"
import type { InputIssue } from "./refusals.ts"
import type { SearchTerms, SearchToken } from "./searchTerms.ts"
import type { Cell, Condition, StoredRow, Table } from "./store.ts"
import type { Join, TabulatedColumn } from "./tabulation.ts"
import type { View } from "./view.ts"

/** The decoded values of an input, or everything that is wrong with it. */
export type Decoded =
  | { readonly ok: true; readonly values: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly issues: readonly InputIssue[] }

/** Facets that the kernel uses. */
export interface Derived {
  /** The tables of all entities of a model. */
  tables(model: Model): readonly Table[]
  /** A record's values as columns. */
  toColumns(fields: Fields, values: Readonly<Record<string, unknown>>): Record<string, Cell>
  /** Columns as a record's values; `currencyAbove` finds the currencies that records above hold, by field. */
  fromColumns(fields: Fields, row: StoredRow, currencyAbove: (field: string) => string): Record<string, unknown>
  /** A filter as a condition on columns, in which only names resolve that the view shows; all by default. */
  condition(model: Model, entity: Entity, where: Readonly<Record<string, unknown>>, view?: View): Condition
  /** What a value of a searched field is found by. */
  searchTokens(mode: SearchMode, value: string): readonly SearchToken[]
  /** What somebody who types this text looks for. */
  searchTerms(text: string): SearchTerms
  /** What to sort by for a field, which may be reached through references; refuses what has no order. */
  sortKeys(model: Model, entity: Entity, name: string, view: View): SortKeys
  /** What a report reads for a field, which may be reached through references; refuses what has no single value. */
  reportField(model: Model, entity: Entity, name: string, view: View): ReportField
  /** The column that holds a field's number or text, for sorting and sums. */
  column(model: Model, entity: Entity, field: string): string
  /** Decodes what a caller gave: every issue at once, unknown keys refused. */
  decode(fields: Fields, input: unknown, mode: "create" | "patch"): Decoded
  /** Values as they are kept: a decimal text without trailing zeros, so that equal values are equal bytes. */
  kept(fields: Fields, values: Readonly<Record<string, unknown>>): Record<string, unknown>
  /** What an erasure leaves in a field of the record with this id; undefined leaves the value as it is. */
  erasedValue(field: Field, id: string, value: unknown): unknown
  /** The values of these fields as one key, which only the same record has. */
  naturalKey(fields: Fields, names: readonly string[], values: Readonly<Record<string, unknown>>): string
  /** Reads a file: decoded records with their lines, and every row that cannot be. */
  readImport(model: Model, entity: Entity, file: ImportFile<Entity>, lookUp: LookUp): Promise<ReadRows>
}

/** What sorts by a field: its columns in order (an amount sorts within its currency), and the joins that they are of. */
export interface SortKeys {
  readonly joins: readonly Join[]
  readonly columns: readonly Pick<TabulatedColumn, "column" | "of" | "otherwise">[]
}

/** What a report reads for a field. */
export interface ReportField {
  readonly joins: readonly Join[]
  readonly column: Pick<TabulatedColumn, "column" | "of" | "otherwise">
  /** Where the currency of an amount lies. */
  readonly currency?: Pick<TabulatedColumn, "column" | "of">
  readonly isOrdered: boolean
  readonly isAddable: boolean
  readonly isDate: boolean
  /** Whether it is of a record that several rows may refer to. */
  readonly isShared: boolean
  /** The value of a cell, for an amount with the cell of its currency. */
  value(cell: Cell, currency: Cell): unknown
}

/** Finds the ids of records of an entity by a natural key: the values of one unique field. */
export type LookUp = (entity: Entity, field: string, values: readonly string[]) => Promise<ReadonlyMap<string, string>>

/** Where a value stands in a file: the heading of its column (or of those it was made from) and the text there. */
export interface Origin {
  readonly column: string
  readonly value: string
}

/** A row of a file as a record's values. */
export interface ReadRow {
  readonly row: number
  readonly values: Readonly<Record<string, unknown>>
  /** Where a field's value came from. */
  readonly origin: (field: string) => Origin
}

/** What was read from a file; rows that say the same of the same record are one. */
export interface ReadRows {
  /** Every row of the file, those that cannot be read too. */
  readonly total: number
  readonly rows: readonly ReadRow[]
  readonly issues: readonly RowIssue[]
  /** False if something is wrong with the file as a whole: then no row of it was read. */
  readonly isReadable: boolean
}

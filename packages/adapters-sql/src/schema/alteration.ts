/** Alterations: what is to change in a table that exists, each in a form that every database can carry out its way. */
import type { Cell, ForeignKey, SchemaRefused } from "@anbud/core"
import type { RawBuilder } from "kysely"
import type { ActualTable } from "../differences.ts"
import type { StoredColumn, StoredTable, StoredTables } from "../storedTable.ts"

/** One change of a table; names of the database are those before the change, unless a column of the definition has them. */
export type Alteration =
  | { readonly kind: "renameTable"; readonly from: string }
  | { readonly kind: "renameColumn"; readonly from: string; readonly column: StoredColumn }
  | { readonly kind: "addColumn"; readonly column: StoredColumn }
  | { readonly kind: "backfill"; readonly column: StoredColumn; readonly from: StoredColumn; readonly make: Make }
  | { readonly kind: "relax"; readonly column: string }
  | { readonly kind: "require"; readonly column: StoredColumn }
  | { readonly kind: "retype"; readonly column: StoredColumn }
  | { readonly kind: "recheck"; readonly column: StoredColumn }
  | { readonly kind: "addUnique"; readonly columns: readonly string[] }
  | { readonly kind: "dropUnique"; readonly columns: readonly string[] }
  | { readonly kind: "addReference"; readonly key: ForeignKey }
  | { readonly kind: "dropReference"; readonly columns: readonly string[] }
  | { readonly kind: "addIndex"; readonly columns: readonly string[] }
  | { readonly kind: "guard" }

/** Makes the value of one column from that of another. */
export type Make = (value: Cell) => Cell

/** A question to the rows: if any are found, the change is refused. */
export interface Doubt {
  readonly ask:
    | { readonly kind: "count"; readonly fragment: RawBuilder<unknown> }
    /** Rows of one tenant that would hold the same value once it is made of what `fragment` selects as `value`. */
    | { readonly kind: "duplicates"; readonly fragment: RawBuilder<unknown>; readonly make: Make }
  refusal(rows: number): SchemaRefused
}

/** What is to become of a table that exists, before any row was looked at. */
export interface TableChange {
  readonly table: StoredTable
  readonly alterations: readonly Alteration[]
  readonly doubts: readonly Doubt[]
  readonly refused: readonly SchemaRefused[]
  /** The columns that stay though no definition names them, as the database has them. */
  readonly kept: readonly ActualTable["columns"][number][]
}

/** A table that exists, in the store and in the definitions. */
export interface TableInStore {
  readonly table: StoredTable
  readonly tables: StoredTables
  /** The definition from which the store built it. */
  readonly built: StoredTable
  readonly actual: ActualTable
  /** The table under the name that it has now. */
  readonly ref: RawBuilder<unknown>
  /** The columns of which the store knows that no definition names them. */
  readonly keptBefore: readonly string[]
  /** The names that tables of the database are to get instead of their own. */
  readonly renamedTables: ReadonlyMap<string, string>
  /** The table behind the engine's name under the name that it has now, null where it is still to be created. */
  nowAt(table: string): RawBuilder<unknown> | null
}

/** Makes a refusal about one table: what is wrong in how many rows, and what to do instead. */
export type RefuseAt = (
  obstacle: SchemaRefused["obstacle"],
  rows: number,
  text: string,
  fix: string,
  column?: string,
) => SchemaRefused

/** Refusals about a table. */
export const refusedAt =
  ({ definition }: StoredTable): RefuseAt =>
  (obstacle, rows, text, fix, column) => ({
    obstacle,
    plugin: definition.owner,
    table: definition.name,
    ...(column === undefined ? {} : { column }),
    rows,
    text,
    fix,
  })

/** `1 row`, `7 rows`. */
export const rowsText = (rows: number): string => (rows === 1 ? "1 row" : `${rows} rows`)

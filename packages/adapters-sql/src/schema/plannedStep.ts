/** Planned steps: what a step of a plan runs. */
import type { SchemaVerb } from "@anbud/core"
import type { RawBuilder } from "kysely"
import type { StoredColumn, StoredTable } from "../storedTable.ts"
import type { Alteration, Make } from "./alteration.ts"

/** One thing that a step does. */
export type Action =
  | { readonly kind: "run"; readonly fragment: RawBuilder<unknown> }
  /** Fills a column with what is made of another one, row by row. */
  | {
      readonly kind: "backfill"
      readonly table: StoredTable
      readonly column: StoredColumn
      readonly from: StoredColumn
      readonly make: Make
    }
  /** Runs statements that replace a table, and makes again what others have attached to it. */
  | { readonly kind: "replace"; readonly table: StoredTable; readonly fragments: readonly RawBuilder<unknown>[] }

/** A step with what it runs. All `actions` of all steps come before the first of `last`. */
export interface PlannedStep {
  readonly verb: SchemaVerb
  readonly table: StoredTable
  readonly text: string
  readonly actions: readonly Action[]
  /** References: they need all tables to be there. */
  readonly last: readonly Action[]
}

/** Statements as actions. */
export const run = (...fragments: readonly RawBuilder<unknown>[]): readonly Action[] =>
  fragments.map((fragment) => ({ kind: "run", fragment }))

/** An alteration in plain words. */
export const alterationText = (alteration: Alteration): string => {
  switch (alteration.kind) {
    case "renameTable":
      return `rename the table, which was ${alteration.from}`
    case "renameColumn":
      return `rename the column ${alteration.from} to ${alteration.column.stored}`
    case "addColumn":
      return `add the column ${alteration.column.stored}${filledWith(alteration.column)}`
    case "backfill":
      return `fill ${alteration.column.stored} from ${alteration.from.stored}`
    case "relax":
      return `let the column ${alteration.column} be empty`
    case "require":
      return `require the column ${alteration.column.stored}${filledWith(alteration.column)}`
    case "retype":
      return `let the column ${alteration.column.stored} hold ${alteration.column.type}`
    case "recheck":
      return `change what the column ${alteration.column.stored} accepts`
    case "addUnique":
      return `make (${alteration.columns.join(", ")}) unique`
    case "dropUnique":
      return `no longer make (${alteration.columns.join(", ")}) unique`
    case "addReference":
      return `let (${alteration.key.columns.join(", ")}) refer to ${alteration.key.table}`
    case "dropReference":
      return `no longer let (${alteration.columns.join(", ")}) refer to another table`
    case "addIndex":
      return `add an index on (${alteration.columns.join(", ")})`
    case "guard":
      return "let the database itself keep tenants apart"
  }
}

const filledWith = ({ fill }: StoredColumn): string =>
  fill === undefined ? "" : `, ${JSON.stringify(fill)} in older rows`

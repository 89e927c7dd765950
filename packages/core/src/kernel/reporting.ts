/** Reports: columns that the caller names, of records or of their parts, as they are or grouped and added up. */
import type { Money } from "@anbud/pricing"
import type { Entity, RowOf } from "./entity.ts"
import type { FieldName } from "./face.ts"
import type { ChildrenOf, Field, Fields, LocalDate } from "./field.ts"
import type { Period } from "./tabulation.ts"
import type { Where } from "./where.ts"

/**
 * A column of a report: a field as it is, the period that a date lies in, or a value of many rows.
 *
 * As soon as one column is a value of many rows, the others group them. An amount that is added up or compared groups
 * by its currency too, since kronor and euros have no sum.
 */
export type ReportColumn<E extends Entity> =
  | FieldName<E>
  | { readonly field: FieldName<E>; readonly by: Period }
  /** How many rows, or how many in which the field is not empty. */
  | { readonly count: true | FieldName<E> }
  /** Of the rows' own fields only: what a reference points at would be added once per row. */
  | { readonly sum: FieldName<E> }
  | { readonly min: FieldName<E> }
  | { readonly max: FieldName<E> }

/** The columns of a report by the names that they have in its rows. */
export type ReportColumns<E extends Entity> = Readonly<Record<string, ReportColumn<E>>>

/** What to report: 100 rows to a page, at most 1 000; without an order the rows come in that of their groups. */
export interface ReportQuery<E extends Entity, C extends ReportColumns<E>> {
  readonly columns: C
  readonly where?: Where<E>
  readonly order?: readonly { readonly column: keyof C & string; readonly descending?: boolean }[]
  readonly limit?: number
  readonly after?: string
}

/** A row of a report. */
export type ReportRow<E extends Entity, C> = { readonly [K in keyof C]: ReportCell<E, C[K]> }

/** What a field reached through references may hold. */
export type ReportValue = string | number | boolean | Money | null

type ReportCell<E extends Entity, C> = C extends string
  ? ValueAt<E, C>
  : C extends { readonly count: unknown }
    ? number
    : C extends { readonly by: Period }
      ? LocalDate | null
      : C extends { readonly [K in "sum" | "min" | "max"]?: infer N }
        ? ValueAt<E, N & string> | null
        : never
type ValueAt<E extends Entity, N extends string> = N extends keyof RowOf<E["fields"]>
  ? RowOf<E["fields"]>[N]
  : N extends "id"
    ? string
    : ReportValue

/** The lists of parts below an entity, by their paths: `revisions`, `revisions.lines`. */
export type PartsPath<F extends Fields> = {
  [K in keyof F & string]: F[K] extends Field<ChildrenOf<infer C extends Entity>, "children">
    ? K | `${K}.${PartsPath<C["fields"]>}`
    : never
}[keyof F & string]

/** The entity of the parts at a path. */
export type PartsAt<F extends Fields, P extends string> = P extends `${infer K}.${infer Rest}`
  ? F[K] extends Field<ChildrenOf<infer C extends Entity>, "children">
    ? PartsAt<C["fields"], Rest>
    : never
  : F[P] extends Field<ChildrenOf<infer C extends Entity>, "children">
    ? C
    : never

/** Reads: what commands and queries may ask of the tenant's records, inside one snapshot or transaction. */
import type { ChildRow, Entity, Row } from "./entity.ts"
import type { Field, Fields, Id, Presence } from "./field.ts"
import type { FindOptions, Where } from "./where.ts"

/** Typed reads of one tenant's records. */
export interface Reads {
  /** The record with this id; refuses with `NotFound`. */
  get<E extends Entity>(entity: E, id: Id<E["name"]>): Promise<Row<E>>
  /** The records that match, in order. */
  find<E extends Entity>(entity: E, where?: Where<E>, options?: FindOptions<E>): Promise<readonly Row<E>[]>
  /** The one record that matches, or null; two are a bug and throw. */
  one<E extends Entity>(entity: E, where: Where<E>): Promise<Row<E> | null>
  /** The children of these parents, in their lists' order. */
  children<E extends Entity>(entity: E, parents: Id | readonly Id[]): Promise<readonly ChildRow<E>[]>
  /** How many records match. */
  count<E extends Entity>(entity: E, where?: Where<E>): Promise<number>
  /** The exact sum of a field of whole numbers over the records that match. Amounts add up by currency, in a report. */
  sum<E extends Entity>(entity: E, field: NumberNames<E["fields"]>, where?: Where<E>): Promise<number>
}

/** The fields that hold whole numbers. */
type NumberNames<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<number, Presence> ? K : never
}[keyof F] &
  string

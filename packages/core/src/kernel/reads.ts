/** Reads: what commands and queries may ask of the tenant's records, inside one snapshot or transaction. */
import type { ChildRow, Entity, Row } from "./entity.ts"
import type { Id } from "./field.ts"
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
  /** The exact sum of an integer, duration or money field (in minor units) over the records that match. */
  sum<E extends Entity>(entity: E, field: keyof E["fields"] & string, where?: Where<E>): Promise<number>
}

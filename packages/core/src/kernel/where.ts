/** Filters: which records a read returns, in the words of the entity's own fields. */
import type { Entity, RowOf } from "./entity.ts"
import type { Id } from "./field.ts"

/** A test of one value: the value itself, or a comparison. */
export type Compare<V> =
  | V
  | {
      readonly ne?: NonNullable<V>
      readonly lt?: NonNullable<V>
      readonly lte?: NonNullable<V>
      readonly gt?: NonNullable<V>
      readonly gte?: NonNullable<V>
      readonly in?: readonly NonNullable<V>[]
      readonly isNull?: boolean
      /** The text holds this text anywhere; no wildcards. */
      readonly contains?: string
    }

/** A filter over an entity: all the named tests hold, and so do `and`, `or` and `not`. */
export type Where<E extends Entity> = {
  readonly [K in keyof RowOf<E["fields"]>]?: Compare<RowOf<E["fields"]>[K]>
} & {
  readonly id?: Compare<Id<E["name"]>>
  readonly parent?: Compare<Id>
  readonly and?: readonly Where<E>[]
  readonly or?: readonly Where<E>[]
  readonly not?: Where<E>
}

/** How many records, in which order, and after which. */
export interface FindOptions<E extends Entity> {
  readonly order?: readonly (keyof RowOf<E["fields"]> & string)[]
  readonly descending?: boolean
  readonly limit?: number
}

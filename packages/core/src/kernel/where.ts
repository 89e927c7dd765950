/** Filters: which records a read returns, in the words of the entity's own fields. */
import type { Entity, RowOf } from "./entity.ts"
import type { ChildrenOf, Field, Fields, Id } from "./field.ts"

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
      /** A reference: the record that it points at, if it may be seen, matches this filter over its fields. */
      readonly is?: AnyWhere
    }

/** A filter in which names are checked when it runs. */
export type AnyWhere = Readonly<Record<string, unknown>>

/** A test of a list of parts: some of them match, or none does. */
export interface PartsWhere<C> {
  readonly some?: PartWhere<C>
  readonly none?: PartWhere<C>
}

/** A filter over the parts of a list: their own values and `position`; deeper names are checked when it runs. */
export type PartWhere<C> = C extends { readonly fields: infer F extends Fields }
  ? { readonly [K in keyof RowOf<F>]?: Compare<RowOf<F>[K]> } & {
      readonly [K in keyof F as F[K] extends Field<unknown, "children"> ? K : never]?: PartsWhere<unknown>
    } & Dotted & {
        readonly id?: Compare<Id>
        readonly position?: Compare<number>
        readonly and?: readonly AnyWhere[]
        readonly or?: readonly AnyWhere[]
        readonly not?: AnyWhere
      }
  : AnyWhere

/** Fields of what a reference points at (`"customer.country"`), and fields that others add (`"warranty.level"`). */
interface Dotted {
  readonly [name: `${string}.${string}`]: unknown
}

type PartsTests<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Field<unknown, "children"> ? K : never]?: F[K] extends Field<
    ChildrenOf<infer C>,
    "children"
  >
    ? PartsWhere<C>
    : never
}

/** A filter over an entity: all the named tests hold, and so do `and`, `or` and `not`. */
export type Where<E extends Entity> = {
  readonly [K in keyof RowOf<E["fields"]>]?: Compare<RowOf<E["fields"]>[K]>
} & PartsTests<E["fields"]> &
  Dotted & {
    readonly id?: Compare<Id<E["name"]>>
    readonly parent?: Compare<Id>
    /** This text finds the record, as a search does. */
    readonly matches?: string
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

/**
 * Entities: a name and fields; an entity owns its table.
 *
 * Give each row a named interface, so that the compiler says `Quote` in its errors:
 * `export interface Quote extends RowOf<typeof Quote.fields>, Rooted<"quote"> {}`.
 */
import type { Money } from "@anbud/pricing"
import type { ChildrenOf, Field, Fields, Id, Presence } from "./field.ts"

/** A definition that drives storage, validation, import, history and rights. */
export interface Entity<Name extends string = string, F extends Fields = Fields, A = unknown> {
  readonly name: Name
  readonly fields: F
  /** A reference to this entity, for the parameters of refusals. */
  readonly id: Field<Id<Name>, "required">
  /** A ledger's records are never patched or removed, only reversed. */
  readonly ledger: boolean
  /** The name of the entity before it was renamed. */
  readonly was?: string
  /** The names of fields that it had once: their columns stay in the table and are read no more. */
  readonly retired?: readonly string[]
  /** The fields that plugins add, by plugin, where they are known. */
  readonly added?: A
  /** The fields by which rights with a scope reach its records; without one, such rights reach none. */
  readonly scope: ScopeFields
}

/** The references that say whose a record is; `id` where the record is the user, the unit or the group itself. */
export interface ScopeFields<Name extends string = string> {
  readonly owner?: Name | "id"
  readonly unit?: Name | "id"
  readonly group?: Name | "id"
}

/** What every root record carries beside its fields: its id and the version that the next patch expects. */
export interface Rooted<Name extends string = string> {
  readonly id: Id<Name>
  readonly version: number
  /** The values of the fields that the tenant has defined, by their keys; missing while it has defined none. */
  readonly custom?: CustomValues
}

/** Values of custom fields by their keys. */
export type CustomValues = Readonly<Record<string, CustomValue>>
/** The value of a custom field: a decimal is a text. */
export type CustomValue = string | number | boolean | Money | null
/** What a caller may give of the fields that the tenant has defined. */
export interface CustomInput {
  readonly custom?: CustomValues
}

/** What every child record carries: its id, its parent's id and its place in the parent's list. */
export interface Child<Name extends string = string> {
  readonly id: Id<Name>
  readonly parent: Id
  readonly position: number
}

/** The values of a record, `null` where an optional or stored one is missing; children are read apart. */
export type RowOf<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Field<unknown, "children"> ? never : K]: F[K] extends Field<infer V, infer P>
    ? P extends "optional" | "stored"
      ? V | null
      : V
    : never
}

type GivenKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<unknown, "required"> ? K : never
}[keyof F]
type MayKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<unknown, "optional" | "defaulted" | "children" | "patches"> ? K : never
}[keyof F]
type InputValue<T> = T extends Field<infer V, infer P>
  ? P extends "children"
    ? V extends ChildrenOf<infer C>
      ? readonly CreateOf<C["fields"]>[]
      : never
    : P extends "patches"
      ? V extends ChildrenOf<infer C>
        ? ListPatch<C["fields"]>
        : never
      : P extends "optional"
        ? V | null
        : V
  : never

/** What a caller gives to create a record (children nested): required values, and any optional or defaulted ones. */
export type CreateOf<F extends Fields> = { readonly [K in GivenKeys<F>]: InputValue<F[K]> } & {
  readonly [K in MayKeys<F>]?: InputValue<F[K]>
}

/** What a caller gives to change a record, some of its values: a missing key changes nothing, `null` empties. */
export type PatchOf<F extends Fields> = {
  readonly [K in GivenKeys<F> | Exclude<MayKeys<F>, ChildKeys<F>>]?: InputValue<F[K]>
}
type ChildKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<unknown, "children" | "patches"> ? K : never
}[keyof F]

/** What a caller gives to change a record and its parts: values, and for each list of parts what happens to it. */
export type AggregatePatchOf<F extends Fields> = PatchOf<F> & {
  readonly [K in ChildKeys<F>]?: F[K] extends Field<ChildrenOf<infer C>, Presence> ? ListPatch<C["fields"]> : never
}

/** What happens to a list of parts, by id: a part that is not named stays as it is. */
export interface ListPatch<F extends Fields> {
  /** New parts, at the end of the list. */
  readonly add?: readonly CreateOf<F>[]
  readonly change?: readonly { readonly id: Id; readonly set: AggregatePatchOf<F> }[]
  readonly remove?: readonly Id[]
  /** Parts to their places, from 1, one after the other when all else is done; `added` counts in `add`, from 0. */
  readonly move?: readonly ({ readonly to: number } & ({ readonly id: Id } | { readonly added: number }))[]
}

/** A decoded list patch: what it does not name is empty. */
export interface ListPatchValues<F extends Fields> {
  readonly add: readonly ValuesOf<F>[]
  readonly change: readonly { readonly id: Id; readonly set: PatchOf<F> }[]
  readonly remove: readonly Id[]
  readonly move: readonly { readonly id?: Id; readonly added?: number; readonly to: number }[]
}

/** What a decoded input holds: as `CreateOf`, with defaults filled in and `null` for what is missing. */
export type ValuesOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer V, infer P>
    ? P extends "children"
      ? V extends ChildrenOf<infer C>
        ? readonly ValuesOf<C["fields"]>[]
        : never
      : P extends "patches"
        ? V extends ChildrenOf<infer C>
          ? ListPatchValues<C["fields"]>
          : never
        : P extends "optional" | "stored"
          ? V | null
          : V
    : never
}

/** What a command may write into a new record, stored values too; children nested, with ids where known. */
export type WriteOf<F extends Fields> = { readonly [K in GivenKeys<F>]: InputValue<F[K]> } & {
  readonly [K in Exclude<MayKeys<F>, ChildKeys<F>>]?: InputValue<F[K]>
} & {
  readonly [K in keyof F as F[K] extends Field<unknown, "stored"> ? K : never]?: F[K] extends Field<infer V, Presence>
    ? V | null
    : never
} & {
  readonly [K in ChildKeys<F>]?: F[K] extends Field<ChildrenOf<infer C>, Presence>
    ? readonly (WriteOf<C["fields"]> & { readonly id?: Id })[]
    : never
}

/** The values that plugins add to a record, by plugin. */
export type AddedRow<A> = { readonly [P in keyof A]: A[P] extends Fields ? RowOf<A[P]> : never }
/** What a caller may give of them. */
export type AddedInput<A> = { readonly [P in keyof A]?: A[P] extends Fields ? PatchOf<A[P]> : never }
/** What is known of the fields that plugins add to an entity. */
export type AddedTo<E extends Entity> = NonNullable<E["added"]>

/** What a caller gives to create a record of a collection. */
export type NewRecord<E extends Entity> = CreateOf<E["fields"]> & AddedInput<AddedTo<E>> & CustomInput
/** What a caller gives to change a record of a collection and its lists of parts. */
export type RecordPatch<E extends Entity> = AggregatePatchOf<E["fields"]> & AddedInput<AddedTo<E>> & CustomInput
/** What a caller gives to change many records of a collection at once. */
export type RecordValues<E extends Entity> = PatchOf<E["fields"]> & AddedInput<AddedTo<E>> & CustomInput

/** A record as the reads give it. */
export type Row<E extends Entity> = RowOf<E["fields"]> & Rooted<E["name"]> & AddedRow<AddedTo<E>>
/** A child record as the reads give it. */
export type ChildRow<E extends Entity> = RowOf<E["fields"]> & Child<E["name"]> & AddedRow<AddedTo<E>>

/**
 * Defines an entity.
 *
 * @example
 * const Company = entity("company", { number: text({ unique: true }), name: text() })
 */
export const entity = <const Name extends string, F extends Fields>(
  name: Name,
  fields: F,
  options: {
    readonly ledger?: boolean
    readonly scope?: ScopeFields<keyof F & string>
    readonly was?: string
    readonly retired?: readonly string[]
  } = {},
): Entity<Name, F> => {
  const self: Entity<Name, F> = {
    name,
    fields,
    ledger: options.ledger ?? false,
    scope: options.scope ?? {},
    ...(options.was === undefined ? {} : { was: options.was }),
    ...(options.retired === undefined ? {} : { retired: options.retired }),
    id: { spec: { kind: "ref", entity: () => self }, presence: "required", options: {} },
  }
  return self
}

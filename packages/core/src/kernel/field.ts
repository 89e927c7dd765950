/**
 * Fields: what is true of a value. Storage, validation, import, history and rights all follow from it.
 *
 * Values in rows: text, decimal, price and quantity are strings; integer, percent (ppm) and duration (seconds) are
 * safe integers; money is `Money`; date, instant and zoned are three types that never mix; a missing optional value
 * is `null`.
 */
import { currencyCodes, type Money } from "@anbud/pricing"
import type { Param } from "./errors.ts"

/** A calendar date without a zone: `"2026-03-29"`. */
export type LocalDate = `${number}-${number}-${number}`
/** A point in time, UTC with milliseconds: `"2026-03-29T08:00:00.000Z"`. */
export type Instant = `${string}T${string}Z`
/** A wall-clock time in a named zone. */
export interface Zoned {
  readonly local: `${number}-${number}-${number}T${number}:${number}`
  readonly zone: string
}
/** The id of a record of the entity with that name: a UUIDv7. */
export type Id<Name extends string = string> = string & { readonly _entity?: Name }

/** Whether a value must, may or cannot be given: `stored` values are written by commands only, `patches` change a list. */
export type Presence = "required" | "optional" | "defaulted" | "stored" | "children" | "patches"

/** What differs by kind. A facet is a record that answers for each of these. */
export type Kind =
  | { readonly kind: "text"; readonly maxLength: number; readonly pattern?: RegExp; readonly expected?: string }
  | { readonly kind: "integer"; readonly min: number; readonly max: number; readonly enforced?: boolean }
  | { readonly kind: "decimal" }
  | { readonly kind: "price" }
  | { readonly kind: "quantity" }
  | { readonly kind: "percent" }
  | { readonly kind: "duration"; readonly min: number; readonly max: number }
  | { readonly kind: "money"; readonly currency?: string }
  | { readonly kind: "date" }
  | { readonly kind: "instant" }
  | { readonly kind: "zoned" }
  | { readonly kind: "boolean" }
  | { readonly kind: "choice"; readonly of: readonly string[] }
  | { readonly kind: "ref"; readonly entity: () => { readonly name: string } }
  | { readonly kind: "children"; readonly entity: ChildEntity; readonly by: string; readonly order: string }
  | { readonly kind: "json" }

/** The name of a kind. */
export type KindName = Kind["kind"]

/** The part of an entity that `children` needs to know. */
export interface ChildEntity {
  readonly name: string
  readonly fields: Fields
}

/**
 * How a text is searched: `words` by the beginnings of its words and of the parts of long ones; `exact` also as an
 * identifier, with or without what separates its parts (a number, a telephone number, an address of mail).
 */
export type SearchMode = "words" | "exact"

/** What may be said of a field of any kind. */
export interface FieldOptions {
  /** The name of the field before it was renamed: its values move over with the schema. */
  readonly was?: string
  /** No two records of a tenant hold the same value; text compares folded (case, width, composition). */
  readonly unique?: boolean
  /** The records are found by it, as far as the user may see it. Texts only. */
  readonly search?: SearchMode
  /** Personal data: its category, the field that names the data subject, and what erasure does. */
  readonly personal?: Personal
}

/** What is said of a field with personal data. */
export interface Personal {
  readonly category: "I" | "C" | "B" | "E" | "F" | "S"
  /** The field of the record that names the data subject; `id` for the record itself. */
  readonly of: string
  readonly on: "erase" | "anonymise" | "keep"
  /** For `keep`: why the value must stay, and until when: so many years after the date in a field of its record. */
  readonly kept?: { readonly ground: string; readonly years: number; readonly from: string }
}

/** A field with the type of its value and its presence. */
export interface Field<out V = unknown, out P extends Presence = Presence> extends Param<V> {
  readonly spec: Kind
  readonly presence: P
  readonly options: FieldOptions
  readonly defaultValue?: unknown
  readonly compute?: (row: Readonly<Record<string, unknown>>) => unknown
}

/** The fields of an entity or of a command's input, in the order in which people should read them. */
export type Fields = Readonly<Record<string, Field>>

const MAX_SAFE = Number.MAX_SAFE_INTEGER

const field = <V>(spec: Kind, options: FieldOptions = {}): Field<V, "required"> => ({
  spec,
  presence: "required",
  options,
})

/** Text of at most `maxLength` code points (default 500); NUL and lone surrogates are refused. */
export const text = (
  options: FieldOptions & { readonly maxLength?: number; readonly pattern?: RegExp; readonly expected?: string } = {},
): Field<string, "required"> => {
  const { maxLength = 500, pattern, expected, ...rest } = options
  return field(
    { kind: "text", maxLength, ...(pattern ? { pattern } : {}), ...(expected === undefined ? {} : { expected }) },
    rest,
  )
}

const CURRENCY = new RegExp(`^(?:${currencyCodes().join("|")})$`)

/** A currency code of ISO 4217 that the engine knows the minor unit of. */
export const currency = (options: FieldOptions = {}): Field<string, "required"> =>
  text({ ...options, maxLength: 3, pattern: CURRENCY, expected: "a currency code of ISO 4217 such as SEK" })

/** A whole number within ±(2^53 − 1), or within `min` and `max`; with `enforced` the database refuses less than `min` too. */
export const integer = (
  options: FieldOptions & { readonly min?: number; readonly max?: number; readonly enforced?: boolean } = {},
): Field<number, "required"> => {
  const { min = -MAX_SAFE, max = MAX_SAFE, enforced = false, ...rest } = options
  return field({ kind: "integer", min, max, ...(enforced ? { enforced } : {}) }, rest)
}

/** A decimal text of at most 15 whole digits and 6 places, without exponent: a rate or a factor. */
export const decimal = (options: FieldOptions = {}): Field<string, "required"> => field({ kind: "decimal" }, options)
/** A price per unit as a decimal text with at most 6 places; its currency is the record's. */
export const price = (options: FieldOptions = {}): Field<string, "required"> => field({ kind: "price" }, options)
/** A quantity as a decimal text with at most 6 places. */
export const quantity = (options: FieldOptions = {}): Field<string, "required"> => field({ kind: "quantity" }, options)
/** A percentage in parts per million: 25 % is 250 000. Name the field `…Ppm`. */
export const percent = (options: FieldOptions = {}): Field<number, "required"> => field({ kind: "percent" }, options)
/** A duration of work in whole seconds, within `min` and `max`. Name the field `…Seconds`. */
export const duration = (
  options: FieldOptions & { readonly min?: number; readonly max?: number } = {},
): Field<number, "required"> => {
  const { min = -MAX_SAFE, max = MAX_SAFE, ...rest } = options
  return field({ kind: "duration", min, max }, rest)
}
/** An amount; with `currency` it names the currency field of its own aggregate, else it carries its own. */
export const money = (options: FieldOptions & { readonly currency?: string } = {}): Field<Money, "required"> => {
  const { currency: of, ...rest } = options
  return field({ kind: "money", ...(of === undefined ? {} : { currency: of }) }, rest)
}
/** A calendar date from 1900 to 2199. */
export const date = (options: FieldOptions = {}): Field<LocalDate, "required"> => field({ kind: "date" }, options)
/** A point in time, UTC. */
export const instant = (options: FieldOptions = {}): Field<Instant, "required"> => field({ kind: "instant" }, options)
/** A wall-clock time in an IANA zone. */
export const zoned = (options: FieldOptions = {}): Field<Zoned, "required"> => field({ kind: "zoned" }, options)
/** Yes or no. */
export const boolean = (options: FieldOptions = {}): Field<boolean, "required"> => field({ kind: "boolean" }, options)
/** One of the given words. */
export const choice = <const C extends readonly [string, ...string[]]>(
  of: C,
  options: FieldOptions = {},
): Field<C[number], "required"> => field({ kind: "choice", of }, options)
/** What a reference points at. */
interface Named<N extends string> {
  readonly name: N
}

/**
 * A reference to a record of another entity in the same tenant; a function breaks a cycle of definitions.
 *
 * @example parentUnit: optional(ref((): { readonly name: "unit" } => Unit))
 */
export function ref<N extends string>(entity: () => Named<N>, options?: FieldOptions): Field<Id<N>, "required">
export function ref<N extends string>(entity: Named<N>, options?: FieldOptions): Field<Id<N>, "required">
export function ref<N extends string>(
  entity: Named<N> | (() => Named<N>),
  options: FieldOptions = {},
): Field<Id<N>, "required"> {
  return field({ kind: "ref", entity: typeof entity === "function" ? entity : () => entity }, options)
}

/** An embedded value of plain JSON that is read and written as a whole. */
export const json = <V>(options: FieldOptions = {}): Field<V, "required"> => field({ kind: "json" }, options)

/** What a `children` field holds, as a type. */
export interface ChildrenOf<C extends ChildEntity> {
  readonly child: C
}

/**
 * Composition: the parts of an aggregate, in their own table, in order. The child's table gets the columns `by`
 * (its parent) and `order` (from 1); rights, lock, version and history come from the root.
 */
export const children = <C extends ChildEntity>(
  entity: C,
  options: { readonly by: string; readonly order?: string },
): Field<ChildrenOf<C>, "children"> => ({
  spec: { kind: "children", entity, by: options.by, order: options.order ?? "position" },
  presence: "children",
  options: {},
})

/**
 * A patch of a list of parts, for the input of a command: `{ add, change, remove, move }` by id.
 *
 * @example input: { quote: Quote.id, lines: patchesOf(children(QuoteLine, { by: "revision" })) }
 */
export const patchesOf = <C extends ChildEntity>(
  of: Field<ChildrenOf<C>, "children">,
): Field<ChildrenOf<C>, "patches"> => ({ ...of, presence: "patches" })

/** The same field, which may be missing (`null`). */
export const optional = <V>(of: Field<V, "required">): Field<V, "optional"> => ({ ...of, presence: "optional" })
/** The same field, which takes `value` when it is not given. */
export const defaulted = <V>(of: Field<V, "required">, value: V): Field<V, "defaulted"> => ({
  ...of,
  presence: "defaulted",
  defaultValue: value,
})
/**
 * The same field, written by commands and never by a caller; with `compute` it is a pure function of its record,
 * written in the same `Changes`. It may be `null` until it is known.
 */
export const stored = <V>(
  of: Field<V, "required">,
  compute?: (row: Readonly<Record<string, unknown>>) => V | null,
): Field<V, "stored"> => ({ ...of, presence: "stored", ...(compute ? { compute } : {}) })

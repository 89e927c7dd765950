/**
 * Codec: what a caller gave, as an entity's values. Built on Effect Schema from the fields; every issue is listed
 * with its path, unknown keys are refused, and nothing is coerced.
 */
import { currencyExponent, decimalText, parseDecimal } from "@anbud/pricing"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type { Decoded } from "../kernel/derived.ts"
import type { ListPatchValues } from "../kernel/entity.ts"
import type { Fields, Kind, KindName } from "../kernel/field.ts"
import { isZone } from "../kernel/localDate.ts"
import { fieldsIn, flatValues, groupOf, groupsOf } from "../kernel/nesting.ts"
import { isDate, isInstant, isLocalTime } from "./calendarText.ts"
import { MAX_MICRO_UNITS } from "./micro.ts"
import { plainCopy } from "./plainCopy.ts"
import { isWellFormed } from "./wellFormed.ts"

type Of<K extends KindName> = Extract<Kind, { readonly kind: K }>
type AnySchema = Schema.Codec<unknown, unknown>

const textThat = (holds: (value: string) => boolean, expected: string): AnySchema =>
  Schema.String.check(Schema.makeFilter((value: string) => (holds(value) ? undefined : `must be ${expected}`)))

const numberThat = (holds: (value: number) => boolean, expected: string): AnySchema =>
  Schema.Number.check(
    Schema.makeFilter((value: number) =>
      Number.isSafeInteger(value) && holds(value) ? undefined : `must be ${expected}`,
    ),
  )

const decimalUpTo = (limit: number): AnySchema =>
  textThat((value) => {
    const parsed = parseDecimal(value, { maxScale: 6 })
    if (!parsed.ok) return false
    return Math.abs(Number(parsed.value.mantissa)) / 10 ** parsed.value.scale <= limit
  }, "a decimal text such as 12.50, with at most 6 places and no exponent")

const MAX_DECIMAL = 10 ** 15
/** Whether a plain value has the same bytes everywhere: no fractions, no text that one of the databases refuses. */
const isExact = (value: unknown): boolean => {
  if (typeof value === "string") return isWellFormed(value)
  if (typeof value === "number") return Number.isSafeInteger(value)
  if (typeof value !== "object" || value === null) return true
  return Object.entries(value).every(([key, member]) => isWellFormed(key) && isExact(member))
}

const SCHEMAS: { readonly [K in KindName]: (kind: Of<K>) => AnySchema } = {
  text: ({ maxLength, pattern, expected }) =>
    textThat(
      (value) => isWellFormed(value) && [...value].length <= maxLength && (pattern?.test(value) ?? true),
      expected ?? `a text of at most ${maxLength} characters, without NUL or lone surrogates`,
    ),
  integer: ({ min, max }) =>
    numberThat((value) => value >= min && value <= max, `a whole number${rangeText(min, max)}`),
  percent: () => numberThat(() => true, "a whole number of parts per million"),
  duration: ({ min, max }) =>
    numberThat((value) => value >= min && value <= max, `a whole number of seconds${rangeText(min, max)}`),
  decimal: () => decimalUpTo(MAX_DECIMAL),
  price: () => decimalUpTo(MAX_MICRO_UNITS),
  quantity: () => decimalUpTo(MAX_MICRO_UNITS),
  date: () => textThat(isDate, "a date from 1900 to 2199 such as 2026-03-29"),
  instant: () => textThat(isInstant, "an instant such as 2026-03-29T08:00:00.000Z"),
  boolean: () => Schema.Boolean,
  choice: ({ of }) => textThat((value) => of.includes(value), `one of ${of.join(", ")}`),
  ref: () => textThat((value) => ID.test(value), "an id"),
  json: () =>
    Schema.Unknown.check(
      Schema.makeFilter((value: unknown) =>
        isExact(value) ? undefined : "must hold whole numbers (a fraction as text) and texts without NUL",
      ),
    ),
  money: () =>
    Schema.Struct({
      minor: numberThat(() => true, "a whole number of minor units"),
      currency: textThat((value) => currencyExponent(value) !== undefined, "a currency code of ISO 4217"),
    }),
  zoned: () =>
    Schema.Struct({
      local: textThat(isLocalTime, "a local time such as 2026-03-29T08:00"),
      zone: textThat(isZone, "an IANA zone such as Europe/Stockholm"),
    }),
  children: ({ entity }) => Schema.Array(structOf(entity.fields, "create")),
}

/** What a range adds to "a whole number": nothing if it has no bounds of its own. */
const rangeText = (min: number, max: number): string => {
  const from = min > -Number.MAX_SAFE_INTEGER ? ` from ${min}` : ""
  const to = max < Number.MAX_SAFE_INTEGER ? ` to ${max}` : ""
  return from + to === "" ? " within ±(2^53 − 1)" : from + to
}
const ID = /^[0-9a-zA-Z-]{1,63}$/

const cache = { create: new WeakMap<Fields, AnySchema>(), patch: new WeakMap<Fields, AnySchema>() }

const structOf = (fields: Fields, mode: "create" | "patch"): AnySchema => {
  const known = cache[mode].get(fields)
  if (known) return known
  const members: Record<string, Schema.Struct.Fields[string]> = {}
  for (const group of groupsOf(fields)) members[group] = Schema.optionalKey(structOf(fieldsIn(fields, group), mode))
  for (const [name, { spec, presence }] of Object.entries(fields)) {
    if (presence === "stored" || groupOf(name) !== null) continue
    const isPatched = spec.kind === "children" && (mode === "patch" || presence === "patches")
    const value = isPatched ? listPatch(spec.entity.fields) : (SCHEMAS[spec.kind] as (kind: Kind) => AnySchema)(spec)
    const nullable = presence === "optional" ? Schema.NullOr(value) : value
    members[name] = mode === "create" && presence === "required" ? nullable : Schema.optionalKey(nullable)
  }
  const schema = Schema.Struct(members) as unknown as AnySchema
  cache[mode].set(fields, schema)
  return schema
}

/** What may happen to a list of parts; a place in the list is checked where the list is known. */
const listPatch = (fields: Fields): AnySchema => {
  const id = textThat((value) => ID.test(value), "an id")
  const to = numberThat((value) => value >= 1, "a place from 1")
  const change = Schema.Struct({ id, set: structOf(fields, "patch") })
  const move = Schema.Struct({
    to,
    id: Schema.optionalKey(id),
    added: Schema.optionalKey(numberThat((value) => value >= 0, "the place in add, from 0")),
  }).check(
    Schema.makeFilter((one: { readonly id?: unknown; readonly added?: unknown }) =>
      (one.id === undefined) === (one.added === undefined) ? "must name either id or added" : undefined,
    ),
  )
  return Schema.Struct({
    add: Schema.optionalKey(Schema.Array(structOf(fields, "create"))),
    change: Schema.optionalKey(Schema.Array(change)),
    remove: Schema.optionalKey(Schema.Array(id)),
    move: Schema.optionalKey(Schema.Array(move)),
  }) as unknown as AnySchema
}

const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1()

/** Decodes an input to values by the names of fields: `create` fills in defaults and `null`, `patch` keeps only what was given. */
export const decode = (fields: Fields, input: unknown, mode: "create" | "patch"): Decoded => {
  const copy = plainCopy(input)
  if (!copy.ok) return { ok: false, issues: [copy.issue] }
  if (Object.keys(fields).length === 0) return nothingBut(copy.value)
  const schema = structOf(fields, mode)
  const decoded = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" })(copy.value)
  if (Result.isFailure(decoded)) {
    const { issues } = formatIssues(decoded.failure.issue)
    return { ok: false, issues: issues.map(({ path, message }) => ({ path: pathText(path), message: plain(message) })) }
  }
  const values = flatValues(fields, decoded.success as Record<string, unknown>)
  return { ok: true, values: mode === "patch" ? kept(fields, values) : completed(fields, values) }
}

/** A struct without members would take anything. */
const nothingBut = (given: unknown): Decoded => {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return { ok: false, issues: [{ path: "", message: "must be an object" }] }
  const issues = Object.keys(given).map((path) => ({ path, message: "is not known here" }))
  return issues.length > 0 ? { ok: false, issues } : { ok: true, values: {} }
}

/** The schema's own messages in the words of the others. */
const plain = (message: string): string => {
  if (message === "Missing key") return "is missing"
  if (message === "Expected no excess property") return "is not known here"
  const [, expected] = /^Expected (\w+)(?: \| null)?$/.exec(message) ?? []
  return expected === undefined ? message : `must be ${EXPECTED[expected] ?? expected}`
}
const EXPECTED: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  object: "an object",
  array: "a list",
}

/** Decimals that are written as they are kept already. */
const SHORTEST = /^(?:0|-?[1-9]\d{0,14})$|^-?(?:0|[1-9]\d{0,8})\.\d{0,5}[1-9]$/

/** Decimals lose their trailing zeros, so that equal values are equal bytes in records, hashes and imports. */
const canonicalValue = ({ kind }: Kind, value: unknown): unknown => {
  if (kind !== "decimal" && kind !== "price" && kind !== "quantity") return value
  if (typeof value === "string" && SHORTEST.test(value)) return value
  const parsed = typeof value === "string" ? parseDecimal(value, { maxScale: 6 }) : null
  return parsed?.ok ? decimalText(parsed.value) : value
}

/** Values of fields as they are kept, whoever wrote them. */
export const kept = (fields: Fields, values: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    const spec = fields[name]?.spec
    if (spec?.kind === "children") result[name] = completedPatch(spec.entity.fields, value)
    else result[name] = spec ? canonicalValue(spec, value) : value
  }
  return result
}

type Given = Readonly<Record<string, unknown>>

const completedPatch = (fields: Fields, given: unknown): ListPatchValues<Fields> => {
  const {
    add = [],
    change = [],
    ...rest
  } = (given ?? {}) as {
    readonly add?: readonly Given[]
    readonly change?: readonly { readonly id: string; readonly set: Given }[]
  }
  return {
    remove: [],
    move: [],
    ...rest,
    add: add.map((part) => completed(fields, flatValues(fields, part))),
    change: change.map(({ id, set }) => ({ id, set: kept(fields, flatValues(fields, set)) })),
  }
}

const pathText = (path: readonly unknown[] | undefined): string =>
  (path ?? []).reduce<string>((text, step) => {
    const key = typeof step === "object" && step !== null && "key" in step ? step.key : step
    return typeof key === "number" ? `${text}[${key}]` : `${text}${text === "" ? "" : "."}${String(key)}`
  }, "")

const completed = (fields: Fields, values: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const result: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(fields)) {
    const { spec } = field
    const given = values[name]
    if (field.presence === "patches" && spec.kind === "children")
      result[name] = completedPatch(spec.entity.fields, given)
    else if (spec.kind === "children") {
      const list = (given ?? []) as readonly Readonly<Record<string, unknown>>[]
      result[name] = list.map((child) => completed(spec.entity.fields, flatValues(spec.entity.fields, child)))
    } else if (field.presence !== "stored") result[name] = canonicalValue(spec, given ?? field.defaultValue ?? null)
  }
  return result
}

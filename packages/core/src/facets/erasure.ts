/** Erasure: what stands where a personal value stood. One line per kind; a new kind must answer here. */
import type { Money } from "@anbud/pricing"
import type { Field, Kind, KindName } from "../kernel/field.ts"

type Of<K extends KindName> = Extract<Kind, { readonly kind: K }>

/** A value of the kind that says nothing of anybody, the same for all records but where it must be unique. */
const ANONYMOUS: { readonly [K in KindName]: (kind: Of<K>, token: string, value: unknown) => unknown } = {
  text: ({ maxLength }, token) => (token === "" ? "erased" : `erased-${token}`).slice(0, maxLength),
  integer: ({ min, max }) => Math.min(Math.max(0, min), max),
  decimal: () => "0",
  price: () => "0",
  quantity: () => "0",
  percent: () => 0,
  duration: ({ min, max }) => Math.min(Math.max(0, min), max),
  money: (_, __, value) => ({ ...(value as Money), minor: 0 }),
  date: () => "1900-01-01",
  instant: () => "1900-01-01T00:00:00.000Z",
  zoned: () => ({ local: "1900-01-01T00:00", zone: "UTC" }),
  boolean: () => false,
  choice: ({ of }) => of[0] ?? "",
  // A reference is a pseudonym by itself: what it points at is erased there.
  ref: () => undefined,
  json: () => null,
  children: () => undefined,
}

/**
 * What erasure leaves in a field: nothing where it may be empty and is to be erased, a value that says nothing of
 * anybody otherwise. Undefined leaves the value as it is.
 *
 * @example erasedValue(Person.fields.email, id, "per@lund.se") // null
 * @example erasedValue(Person.fields.name, id, "Per Lund")     // "erased"
 */
export const erasedValue = (field: Field, id: string, value: unknown): unknown => {
  const { spec, presence, options } = field
  const mayBeEmpty = presence === "optional" || presence === "stored"
  if (mayBeEmpty && options.personal?.on !== "anonymise") return null
  // The end of a UUIDv7 is its random part: what is cut off a short field is the time.
  const token = options.unique ? id.split("-").reverse().join("-") : ""
  return (ANONYMOUS[spec.kind] as (kind: Kind, token: string, value: unknown) => unknown)(spec, token, value)
}

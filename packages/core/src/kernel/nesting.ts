/**
 * Nesting: callers see what others add to a record under the adder's name, `company.warranty.level`; the kernel knows
 * each such value by the name of its field, `warranty.level`, as filters, imports, history and rights do.
 */
import type { Fields } from "./field.ts"
import { onceFor } from "./onceFor.ts"

type Values = Readonly<Record<string, unknown>>

/** The names under which others add to a record: `warranty`, where there is a field `warranty.level`. */
export const groupsOf: (fields: Fields) => ReadonlySet<string> = onceFor(
  (fields) => new Set(Object.keys(fields).flatMap((name) => groupOf(name) ?? [])),
)

/** The name before the point of an added field's name, null for a field of the entity's own. */
export const groupOf = (name: string): string | null => {
  const point = name.indexOf(".")
  return point < 0 ? null : name.slice(0, point)
}

/** The fields below one of these names, by what follows the point. */
export const fieldsIn = (fields: Fields, group: string): Fields =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) =>
      groupOf(name) === group ? [[name.slice(group.length + 1), field]] : [],
    ),
  )

/**
 * Values by the names of fields, from a row, an input or a patch as callers give it.
 *
 * @example flatValues(fields, { name: "Granen", warranty: { level: "gold" } }) // { name, "warranty.level": "gold" }
 */
export const flatValues = (fields: Fields, values: Values): Values => {
  const groups = groupsOf(fields)
  if (groups.size === 0) return values
  const flat: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    if (groups.has(name) && typeof value === "object" && value !== null)
      for (const [inner, own] of Object.entries(value)) flat[`${name}.${inner}`] = own
    else flat[name] = value
  }
  return flat
}

/**
 * Values as callers see them.
 *
 * @example nestedValues(fields, { name: "Granen", "warranty.level": null }) // { name, warranty: { level: null } }
 */
export const nestedValues = (fields: Fields, values: Values): Values => {
  if (groupsOf(fields).size === 0) return values
  const nested: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    const group = groupOf(name)
    if (group === null) nested[name] = value
    else nested[group] = { ...(nested[group] as Values | undefined), [name.slice(group.length + 1)]: value }
  }
  return nested
}

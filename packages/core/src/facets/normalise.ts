/** Normalised keys: what unique fields compare, made here and never by a database, so that both compare alike. */
import { type Canonical, canonical } from "../kernel/canonical.ts"
import type { Fields } from "../kernel/field.ts"

/**
 * The key of a unique text: composed, folded in case and width, and with inner white space as one blank.
 *
 * @example unique(" Q-1001  å") === unique("q-1001 Å") // true
 */
export const unique = (value: string): string =>
  value.normalize("NFKC").toLowerCase().normalize("NFKC").trim().replace(/\s+/g, " ")

/**
 * The values of these fields as one key, which two records share only if they are the same: unique texts compare as
 * in the database.
 */
export const naturalKey = (
  fields: Fields,
  names: readonly string[],
  values: Readonly<Record<string, unknown>>,
): string =>
  canonical(
    names.map((name) => {
      const value = (values[name] ?? null) as Canonical
      const isFolded = fields[name]?.options.unique === true && typeof value === "string"
      return isFolded ? unique(value) : value
    }),
  )

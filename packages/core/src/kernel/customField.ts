/**
 * Custom fields: what a tenant adds to records at run time. Each has a key that the engine makes and never changes; the
 * label is only data. The type of a field never changes, and a retired field keeps its values: they stay readable.
 */
import { entity, type Rooted, type RowOf } from "./entity.ts"
import { boolean, choice, defaulted, type Field, integer, json, optional, text } from "./field.ts"

/** What a custom field may hold. */
export const CUSTOM_KINDS = ["text", "integer", "decimal", "date", "boolean", "choice", "money"] as const

/** A text per language: `{ en: "Machines", sv: "Maskiner" }`. */
export type Labels = Readonly<Record<string, string>>

/** The definition of a custom field. */
export const CustomField = entity("customField", {
  /** The entity and the key, so that no two fields share them: `company.machines`. */
  name: text({ unique: true, maxLength: 90 }),
  entity: text({ maxLength: 45 }),
  /** Made from the label when the field is defined: lower-case letters and digits, from a letter on. */
  key: text({ maxLength: 40, pattern: /^[a-z][a-z0-9]*$/ }),
  labels: json<Labels>(),
  /** Its place among the fields of its entity, from 1. */
  ordinal: integer({ min: 1 }),
  kind: choice(CUSTOM_KINDS),
  /** The words of a choice. */
  choices: optional(json<readonly string[]>()),
  /** The bounds of a whole number. */
  min: optional(integer()),
  max: optional(integer()),
  /** A record cannot be created through its collection without it, nor emptied; older ones may lack it. */
  isRequired: defaulted(boolean(), false),
  /** Its records are found by it: texts and choices only. */
  isSearchable: defaulted(boolean(), false),
  /** Its values are personal data of the record's subject: they are erased with it. */
  isPersonal: defaulted(boolean(), false),
  isRetired: defaulted(boolean(), false),
})
export interface CustomField extends RowOf<typeof CustomField.fields>, Rooted<"customField"> {}

/** The longest text that a custom field holds. */
export const CUSTOM_TEXT_LENGTH = 2000

/** The field that a definition describes; `isDoor` for what callers give, where a required one must be there. */
export const fieldFrom = (definition: CustomField, isDoor: boolean): Field => {
  const { isRetired, isRequired, isPersonal, isSearchable } = definition
  const field = kindOf(definition)
  const options = {
    ...(isPersonal ? { personal: { category: "S", of: "id", on: "erase" } as const } : {}),
    // Texts are found by their words; what else a field holds is filtered, not searched.
    ...(isSearchable && SEARCHED.has(field.spec.kind) ? { search: "words" as const } : {}),
  }
  const presence = isRetired ? "stored" : isDoor && isRequired ? "required" : "optional"
  return { ...field, options, presence }
}

const SEARCHED: ReadonlySet<string> = new Set(["text", "choice"])

const kindOf = ({ kind, choices, min, max }: CustomField): Pick<Field, "spec"> => {
  switch (kind) {
    case "text":
      return { spec: { kind, maxLength: CUSTOM_TEXT_LENGTH } }
    case "integer":
      return { spec: { kind, min: min ?? -Number.MAX_SAFE_INTEGER, max: max ?? Number.MAX_SAFE_INTEGER } }
    case "choice":
      return { spec: { kind, of: choices ?? [] } }
    // A decimal is kept as millionths, so that it can be compared and sorted.
    case "decimal":
      return { spec: { kind: "quantity" } }
    default:
      return { spec: { kind } }
  }
}

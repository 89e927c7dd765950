/** Why the commands on custom fields refuse. */
import { type RefusalOf, refusal } from "../../kernel/errors.ts"
import { integer, text } from "../../kernel/field.ts"

/**
 * There is no entity of this name whose records take custom fields: they are records of their own that can be patched.
 *
 * Name an entity as the table map does, such as `company` or `quote`; a part takes its fields from its root.
 */
export const UnknownEntity = refusal(
  "UnknownEntity",
  { entity: text() },
  { en: "No records called {entity} take custom fields.", sv: "Inga poster som heter {entity} tar egna fält." },
  422,
)
export type UnknownEntity = RefusalOf<typeof UnknownEntity>

/**
 * There are as many of them as one tenant may have.
 *
 * Use a field that exists: retired ones count too, since their values stay.
 */
export const LimitExceeded = refusal(
  "LimitExceeded",
  { limit: text(), most: integer() },
  { en: "There may be at most {most} {limit}.", sv: "Det får finnas högst {most} {limit}." },
  422,
)
export type LimitExceeded = RefusalOf<typeof LimitExceeded>

/**
 * The field was retired: it keeps its values and takes no more.
 *
 * Define a new one if the values are needed again.
 */
export const FieldRetired = refusal(
  "FieldRetired",
  { field: text() },
  { en: "The field {field} is retired.", sv: "Fältet {field} har tagits ur bruk." },
)
export type FieldRetired = RefusalOf<typeof FieldRetired>

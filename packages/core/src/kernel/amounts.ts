/** Amounts: money that takes its currency from its aggregate must be in that currency, or a write would re-label it. */
import type { Money } from "@anbud/pricing"
import type { Values } from "./changes.ts"
import type { ChildEntity, Fields } from "./field.ts"
import { type Fielded, fieldsOf, partsOf } from "./fields.ts"
import { onceFor } from "./onceFor.ts"
import type { RuleIssue } from "./rule.ts"

/** An amount without a currency of its own: its field, and the field that names its currency. */
interface Amount {
  readonly field: string
  readonly currency: string
}

const amountsOf: (fields: Fields) => readonly Amount[] = onceFor((fields) =>
  Object.entries(fields).flatMap(([field, { spec }]) =>
    spec.kind === "money" && spec.currency !== undefined ? [{ field, currency: spec.currency }] : [],
  ),
)

/** What an entity's amounts depend on: the names of the currency fields, own or of a record above. */
export const currencyNames: (fields: Fields) => readonly string[] = onceFor((fields) => [
  ...new Set(amountsOf(fields).map(({ currency }) => currency)),
])

/** Whether parts below an entity hold amounts in the currency that this field of it names. */
export const isCurrencyBelow = (model: Fielded, entity: ChildEntity, name: string): boolean =>
  partsOf(model, entity).some(({ child }) => {
    if (Object.hasOwn(child.fields, name)) return false
    return currencyNames(fieldsOf(model, child)).includes(name) || isCurrencyBelow(model, child, name)
  })

/** What is wrong with a record's amounts: those not in its currency; `above` finds currencies of parents. */
export const amountIssues = (
  model: Fielded,
  entity: ChildEntity,
  row: Values,
  above: (name: string) => unknown = () => null,
): readonly RuleIssue[] =>
  amountsOf(fieldsOf(model, entity)).flatMap(({ field, currency }) => {
    const amount = (row[field] ?? null) as Money | null
    const expected = Object.hasOwn(entity.fields, currency) ? row[currency] : above(currency)
    if (amount === null || typeof expected !== "string" || amount.currency === expected) return []
    return [{ field, rule: `is in ${amount.currency} but must be in ${expected}, the currency of its record` }]
  })

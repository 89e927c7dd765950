/** Amounts: money that takes its currency from its aggregate must be in that currency, or a write would re-label it. */
import type { Money } from "@anbud/pricing"
import type { Values } from "./changes.ts"
import type { ChildEntity, Fields } from "./field.ts"
import { type Fielded, fieldsOf, partsOf } from "./fields.ts"
import type { RuleIssue } from "./rule.ts"

/** What an entity's amounts depend on: the names of the currency fields, own or of a record above. */
export const currencyNames = (fields: Fields): readonly string[] => [
  ...new Set(
    Object.values(fields).flatMap(({ spec }) =>
      spec.kind === "money" && spec.currency !== undefined ? [spec.currency] : [],
    ),
  ),
]

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
  Object.entries(fieldsOf(model, entity)).flatMap(([field, { spec }]) => {
    if (spec.kind !== "money" || spec.currency === undefined) return []
    const amount = (row[field] ?? null) as Money | null
    const expected = Object.hasOwn(entity.fields, spec.currency) ? row[spec.currency] : above(spec.currency)
    if (amount === null || typeof expected !== "string" || amount.currency === expected) return []
    return [{ field, rule: `is in ${amount.currency} but must be in ${expected}, the currency of its record` }]
  })

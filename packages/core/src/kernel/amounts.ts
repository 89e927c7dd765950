/** Amounts: money that takes its currency from its aggregate must be in that currency, or a write would re-label it. */
import type { Money } from "@anbud/pricing"
import type { Values } from "./changes.ts"
import type { ChildEntity, Fields } from "./field.ts"
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
export const isCurrencyBelow = (entity: ChildEntity, name: string): boolean =>
  Object.values(entity.fields).some(({ spec }) => {
    if (spec.kind !== "children" || Object.hasOwn(spec.entity.fields, name)) return false
    return currencyNames(spec.entity.fields).includes(name) || isCurrencyBelow(spec.entity, name)
  })

/** What is wrong with a record's amounts: those not in its currency; `above` finds currencies of parents. */
export const amountIssues = (
  entity: ChildEntity,
  row: Values,
  above: (name: string) => unknown = () => null,
): readonly RuleIssue[] =>
  Object.entries(entity.fields).flatMap(([field, { spec }]) => {
    if (spec.kind !== "money" || spec.currency === undefined) return []
    const amount = (row[field] ?? null) as Money | null
    const expected = Object.hasOwn(entity.fields, spec.currency) ? row[spec.currency] : above(spec.currency)
    if (amount === null || typeof expected !== "string" || amount.currency === expected) return []
    return [{ field, rule: `is in ${amount.currency} but must be in ${expected}, the currency of its record` }]
  })

/** Rule issues: what the rules of an entity, and the currency of its amounts, say of one record. */
import { amountIssues } from "./amounts.ts"
import type { Values } from "./changes.ts"
import type { Entity } from "./entity.ts"
import { fieldsOf } from "./fields.ts"
import type { Model } from "./model.ts"
import { nestedValues } from "./nesting.ts"
import type { RuleIssue } from "./rule.ts"

/** Everything that does not hold for a record by the names of its fields; `above` finds the currency that a record above holds. */
export const ruleIssues = (
  model: Model,
  entity: Entity,
  row: Values,
  above?: (name: string) => unknown,
): readonly RuleIssue[] => [...rulesBroken(model, entity, row), ...amountIssues(model, entity, row, above)]

const rulesBroken = (model: Model, entity: Entity, row: Values): readonly RuleIssue[] => {
  const rules = model.rules.get(entity.name) ?? []
  if (rules.length === 0) return []
  const shown = nestedValues(fieldsOf(model, entity), row)
  return rules.flatMap((rule) => rule.test(shown as never) ?? [])
}

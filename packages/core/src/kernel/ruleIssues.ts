/** Rule issues: what the rules of an entity, and the currency of its amounts, say of one record. */
import { amountIssues } from "./amounts.ts"
import type { Values } from "./changes.ts"
import type { Entity } from "./entity.ts"
import type { Model } from "./model.ts"
import type { RuleIssue } from "./rule.ts"

/** Everything that does not hold for a record; `above` finds the currency that a record above holds. */
export const ruleIssues = (
  model: Model,
  entity: Entity,
  row: Values,
  above?: (name: string) => unknown,
): readonly RuleIssue[] => [
  ...(model.rules.get(entity.name) ?? []).flatMap((rule) => rule.test(row as never) ?? []),
  ...amountIssues(entity, row, above),
]

/** Rules: pure statements about one record that hold whenever it is written, by whatever door. */
import type { Entity, Row } from "./entity.ts"
import { baseOf } from "./extension.ts"

/** What a rule says of a record: the field and what it must be, or null when it holds. */
export interface RuleIssue {
  readonly field: string
  readonly rule: string
}

/** A rule of an entity. */
export interface Rule {
  readonly entity: Entity
  readonly test: (row: never) => RuleIssue | null
}

/**
 * Defines a rule.
 *
 * @example rule(Period, (row) => row.to >= row.from ? null : { field: "to", rule: "must not be before from" })
 */
export const rule = <E extends Entity>(entity: E, test: (row: Row<E>) => RuleIssue | null): Rule => ({
  entity: baseOf(entity),
  test,
})

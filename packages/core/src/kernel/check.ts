/**
 * Checks: statements about records that need to know others, such as that no company is its own parent. The facts are
 * loaded once for all records of a batch, after they are locked; no check asks the store row by row.
 */
import type { Lock } from "./command.ts"
import type { Entity, Row } from "./entity.ts"
import { baseOf } from "./extension.ts"
import type { Reads } from "./reads.ts"
import type { RuleIssue } from "./rule.ts"

/** Locks records on which a check rests until the command ends; where nothing will be written it does nothing. */
export type LockFacts = (locks: readonly Lock[]) => Promise<void>

/** A check of an entity. */
export interface Check {
  readonly entity: Entity
  /** Only records in which one of these fields changes are checked; null for all. */
  readonly fields: readonly string[] | null
  readonly facts: (rows: readonly never[], read: Reads, lock: LockFacts) => Promise<unknown>
  readonly test: (row: never, facts: never) => RuleIssue | null
}

/** What `check` takes. */
export interface CheckSpec<E extends Entity, F> {
  readonly fields?: readonly (keyof E["fields"] & string)[]
  /** Loads what the test needs: `rows` as they would be, `read` shows the records as they are before. */
  readonly facts: (rows: readonly Row<E>[], read: Reads, lock: LockFacts) => Promise<F>
  readonly test: (row: Row<E>, facts: F) => RuleIssue | null
}

/**
 * Defines a check; it runs wherever a rule does: in commands, previews, imports and mass updates.
 *
 * @example
 * check(Booking, {
 *   facts: async (rows, read) => read.find(Booking, { room: { in: rows.map(({ room }) => room) } }),
 *   test: (row, others) => (others.some((other) => overlap(row, other)) ? { field: "from", rule: "is taken" } : null),
 * })
 */
export const check = <E extends Entity, F>(entity: E, spec: CheckSpec<E, F>): Check => ({
  entity: baseOf(entity),
  fields: spec.fields ?? null,
  facts: spec.facts,
  test: spec.test,
})

/** Check issues: what the checks of an entity say of a batch of its records. */
import type { Values } from "./changes.ts"
import type { LockFacts } from "./check.ts"
import type { Entity } from "./entity.ts"
import { fieldsOf } from "./fields.ts"
import type { Model } from "./model.ts"
import { nestedValues } from "./nesting.ts"
import type { Reads } from "./reads.ts"
import { changedNames } from "./recordChange.ts"
import type { RuleIssue } from "./rule.ts"

/** A record of a batch by the names of its fields; before it is null where the record is new. */
export interface Candidate {
  readonly id: string
  readonly before: Values | null
  readonly after: Values
}

/** Where the facts of a check come from. */
export interface FactSource {
  readonly read: Reads
  readonly lock: LockFacts
}

/** Nothing will be written: nothing needs to be locked. */
export const lockNothing: LockFacts = async () => undefined

/** The first thing that does not hold, by the record's id. */
export const checkIssues = async (
  model: Model,
  entity: Entity,
  batch: readonly Candidate[],
  { read, lock }: FactSource,
): Promise<ReadonlyMap<string, RuleIssue>> => {
  const found = new Map<string, RuleIssue>()
  const fields = fieldsOf(model, entity)
  for (const check of model.checks.get(entity.name) ?? []) {
    const rows = batch
      .filter((one) => concerns(check.fields, one))
      .map(({ id, after }) => nestedValues(fields, { ...after, id }) as Values & { readonly id: string })
    if (rows.length === 0) continue
    const facts = await check.facts(rows as never, read, lock)
    for (const row of rows) {
      const issue = check.test(row as never, facts as never)
      if (issue && !found.has(row.id)) found.set(row.id, issue)
    }
  }
  return found
}

const concerns = (fields: readonly string[] | null, { before, after }: Candidate): boolean => {
  if (fields === null) return true
  if (before === null) return fields.some((name) => (after[name] ?? null) !== null)
  return changedNames(before, after).some((name) => fields.includes(name))
}

/** No cycles: a check that a record never comes to stand above itself by a reference to its own entity. */
import { type Check, check } from "./check.ts"
import { lock } from "./command.ts"
import type { Entity } from "./entity.ts"
import type { Id } from "./field.ts"
import type { Reads } from "./reads.ts"
import type { RuleIssue } from "./rule.ts"

/**
 * No record may stand above itself by way of `field`, in however many steps.
 *
 * Everything above is locked, so that two commands that would close a ring together find one another.
 *
 * @example noCycles(Company, "parentCompany")
 */
export const noCycles = <E extends Entity>(entity: E, field: keyof E["fields"] & string): Check =>
  check(entity, {
    fields: [field],
    facts: async (rows, read, lockFacts) => {
      const own = new Map(rows.map((row) => [row.id as string, parentOf(row, field)]))
      let above = await parentsAbove(entity, field, own, read)
      for (let known = 0; known < above.size; above = await parentsAbove(entity, field, own, read)) {
        known = above.size
        const others = [...above.keys()].filter((id) => !own.has(id))
        await lockFacts(others.map((id) => lock(entity as Entity, id as Id)))
      }
      return above
    },
    test: (row, above) => (isBelowItself(row.id, above) ? { field, rule: CYCLE } : null),
  })

const CYCLE: RuleIssue["rule"] = "must not lead back to the record itself"

const parentOf = (row: object, field: string): string | null =>
  ((row as Readonly<Record<string, unknown>>)[field] ?? null) as string | null

/** Of each record and all above it: its parent. One read per level. */
const parentsAbove = async (
  entity: Entity,
  field: string,
  own: ReadonlyMap<string, string | null>,
  read: Reads,
): Promise<ReadonlyMap<string, string | null>> => {
  const parents = new Map(own)
  for (let level = unknownOf(parents); level.length > 0; level = unknownOf(parents)) {
    const rows = await read.find(entity, { id: { in: level } } as never)
    for (const id of level) parents.set(id, null)
    for (const row of rows) parents.set(row.id, parentOf(row, field))
  }
  return parents
}

const unknownOf = (parents: ReadonlyMap<string, string | null>): readonly string[] => [
  ...new Set([...parents.values()].flatMap((id) => (id === null || parents.has(id) ? [] : [id]))),
]

const isBelowItself = (id: string, parents: ReadonlyMap<string, string | null>): boolean => {
  const seen = new Set<string>()
  let at = parents.get(id) ?? null
  while (at !== null && !seen.has(at)) {
    if (at === id) return true
    seen.add(at)
    at = parents.get(at) ?? null
  }
  return false
}

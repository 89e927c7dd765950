/**
 * References: whatever a command leaves behind refers to records that exist. One count per entity that is referred to,
 * at the end of the command, when its records may refer to one another in any order; the store's foreign keys stay the
 * belt below.
 */
import type { ApplyContext } from "./apply.ts"
import type { Entity } from "./entity.ts"
import { fieldsOf } from "./fields.ts"
import { groupBy } from "./groupBy.ts"
import { recordKey } from "./model.ts"
import { parentageOf } from "./records.ts"
import { placeOf } from "./sideRows.ts"
import { ReferenceMissing } from "./storeErrors.ts"
import { tableName } from "./tableName.ts"
import type { WrittenRecord } from "./written.ts"

/** A value that refers to a record. */
interface Reference {
  /** The record that refers. */
  readonly entity: Entity
  readonly field: string
  readonly target: Entity
  readonly id: string
}

/** Refuses with `ReferenceMissing`, which names the entity, the field and the id. */
export const checkReferences = async (ctx: ApplyContext): Promise<void> => {
  const records = [...ctx.written.records.values()]
  const given = records.flatMap((record) => referencesOf(ctx, record))
  for (const [target, some] of groupBy(given, (reference) => reference.target)) await checkTargets(ctx, target, some)
  const removed = records.filter(({ before, after }) => before !== null && after === null)
  for (const [entity, some] of groupBy(removed, (record) => record.entity))
    await checkReferring(
      ctx,
      entity,
      some.map(({ id }) => id),
    )
}

/** The references that a record has now and had not before, without those to records that the command has written. */
const referencesOf = (
  { model, written }: ApplyContext,
  { entity, parent, before, after }: WrittenRecord,
): readonly Reference[] => {
  if (after === null) return []
  const found: Reference[] = []
  const add = (field: string, target: Entity, id: string): void => {
    const own = written.records.get(recordKey(target, id))
    if (!own?.after) found.push({ entity, field, target, id })
  }
  if (before === null && parent !== null) add("parent", parentageOf(model, entity).entity, parent)
  for (const [field, { spec }] of Object.entries(fieldsOf(model, entity))) {
    const value = after[field] ?? null
    if (spec.kind !== "ref" || value === null || before?.[field] === value) continue
    const target = model.entities.get(spec.entity().name)
    if (target) add(field, target, String(value))
  }
  return found
}

const checkTargets = async (
  { tx, tenant, records }: ApplyContext,
  target: Entity,
  references: readonly Reference[],
): Promise<void> => {
  const values = [...new Set(references.map(({ id }) => id))]
  const where = { op: "in", column: "id", values } as const
  if ((await tx.count({ table: tableName(target), tenant, where })) === values.length) return
  const existing = await records.byIds(target, values)
  for (const { entity, field, id } of references) if (!existing.has(id)) throw missing(entity, field, id)
}

/** What still refers to removed records. */
const checkReferring = async (ctx: ApplyContext, target: Entity, ids: readonly string[]): Promise<void> => {
  const { model, tx, tenant } = ctx
  for (const entity of model.entities.values())
    for (const [field, { spec }] of Object.entries(fieldsOf(model, entity))) {
      if (spec.kind !== "ref" || spec.entity().name !== target.name) continue
      const { table, name } = placeOf(model, entity, field)
      const column = tableName({ name })
      const where = { op: "in", column, values: ids } as const
      const [row] = await tx.select({ table, tenant, where, limit: 1 })
      if (row) throw missing(entity, field, String(row[column]))
    }
}

const missing = (entity: Entity, field: string, id: string): ReferenceMissing =>
  new ReferenceMissing({ table: tableName(entity), entity: entity.name, field, id })

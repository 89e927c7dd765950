/**
 * Roots: the aggregates that a command writes to. A root steps one version per command, whichever of its parts was
 * written; its values are also where its parts find the currency of their amounts.
 */
import type { Entity } from "./entity.ts"
import { type Model, recordKey } from "./model.ts"
import { parentageOf, type Records, type RecordValues } from "./records.ts"

/** A record below a parent: one that exists, or one that the command makes. */
export interface Part {
  readonly entity: Entity
  readonly parent: string
}

/** A root that exists and steps its version. */
export interface Stepped {
  readonly entity: Entity
  readonly id: string
  readonly version: number
}

/** The roots above the parts that a command writes. */
export interface Roots {
  /** Notes that a root that exists changes; gives its key. */
  step(entity: Entity, row: { readonly id: string; readonly version: number }): string
  /** Notes that a part changes; gives its root's key. */
  stepAbove(part: Part): string
  /** A value of the nearest record above that has this field. */
  valueAbove(part: Part, field: string): unknown
  /** Every root noted so far. */
  stepped(): readonly Stepped[]
}

/** A record that the command makes, as its parts see it. */
export interface Made {
  readonly entity: Entity
  readonly id: string
  readonly parent: string | null
  readonly values: Readonly<Record<string, unknown>>
}

/** Loads the records above these parts, one read per level, however many parts there are. */
export const rootsOf = async (
  model: Model,
  records: Records,
  made: readonly Made[],
  parts: readonly Part[],
): Promise<Roots> => {
  const fresh = new Map(made.map((row) => [recordKey(row.entity, row.id), row]))
  const known = new Map<string, RecordValues>()
  let level: readonly Part[] = parts
  while (level.length > 0) {
    const wanted = new Map<Entity, Set<string>>()
    for (const { entity, parent } of level) {
      const above = parentageOf(model, entity).entity
      const key = recordKey(above, parent)
      if (!known.has(key) && !fresh.has(key)) wanted.set(above, (wanted.get(above) ?? new Set()).add(parent))
    }
    const next: Part[] = []
    for (const [entity, ids] of wanted) {
      for (const [id, row] of await records.byIds(entity, [...ids])) {
        known.set(recordKey(entity, id), row)
        if (row.version === undefined) next.push({ entity, parent: String(row["parent"]) })
      }
    }
    level = next
  }
  return rootsIn(model, fresh, known)
}

const rootsIn = (model: Model, fresh: ReadonlyMap<string, Made>, known: ReadonlyMap<string, RecordValues>): Roots => {
  const noted = new Map<string, Stepped>()
  const step: Roots["step"] = (entity, { id, version }) => {
    const key = recordKey(entity, id)
    noted.set(key, { entity, id, version })
    return key
  }
  const stepAbove: Roots["stepAbove"] = (part) => {
    const { entity } = parentageOf(model, part.entity)
    const key = recordKey(entity, part.parent)
    const made = fresh.get(key)
    if (made) return made.parent === null ? key : stepAbove({ entity, parent: made.parent })
    const row = known.get(key)
    // A parent that does not exist now may be made later in the command; otherwise the references are refused.
    if (!row) return key
    if (row.version !== undefined) return step(entity, { id: row.id, version: row.version })
    return stepAbove({ entity, parent: String(row["parent"]) })
  }
  const valueAbove: Roots["valueAbove"] = (part, field) => {
    const { entity } = parentageOf(model, part.entity)
    const key = recordKey(entity, part.parent)
    const made = fresh.get(key)
    const row = made?.values ?? known.get(key)
    if (!row) return null
    if (Object.hasOwn(entity.fields, field)) return row[field] ?? null
    const parent = made ? made.parent : (row["parent"] ?? null)
    return parent === null ? null : valueAbove({ entity, parent: String(parent) }, field)
  }
  return { step, stepAbove, valueAbove, stepped: () => [...noted.values()] }
}

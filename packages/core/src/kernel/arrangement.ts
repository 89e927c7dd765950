/** Arrangement: the places that parts have in their parents' lists once a command's moves are made. */
import type { Change, Changes } from "./changes.ts"
import type { Entity } from "./entity.ts"
import { fieldsOf } from "./fields.ts"
import { groupBy } from "./groupBy.ts"
import type { Inserted } from "./insertions.ts"
import { type Model, recordKey } from "./model.ts"
import { flatValues } from "./nesting.ts"
import type { Records, RecordValues } from "./records.ts"
import { NotFound } from "./refusals.ts"

/** A part that exists and gets another place. */
export interface Moved {
  readonly entity: Entity
  readonly row: RecordValues
  readonly to: number
}

/** The rows to insert, at their places, and the parts that exist whose places change. */
export interface Arrangement {
  readonly inserted: readonly Inserted[]
  readonly moved: readonly Moved[]
}

type Move = Extract<Change, { readonly verb: "move" }>

/** Makes the moves, one after the other; a list that nothing moves in keeps its places, gaps and all. */
export const arranged = async (
  model: Model,
  changes: Changes,
  inserted: readonly Inserted[],
  records: Records,
): Promise<Arrangement> => {
  const moves = changes.filter((change): change is Move => change.verb === "move")
  if (moves.length === 0) return { inserted, moved: [] }
  const places = new Map<string, number>()
  const moved: Moved[] = []
  for (const [entity, some] of groupBy(moves, (move) => move.entity)) {
    const fresh = new Map(inserted.filter((row) => row.entity === entity).map((row) => [row.id, row]))
    const known = await records.byIds(
      entity,
      [...new Set(some.map(({ id }) => id))].filter((id) => !fresh.has(id)),
    )
    const parentOf = (id: string): string => {
      const parent = fresh.get(id)?.parent ?? known.get(id)?.["parent"]
      if (typeof parent !== "string") throw new NotFound({ entity: entity.name, id })
      return parent
    }
    const lists = groupBy(some, ({ id }) => parentOf(id))
    const siblings = groupBy(await records.children(entity, [...lists.keys()]), (row) => row.parent as string)
    const gone = new Set(changes.flatMap(({ verb, id }) => (verb === "remove" && id !== null ? [id] : [])))
    for (const [parent, own] of lists) {
      const left = (siblings.get(parent) ?? []).filter(({ id }) => !gone.has(id))
      const before = left.map((row) => flatValues(fieldsOf(model, entity), row as never) as RecordValues)
      const added = [...fresh.values()].filter((row) => row.parent === parent)
      const order = moveEach(
        [...before, ...added].map(({ id }) => id),
        own,
      )
      for (const [index, id] of order.entries()) places.set(recordKey(entity, id), index + 1)
      for (const row of before) {
        const to = places.get(recordKey(entity, row.id)) ?? 0
        if (to !== row["position"]) moved.push({ entity, row, to })
      }
    }
  }
  const placed = inserted.map((row) => ({
    ...row,
    position: places.get(recordKey(row.entity, row.id)) ?? row.position,
  }))
  return { inserted: placed, moved }
}

const moveEach = (ids: readonly string[], moves: readonly Move[]): readonly string[] => {
  const order = [...ids]
  for (const { id, to } of moves) {
    order.splice(order.indexOf(id), 1)
    order.splice(to - 1, 0, id)
  }
  return order
}

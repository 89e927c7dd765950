/** The compiler: a predicate on a root record as a condition on the columns of an entity, root or part. */
import type { Entity } from "../entity.ts"
import type { Model } from "../model.ts"
import type { Condition } from "../store.ts"
import { tableName } from "../tableName.ts"
import type { Predicate } from "./predicate.ts"

/** The condition that the predicate's records match; null if it reaches all. A part is found through its root. */
export const conditionFor = (model: Pick<Model, "parents">, entity: Entity, predicate: Predicate): Condition | null => {
  if (predicate.op === "all") return null
  if (predicate.op === "none") return { op: "or", of: [] }
  const above = model.parents.get(entity.name)
  if (!above) return onRoot(predicate)
  const where = conditionFor(model, above.entity, predicate)
  return { op: "exists", table: tableName(above.entity), on: [["id", above.by]], ...(where ? { where } : {}) }
}

const onRoot = (predicate: Predicate): Condition => {
  switch (predicate.op) {
    case "all":
      return { op: "and", of: [] }
    case "none":
      return { op: "or", of: [] }
    case "and":
    case "or":
      return { op: predicate.op, of: predicate.of.map(onRoot) }
    case "not":
      return { op: "not", of: onRoot(predicate.of) }
    case "in":
      return { op: "in", column: tableName({ name: predicate.field }), values: predicate.values }
  }
}

/** Filters: for one right and one field, what the compiled filter finds in the store and what the evaluator says. */
import { derived } from "../../src/facets/derived.ts"
import type { Entity } from "../../src/kernel/entity.ts"
import { compileModel } from "../../src/kernel/model.ts"
import { conditionFor } from "../../src/kernel/rights/condition.ts"
import { reaches } from "../../src/kernel/rights/predicate.ts"
import { reachOf } from "../../src/kernel/rights/reach.ts"
import type { Actor } from "../../src/kernel/rights.ts"
import { tableName } from "../../src/kernel/tableName.ts"
import { oneOf } from "./draw.ts"
import * as oracle from "./oracle.ts"
import type { Answer, Asker } from "./questions.ts"
import { Bit, Item, KINDS, Label, plugins, Sheet } from "./world.ts"

const model = compileModel(plugins, derived)
const ENTITIES = { sheet: Sheet, item: Item, bit: Bit, label: Label } as const
const VERBS = ["read", "create", "patch", "massUpdate", "import", "undo"]
const OWN = { sheet: ["title", "cost"], item: ["words", "rate"], bit: ["size"], label: ["name", "price"] } as const

/** One draw of a right and a field: two cases, one of the filter and one of the evaluator. */
export const filterQuestions = async (asker: Asker, actor: Actor): Promise<readonly Answer[]> => {
  const { world, me, random } = asker
  const name = oneOf(random, ["sheet", "sheet", "item", "bit", "label"] as const)
  const verb = oneOf(random, VERBS)
  const field = oneOf(random, [null, ...OWN[name]])
  const kind = KINDS[name]
  const predicate = reachOf(model, actor, `${kind.right}.${verb}`, ENTITIES[name], field)
  const where = conditionFor(model, ENTITIES[name] as Entity, predicate)
  const query = { table: tableName(ENTITIES[name]), tenant: world.tenant, ...(where ? { where } : {}) }
  const rows = await world.store.read((reader) => reader.select(query))
  const places = world.placesOf(name)
  const expected = ids(
    [...places].flatMap(([id, place]) => (oracle.isAllowed(me, kind, verb, place, field) ? [id] : [])),
  )
  const judged = [...places].flatMap(([id, { owner, unit, group }]) =>
    reaches(predicate, name === "label" ? {} : { owner, unit, team: group }) ? [id] : [],
  )
  const asked = `${kind.right}.${verb} of ${name}.${field ?? "*"}`
  return [
    { asked: `filter of ${asked}`, found: ids(rows.map((row) => String(row["id"]))), expected },
    { asked: `evaluator of ${asked}`, found: ids(judged), expected },
  ]
}

const ids = (of: readonly string[]): string => [...of].sort().join(" ")

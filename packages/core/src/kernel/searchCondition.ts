/** Search as a condition: which records a text finds, among the fields that the view shows. */
import type { Entity } from "./entity.ts"
import type { Model } from "./model.ts"
import { SEARCH_TABLE, searchedFields } from "./searchTable.ts"
import { beginsWith, IDENTIFIER, type SearchTerms } from "./searchTerms.ts"
import type { Condition } from "./store.ts"
import type { View } from "./view.ts"

/** The tokens of an entity's records that may be seen: those of visible fields. */
export const visibleTokens = (model: Model, view: View, entity: Entity): Condition => {
  const fields = searchedFields(model, entity).filter((field) => view.shows(field.entity, field.name))
  return {
    op: "and",
    of: [
      { op: "eq", column: "entity", value: entity.name },
      { op: "in", column: "field", values: fields.map(({ path }) => path) },
    ],
  }
}

/** The condition on an entity's table that a record has all of the words, each as the beginning of one of its own. */
export const hasWords = (words: readonly string[], tokens: Condition, how: HowExists = {}): Condition => ({
  op: "and",
  of: words.map((word) => ({ ...hasToken({ op: "and", of: [tokens, beginsWith(word)] }), ...how })),
})

type HowExists = Pick<Exists, "byRow">
type Exists = Extract<Condition, { readonly op: "exists" }>

/** The condition on an entity's table that a text finds the record: by all of its words, or as an identifier. */
export const isFound = ({ words, identifiers }: SearchTerms, tokens: Condition): Condition => {
  const byIdentifier = identifiers.map((term) =>
    hasToken({ op: "and", of: [tokens, { op: "eq", column: "rank", value: IDENTIFIER }, beginsWith(term)] }),
  )
  return { op: "or", of: words.length === 0 ? [] : [hasWords(words, tokens), ...byIdentifier] }
}

const hasToken = (where: Condition): Exists => ({
  op: "exists",
  table: SEARCH_TABLE,
  on: [["record", "id"]],
  where,
})

/** The word that leads a search: its tokens are walked through, and each of their records must have the other words. */
import type { Entity } from "./entity.ts"
import type { Machine } from "./machine.ts"
import type { ReadScope } from "./reading.ts"
import { visibleTokens } from "./searchCondition.ts"
import { SEARCH_TABLE } from "./searchTable.ts"
import { beginsWith, ofEveryRank } from "./searchTerms.ts"

/** A word that fewer tokens begin with is rare: the walk through them is short, however common the others are. */
export const FEW = 200

/** The first rare word among these entities' tokens, from the longest on; the longest if none is rare. */
export const leadOf = async (
  machine: Machine,
  scope: ReadScope,
  entities: readonly Entity[],
  words: readonly string[],
): Promise<string> => {
  const byLength = [...words].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
  const [longest = ""] = byLength
  if (byLength.length < 2) return longest
  for (const word of byLength) if (await isRare(machine, scope, entities, word)) return word
  return longest
}

const isRare = async (
  { model }: Machine,
  { reader, tenant, read }: ReadScope,
  entities: readonly Entity[],
  word: string,
): Promise<boolean> => {
  let left = FEW
  for (const entity of entities) {
    const where = { op: "and", of: [visibleTokens(model, read.view, entity), ofEveryRank, beginsWith(word)] } as const
    left -= (await reader.select({ table: SEARCH_TABLE, tenant, where, limit: left })).length
    if (left <= 0) return false
  }
  return true
}

/**
 * Narrowing: a filter by words, one of which few records have, is asked of those records alone. A database that knows
 * nothing of how common a word is would walk through all of a tenant's records in the order of the list.
 */
import { FEW } from "./searchLead.ts"
import { SEARCH_TABLE } from "./searchTable.ts"
import { ofEveryRank } from "./searchTerms.ts"
import type { Condition, Reader } from "./store.ts"

/** A reader whose answers are the same, and quick where a filter's words are rare. */
export const narrowing = (reader: Reader): Reader => {
  const narrowed = async <Q extends { readonly tenant: string; readonly where?: Condition }>(query: Q): Promise<Q> => {
    const { tenant, where } = query
    const records = where && asksForWords(where) ? await recordsWith(reader, tenant, where) : null
    if (!where || records === null) return query
    return { ...query, where: { op: "and", of: [{ op: "in", column: "id", values: [...records] }, rowByRow(where)] } }
  }
  return {
    tenants: (query) => reader.tenants(query),
    select: async (query) => reader.select(await narrowed(query)),
    count: async (query) => reader.count(await narrowed(query)),
    sum: async (query, column) => reader.sum(await narrowed(query), column),
    tabulate: async (query) => reader.tabulate(await narrowed(query)),
  }
}

type Exists = Extract<Condition, { readonly op: "exists" }>

/** Whether the row itself is asked for its words, and not one that it refers to. */
const isOfWords = ({ table, on: [pair, ...others] }: Exists): boolean =>
  table === SEARCH_TABLE && others.length === 0 && pair?.[0] === "record" && pair[1] === "id"

const asksForWords = (condition: Condition): boolean => {
  if (condition.op === "exists") return isOfWords(condition)
  return (condition.op === "and" || condition.op === "or") && condition.of.some(asksForWords)
}

/** Records without which none meets the condition; null where they are many, or nothing says which they are. */
const recordsWith = async (
  reader: Reader,
  tenant: string,
  condition: Condition,
): Promise<ReadonlySet<string> | null> => {
  if (condition.op === "exists") return isOfWords(condition) ? recordsOf(reader, tenant, condition) : null
  if (condition.op === "and") {
    for (const part of condition.of) {
      const found = await recordsWith(reader, tenant, part)
      if (found !== null) return found
    }
    return null
  }
  if (condition.op !== "or") return null
  const all = new Set<string>()
  for (const part of condition.of) {
    const found = await recordsWith(reader, tenant, part)
    if (found === null) return null
    for (const record of found) all.add(record)
  }
  return all
}

const recordsOf = async (reader: Reader, tenant: string, { where }: Exists): Promise<ReadonlySet<string> | null> => {
  const tokens: Condition = { op: "and", of: where ? [ofEveryRank, where] : [ofEveryRank] }
  const rows = await reader.select({ table: SEARCH_TABLE, tenant, limit: FEW, where: tokens })
  return rows.length < FEW ? new Set(rows.map((row) => String(row["record"]))) : null
}

/** The same condition, whose words are looked up for one record after the other. */
const rowByRow = (condition: Condition): Condition => {
  if (condition.op === "exists") return isOfWords(condition) ? { ...condition, byRow: true } : condition
  if (condition.op !== "and" && condition.op !== "or") return condition
  return { ...condition, of: condition.of.map(rowByRow) }
}

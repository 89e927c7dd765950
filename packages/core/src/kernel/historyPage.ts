/** History of one record for an actor: its changes and those of its parts, in pages, as far as the actor may see them. */
import type { Page, PageQuery } from "./face.ts"
import { type HistoryEntry, readHistory } from "./history.ts"
import { recordKey } from "./model.ts"
import { type Listed, limitIssues, unknownNames } from "./pages.ts"
import { InvalidInput } from "./refusals.ts"
import { shownHistory } from "./rights/shownChanges.ts"

/** A page of a record's history, newest first; refuses with `NotFound`, `InvalidInput` and `InvalidCursor`. */
export const historyPage = async (
  { scope, name, entity }: Listed,
  id: string,
  query: PageQuery,
): Promise<Page<HistoryEntry>> => {
  const { limit = 50, after, ...unknown } = { ...query }
  const issues = [...unknownNames(unknown), ...limitIssues(limit)]
  if (issues.length > 0) throw new InvalidInput({ issues })
  const { machine, cursors, reader, tenant } = scope
  const record = await scope.read.get(entity, id)
  const asked = [name, "history", record.id]
  const from = after === undefined ? null : cursors.cells(asked, after)
  const of = { root: recordKey(entity, record.id), limit: limit + 1, from }
  const found = await readHistory(machine.sealing, reader, tenant, of)
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const next = found.length > limit && last ? cursors.after(asked, last.place) : null
  const entries = page.map(({ entry }) => entry)
  return { items: await shownHistory(machine.model, scope, entity, record.id, entries), next }
}

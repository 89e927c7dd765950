/** Pages of the change feed: some entries of the journal, in one snapshot, as far as the reader may see them. */
import { groupBy } from "../groupBy.ts"
import { type PlacedEntry, readHistory } from "../history.ts"
import { HEAD, headOf, type JournalHead } from "../journal.ts"
import { recordKey } from "../model.ts"
import { readableOf } from "../plugin.ts"
import type { ReadScope } from "../reading.ts"
import { forbidden, InvalidInput } from "../refusals.ts"
import { rootOf } from "../rights/reach.ts"
import { shownOfRoots } from "../rights/shownChanges.ts"
import { may } from "../rights.ts"
import type { Reader, StoredRow } from "../store.ts"
import { type ChangedRecord, type CommittedChange, FeedRewound } from "./committedChange.ts"

/** The last entry that was read: no other journal has the same hash there, so a journal that was set back is found. */
export type FeedPlace = JournalHead

/** Before the first entry. */
const BEGINNING: FeedPlace = { seq: 0, hash: "" }

/** A page, and where it ends. */
export interface FeedPage {
  readonly changes: readonly CommittedChange[]
  readonly place: FeedPlace
  readonly cursor: string
  /** Where the journal ends. */
  readonly headSeq: number
}

/** Records of a page, unless one entry alone has more: an entry is never cut. */
const RECORDS_PER_PAGE = 1_000
const ENTRIES_PER_PAGE = 200

/** Where a tenant's journal ends. */
export const headPlace = (reader: Reader, tenant: string): Promise<FeedPlace> => headOf(reader, tenant, BEGINNING.hash)

/** The cursor of the journal's end. Refuses with `InvalidInput` and `Forbidden` for the collections. */
export const headCursor = async (scope: ReadScope, collections: readonly string[] | null): Promise<string> => {
  askedFor(scope, collections)
  return cursorAt(scope, collections, await headPlace(scope.reader, scope.tenant))
}

/** The cursor of a place, for a reader of these collections. */
const cursorAt = ({ cursors }: ReadScope, collections: readonly string[] | null, place: FeedPlace): string =>
  cursors.after(asked(collections), [place.seq, place.hash])

/** The place of a cursor, the beginning without one. Refuses with `InvalidCursor`. */
export const placeAt = (
  { cursors }: ReadScope,
  collections: readonly string[] | null,
  after: string | undefined,
): FeedPlace => {
  if (after === undefined) return BEGINNING
  const [seq, hash] = cursors.cells(asked(collections), after)
  return { seq: Number(seq), hash: String(hash) }
}

const asked = (collections: readonly string[] | null) => ["changes", collections] as const

/** The next entries after a place. Refuses with `FeedRewound`, and with `InvalidInput` for an unknown collection. */
export const feedPage = async (
  scope: ReadScope,
  place: FeedPlace,
  collections: readonly string[] | null,
): Promise<FeedPage> => {
  const { reader, tenant } = scope
  const isAsked = askedFor(scope, collections)
  await checkPlace(scope, place)
  const heads = await nextHeads(reader, tenant, place)
  const found = await readHistory(scope.machine.sealing, reader, tenant, { seqs: heads.map(seqOf) })
  const isShown = await shownOfRoots(scope.machine.model, scope, found)
  const bySeq = groupBy(found, ({ entry }) => entry.seq)
  const changes = heads.flatMap((head) => {
    const shown = (bySeq.get(seqOf(head)) ?? []).flatMap((placed) => {
      const shows = isAsked(placed.root) ? isShown(placed) : null
      return shows ? [changedRecord(placed, shows)] : []
    })
    if (shown.length === 0) return []
    const cursor = cursorAt(scope, collections, placeOf(head))
    return [{ cursor, ...headFacts(head), records: shown }]
  })
  const last = heads.at(-1)
  const end = last ? placeOf(last) : place
  const { seq: headSeq } = await headPlace(reader, tenant)
  return { changes, place: end, cursor: cursorAt(scope, collections, end), headSeq }
}

const checkPlace = async ({ reader, tenant }: ReadScope, { seq, hash }: FeedPlace): Promise<void> => {
  if (seq === BEGINNING.seq) return
  const where = { op: "eq", column: "seq", value: seq } as const
  const [row] = await reader.select({ table: HEAD, tenant, where })
  if (row?.["hash"] !== hash) throw new FeedRewound({ seenSeq: seq, headSeq: (await headPlace(reader, tenant)).seq })
}

/** The next entries in order, as many as make a page. */
const nextHeads = async (reader: Reader, tenant: string, { seq }: FeedPlace): Promise<readonly StoredRow[]> => {
  const where = { op: "gt", column: "seq", value: seq } as const
  const order = [{ column: "seq" }]
  const rows = await reader.select({ table: HEAD, tenant, where, order, limit: ENTRIES_PER_PAGE })
  let records = 0
  const page: StoredRow[] = []
  for (const row of rows) {
    // A reader that would miss an entry stops: whoever has removed it has broken the journal.
    if (seqOf(row) !== seq + page.length + 1) throw new Error(`The journal has no entry ${seq + page.length + 1}`)
    records += Number(row["records"])
    if (page.length > 0 && records > RECORDS_PER_PAGE) break
    page.push(row)
  }
  return page
}

const seqOf = (head: StoredRow): number => Number(head["seq"])
const placeOf = (head: StoredRow): FeedPlace => ({ seq: seqOf(head), hash: String(head["hash"]) })

const headFacts = (head: StoredRow) => ({
  seq: seqOf(head),
  at: String(head["at"]),
  actor: String(head["actor"]),
  command: String(head["command"]),
  reason: head["reason"] === null ? null : String(head["reason"]),
})

/** Whether a record's root is of one of the collections. Refuses with `InvalidInput` and `Forbidden`. */
const askedFor = (
  { machine: { model }, actor }: ReadScope,
  collections: readonly string[] | null,
): ((root: string) => boolean) => {
  if (collections === null) return () => true
  const all = model.plugins.flatMap((plugin) =>
    readableOf(plugin).map(([name, entity]) => ({ name: `${plugin.id}.${name}`, entity })),
  )
  const beginnings = collections.map((name, index) => {
    const found = all.find((one) => one.name === name)
    const issue = { path: `collections[${index}]`, message: "is not the name of a collection" }
    if (!found) throw new InvalidInput({ issues: [issue] })
    if (!may(actor, `${name}.read`)) throw forbidden(`${name}.read`)
    return recordKey(rootOf(model, found.entity), "")
  })
  return (root) => beginnings.some((beginning) => root.startsWith(beginning))
}

const changedRecord = ({ entry, root, erased }: PlacedEntry, isShown: (name: string) => boolean): ChangedRecord => {
  const { by, entity, record, verb, version, before, after, isErased } = entry
  const slash = root.indexOf("/")
  return {
    by,
    entity,
    record,
    root: { entity: root.slice(0, slash), id: root.slice(slash + 1) },
    verb,
    version,
    before: only(before, isShown),
    after: only(after, isShown),
    isErased,
    erased: erased.filter(isShown),
  }
}

const only = <V>(values: Readonly<Record<string, V>>, isShown: (name: string) => boolean): Record<string, V> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => isShown(name)))

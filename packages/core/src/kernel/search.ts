/**
 * Search: the records that a text finds, best first. Identifiers come before words, and words before what compounds
 * end with; among these the word as it was typed comes before longer ones, which follow by code point, then the id.
 */
import type { Values } from "./changes.ts"
import type { Entity } from "./entity.ts"
import type { Page, SearchQuery } from "./face.ts"
import { groupBy } from "./groupBy.ts"
import { rowsAfter } from "./keyset.ts"
import type { Machine } from "./machine.ts"
import { limitIssues, unknownNames } from "./pages.ts"
import type { ReadScope } from "./reading.ts"
import { type InputIssue, InvalidInput } from "./refusals.ts"
import { hasWords, visibleTokens } from "./searchCondition.ts"
import { leadOf } from "./searchLead.ts"
import { SEARCH_TABLE, searchedFields } from "./searchTable.ts"
import { beginsWith, IDENTIFIER, INSIDE, type SearchTerms, WORD } from "./searchTerms.ts"
import type { Condition } from "./store.ts"
import { tableName } from "./tableName.ts"
import { visible } from "./view.ts"

/** What is searched: one entity, in one call. */
export interface Searching {
  readonly machine: Machine
  readonly scope: ReadScope
  readonly entity: Entity
}

/** Where a hit stands: its phase and its token, then its record. */
export interface HitPlace {
  readonly phase: number
  readonly token: string
  readonly record: string
}

/** A record that was found. */
export interface FoundRecord {
  readonly place: HitPlace
  readonly record: Values & { readonly id: string }
  /** The fields in which it was found, in the order in which they are declared. */
  readonly fields: readonly string[]
}

const MOST_CHARACTERS = 500
const SMALLEST_BATCH = 50

/** A page of the records of one collection; refuses with `InvalidInput` and `InvalidCursor`. */
export const searchPage = async (
  searching: Searching,
  name: string,
  query: SearchQuery<Entity>,
): Promise<Page<Omit<FoundRecord, "place">>> => {
  const { text, where, limit = 50, after, ...unknown } = { ...query }
  checkSearch({ text, limit }, unknown)
  const { machine, scope, entity } = searching
  const filter = where ? machine.derived.condition(machine.model, entity, where as never, scope.read.view) : undefined
  const asked = [name, "search", text, (where ?? null) as never]
  const cells = after === undefined ? null : scope.cursors.cells(asked, after)
  const terms = machine.derived.searchTerms(text)
  // Pages go on with the word that the first one began with, whatever has been written since.
  const lead = cells === null ? await leadOf(machine, scope, [entity], terms.words) : String(cells[3])
  const from = cells === null ? null : placeOf(cells)
  const found = await foundRecords(searching, { ...terms, lead }, { from, filter, limit: limit + 1 })
  const items = found.slice(0, limit)
  const last = items.at(-1)?.place
  const next =
    found.length > limit && last ? scope.cursors.after(asked, [last.phase, last.token, last.record, lead]) : null
  return { items: items.map(({ record, fields }) => ({ record, fields })), next }
}

const placeOf = ([phase, token, record]: readonly unknown[]): HitPlace => ({
  phase: Number(phase),
  token: String(token),
  record: String(record),
})

/** Refuses with `InvalidInput` what is no search. */
export const checkSearch = (
  { text, limit }: { readonly text: unknown; readonly limit: unknown },
  unknown: object,
): void => {
  const issues: readonly InputIssue[] = [
    ...unknownNames(unknown),
    ...limitIssues(limit),
    ...(typeof text === "string" && text.length <= MOST_CHARACTERS
      ? []
      : [{ path: "text", message: `must be a text of at most ${MOST_CHARACTERS} characters` }]),
  ]
  if (issues.length > 0) throw new InvalidInput({ issues })
}

/** One walk through the tokens in the order of their table; a record is found in the first that leads to it. */
interface Phase {
  readonly rank: number
  readonly term: string
  /** What the record must have beside. */
  readonly words: readonly string[]
}

/** What is looked for, and the word whose tokens are walked through. */
export interface LedTerms extends SearchTerms {
  readonly lead: string
}

/** The walks of a search, in order. */
const phasesOf = ({ words, identifiers, lead }: LedTerms): readonly Phase[] => {
  if (words.length === 0) return []
  const rest = words.filter((word) => word !== lead)
  return [
    ...identifiers.map((term) => ({ rank: IDENTIFIER, term, words: [] })),
    ...[IDENTIFIER, WORD, INSIDE].map((rank) => ({ rank, term: lead, words: rest })),
  ]
}

/** From where to look, among which records, and for how many. */
interface Stretch {
  readonly from: HitPlace | null
  readonly filter: Condition | undefined
  readonly limit: number
}

/** The records that are found, in order, behind a place. */
export const foundRecords = async (
  searching: Searching,
  terms: LedTerms,
  { from, filter, limit }: Stretch,
): Promise<readonly FoundRecord[]> => {
  const { scope, entity } = searching
  const hits = await hitsOf(searching, phasesOf(terms), { from, filter, limit })
  const ids = hits.map(({ place }) => place.record)
  const rows = await scope.read.matched(entity, { where: { op: "in", column: "id", values: ids } })
  const byId = new Map(rows.map(({ record }) => [record.id, record]))
  return hits.flatMap(({ place, fields }) => {
    const record = byId.get(place.record)
    return record ? [{ place, record, fields }] : []
  })
}

interface Hit {
  readonly place: HitPlace
  readonly fields: readonly string[]
}

const hitsOf = async (searching: Searching, phases: readonly Phase[], stretch: Stretch): Promise<readonly Hit[]> => {
  const hits: Hit[] = []
  const first = stretch.from?.phase ?? 0
  for (let phase = first; phase < phases.length && hits.length < stretch.limit; phase += 1) {
    let from = phase === first ? stretch.from : null
    while (hits.length < stretch.limit) {
      const wanted = stretch.limit - hits.length
      const batch = await batchOf(searching, phases, phase, { ...stretch, from, limit: wanted })
      hits.push(...batch.hits.slice(0, wanted))
      if (batch.last === null) break
      from = batch.last
    }
  }
  return hits
}

/** The next tokens of a phase, and the hits among them: those records that no earlier token leads to. */
const batchOf = async (
  searching: Searching,
  phases: readonly Phase[],
  index: number,
  { from, filter, limit }: Stretch,
): Promise<{ readonly hits: readonly Hit[]; readonly last: HitPlace | null }> => {
  const { machine, scope, entity } = searching
  const phase = phases[index]
  if (!phase) return { hits: [], last: null }
  const { view } = scope.read
  const tokens = visibleTokens(machine.model, view, entity)
  const fits = [
    ...(filter ? [filter] : []),
    ...(phase.words.length > 0 ? [hasWords(phase.words, tokens, { byRow: true })] : []),
  ]
  const among = visible(view, entity, { op: "and", of: fits })
  const of: Condition[] = [
    tokens,
    { op: "eq", column: "rank", value: phase.rank },
    beginsWith(phase.term),
    { op: "exists", byRow: true, table: tableName(entity), on: [["id", "record"]], ...(among ? { where: among } : {}) },
    ...(from ? [rowsAfter(ORDER, [from.token, from.record])] : []),
  ]
  const size = Math.max(SMALLEST_BATCH, limit * 2)
  const where: Condition = { op: "and", of }
  const rows = await scope.reader.select({
    table: SEARCH_TABLE,
    tenant: scope.tenant,
    where,
    order: ORDER,
    limit: size,
  })
  const places = rows.map((row) => ({ phase: index, token: String(row["token"]), record: String(row["record"]) }))
  const found = await firstPlaces(searching, phases, [...new Set(places.map(({ record }) => record))])
  const fresh = new Set<string>()
  const hits = places.flatMap((place): readonly Hit[] => {
    const best = found.get(place.record)
    if (!best || best.phase !== index || best.token !== place.token || fresh.has(place.record)) return []
    fresh.add(place.record)
    return [{ place, fields: best.fields }]
  })
  return { hits, last: rows.length < size ? null : (places.at(-1) ?? null) }
}

const ORDER = [
  { column: "token", descending: false },
  { column: "record", descending: false },
]

interface FirstPlace {
  readonly phase: number
  readonly token: string
  readonly fields: readonly string[]
}

/** For each of these records, the first token of the first phase that leads to it, and all fields that do. */
const firstPlaces = async (
  { machine, scope, entity }: Searching,
  phases: readonly Phase[],
  records: readonly string[],
): Promise<ReadonlyMap<string, FirstPlace>> => {
  if (records.length === 0) return new Map()
  const terms = [...new Set(phases.flatMap(({ term, words }) => [term, ...words]))]
  const where: Condition = {
    op: "and",
    of: [
      { op: "in", column: "record", values: records },
      visibleTokens(machine.model, scope.read.view, entity),
      { op: "or", byRow: true, of: terms.map(beginsWith) },
    ],
  }
  const rows = await scope.reader.select({ table: SEARCH_TABLE, tenant: scope.tenant, where })
  const paths = searchedFields(machine.model, entity).map(({ path }) => path)
  const places = new Map<string, FirstPlace>()
  for (const [record, some] of groupBy(rows, (row) => String(row["record"]))) {
    const tokens = some.map((row) => ({ rank: Number(row["rank"]), token: String(row["token"]) }))
    const has = (word: string): boolean => tokens.some(({ token }) => token.startsWith(word))
    const fields = paths.filter((path) => some.some((row) => row["field"] === path))
    for (const [phase, { rank, term, words }] of phases.entries()) {
      if (!words.every(has)) continue
      const [token] = tokens
        .filter((one) => one.rank === rank && one.token.startsWith(term))
        .map((one) => one.token)
        .sort(byCodePoint)
      if (token === undefined) continue
      places.set(record, { phase, token, fields })
      break
    }
  }
  return places
}

/** As the database sorts: UTF-16 would put what is beyond its plane before some that is not. */
const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

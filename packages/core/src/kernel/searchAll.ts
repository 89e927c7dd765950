/** Search over everything: the records of all collections that the user may read, in one order. */
import type { Entity } from "./entity.ts"
import type { Found, Page, ReadOptions, SearchAllQuery } from "./face.ts"
import type { Machine } from "./machine.ts"
import { readableOf } from "./plugin.ts"
import type { ReadScope } from "./reading.ts"
import { may } from "./rights.ts"
import { checkSearch, type FoundRecord, foundRecords, type HitPlace } from "./search.ts"
import { leadOf } from "./searchLead.ts"
import { searchedFields } from "./searchTable.ts"

/** A collection that has something to search. */
interface Searchable {
  /** `plugin.collection` */
  readonly collection: string
  readonly entity: Entity
}

const searchables = ({ model }: Machine): readonly Searchable[] =>
  model.plugins.flatMap((plugin) =>
    readableOf(plugin).flatMap(([name, entity]) =>
      searchedFields(model, entity).length > 0 ? [{ collection: `${plugin.id}.${name}`, entity }] : [],
    ),
  )

/** A page of what is found in all collections that the user may read; refuses with `InvalidInput` and `InvalidCursor`. */
export const searchAll = async (
  machine: Machine,
  scope: ReadScope,
  query: SearchAllQuery,
  { signal }: ReadOptions = {},
): Promise<Page<Found>> => {
  const { text, limit = 50, after, ...unknown } = { ...query }
  checkSearch({ text, limit }, unknown)
  const asked = ["search", text]
  const cells = after === undefined ? null : scope.cursors.cells(asked, after)
  const readable = searchables(machine).filter(({ collection }) => may(scope.actor, `${collection}.read`))
  const entities = readable.map(({ entity }) => entity)
  const { words, identifiers } = machine.derived.searchTerms(text)
  const lead = cells === null ? await leadOf(machine, scope, entities, words) : String(cells[4])
  const terms = { words, identifiers, lead }
  const hits: { readonly found: FoundRecord; readonly collection: Searchable; readonly index: number }[] = []
  for (const [index, collection] of readable.entries()) {
    signal?.throwIfAborted()
    const from = cells === null ? null : fromFor(cells, collection, readable)
    const searching = { machine, scope, entity: collection.entity }
    for (const found of await foundRecords(searching, terms, { from, filter: undefined, limit: limit + 1 }))
      hits.push({ found, collection, index })
  }
  hits.sort(
    (a, b) =>
      inOrder(a.found.place, b.found.place) ||
      a.index - b.index ||
      (a.found.place.record < b.found.place.record ? -1 : 1),
  )
  const items = hits.slice(0, limit)
  const last = items.at(-1)
  const next =
    hits.length > limit && last
      ? scope.cursors.after(asked, [
          last.found.place.phase,
          last.found.place.token,
          last.collection.collection,
          last.found.place.record,
          lead,
        ])
      : null
  return {
    items: items.map(({ found, collection }) => ({
      collection: collection.collection,
      entity: collection.entity.name,
      record: found.record,
      fields: found.fields,
    })),
    next,
  }
}

const LAST = "\u{10FFFF}"

/** Where a collection goes on: before, at or behind the place of the last hit, as it stands before, at or behind its own. */
const fromFor = (cells: readonly unknown[], { collection }: Searchable, all: readonly Searchable[]): HitPlace => {
  const [phase, token, of, record] = cells
  const order = all.map((one) => one.collection)
  const [own, last] = [order.indexOf(collection), order.indexOf(String(of))]
  const after = own < last ? LAST : own > last ? "" : String(record)
  return { phase: Number(phase), token: String(token), record: after }
}

const inOrder = (a: HitPlace, b: HitPlace): number =>
  a.phase - b.phase || Buffer.compare(Buffer.from(a.token), Buffer.from(b.token))

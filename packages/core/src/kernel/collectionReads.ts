/** Reads of a collection: pages, every record, how many. Each is one call in one snapshot with one right. */
import { type CallSite, callSite, placed } from "./callSite.ts"
import { ITERATING, mutating } from "./effectFace.ts"
import type { Entity } from "./entity.ts"
import type { EachOptions, ListQuery, ReadOptions, SearchQuery } from "./face.ts"
import { pageOf, unknownNames } from "./pages.ts"
import type { Pending } from "./pending.ts"
import type { ReadScope } from "./reading.ts"
import { InvalidInput, type ReadRefusal } from "./refusals.ts"
import { partsAt, reportPage } from "./report.ts"
import type { ReportColumns, ReportQuery } from "./reporting.ts"
import { searchPage } from "./search.ts"

/** Runs a read with the collection's right to read, for one caller. */
export type RunRead = <T>(work: (scope: ReadScope) => Promise<T>) => Pending<T, ReadRefusal>

/** The calls that read many records of a collection. */
export const collectionReads = (name: string, entity: Entity, read: RunRead): Readonly<Record<string, unknown>> => {
  const stoppable = <T>(options: ReadOptions, work: (scope: ReadScope) => Promise<T>): Pending<T, ReadRefusal> =>
    read(async (scope) => {
      options.signal?.throwIfAborted()
      const answer = await work(scope)
      options.signal?.throwIfAborted()
      return answer
    })
  const list = (query: ListQuery<Entity> = {}, options: ReadOptions = {}) =>
    stoppable(options, (scope) => pageOf({ scope, name, entity }, query))
  const count = ({ where, ...unknown }: Pick<ListQuery<Entity>, "where"> = {}, options: ReadOptions = {}) =>
    stoppable(options, async (scope) => {
      const issues = unknownNames(unknown)
      if (issues.length > 0) throw new InvalidInput({ issues })
      return scope.read.count(entity, where)
    })
  const search = (query: SearchQuery<Entity>, options: ReadOptions = {}) =>
    stoppable(options, (scope) => searchPage({ machine: scope.machine, scope, entity }, name, query))
  const report = (query: ReportQuery<Entity, ReportColumns<Entity>>, options: ReadOptions = {}) =>
    stoppable(options, (scope) => reportPage({ scope, name, entity }, query))
  const reportParts = (path: string, query: ReportQuery<Entity, ReportColumns<Entity>>, options: ReadOptions = {}) =>
    stoppable(options, (scope) =>
      reportPage({ scope, name: `${name}/${path}`, entity: partsAt(scope, entity, path) }, query),
    )
  return {
    report: mutating(report),
    reportParts,
    search: mutating(search),
    list: mutating(list),
    count: mutating(count),
    each: iterating((query: ListQuery<Entity> = {}, options: EachOptions = {}) => {
      const site = callSite()
      return everyPage((after) => list(after === null ? query : { ...query, after }, options), options, site)
    }),
  }
}

type AnyPage = Awaited<ReturnType<typeof pageOf>>

/** The records of one page after the other; what goes wrong shows who asked for them all. */
async function* everyPage(
  read: (after: string | null) => Promise<AnyPage>,
  { signal, onProgress }: EachOptions,
  site: CallSite,
): AsyncGenerator<AnyPage["items"][number]> {
  let after: string | null = null
  let done = 0
  try {
    do {
      const page: AnyPage = await read(after)
      for (const item of page.items) {
        yield item
        signal?.throwIfAborted()
      }
      done += page.items.length
      onProgress?.({ done })
      after = page.next
    } while (after !== null)
  } catch (error) {
    throw placed(error, site)
  }
}

/** Notes that a call gives an async iterable. */
export const iterating = <F extends object>(call: F): F => {
  ITERATING.add(call)
  return call
}

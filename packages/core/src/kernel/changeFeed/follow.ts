/**
 * Following the change feed: page after page, each read when the one before is used up, so that a slow reader holds
 * nothing in memory and keeps nobody waiting. At the head it sleeps until this process commits, or looks again.
 */
import { type CallSite, placed } from "../callSite.ts"
import type { Caller, Machine } from "../machine.ts"
import { unknownNames } from "../pages.ts"
import { type ReadScope, reading } from "../reading.ts"
import { type InputIssue, InvalidInput } from "../refusals.ts"
import { type Alarm, newAlarm } from "../work/bell.ts"
import type { ChangesQuery, CommittedChange } from "./committedChange.ts"
import { type FeedPage, type FeedPlace, feedPage, headPlace, placeAt } from "./feedPage.ts"

const POLL_MILLISECONDS = 500
const LEAST_POLL_MILLISECONDS = 10

/**
 * The changes after a cursor, in the order of their commits and without a gap. What goes wrong is thrown by the
 * iteration; `said` puts a refusal into words, and the error shows who asked.
 */
export async function* followChanges(
  machine: Machine,
  caller: Caller,
  query: ChangesQuery,
  { site, said }: { readonly site: CallSite; readonly said: (error: unknown) => unknown },
): AsyncGenerator<CommittedChange> {
  const alarm = newAlarm()
  const silence = machine.commits.listen(alarm.wake)
  const { signal } = query
  signal?.addEventListener("abort", alarm.wake)
  try {
    checkQuery(query)
    signal?.throwIfAborted()
    const { collections = null, onProgress } = query
    const read = (placeOf: (scope: ReadScope) => FeedPlace): Promise<FeedPage> =>
      readAs(machine, caller, (scope) => feedPage(scope, placeOf(scope), collections))
    let page = await read((scope) => placeAt(scope, collections, query.after))
    // In a host's transaction nothing comes from others before it ends.
    const end = query.until === "head" || machine.unsealed ? page.headSeq : null
    for (;;) {
      for (const change of page.changes) {
        yield change
        signal?.throwIfAborted()
      }
      const { place, cursor } = page
      onProgress?.({ cursor, seq: place.seq })
      if (end !== null && place.seq >= end) return
      await somethingAfter(machine, caller.tenant, place, { alarm, ...query })
      page = await read(() => place)
    }
  } catch (error) {
    throw placed(said(error), site)
  } finally {
    silence()
    signal?.removeEventListener("abort", alarm.wake)
  }
}

/** Reads with the rights that the caller has now, and no right of its own: what is not shown is left out. */
const readAs = async <T>(machine: Machine, caller: Caller, work: (scope: ReadScope) => Promise<T>): Promise<T> =>
  (await reading(machine, caller, null, work, "changes")).value

/** Waits until the journal ends elsewhere than at this place. */
const somethingAfter = async (
  { store }: Machine,
  tenant: string,
  { seq, hash }: FeedPlace,
  {
    alarm,
    signal,
    pollMilliseconds = POLL_MILLISECONDS,
  }: Pick<ChangesQuery, "signal" | "pollMilliseconds"> & { readonly alarm: Alarm },
): Promise<void> => {
  for (;;) {
    const head = await store.read((reader) => headPlace(reader, tenant))
    if (head.seq !== seq || head.hash !== hash) return
    await alarm.sleep(pollMilliseconds)
    signal?.throwIfAborted()
  }
}

const KNOWN = new Set(["after", "collections", "until", "signal", "pollMilliseconds", "onProgress"])

const checkQuery = (query: ChangesQuery): void => {
  const { collections, until, pollMilliseconds = POLL_MILLISECONDS } = query
  const issues: InputIssue[] = [
    ...unknownNames(Object.fromEntries(Object.entries(query).filter(([name]) => !KNOWN.has(name)))),
  ]
  if (collections !== undefined && !isTexts(collections))
    issues.push({ path: "collections", message: "must be a list of names of collections" })
  if (until !== undefined && until !== "head") issues.push({ path: "until", message: 'must be "head" or missing' })
  if (!Number.isSafeInteger(pollMilliseconds) || pollMilliseconds < LEAST_POLL_MILLISECONDS)
    issues.push({ path: "pollMilliseconds", message: `must be a whole number from ${LEAST_POLL_MILLISECONDS}` })
  if (issues.length > 0) throw new InvalidInput({ issues })
}

const isTexts = (values: unknown): values is readonly string[] =>
  Array.isArray(values) && values.every((value) => typeof value === "string")

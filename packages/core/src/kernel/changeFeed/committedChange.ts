/** Committed changes: what one command has changed, as a reader of the change feed gets it. */
import { type RefusalOf, refusal } from "../errors.ts"
import { integer } from "../field.ts"
import type { HistoryEntry } from "../history.ts"

/** What one command has changed: one entry of the journal, as far as the reader may see it. */
export interface CommittedChange {
  /** Where to go on after this one: keep it in the same transaction as what you make of the change. */
  readonly cursor: string
  /** Entries come in the order of their `seq`, which is the order in which they were committed. */
  readonly seq: number
  readonly at: string
  readonly actor: string
  readonly command: string
  /** Why the system or a plugin acted, null for a user. */
  readonly reason: string | null
  readonly records: readonly ChangedRecord[]
}

/** One record that has changed, with the values that differ on each side. */
export interface ChangedRecord extends Omit<HistoryEntry, "seq" | "at" | "actor" | "command" | "reason"> {
  /** The record that it is a part of; itself if it is none. */
  readonly root: { readonly entity: string; readonly id: string }
  /** The fields whose values this change has erased: a copy of them is to be erased too. */
  readonly erased: readonly string[]
}

/** Which changes to read, and how. */
export interface ChangesQuery {
  /** The cursor of the last change that was dealt with; without one the journal is read from its beginning. */
  readonly after?: string
  /** Only changes of records of these collections and of their parts: `["parties.companies"]`; all by default. */
  readonly collections?: readonly string[]
  /** `head` ends when everything that was committed by then has been given; by default the reader waits for more. */
  readonly until?: "head"
  /** Ends the reading with the signal's reason. */
  readonly signal?: AbortSignal
  /** How often to look for what other processes have committed, from 10; 500 by default. */
  readonly pollMilliseconds?: number
  /** Called when a page is used up: with a cursor behind changes that were not shown, too. */
  readonly onProgress?: (progress: { readonly cursor: string; readonly seq: number }) => void
}

/**
 * The journal was set back: it has no longer, or not as it was, the entry up to which this reader has read.
 *
 * A backup was restored. Take a new `headCursor()`, read the records anew, and go on from that cursor.
 */
export const FeedRewound = refusal(
  "FeedRewound",
  { seenSeq: integer(), headSeq: integer() },
  {
    en: "The journal was set back: entry {seenSeq}, which was read before, is another one or gone; it ends at {headSeq}.",
    sv: "Journalen har satts tillbaka: post {seenSeq}, som lästes förut, är en annan eller borta; den slutar vid {headSeq}.",
  },
  410,
)
export type FeedRewound = RefusalOf<typeof FeedRewound>

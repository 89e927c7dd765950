/** Faces: the typed calls that a session offers for a plugin's collections, commands and queries. */
import type { BatchProgress } from "./batch/batch.ts"
import type { Batches } from "./batch/batchFace.ts"
import type { BatchCancelled } from "./batch/refusals.ts"
import type { ChangesQuery, CommittedChange } from "./changeFeed/committedChange.ts"
import type { InvalidCursor } from "./cursor.ts"
import type { ChildRow, Entity, NewRecord, RecordPatch, RecordValues, Row, RowOf } from "./entity.ts"
import type { Refusal } from "./errors.ts"
import type { ChildrenOf, Field, Fields, Id } from "./field.ts"
import type { HistoryEntry } from "./history.ts"
import type { ImportFile, ImportRejected, ImportReport } from "./importing.ts"
import type { MassOutcome, MassUpdateRefused } from "./massOutcome.ts"
import type { Pending } from "./pending.ts"
import type { AddsOf, Collections, Commands, FaceOf, Queries } from "./plugin.ts"
import type { Preview } from "./preview.ts"
import type { CommonRefusal, ReadRefusal } from "./refusals.ts"
import type { PartsAt, PartsPath, ReportColumns, ReportQuery, ReportRow } from "./reporting.ts"
import type { NoTransaction, UseContext } from "./storeErrors.ts"
import type { Where } from "./where.ts"

/** What every mutating call takes beside its input. */
export interface CallOptions {
  /** A repeated call with the same key and input gives the first call's outcome and does nothing. */
  readonly idempotencyKey?: string
  /** Ends the wait; a command that was not sealed leaves nothing. */
  readonly signal?: AbortSignal
}

/** What long work takes beside its input: it may be more than one command. */
export interface LongOptions extends CallOptions {
  /** Called as the work goes on; not for what one command does. */
  readonly onProgress?: (progress: BatchProgress) => void
}

/** What reads of many records take beside their query. */
export interface ReadOptions {
  /** Ends the reading: before the next page, or before the answer. */
  readonly signal?: AbortSignal
}

/** What reading every record takes beside its query. */
export interface EachOptions extends ReadOptions {
  /** Called when a page is used up. */
  readonly onProgress?: (progress: { readonly done: number }) => void
}

/** A command's call, and what it would do. */
export interface CommandCall<In, Out, R extends Refusal, O extends CallOptions = CallOptions> {
  (input: In, options?: O): Pending<Out, R | CommonRefusal>
  /** Runs the command up to its changes, by the same path, and writes nothing. */
  preview(input: In): Pending<Preview, R | CommonRefusal>
}
/** A query's call. */
export type QueryCall<In, Out, R extends Refusal> = (input: In) => Pending<Out, R | ReadRefusal>

/** A page of records and the cursor of the next one, null on the last. */
export interface Page<R> {
  readonly items: readonly R[]
  readonly next: string | null
}

/** How much to a page, 50 or at most 1 000, and where it begins. */
export interface PageQuery {
  readonly limit?: number
  readonly after?: string
}

/** A field of the record, of what a reference points at (`customer.name`), or one that others add. */
export type FieldName<E extends Entity> = (keyof RowOf<E["fields"]> & string) | "id" | `${string}.${string}`

/** A field to sort by; texts by code point, `null` as the least value, an amount within its currency. */
export interface OrderBy<E extends Entity> {
  readonly field: FieldName<E>
  readonly descending?: boolean
}

/** Which records to list, in which order (ties, and all without one, by id), and how many to a page: 50, at most 1 000. */
export interface ListQuery<E extends Entity> {
  readonly where?: Where<E>
  readonly order?: readonly OrderBy<E>[]
  readonly limit?: number
  readonly after?: string
}

/** What to find in a collection. */
export interface SearchQuery<E extends Entity> {
  /** Beginnings of words, in any order: all of them are found, or the text as one identifier. Nothing else has a meaning. */
  readonly text: string
  readonly where?: Where<E>
  readonly limit?: number
  readonly after?: string
}

/** A record that was found, and the fields in which. */
export interface Hit<R> {
  readonly record: R
  /** `name`, `addresses.city`: in the order in which they are declared. */
  readonly fields: readonly string[]
}

/** What to find everywhere. */
export type SearchAllQuery = Omit<SearchQuery<Entity>, "where">

/** A record of any collection that was found. */
export interface Found extends Hit<{ readonly id: string } & Readonly<Record<string, unknown>>> {
  /** The collection, such as `parties.companies`, and the entity of its records. */
  readonly collection: string
  readonly entity: string
}

/** The children fields of an entity, by name. */
export type ChildNames<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<ChildrenOf<never>, "children"> | Field<unknown, "children"> ? K : never
}[keyof F] &
  string
type ChildAt<F> = F extends Field<ChildrenOf<infer C>, "children"> ? (C extends Entity ? C : never) : never

/** What the engine derives for an entity whose records callers may read. */
export interface ReadCollection<E extends Entity> {
  /** What happened to a record and to its parts, newest first: who, when, by which command, from what to what. */
  history(
    id: Id<E["name"]>,
    query?: PageQuery,
    options?: ReadOptions,
  ): Pending<Page<HistoryEntry>, ReadRefusal | InvalidCursor>
  /** The record with this id. */
  get(id: Id<E["name"]>): Pending<Row<E>, ReadRefusal>
  /** The children of a record, in order. */
  parts<K extends ChildNames<E["fields"]>>(
    id: Id<E["name"]>,
    name: K,
  ): Pending<readonly ChildRow<ChildAt<E["fields"][K]>>[], ReadRefusal>
  /** A page of the records that match, in order. */
  list(query?: ListQuery<E>, options?: ReadOptions): Pending<Page<Row<E>>, ReadRefusal | InvalidCursor>
  /** Every record that matches, in order: the next page is read when the last one is used up. */
  each(query?: Omit<ListQuery<E>, "after">, options?: EachOptions): AsyncIterable<Row<E>>
  /**
   * The records that a text finds, best first: identifiers with or without separators, then words by their
   * beginnings, then what compounds end with. What the user may not see finds nothing.
   */
  search(query: SearchQuery<E>, options?: ReadOptions): Pending<Page<Hit<Row<E>>>, ReadRefusal | InvalidCursor>
  /** Columns of the records that match, of what they refer to too; as they are, or grouped, counted and added up. */
  report<const C extends ReportColumns<E>>(
    query: ReportQuery<E, C>,
    options?: ReadOptions,
  ): Pending<Page<ReportRow<E, C>>, ReadRefusal | InvalidCursor>
  /** The same of parts: `reportParts("lines", …)`, where `parent.number` is of the record that they are parts of. */
  reportParts<P extends PartsPath<E["fields"]>, const C extends ReportColumns<PartsAt<E["fields"], P>>>(
    parts: P,
    query: ReportQuery<PartsAt<E["fields"], P>, C>,
    options?: ReadOptions,
  ): Pending<Page<ReportRow<PartsAt<E["fields"], P>, C>>, ReadRefusal | InvalidCursor>
  /** How many records match. */
  count(query?: Pick<ListQuery<E>, "where">, options?: ReadOptions): Pending<number, ReadRefusal>
}

/** What the engine derives for an entity that a plugin lists as a collection. */
export interface Collection<E extends Entity> extends ReadCollection<E> {
  /** Creates a record with its children. */
  readonly create: CommandCall<NewRecord<E>, Row<E>, never>
  /** Changes values of a record and its lists of parts; with `version` it is refused if somebody was faster. */
  readonly patch: CommandCall<
    {
      readonly id: Id<E["name"]>
      readonly version?: number
      readonly set: RecordPatch<E>
    },
    Row<E>,
    never
  >
  /**
   * Sets the same values in up to 100 000 records. With `refused: "all"` one bad record refuses them all; with
   * `"skip"` it is left as it is and named in `failed`. More than 1 000 are a batch: the call works on it, and so do
   * workers; aborting cancels it.
   */
  readonly massUpdate: CommandCall<
    {
      readonly ids: readonly Id<E["name"]>[]
      readonly set: RecordValues<E>
      readonly refused: "all" | "skip"
    },
    MassOutcome,
    MassUpdateRefused | BatchCancelled,
    LongOptions
  >
  /**
   * Gives the records that the command `seq` has patched their values back, where nobody has changed them since; of a
   * `batch` also removes those that it has made.
   */
  readonly undo: UndoCall
  /** Work on more records than one command takes, for workers: begin it, watch it, cancel it, undo it. */
  readonly batches: Batches<E>
  /** Creates and changes records from a CSV file, by a natural key: importing the same file again changes nothing. */
  import(
    file: ImportFile<E>,
    options?: LongOptions,
  ): Pending<ImportReport, CommonRefusal | ImportRejected | BatchCancelled>
}

/** Undoes one command or one batch. */
export interface UndoCall {
  (
    input: { readonly seq: number; readonly refused: "all" | "skip" },
    options?: CallOptions,
  ): Pending<MassOutcome, CommonRefusal | MassUpdateRefused>
  (
    input: { readonly batch: string; readonly refused: "all" | "skip" },
    options?: LongOptions,
  ): Pending<MassOutcome, CommonRefusal | MassUpdateRefused | BatchCancelled>
  /** What undoing a command would do. */
  preview(input: {
    readonly seq: number
    readonly refused: "all" | "skip"
  }): Pending<Preview, CommonRefusal | MassUpdateRefused>
}

/** The calls of a plugin. */
export type Face<
  L extends Collections,
  C extends Commands,
  Q extends Queries,
  R extends Collections = Record<never, never>,
> = {
  readonly [K in keyof L]: Collection<L[K]>
} & {
  readonly [K in keyof R]: ReadCollection<R[K]>
} & {
  readonly [K in keyof C]: CallOf<C[K]>
} & {
  readonly [K in keyof Q]: QueryCallOf<Q[K]>
}
type CallOf<T> = T extends { readonly _call?: (input: infer In) => infer Out; readonly _refused?: infer R }
  ? CommandCall<In, Out, Extract<R, Refusal>>
  : never
type QueryCallOf<T> = T extends { readonly _call?: (input: infer In) => infer Out; readonly _refused?: infer R }
  ? QueryCall<In, Out, Extract<R, Refusal>>
  : never

/** What a signed-in user can call: one face per plugin, with the fields that plugins add to one another's entities. */
export type Session<P> = { readonly [K in keyof P]: FaceIn<FaceOf<P[K]>, P> } & Everywhere & Joins<P>

/** How a host commits together with the engine. */
export interface Joins<P> {
  /**
   * Runs work in the transaction that the host has begun on its own connection of the engine's database: a client of
   * `pg`, a handle of better-sqlite3 or a transaction of kysely. What the session does there is committed by the host's
   * commit and undone by its rollback. Work that throws leaves nothing of it, and its error is thrown on.
   *
   * Calls run one after the other; their entries are sealed when the work is over, so begin it last and commit at once.
   *
   * @example
   * await client.query("begin")
   * await client.query("insert into shop.cart …")
   * await session.join(client, (s) => s.quotes.accept({ quote, acceptedBy: "Per Lund" }))
   * await client.query("commit")
   */
  join<T>(
    client: object,
    work: (session: Session<P>) => Promise<T>,
  ): Pending<T, CommonRefusal | NoTransaction | UseContext>
}

/** What a session offers beside its plugins. */
export interface Everywhere {
  /** What a text finds in all collections that the user may read, best first. */
  search(query: SearchAllQuery, options?: ReadOptions): Pending<Page<Found>, ReadRefusal | InvalidCursor>
  /**
   * What commands have changed, entry by entry in the order of their commits, of all that the user may see by the
   * rights of now: from a cursor on, without a gap, and then as it happens. It may run in any process.
   *
   * The iteration throws `FeedRewound` when the journal was set back, and what any read refuses.
   *
   * @example
   * for await (const { records, cursor } of session.changes({ after })) await copy(records, cursor)
   */
  changes(query?: ChangesQuery): AsyncIterable<CommittedChange>
  /**
   * The cursor of now: the changes after it are those that commit later. Take it before you read what is there, and go
   * on from it with `changes` of the same collections.
   */
  headCursor(of?: Pick<ChangesQuery, "collections">): Pending<string, ReadRefusal>
}

/** A plugin's calls as the other plugins extend them. */
export type FaceIn<F, P> = [Extended<P>] extends [never] ? F : ExtendedFace<F, P>

/** A face whose collections have the fields that plugins add. */
export type ExtendedFace<F, P> = { readonly [M in keyof F]: CollectionIn<F[M], P> }

/** The names of the entities that plugins add fields to. */
type Extended<P> = { readonly [K in keyof P]: keyof AddsOf<P[K]> }[keyof P]
type CollectionIn<C, P> = C extends Collection<infer E>
  ? E["name"] extends Extended<P>
    ? Collection<ExtendedIn<E, P>>
    : C
  : C extends ReadCollection<infer E>
    ? E["name"] extends Extended<P>
      ? ReadCollection<ExtendedIn<E, P>>
      : C
    : C
type ExtendedIn<E extends Entity, P> = Entity<E["name"], E["fields"], AddedIn<P, E["name"]>>
/** By plugin: the fields that it adds to the entity of this name. */
type AddedIn<P, Name> = {
  readonly [K in keyof P as Name extends keyof AddsOf<P[K]> ? K : never]: Name extends keyof AddsOf<P[K]>
    ? AddsOf<P[K]>[Name]
    : never
}

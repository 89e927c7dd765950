/**
 * Commands and queries: plain values that a plugin lists. A command decodes its input, decides, and says what to
 * write as `Changes`; it never writes by itself.
 */
import type { Changes } from "./changes.ts"
import type { CreateOf, Entity, ValuesOf } from "./entity.ts"
import type { AnyRefusalClass, Refusal, RefusalOf } from "./errors.ts"
import { baseOf } from "./extension.ts"
import type { Fields, Id, Instant, LocalDate } from "./field.ts"
import type { HistoryEntry, HistoryQuery } from "./history.ts"
import type { Reads } from "./reads.ts"
import type { Actor } from "./rights.ts"
import type { EnqueueOptions, Job } from "./work/job.ts"

/** What a query may use: one tenant's records in one snapshot, who asks, and the clock, read once. */
export interface QueryContext {
  readonly tenant: string
  readonly actor: Actor
  readonly now: Instant
  /** Today's date in the tenant's zone. */
  readonly today: LocalDate
  /** The tenant's IANA zone and currency. */
  readonly zone: string
  readonly currency: string
  /** In a query the records that the actor may see; while a command decides all records, since it must be right. */
  readonly read: Reads
  /** All records: what an answer may rest on. Whatever of them it shows must pass `sees`. */
  readonly facts: Reads
  /** Whether the actor may see this field of every record that the actor may see at all. */
  sees<E extends Entity>(entity: E, field: keyof E["fields"] & string): boolean
  /** Whether the actor has this right, on some records or on all. */
  may(right: string): boolean
}

/** What an answer may use beside the records that the actor may see. */
export interface AnswerContext extends Pick<QueryContext, "facts" | "sees" | "currency"> {}

/** What a command may use while it decides: there is no way to write. */
export interface CommandContext extends QueryContext {
  /** The records that the actor may see: for what an input names in other ways than by a reference. */
  readonly view: Reads
  /** What the journal says of records, newest first, or of entries; `root` is `entity/id` of what each is a part of. */
  history(query: HistoryQuery): Promise<readonly (HistoryEntry & { readonly root: string })[]>
  /**
   * Locks records on which the decision rests until the command ends; what is read after it stays true. What the input
   * names belongs in `locks`: this is for what only records tell. One that comes out of the order in which all commands
   * lock begins the decision again, with this lock taken first.
   */
  lock(locks: readonly Lock[]): Promise<void>
  /** A new id for a record of this entity. */
  newId<E extends Entity>(entity: E): Id<E["name"]>
  /** The next number of a series, from 1, without gaps. */
  number(series: string): Promise<number>
  /**
   * Decides another command as part of this one, with the actor's rights: its changes are written with this command's,
   * under one `seq`. Gives the ids it leaves; throws its refusal.
   */
  call<In, Ids>(command: Command<In, unknown, Refusal, unknown, Ids>, input: In): Promise<Ids>
  /** Asks for a job that is there exactly if this command commits; a worker does it later, on behalf of the same user. */
  enqueue<Payload extends OutcomeIds>(job: Job<Payload>, payload: Payload, options?: EnqueueOptions): void
}

/** The ids and counts that a command leaves behind: all that its stored outcome holds, never values of fields. */
export type OutcomeIds = Readonly<Record<string, string | number | readonly string[]>>

/** What a command decided: what to write, and the ids from which its answer can be read again. */
export interface Decision<Ids extends OutcomeIds> {
  readonly changes: Changes
  readonly outcome: Ids
}

/** A record to lock before the facts are read. */
export interface Lock {
  readonly entity: Entity
  readonly id: string
}

/** Locks a record of this entity. */
export const lock = <E extends Entity>(entity: E, id: Id<E["name"]>): Lock => ({ entity: baseOf(entity), id })

/** What `command` takes. */
export interface CommandSpec<F extends Fields, Ids extends OutcomeIds, O, R extends readonly AnyRefusalClass[]> {
  readonly input: F
  /** Why it may refuse, in order of precedence: the order of the checks in `decide`. */
  readonly refuses: R
  readonly locks?: (input: ValuesOf<F>) => readonly Lock[]
  /** May run more than once before the command commits, so it does nothing but read and decide. */
  readonly decide: (ctx: CommandContext, input: ValuesOf<F>) => Promise<Decision<Ids> | RefusalOf<R[number]>>
  /** Reads the answer from the ids with the actor's rights of today, for the first call and every replay alike. */
  readonly answer: (read: Reads, ids: Ids, ctx: AnswerContext) => Promise<O>
  /**
   * What the actor may be told of a refusal whose numbers rest on what may be hidden; all of it by default. It is asked
   * with the actor's rights of today, for the first call and every replay alike.
   */
  readonly tells?: (
    refused: RefusalOf<R[number]>,
    ctx: AnswerContext,
    read: Reads,
  ) => RefusalOf<R[number]> | Promise<RefusalOf<R[number]>>
}

/** A command, as plugins list it. `In` is what callers give, `Out` what they get, `R` why it may refuse. */
export interface Command<In = never, Out = unknown, R extends Refusal = Refusal, Values = unknown, Ids = unknown> {
  readonly type: "command"
  readonly input: Fields
  readonly refuses: readonly AnyRefusalClass[]
  readonly locks: (input: never) => readonly Lock[]
  readonly decide: (ctx: CommandContext, input: never) => Promise<Decision<OutcomeIds> | Refusal>
  readonly answer: (read: Reads, ids: never, ctx: AnswerContext) => Promise<unknown>
  readonly tells?: (refused: never, ctx: AnswerContext, read: Reads) => Refusal | Promise<Refusal>
  readonly _call?: (input: In) => Out
  readonly _refused?: R
  /** What hooks get: the decoded input, and the ids that the command leaves behind. */
  readonly _values?: Values
  readonly _ids?: Ids
}

/**
 * Defines a command.
 *
 * @example
 * const rename = command({
 *   input: { company: Company.id, name: text() },
 *   refuses: [],
 *   decide: async (ctx, input) => {
 *     const company = await ctx.read.get(Company, input.company)
 *     return { changes: [patch(Company, company, { name: input.name })], outcome: { company: company.id } }
 *   },
 *   answer: (read, ids) => read.get(Company, ids.company),
 * })
 */
export const command = <F extends Fields, const Ids extends OutcomeIds, O, const R extends readonly AnyRefusalClass[]>(
  spec: CommandSpec<F, Ids, O, R>,
): Command<CreateOf<F>, O, RefusalOf<R[number]>, ValuesOf<F>, Ids> => ({
  type: "command",
  input: spec.input,
  refuses: spec.refuses,
  locks: spec.locks ?? (() => []),
  decide: spec.decide,
  answer: spec.answer,
  ...(spec.tells ? { tells: spec.tells } : {}),
})

/** A query, as plugins list it. */
export interface Query<In = never, Out = unknown, R extends Refusal = Refusal> {
  readonly type: "query"
  readonly input: Fields
  readonly refuses: readonly AnyRefusalClass[]
  readonly answer: (ctx: QueryContext, input: never) => Promise<unknown>
  readonly _call?: (input: In) => Out
  readonly _refused?: R
}

/** Defines a query: an input, why it may refuse, and its answer. */
export const query = <F extends Fields, O, const R extends readonly AnyRefusalClass[]>(spec: {
  readonly input: F
  readonly refuses: R
  readonly answer: (ctx: QueryContext, input: ValuesOf<F>) => Promise<O | RefusalOf<R[number]>>
}): Query<CreateOf<F>, Exclude<O, Refusal>, RefusalOf<R[number]>> => ({ type: "query", ...spec })

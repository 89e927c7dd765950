/**
 * Hooks: what a plugin adds to another's command. `before` may amend the input or veto; `inTransaction` adds changes
 * that commit with the command, or vetoes it; `afterCommit` acts on what is done. Hooks run in the order of their plugins' needs, then of their ids.
 *
 * A command may be decided more than once before it commits: locks come late, a transaction gives way to another. What
 * a hook before or in the transaction does elsewhere (a letter, a file) would be done again, and would not be undone.
 */
import type { Effect } from "effect/Effect"
import type { Changes } from "./changes.ts"
import type { Command, CommandContext } from "./command.ts"
import { type Refusal, type RefusalOf, refusal } from "./errors.ts"
import { integer, json, text } from "./field.ts"
import type { CommittedEvent, HandlerContext } from "./work/handler.ts"
import type { HandlerResult } from "./work/job.ts"

/** What a hook may give back: a value, a promise of it, or an Effect of it. */
export type HookResult<T> =
  | T
  | Refusal
  | undefined
  | Promise<T | Refusal | undefined>
  | Effect<T | Refusal | undefined, Refusal, never>

/** A hook before a command decides: gives another input, a refusal, or nothing. */
export interface BeforeHook {
  readonly phase: "before"
  readonly command: Command
  readonly run: (ctx: CommandContext, input: never) => HookResult<unknown>
}

/** A hook after a command has written and before it is sealed: gives more changes, a refusal, or nothing. */
export interface InTransactionHook {
  readonly phase: "inTransaction"
  readonly command: Command
  readonly run: (ctx: CommandContext, facts: never) => HookResult<Changes>
}

/** A hook after a command has committed: run by a worker, at least once, with no way back. */
export interface AfterCommitHook {
  readonly phase: "afterCommit"
  readonly command: Command
  readonly run: (ctx: HandlerContext, event: never) => HandlerResult
}

/** A hook after any command has committed: run by a worker, at least once, entry by entry of the tenant's journal. */
export interface AfterEntryHook {
  readonly phase: "afterEntry"
  readonly run: (ctx: HandlerContext, event: CommittedEvent) => HandlerResult
}

/** A hook of any phase. */
export type Hook = BeforeHook | InTransactionHook | AfterCommitHook | AfterEntryHook

/** What an `inTransaction` hook is given: the command's input, and the ids that it leaves behind. */
export interface HookFacts<V, Ids> {
  readonly input: V
  readonly outcome: Ids
}

/**
 * Amends the input of a command, or vetoes it, before it decides. Its reads are advisory: the command has not locked.
 *
 * @example before(Quotes.accept, (ctx, input) => (isHoliday(ctx.today) ? new Closed({ on: ctx.today }) : undefined))
 */
export const before = <V, Ids>(
  command: Command<never, unknown, Refusal, V, Ids>,
  run: (ctx: CommandContext, input: V) => HookResult<V>,
): BeforeHook => ({ phase: "before", command: command as Command, run })

/**
 * Adds changes that commit with a command, or vetoes it. It reads what the command has written.
 *
 * @example inTransaction(Quotes.accept, async (ctx, { outcome }) => [create(Note, ctx.newId(Note), { order: outcome.order })])
 */
export const inTransaction = <V, Ids>(
  command: Command<never, unknown, Refusal, V, Ids>,
  run: (ctx: CommandContext, facts: HookFacts<V, Ids>) => HookResult<Changes>,
): InTransactionHook => ({ phase: "inTransaction", command: command as Command, run })

/**
 * Handles what a command has done, after it has committed: there is no veto, and what the hook throws is tried again
 * later without the command's knowledge.
 *
 * It runs at least once for each committed command, those called inside others too, and never for one that was refused
 * or rolled back. Events of one record come one after the other, in the order of the journal. Tell events apart by
 * `event.event`; what the hook writes through `ctx.call` is written once however often it runs.
 *
 * @example afterCommit(Quotes.accept, async (ctx, { event, outcome }) => { await mailer.send(outcome.order, { id: event }) })
 */
export const afterCommit = <V, Ids>(
  command: Command<never, unknown, Refusal, V, Ids>,
  run: (ctx: HandlerContext, event: CommittedEvent<Ids>) => HandlerResult,
): AfterCommitHook => ({ phase: "afterCommit", command: command as Command, run })

/**
 * Handles every entry of the journal, of whatever command, one after the other in the order of their `seq`. It acts for
 * the system; `event.seq` is the entry, of which `ctx.history({ seqs })` tells a command. One that is parked keeps none
 * behind it waiting.
 *
 * It must be quick: it handles one entry of a tenant at a time. Leave the rest to jobs.
 *
 * @example afterEntry(async (ctx, { seq }) => { await ctx.finish(tell, { seq }) })
 */
export const afterEntry = (run: AfterEntryHook["run"]): AfterEntryHook => ({ phase: "afterEntry", run })

/**
 * A hook of another plugin refused the command; `cause` is that plugin's refusal.
 *
 * Read `cause`: it is the refusal of the plugin that is named, with its own parameters.
 */
export const HookRefused = refusal(
  "HookRefused",
  {
    plugin: text(),
    command: text(),
    cause: json<{
      readonly tag: string
      readonly params: Readonly<Record<string, unknown>>
      readonly message: string
    }>(),
  },
  { en: "{plugin} refuses {command}: {cause}.", sv: "{plugin} nekar {command}: {cause}." },
  409,
)
export type HookRefused = RefusalOf<typeof HookRefused>

/**
 * A hook took too long inside a transaction: everything was rolled back.
 *
 * Call again. If it returns, the plugin does too much in its hook: work that waits for a network belongs after the
 * commit.
 */
export const HookTimeout = refusal(
  "HookTimeout",
  { plugin: text(), command: text(), limitMilliseconds: integer() },
  {
    en: "A hook of {plugin} on {command} took more than {limitMilliseconds} ms. Nothing was written.",
    sv: "En krok i {plugin} på {command} tog mer än {limitMilliseconds} ms. Inget skrevs.",
  },
  503,
)
export type HookTimeout = RefusalOf<typeof HookTimeout>

/** Time bank: open, top up, debit, reverse; the balance as of any date. */
import { type Changes, create, patch } from "../../kernel/changes.ts"
import { type AnswerContext, type CommandContext, command, lock, query } from "../../kernel/command.ts"
import { isRefusal, type Refusal } from "../../kernel/errors.ts"
import { date, defaulted, duration, integer, type LocalDate, money, optional, text } from "../../kernel/field.ts"
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import { forbidden, NotFound } from "../../kernel/refusals.ts"
import { Company } from "../parties/entities.ts"
import { TimeBankAccount, TimeBankEntry } from "./entities.ts"
import {
  AccountClosed,
  AlreadyReversed,
  debitOf,
  InsufficientBalance,
  type Movement,
  NoTime,
  reversalOf,
  topUpOf,
} from "./movement.ts"

export { AlreadyReversed }

const open = command({
  input: {
    customer: Company.id,
    name: text(),
    floorSeconds: defaulted(integer({ max: 0 }), 0),
    roundUpMinutes: defaulted(integer({ min: 1, max: 480 }), 1),
  },
  refuses: [],
  decide: async (ctx, input) => {
    const customer = await ctx.read.get(Company, input.customer)
    const id = ctx.newId(TimeBankAccount)
    const { name, floorSeconds, roundUpMinutes } = input
    const values = {
      name,
      customer: customer.id,
      status: "open" as const,
      floorSeconds,
      roundUpMinutes,
      balanceSeconds: 0,
    }
    return { changes: [create(TimeBankAccount, id, values)], outcome: { account: id } }
  },
  answer: (read, { account }) => read.get(TimeBankAccount, account),
})

/** A million hours: more is a mistake, and no sum of such movements leaves the whole numbers that are exact. */
const MAX_SECONDS = 3_600_000_000

const moving = {
  account: TimeBankAccount.id,
  effectiveOn: date(),
  seconds: duration({ max: MAX_SECONDS }),
  note: optional(text()),
}

const topUp = command({
  input: { ...moving, hourPrice: optional(money()) },
  refuses: [AccountClosed, NoTime],
  locks: (input) => [lock(TimeBankAccount, input.account)],
  decide: async (ctx, { account: id, effectiveOn, seconds, note, hourPrice }) => {
    const account = await ctx.read.get(TimeBankAccount, id)
    const movement = topUpOf(account, seconds)
    if (isRefusal(movement)) return movement
    return posted(ctx, account, movement, { kind: "topUp", effectiveOn, note, hourPrice })
  },
  answer: (read, { entry }) => read.get(TimeBankEntry, entry),
})

/** What is available tells the balance, and what a reversal needs tells its entry: neither to who may not see it. */
const toldOf = <R extends Refusal>(refused: R, { sees }: Pick<AnswerContext, "sees">): R | InsufficientBalance => {
  if (!InsufficientBalance.is(refused)) return refused
  const isSeen =
    sees(TimeBankAccount, "balanceSeconds") &&
    sees(TimeBankAccount, "floorSeconds") &&
    sees(TimeBankEntry, "movedSeconds")
  if (isSeen) return refused
  return new InsufficientBalance({ account: refused.params.account, requestedSeconds: null, availableSeconds: null })
}

const debit = command({
  input: moving,
  refuses: [AccountClosed, NoTime, InsufficientBalance],
  locks: (input) => [lock(TimeBankAccount, input.account)],
  decide: async (ctx, { account: id, effectiveOn, seconds, note }) => {
    const account = await ctx.read.get(TimeBankAccount, id)
    const movement = debitOf(account, seconds)
    if (isRefusal(movement)) return movement
    return posted(ctx, account, movement, { kind: "debit", effectiveOn, note })
  },
  answer: (read, { entry }) => read.get(TimeBankEntry, entry),
  tells: toldOf,
})

const reverse = command({
  input: { account: TimeBankAccount.id, entry: TimeBankEntry.id, note: text() },
  refuses: [AccountClosed, AlreadyReversed, InsufficientBalance],
  locks: (input) => [lock(TimeBankAccount, input.account)],
  decide: async (ctx, { account: id, entry: entryId, note }) => {
    const account = await ctx.read.get(TimeBankAccount, id)
    const entry = await ctx.read.get(TimeBankEntry, entryId)
    if (entry.account !== account.id) throw new NotFound({ entity: TimeBankEntry.name, id: entry.id })
    const isReversed = (await ctx.read.count(TimeBankEntry, { reverses: entry.id })) > 0
    const movement = reversalOf(account, { ...entry, isReversed })
    if (isRefusal(movement)) return movement
    return posted(ctx, account, movement, {
      kind: "reversal",
      effectiveOn: entry.effectiveOn,
      note,
      reverses: entry.id,
    })
  },
  answer: (read, { entry }) => read.get(TimeBankEntry, entry),
  tells: toldOf,
})

interface Posting {
  readonly kind: TimeBankEntry["kind"]
  readonly effectiveOn: LocalDate
  readonly note: string | null
  readonly hourPrice?: TimeBankEntry["hourPrice"]
  readonly reverses?: string
}

const posted = (
  ctx: CommandContext,
  account: TimeBankAccount,
  movement: Movement,
  posting: Posting,
): { readonly changes: Changes; readonly outcome: { readonly entry: string } } => {
  const id = ctx.newId(TimeBankEntry)
  return {
    changes: [
      patch(TimeBankAccount, account, { balanceSeconds: movement.balanceAfterSeconds }),
      create(TimeBankEntry, id, { account: account.id, postedAt: ctx.now, ...movement, ...posting }),
    ],
    outcome: { entry: id },
  }
}

const READ_ACCOUNT = "timeBank.accounts.read"

const balance = query({
  input: { account: TimeBankAccount.id, asOf: optional(date()) },
  refuses: [],
  answer: async (ctx, { account: id, asOf }) => {
    const account = await ctx.read.get(TimeBankAccount, id)
    const until = asOf === null ? {} : { effectiveOn: { lte: asOf } }
    // The entries are the account's own: who sees its balance sees their sum.
    if (!ctx.sees(TimeBankAccount, "balanceSeconds")) throw forbidden(READ_ACCOUNT, ["balanceSeconds"])
    const balanceSeconds = await ctx.facts.sum(TimeBankEntry, "movedSeconds", { account: account.id, ...until })
    return { account: account.id, asOf: asOf ?? ctx.today, balanceSeconds }
  },
})

/** The commands of the time bank, for hooks to point at and for commands to call. */
export const TimeBank = { open, topUp, debit, reverse }

const spec = plugin("timeBank", {
  needs: ["parties"],
  entities: [TimeBankAccount, TimeBankEntry],
  reads: { accounts: TimeBankAccount, entries: TimeBankEntry },
  commands: TimeBank,
  queries: { balance },
})

/** The calls of the time bank. */
export interface TimeBank extends FaceOf<typeof spec> {}
/** The plugin timeBank. */
export interface TimeBankPlugin extends Plugin<"timeBank", TimeBank> {}
/** Prepaid hours: a customer buys time in advance, and work draws it down. */
export const timeBank: TimeBankPlugin = spec

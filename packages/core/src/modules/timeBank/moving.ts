/** Moving: top up, debit and reverse, each one entry of one account. */
import type { Money } from "@anbud/pricing"
import { create } from "../../kernel/changes.ts"
import { command, lock } from "../../kernel/command.ts"
import { isRefusal } from "../../kernel/errors.ts"
import {
  choice,
  currency,
  date,
  defaulted,
  duration,
  integer,
  type LocalDate,
  money,
  optional,
  text,
} from "../../kernel/field.ts"
import { EMPTY_ACCOUNT } from "../../kernel/ledger/account.ts"
import { AlreadyPosted, AlreadyReversed, BalanceOutOfRange, PeriodClosed } from "../../kernel/ledger/posting.ts"
import { daysAfter, monthsAfter } from "../../kernel/localDate.ts"
import { InvalidInput, NotFound } from "../../kernel/refusals.ts"
import { Company } from "../parties/entities.ts"
import { TimeBankAccount, TimeBankEntry, TimeBankLot, UNITS } from "./entities.ts"
import { expiriesSince, givenIn, type Held, heldBy, heldForReversal, posted, postedFor, toldOf } from "./holding.ts"
import { lateDebitOf } from "./lateDebit.ts"
import { type NewLot, reversalOf, topUpOf } from "./movement.ts"
import { AccountClosed, InsufficientBalance, NothingMoved, PartOfTransfer, WrongUnit } from "./refusals.ts"

/** Opens an account of a customer, in seconds by default; in the tenant's currency unless another one is given. */
export const open = command({
  input: {
    customer: Company.id,
    name: text(),
    unit: defaulted(choice(UNITS), "seconds"),
    currency: optional(currency()),
    floor: defaulted(integer({ max: 0 }), 0),
    overdraft: defaulted(choice(["block", "spill"]), "block"),
    roundUpMinutes: defaulted(integer({ min: 1, max: 480 }), 1),
    expiryMonths: optional(integer({ min: 1, max: 1200 })),
  },
  refuses: [],
  decide: async (ctx, input) => {
    const customer = await ctx.read.get(Company, input.customer)
    const id = ctx.newId(TimeBankAccount)
    const values = {
      ...EMPTY_ACCOUNT,
      ...input,
      customer: customer.id,
      status: "open" as const,
      currency: input.currency ?? ctx.currency,
    }
    return { changes: [create(TimeBankAccount, id, values)], outcome: { account: id } }
  },
  answer: (read, { account }) => read.get(TimeBankAccount, account),
})

/** A million hours: more is a mistake, and no sum of such movements leaves the whole numbers that are exact. */
const MAX_SECONDS = 3_600_000_000

/** How much, in the account's unit: seconds or an amount. */
export const quantity = { seconds: optional(duration({ max: MAX_SECONDS })), amount: optional(money()) }

const moving = {
  account: TimeBankAccount.id,
  effectiveOn: date(),
  ...quantity,
  /** What it is for, such as `timeEntry/ID`: a second movement for the same is refused. */
  source: optional(text({ maxLength: 200 })),
  note: optional(text()),
}

/** Prepaid time or money into the bank, as a lot of its own. */
export const topUp = command({
  input: { ...moving, hourPrice: optional(money()), expiresOn: optional(date()) },
  refuses: [WrongUnit, AlreadyPosted, AccountClosed, PeriodClosed, NothingMoved, BalanceOutOfRange],
  locks: (input) => [lock(TimeBankAccount, input.account)],
  decide: async (ctx, input) => {
    const held = await heldBy(ctx, input.account)
    const { effectiveOn, hourPrice, note, source } = input
    const given = givenIn(held.account, input)
    if (isRefusal(given)) return given
    if (hourPrice !== null && (held.account.unit === "money" || hourPrice.currency !== held.account.currency))
      return new WrongUnit({ account: held.account.name, unit: held.account.currency })
    const before = await postedFor(ctx, source)
    if (before) return before
    const lot = newLot(held, ctx.newId(TimeBankLot), given, input)
    if (!Number.isSafeInteger(lot.priceMinor)) throw new InvalidInput({ issues: [WORTH_TOO_MUCH] })
    const movement = topUpOf(held, [lot], effectiveOn)
    if (isRefusal(movement)) return movement
    const entry = ctx.newId(TimeBankEntry)
    const said = { kind: "topUp" as const, effectiveOn, note, hourPrice, source }
    return { changes: posted(ctx, held, [{ entry, movement, said }]), outcome: { entry } }
  },
  answer: (read, { entry }) => read.get(TimeBankEntry, entry),
})

const WORTH_TOO_MUCH = { path: "hourPrice", message: "makes these hours worth more than can be exact" }
const SECONDS_PER_HOUR = 3_600n

const newLot = (
  { account }: Held,
  id: string,
  given: number,
  input: { readonly effectiveOn: LocalDate; readonly expiresOn: LocalDate | null; readonly hourPrice: Money | null },
): NewLot => {
  const { unit, expiryMonths } = account
  const boughtOn = input.effectiveOn
  const lasting = expiryMonths === null ? null : daysAfter(monthsAfter(boughtOn, expiryMonths), -1)
  const expiresOn = input.expiresOn ?? lasting
  const priceMinor = unit === "money" ? given : worthOf(given, input.hourPrice?.minor ?? 0)
  return { id, seconds: given, priceMinor, boughtOn, ...(expiresOn === null ? {} : { expiresOn }) }
}

/** So many seconds at a price per hour, half a minor unit away from zero. */
const worthOf = (seconds: number, hourMinor: number): number => {
  const product = BigInt(seconds) * BigInt(Math.abs(hourMinor))
  return Math.sign(hourMinor) * Number((product + SECONDS_PER_HOUR / 2n) / SECONDS_PER_HOUR)
}

/**
 * Time or money out of the bank, of the lots that expire first: of those too that were good on the day and have expired
 * since, whose expiry is then reversed and posted again for the rest.
 */
export const debit = command({
  input: moving,
  refuses: [
    WrongUnit,
    AlreadyPosted,
    AccountClosed,
    PeriodClosed,
    NothingMoved,
    BalanceOutOfRange,
    InsufficientBalance,
  ],
  locks: (input) => [lock(TimeBankAccount, input.account)],
  decide: async (ctx, input) => {
    const { effectiveOn, note, source } = input
    const held = await heldBy(ctx, input.account, { expiresOn: { gte: effectiveOn, lt: ctx.today } })
    const given = givenIn(held.account, input)
    if (isRefusal(given)) return given
    const before = await postedFor(ctx, source)
    if (before) return before
    const steps = lateDebitOf(held, await expiriesSince(ctx, held, effectiveOn), {
      given,
      effectiveOn,
      today: ctx.today,
    })
    if (isRefusal(steps)) return steps
    const entry = ctx.newId(TimeBankEntry)
    const movements = steps.map(({ movement, ...said }) =>
      said.kind === "debit"
        ? { entry, movement, said: { ...said, note, source } }
        : { entry: ctx.newId(TimeBankEntry), movement, said: { ...said, note } },
    )
    return { changes: posted(ctx, held, movements), outcome: { entry } }
  },
  answer: (read, { entry }) => read.get(TimeBankEntry, entry),
  tells: toldOf,
})

/** Undoes an entry, at most once: with the same lots the other way round. */
export const reverse = command({
  input: { account: TimeBankAccount.id, entry: TimeBankEntry.id, note: text() },
  refuses: [PartOfTransfer, AccountClosed, PeriodClosed, AlreadyReversed, BalanceOutOfRange, InsufficientBalance],
  locks: (input) => [lock(TimeBankAccount, input.account)],
  decide: async (ctx, { account, entry: id, note }) => {
    const entry = await ctx.read.get(TimeBankEntry, id)
    if (entry.account !== account) throw new NotFound({ entity: TimeBankEntry.name, id })
    if (entry.transfer !== null) return new PartOfTransfer({ entry: id, transfer: entry.transfer })
    const { held, brought } = await heldForReversal(ctx, account, entry)
    const isReversed = (await ctx.read.count(TimeBankEntry, { reverses: entry.id })) > 0
    const movement = reversalOf(held, { ...entry, isReversed, brought }, ctx.newId(TimeBankLot))
    if (isRefusal(movement)) return movement
    const reversal = ctx.newId(TimeBankEntry)
    const said = { kind: "reversal" as const, effectiveOn: entry.effectiveOn, note, reverses: entry.id }
    return { changes: posted(ctx, held, [{ entry: reversal, movement, said }]), outcome: { entry: reversal } }
  },
  answer: (read, { entry }) => read.get(TimeBankEntry, entry),
  tells: toldOf,
})

/** Transferring: prepaid work or money from one account to another, an entry in each, both or neither. */
import { create } from "../../kernel/changes.ts"
import { command, lock } from "../../kernel/command.ts"
import { isRefusal } from "../../kernel/errors.ts"
import { date, optional, text } from "../../kernel/field.ts"
import { AlreadyReversed, BalanceOutOfRange, PeriodClosed, reversedBefore } from "../../kernel/ledger/posting.ts"
import { NotFound } from "../../kernel/refusals.ts"
import { TimeBankAccount, TimeBankEntry, TimeBankLot, TimeBankTransfer } from "./entities.ts"
import { givenIn, heldBy, heldForReversal, posted, toldOf } from "./holding.ts"
import { type Holding, type Movement, type NewLot, reversalOf, topUpOf, withdrawalOf } from "./movement.ts"
import { quantity } from "./moving.ts"
import { AccountClosed, InsufficientBalance, NothingMoved, WrongUnit } from "./refusals.ts"

/** Moves what the lots of one account hold into lots of another, with their prices and last days. */
export const transfer = command({
  input: { from: TimeBankAccount.id, to: TimeBankAccount.id, effectiveOn: date(), ...quantity, note: optional(text()) },
  refuses: [WrongUnit, AccountClosed, PeriodClosed, NothingMoved, BalanceOutOfRange, InsufficientBalance],
  locks: ({ from, to }) => [lock(TimeBankAccount, from), lock(TimeBankAccount, to)],
  decide: async (ctx, input) => {
    const { effectiveOn, note } = input
    const from = await heldBy(ctx, input.from)
    const to = await heldBy(ctx, input.to)
    const given = givenIn(from.account, input)
    if (isRefusal(given)) return given
    const { unit, currency } = from.account
    if (to.account.unit !== unit || to.account.currency !== currency || to.account.id === from.account.id)
      return new WrongUnit({
        account: to.account.name,
        unit: to.account.unit === "money" ? to.account.currency : to.account.unit,
      })
    const out = withdrawalOf(from, given, effectiveOn)
    if (isRefusal(out)) return out
    const bought = movedLots(from.lots, out, () => ctx.newId(TimeBankLot), effectiveOn)
    const into = topUpOf(to, bought, effectiveOn)
    if (isRefusal(into)) return into
    const id = ctx.newId(TimeBankTransfer)
    const ids = { out: ctx.newId(TimeBankEntry), into: ctx.newId(TimeBankEntry) }
    const said = { effectiveOn, note, transfer: id }
    return {
      changes: [
        create(TimeBankTransfer, id, {
          from: from.account.id,
          to: to.account.id,
          moved: given,
          effectiveOn,
          postedAt: ctx.now,
          note,
        }),
        ...posted(ctx, from, [{ entry: ids.out, movement: out, said: { ...said, kind: "transferOut" } }]),
        ...posted(ctx, to, [{ entry: ids.into, movement: into, said: { ...said, kind: "transferIn" } }]),
      ],
      outcome: { transfer: id },
    }
  },
  answer: (read, ids) => read.get(TimeBankTransfer, ids.transfer),
  tells: toldOf,
})

/** What was drawn becomes a lot each; what no lot covered has neither a price nor a last day. */
const movedLots = (
  lots: Holding["lots"],
  { draws, moved }: Movement,
  newId: () => string,
  boughtOn: string,
): readonly NewLot[] => {
  const covered = draws.map(({ lotId, seconds, valueMinor }): NewLot => {
    const lot = lots.find(({ id }) => id === lotId)
    const expiry = lot?.expiresOn === undefined ? {} : { expiresOn: lot.expiresOn }
    return { id: newId(), seconds, priceMinor: valueMinor, boughtOn: lot?.boughtOn ?? boughtOn, ...expiry }
  })
  const uncovered = -moved - draws.reduce((sum, { seconds }) => sum + seconds, 0)
  return uncovered === 0 ? covered : [...covered, { id: newId(), seconds: uncovered, priceMinor: 0, boughtOn }]
}

/** Undoes a transfer, at most once, as far as the account that received still has it. */
export const reverseTransfer = command({
  input: { from: TimeBankAccount.id, to: TimeBankAccount.id, transfer: TimeBankTransfer.id, note: text() },
  refuses: [AlreadyReversed, AccountClosed, PeriodClosed, BalanceOutOfRange, InsufficientBalance],
  locks: ({ from, to }) => [lock(TimeBankAccount, from), lock(TimeBankAccount, to)],
  decide: async (ctx, { transfer: id, note, ...accounts }) => {
    const before = await ctx.read.one(TimeBankTransfer, { id, from: accounts.from, to: accounts.to })
    const isReversed = (await ctx.read.count(TimeBankTransfer, { reverses: id })) > 0
    if (!before) throw new NotFound({ entity: TimeBankTransfer.name, id })
    const kind = before.reverses === null ? "transfer" : "reversal"
    const refused = reversedBefore({ id, kind, isReversed })
    if (refused) return refused
    const back = ctx.newId(TimeBankTransfer)
    const changes = []
    for (const [account, side] of [
      [accounts.to, "transferIn"],
      [accounts.from, "transferOut"],
    ] as const) {
      const entry = await ctx.read.one(TimeBankEntry, { transfer: id, account, kind: side })
      if (!entry) throw new Error(`The transfer ${id} has no entry ${side}`)
      const { held, brought } = await heldForReversal(ctx, account, entry)
      const movement = reversalOf(held, { ...entry, isReversed: false, brought }, ctx.newId(TimeBankLot))
      if (isRefusal(movement)) return movement
      const said = {
        kind: "reversal" as const,
        effectiveOn: entry.effectiveOn,
        note,
        reverses: entry.id,
        transfer: back,
      }
      changes.push(...posted(ctx, held, [{ entry: ctx.newId(TimeBankEntry), movement, said }]))
    }
    const { moved, effectiveOn } = before
    const undone = { from: accounts.to, to: accounts.from, moved, effectiveOn, postedAt: ctx.now, reverses: id, note }
    return { changes: [create(TimeBankTransfer, back, undone), ...changes], outcome: { transfer: back } }
  },
  answer: (read, ids) => read.get(TimeBankTransfer, ids.transfer),
  tells: toldOf,
})

/** Holdings: an account with what is left in its lots, read for a movement, and the changes that post the movement. */
import type { Lot, Money } from "@anbud/pricing"
import { type Change, create, patch } from "../../kernel/changes.ts"
import type { AnswerContext, CommandContext } from "../../kernel/command.ts"
import type { Refusal } from "../../kernel/errors.ts"
import type { Id, LocalDate } from "../../kernel/field.ts"
import { AlreadyPosted } from "../../kernel/ledger/posting.ts"
import type { Where } from "../../kernel/where.ts"
import { TimeBankAccount, TimeBankEntry, TimeBankLot } from "./entities.ts"
import type { Holding, Movement, ReversedEntry } from "./movement.ts"
import { InsufficientBalance, WrongUnit } from "./refusals.ts"

/** An account that the command has locked, and its lots: those with something left, and others that were asked for. */
export interface Held extends Holding {
  readonly account: TimeBankAccount
  readonly rows: ReadonlyMap<string, TimeBankLot>
}

/** Reads an account and its lots that have something left, and others too if a filter names them. */
export const heldBy = async (
  ctx: Pick<CommandContext, "read">,
  id: Id<"timeBankAccount">,
  others: Where<typeof TimeBankLot> | null = null,
): Promise<Held> => {
  const account = await ctx.read.get(TimeBankAccount, id)
  const isLeft = { left: { gt: 0 } }
  const isNeeded = others === null ? isLeft : { or: [isLeft, others] }
  const found = await ctx.read.find(TimeBankLot, { account: account.id, ...isNeeded })
  return { account, lots: found.map(lotOf), rows: new Map(found.map((row) => [row.id as string, row])) }
}

/** The same with the lots that an entry brought or drew, and the ids of those that it brought. */
export const heldForReversal = async (
  ctx: Pick<CommandContext, "read">,
  id: Id<"timeBankAccount">,
  { id: entry, draws }: TimeBankEntry,
): Promise<{ readonly held: Held; readonly brought: readonly string[] }> => {
  const drawn = draws.map(({ lotId }) => lotId)
  const held = await heldBy(ctx, id, { or: [{ entry }, { id: { in: drawn } }] })
  const lots = [...held.rows.values()]
  return { held, brought: lots.filter((lot) => lot.entry === entry).map((lot) => lot.id) }
}

/** The expiries, not reversed, of lots of the holding that were good on a day and are used up now. */
export const expiriesSince = async (
  ctx: Pick<CommandContext, "read">,
  { account, rows }: Held,
  on: LocalDate,
): Promise<readonly ReversedEntry[]> => {
  const isSpent = ({ expiresOn, left }: TimeBankLot): boolean => left === 0 && expiresOn !== null && expiresOn >= on
  const spent = new Set([...rows.values()].filter(isSpent).map(({ id }) => id as string))
  if (spent.size === 0) return []
  const where = { account: account.id, kind: "expiry", effectiveOn: { gte: on } } as const
  const expiries = await ctx.read.find(TimeBankEntry, where, { order: ["number"] })
  const reversals = await ctx.read.find(TimeBankEntry, { reverses: { in: expiries.map(({ id }) => id) } })
  const reversed = new Set(reversals.map(({ reverses }) => reverses))
  return expiries
    .filter(({ id, draws }) => !reversed.has(id) && draws.some(({ lotId }) => spent.has(lotId)))
    .map((expiry) => ({ ...expiry, isReversed: false, brought: [] }))
}

const lotOf = (row: TimeBankLot): Lot => ({
  id: row.id,
  seconds: row.size,
  priceMinor: row.price.minor,
  boughtOn: row.boughtOn,
  drawnSeconds: row.drawn,
  recognisedMinor: row.recognised.minor,
  ...(row.expiresOn === null ? {} : { expiresOn: row.expiresOn }),
})

/** What is given in the account's unit; refuses with `WrongUnit`. */
export const givenIn = (
  { name, unit, currency }: TimeBankAccount,
  { seconds, amount }: { readonly seconds: number | null; readonly amount: Money | null },
): number | WrongUnit => {
  if (unit === "seconds" && seconds !== null && amount === null) return seconds
  if (unit === "money" && seconds === null && amount?.currency === currency) return amount.minor
  return new WrongUnit({ account: name, unit: unit === "seconds" ? unit : currency })
}

/** What an entry says beside its movement. */
export interface Said {
  readonly kind: TimeBankEntry["kind"]
  readonly effectiveOn: LocalDate
  readonly note: string | null
  readonly source?: string | null
  readonly hourPrice?: TimeBankEntry["hourPrice"]
  readonly reverses?: string
  readonly transfer?: string
}

/** The changes that post movements of one account, in their order. */
export const posted = (
  ctx: Pick<CommandContext, "now">,
  { account, rows }: Held,
  movements: readonly { readonly entry: string; readonly movement: Movement; readonly said: Said }[],
): readonly Change[] => {
  const last = movements.at(-1)?.movement
  if (!last) return []
  const { currency } = account
  const entries = movements.map(({ entry, said, movement: { number, moved, balanceAfter, spilled, draws } }) =>
    create(TimeBankEntry, entry, {
      account: account.id,
      postedAt: ctx.now,
      number,
      moved,
      balanceAfter,
      spilled,
      draws,
      ...said,
    }),
  )
  const opened = movements.flatMap(({ entry, movement }) =>
    movement.opened.map((lot) =>
      create(TimeBankLot, lot.id, {
        account: account.id,
        entry,
        boughtOn: lot.boughtOn as LocalDate,
        expiresOn: (lot.expiresOn ?? null) as LocalDate | null,
        size: lot.seconds,
        drawn: lot.drawnSeconds,
        currency,
        price: { minor: lot.priceMinor, currency },
        recognised: { minor: lot.recognisedMinor, currency },
      }),
    ),
  )
  const lots = new Map(movements.flatMap(({ movement }) => movement.changed.map((lot) => [lot.id, lot])))
  const changed = [...lots.values()].map(({ id, drawnSeconds, recognisedMinor }) => {
    const row = rows.get(id)
    if (!row) throw new Error(`The lot ${id} was not read`)
    return patch(TimeBankLot, row, {
      drawn: drawnSeconds,
      recognised: { minor: recognisedMinor, currency: row.currency },
    })
  })
  return [
    patch(TimeBankAccount, account, { balance: last.balanceAfter, entryCount: last.number }),
    ...entries,
    ...opened,
    ...changed,
  ]
}

/** Refuses with `AlreadyPosted` what was posted for the same source before. */
export const postedFor = async (
  ctx: Pick<CommandContext, "read">,
  source: string | null,
): Promise<AlreadyPosted | null> => {
  const before = source === null ? null : await ctx.read.one(TimeBankEntry, { source })
  return before && source !== null ? new AlreadyPosted({ source, entry: before.id }) : null
}

/** What is available tells the balance, and what a reversal needs tells its entry: neither to who may not see it. */
export const toldOf = <R extends Refusal>(
  refused: R,
  { sees }: Pick<AnswerContext, "sees">,
): R | InsufficientBalance => {
  if (!InsufficientBalance.is(refused)) return refused
  const isSeen =
    sees(TimeBankAccount, "balance") &&
    sees(TimeBankAccount, "floor") &&
    sees(TimeBankEntry, "moved") &&
    sees(TimeBankLot, "left")
  if (isSeen) return refused
  const { account, unit } = refused.params
  return new InsufficientBalance({ account, unit, requested: null, available: null })
}

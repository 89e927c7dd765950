/**
 * Movements of a time bank: pure decisions about an account and its lots, which the caller has locked and read.
 *
 * What the lots hold together is the balance, more where debits went below zero: the overdraft is the difference, and
 * the next top-up covers it first. Quantities are seconds or minor units, as the account counts.
 */
import { drawFromLots, expireLots, type Lot, type LotDraw } from "@anbud/pricing"
import { isRefusal } from "../../kernel/errors.ts"
import type { LocalDate } from "../../kernel/field.ts"
import type { LedgerAccount } from "../../kernel/ledger/account.ts"
import {
  type AlreadyReversed,
  type BalanceOutOfRange,
  closedFor,
  outOfRangeFor,
  type PeriodClosed,
  type Posting,
  postingOf,
  reversedBefore,
} from "../../kernel/ledger/posting.ts"
import { AccountClosed, InsufficientBalance, NothingMoved } from "./refusals.ts"

/** What a movement must know of its account, and what is left in its lots. */
export interface Holding {
  readonly account: LedgerAccount & {
    readonly floor: number
    readonly status: "open" | "frozen" | "closed"
    readonly unit: "seconds" | "money"
    readonly currency: string
    readonly roundUpMinutes: number
    readonly overdraft: "block" | "spill"
  }
  readonly lots: readonly Lot[]
}

/** A movement that may be posted: its entry, and the lots that it changes or opens. */
export interface Movement extends Posting {
  /** What a debit wanted beyond its floor, to be billed elsewhere. */
  readonly spilled: number
  readonly draws: readonly LotDraw[]
  readonly changed: readonly Lot[]
  readonly opened: readonly Lot[]
}

/** What a reversal must know of the entry that it undoes. */
export interface ReversedEntry {
  readonly id: string
  readonly kind: string
  readonly moved: number
  readonly effectiveOn: LocalDate
  readonly draws: readonly LotDraw[]
  readonly isReversed: boolean
  /** The lots that it brought. */
  readonly brought: readonly string[]
}

/** A lot to be opened, all of which is there. */
export type NewLot = Omit<Lot, "drawnSeconds" | "recognisedMinor">

/** Lots into the bank; refuses with `AccountClosed`, `PeriodClosed`, `NothingMoved` and `BalanceOutOfRange`. */
export const topUpOf = (
  holding: Holding,
  lots: readonly NewLot[],
  effectiveOn: LocalDate,
): Movement | AccountClosed | PeriodClosed | NothingMoved | BalanceOutOfRange => {
  const given = lots.reduce((sum, { seconds }) => sum + seconds, 0)
  const refused = shut(holding, effectiveOn) ?? none(given) ?? outOfRangeFor(holding.account, given)
  return refused ?? broughtIn(holding, lots, given)
}

const broughtIn = (holding: Holding, lots: readonly NewLot[], given: number): Movement => {
  let owed = overdraftOf(holding)
  const draws: LotDraw[] = []
  const opened = lots.map((lot): Lot => {
    const whole = { ...lot, drawnSeconds: 0, recognisedMinor: 0 }
    const covered = Math.min(owed, lot.seconds)
    owed -= covered
    if (covered === 0) return whole
    const taken = drawn([whole], covered, lot.boughtOn)
    draws.push(...taken.draws)
    return taken.lots[0] ?? whole
  })
  return { ...postingOf(holding.account, given), spilled: 0, draws, changed: [], opened }
}

/**
 * Time or money out of the bank, seconds rounded up to the account's step; what is beyond the floor spills, if the
 * account says so.
 *
 * Refuses with `AccountClosed`, `PeriodClosed`, `NothingMoved` and `InsufficientBalance`.
 *
 * @example debitOf({ account: { ...account, roundUpMinutes: 15 }, lots }, 3960, "2025-03-04") // moves -4500
 */
export const debitOf = (
  holding: Holding,
  given: number,
  effectiveOn: LocalDate,
): Movement | AccountClosed | PeriodClosed | NothingMoved | InsufficientBalance => {
  const { unit, roundUpMinutes, overdraft } = holding.account
  const refused = shut(holding, effectiveOn) ?? none(given)
  if (refused) return refused
  const step = unit === "seconds" && roundUpMinutes > 1 ? roundUpMinutes * 60 : 1
  const requested = Math.ceil(given / step) * step
  const taken = overdraft === "spill" ? Math.min(requested, availableOf(holding, effectiveOn, [])) : requested
  const movement = takenOut(holding, taken, effectiveOn, [])
  return isRefusal(movement) ? movement : { ...movement, spilled: requested - taken }
}

/**
 * Exactly so much out of the bank, as a transfer takes it.
 *
 * Refuses with `AccountClosed`, `PeriodClosed`, `NothingMoved` and `InsufficientBalance`.
 */
export const withdrawalOf = (
  holding: Holding,
  given: number,
  effectiveOn: LocalDate,
): Movement | AccountClosed | PeriodClosed | NothingMoved | InsufficientBalance =>
  shut(holding, effectiveOn) ?? none(given) ?? takenOut(holding, given, effectiveOn, [])

/** What was not drawn of lots whose last day is before `on`: an entry for each, dated on that day or the first open one. */
export const expiriesOf = (
  holding: Holding,
  on: LocalDate,
): readonly { readonly expiresOn: LocalDate; readonly lot: Lot; readonly draw: LotDraw }[] =>
  expireLots(holding.lots, on).flatMap((draw) => {
    const lot = holding.lots.find(({ id }) => id === draw.lotId)
    return lot?.expiresOn === undefined ? [] : [{ expiresOn: lot.expiresOn as LocalDate, lot, draw }]
  })

/** The movement of one expiry. */
export const expiryOf = (account: LedgerAccount, lot: Lot, draw: LotDraw): Movement => ({
  ...postingOf(account, -draw.seconds),
  spilled: 0,
  draws: [draw],
  changed: [{ ...lot, drawnSeconds: lot.seconds, recognisedMinor: lot.priceMinor }],
  opened: [],
})

/**
 * The movement that undoes an entry; a frozen account takes it, since a mistake must be put right.
 *
 * Refuses with `AccountClosed`, `PeriodClosed`, `AlreadyReversed`, `BalanceOutOfRange` and, if a top-up is spent,
 * `InsufficientBalance`.
 */
export const reversalOf = (
  holding: Holding,
  entry: ReversedEntry,
  excessLot: string,
): Movement | AccountClosed | PeriodClosed | AlreadyReversed | BalanceOutOfRange | InsufficientBalance => {
  const { account } = holding
  if (account.status === "closed") return new AccountClosed({ account: account.name, status: account.status })
  const refused = closedFor(account, entry.effectiveOn) ?? reversedBefore(entry)
  if (refused) return refused
  if (entry.moved > 0) return takenOut(holding, entry.moved, entry.effectiveOn, entry.brought)
  return outOfRangeFor(account, -entry.moved) ?? givenBack(holding, entry, excessLot)
}

/** What can be taken on a day: what these lots hold, the others that are good then, and the way down to the floor. */
const availableOf = (holding: Holding, on: LocalDate, first: readonly string[]): number => {
  const good = holding.lots.filter(
    ({ id, expiresOn }) => first.includes(id) || expiresOn === undefined || expiresOn >= on,
  )
  return Math.max(0, leftIn(good) - holding.account.floor - overdraftOf(holding))
}

/** Takes from these lots first, then from the earliest to expire, then below zero as far as the floor allows. */
const takenOut = (
  holding: Holding,
  quantity: number,
  on: LocalDate,
  first: readonly string[],
): Movement | InsufficientBalance => {
  const { account, lots } = holding
  const available = availableOf(holding, on, first)
  if (quantity > available)
    return new InsufficientBalance({
      account: account.name,
      unit: unitOf(account),
      requested: quantity,
      available,
    })
  const own = lots.filter(({ id }) => first.includes(id))
  const ofOwn = Math.min(quantity, leftIn(own))
  const fromOwn = drawn(
    own.map(({ expiresOn: _, ...lot }) => lot),
    ofOwn,
    on,
  )
  const rest = drawn(
    lots.filter(({ id }) => !first.includes(id)),
    quantity - ofOwn,
    on,
  )
  const draws = [...fromOwn.draws, ...rest.draws]
  const left = new Map([...fromOwn.lots, ...rest.lots].map((lot) => [lot.id, lot]))
  const taken = new Set(draws.map(({ lotId }) => lotId))
  const changed = lots.filter(({ id }) => taken.has(id)).map((lot) => ({ ...lot, ...left.get(lot.id) }))
  return { ...postingOf(account, 0 - quantity), spilled: 0, draws, changed, opened: [] }
}

/**
 * Undoes what took something out: puts back into the lots what was drawn of them; what was an overdraft and is covered
 * by now becomes a lot.
 */
export const givenBack = (holding: Holding, entry: ReversedEntry, excessLot: string): Movement => {
  const { account, lots } = holding
  const changed = entry.draws.map(({ lotId, seconds, valueMinor }) => {
    const lot = lots.find(({ id }) => id === lotId)
    if (!lot) throw new Error(`The lot ${lotId} is missing`)
    return { ...lot, drawnSeconds: lot.drawnSeconds - seconds, recognisedMinor: lot.recognisedMinor - valueMinor }
  })
  const uncovered = -entry.moved - entry.draws.reduce((sum, { seconds }) => sum + seconds, 0)
  const excess = Math.max(0, uncovered - overdraftOf(holding))
  const lot = { id: excessLot, seconds: excess, priceMinor: 0, boughtOn: entry.effectiveOn }
  return {
    ...postingOf(account, 0 - entry.moved),
    spilled: 0,
    draws: entry.draws.map((draw) => ({ ...draw, seconds: -draw.seconds, valueMinor: -draw.valueMinor })),
    changed,
    opened: excess === 0 ? [] : [{ ...lot, drawnSeconds: 0, recognisedMinor: 0 }],
  }
}

/** How far the balance is below what the lots hold. */
export const overdraftOf = ({ account, lots }: Holding): number => leftIn(lots) - account.balance

const leftIn = (lots: readonly Lot[]): number =>
  lots.reduce((sum, { seconds, drawnSeconds }) => sum + seconds - drawnSeconds, 0)

/** The holding after a movement. */
export const after = ({ account, lots }: Holding, { number, balanceAfter, changed, opened }: Movement): Holding => {
  const now = new Map(changed.map((lot) => [lot.id, lot]))
  return {
    account: { ...account, entryCount: number, balance: balanceAfter },
    lots: [...lots.map((lot) => now.get(lot.id) ?? lot), ...opened],
  }
}

/** Steps one after the other, each with a movement of what those before it have left. */
export const inTurn = <T, S extends { readonly movement: Movement }>(
  holding: Holding,
  all: readonly T[],
  stepOf: (each: T, at: Holding) => S,
): { readonly steps: readonly S[]; readonly left: Holding } => {
  let left = holding
  const steps = all.map((each) => {
    const step = stepOf(each, left)
    left = after(left, step.movement)
    return step
  })
  return { steps, left }
}

/** Draws as much as there is. */
const drawn = (lots: readonly Lot[], quantity: number, on: string) => {
  if (quantity === 0) return { draws: [], lots }
  const result = drawFromLots(lots, { seconds: quantity, on, overdraft: "spill" })
  if (!result.ok) throw new Error(`The lots of a time bank are not whole: ${result.error._tag}`)
  return result.value
}

const shut = ({ account }: Holding, effectiveOn: LocalDate): AccountClosed | PeriodClosed | null =>
  account.status === "open"
    ? closedFor(account, effectiveOn)
    : new AccountClosed({ account: account.name, status: account.status })

const none = (given: number): NothingMoved | null => (given > 0 ? null : new NothingMoved({ given }))

/** What the account counts, in a word. */
export const unitOf = ({ unit, currency }: Holding["account"]): string =>
  unit === "seconds" ? unit : `minor units of ${currency}`

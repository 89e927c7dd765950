/**
 * Late debits: work that is booked when a lot that was good on its day has expired since. Pure.
 *
 * What the lot held is given back, the work draws it as if it had been booked in time, and the rest expires again: what
 * a debit takes never hangs on when the nightly job ran.
 */
import { isRefusal } from "../../kernel/errors.ts"
import type { LocalDate } from "../../kernel/field.ts"
import { type BalanceOutOfRange, outOfRangeFor, type PeriodClosed } from "../../kernel/ledger/posting.ts"
import {
  after,
  debitOf,
  expiriesOf,
  expiryOf,
  givenBack,
  type Holding,
  inTurn,
  type Movement,
  type ReversedEntry,
} from "./movement.ts"
import type { AccountClosed, InsufficientBalance, NothingMoved } from "./refusals.ts"

/** One of the entries that a late debit posts, in their order. */
export interface LateStep {
  readonly kind: "reversal" | "debit" | "expiry"
  readonly movement: Movement
  readonly effectiveOn: LocalDate
  /** The expiry that it undoes. */
  readonly reverses?: string
}

/**
 * The debit, between the reversals of the expiries whose lots it draws and the expiry of what it leaves of them.
 *
 * `expiries` are entries that nothing has reversed, of lots of the holding that were good on the day and are not `today`.
 * Refuses as `debitOf` does, and with `BalanceOutOfRange`.
 */
export const lateDebitOf = (
  holding: Holding,
  expiries: readonly ReversedEntry[],
  { given, effectiveOn, today }: { readonly given: number; readonly effectiveOn: LocalDate; readonly today: LocalDate },
): readonly LateStep[] | AccountClosed | PeriodClosed | NothingMoved | BalanceOutOfRange | InsufficientBalance => {
  const expired = expiries.reduce((sum, { moved }) => sum - moved, 0)
  const refused = outOfRangeFor(holding.account, expired)
  if (refused) return refused
  const asIfInTime = debitOf(inTurn(holding, expiries, undone).left, given, effectiveOn)
  if (isRefusal(asIfInTime)) return asIfInTime
  const drawn = new Set(asIfInTime.draws.map(({ lotId }) => lotId))
  const needed = expiries.filter(({ draws }) => draws.some(({ lotId }) => drawn.has(lotId)))
  const back = inTurn(holding, needed, undone)
  const debit = debitOf(back.left, given, effectiveOn)
  if (isRefusal(debit)) return debit
  const expiredOn = new Map(needed.flatMap((entry) => entry.draws.map(({ lotId }) => [lotId, entry.effectiveOn])))
  const left = after(back.left, debit)
  const again = inTurn(
    left,
    expiriesOf(left, today).filter(({ lot }) => expiredOn.has(lot.id)),
    ({ lot, draw, expiresOn }, { account }): LateStep => {
      const movement = expiryOf(account, lot, draw)
      return { kind: "expiry", movement, effectiveOn: expiredOn.get(lot.id) ?? expiresOn }
    },
  )
  return [...back.steps, { kind: "debit", movement: debit, effectiveOn }, ...again.steps]
}

/** An expiry covers all that it took, so giving it back opens no lot. */
const undone = (expiry: ReversedEntry, at: Holding): LateStep => {
  const movement = givenBack(at, expiry, expiry.id)
  return { kind: "reversal", movement, effectiveOn: expiry.effectiveOn, reverses: expiry.id }
}

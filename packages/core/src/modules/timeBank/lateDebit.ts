/**
 * Late debits: work that is booked when a lot that was good on its day has expired since. Pure.
 *
 * What the lot held is given back, the work draws it as if it had been booked in time, and the rest expires again: what
 * a debit takes never hangs on when the nightly job ran.
 */
import { expireLots } from "@anbud/pricing"
import { isRefusal } from "../../kernel/errors.ts"
import type { LocalDate } from "../../kernel/field.ts"
import type { PeriodClosed } from "../../kernel/ledger/posting.ts"
import { after, debitOf, expiryOf, givenBack, type Holding, type Movement, type ReversedEntry } from "./movement.ts"
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
 * `expiries` are entries that nothing has reversed, of lots that were good on `effectiveOn` and are among the holding's.
 * Refuses as `debitOf` does.
 */
export const lateDebitOf = (
  holding: Holding,
  expiries: readonly ReversedEntry[],
  given: number,
  effectiveOn: LocalDate,
): readonly LateStep[] | AccountClosed | PeriodClosed | NothingMoved | InsufficientBalance => {
  const asIfInTime = debitOf(revived(holding, expiries).holding, given, effectiveOn)
  if (isRefusal(asIfInTime)) return asIfInTime
  const drawn = new Set(asIfInTime.draws.map(({ lotId }) => lotId))
  const needed = expiries.filter(({ draws }) => draws.some(({ lotId }) => drawn.has(lotId)))
  const back = revived(holding, needed)
  const debit = debitOf(back.holding, given, effectiveOn)
  if (isRefusal(debit)) return debit
  return [...back.steps, { kind: "debit", movement: debit, effectiveOn }, ...again(after(back.holding, debit), needed)]
}

/** The holding with these expiries undone, one after the other. */
const revived = (holding: Holding, expiries: readonly ReversedEntry[]) => {
  let at = holding
  const steps = expiries.map((expiry): LateStep => {
    const movement = givenBack(at, expiry, expiry.id)
    at = after(at, movement)
    return { kind: "reversal", movement, effectiveOn: expiry.effectiveOn, reverses: expiry.id }
  })
  return { holding: at, steps }
}

/** What is left of lots that were given back expires anew, on the day it had expired. */
const again = (holding: Holding, expiries: readonly ReversedEntry[]): readonly LateStep[] => {
  let at = holding
  return expiries.flatMap(({ draws, effectiveOn }) => {
    const lots = at.lots.filter(({ id }) => draws.some(({ lotId }) => lotId === id))
    return lots.flatMap((lot) =>
      expireLots([lot], AFTER_ALL).map((draw): LateStep => {
        const movement = expiryOf(at.account, lot, draw)
        at = after(at, movement)
        return { kind: "expiry", movement, effectiveOn }
      }),
    )
  })
}

/** Later than any last day. */
const AFTER_ALL = "9999-12-31"

/** Posting: what an entry must satisfy, whatever ledger it is of. Pure. */
import { type RefusalOf, refusal } from "../errors.ts"
import { type LocalDate, text } from "../field.ts"
import type { LedgerAccount } from "./account.ts"

/**
 * The period is closed: nothing that counts on this day can be posted any more.
 *
 * Post it with a day after the closed period, and say in the note what it is about.
 */
export const PeriodClosed = refusal(
  "PeriodClosed",
  { account: text(), effectiveOn: text(), closedThrough: text() },
  {
    en: "{account} is closed through {closedThrough}: nothing can be posted on {effectiveOn}.",
    sv: "{account} är stängt till och med {closedThrough}: inget kan bokföras på {effectiveOn}.",
  },
)
export type PeriodClosed = RefusalOf<typeof PeriodClosed>

/**
 * Something was posted for this before.
 *
 * Nothing to do: read the entry. Whoever means another posting gives another source.
 */
export const AlreadyPosted = refusal(
  "AlreadyPosted",
  { source: text(), entry: text() },
  { en: "The entry {entry} was posted for {source} before.", sv: "Posten {entry} bokfördes redan för {source}." },
)
export type AlreadyPosted = RefusalOf<typeof AlreadyPosted>

/**
 * The entry was reversed before, or is itself a reversal.
 *
 * Post a new entry instead; a reversal is final.
 */
export const AlreadyReversed = refusal(
  "AlreadyReversed",
  { entry: text() },
  {
    en: "The entry {entry} was reversed before, or is itself a reversal.",
    sv: "Posten {entry} är redan återförd, eller är själv en återföring.",
  },
)
export type AlreadyReversed = RefusalOf<typeof AlreadyReversed>

/**
 * The balance would leave the whole numbers that are exact, 9 007 199 254 740 991 either way.
 *
 * Post a smaller amount: so large a one is a mistake, such as a number in the wrong place.
 */
export const BalanceOutOfRange = refusal(
  "BalanceOutOfRange",
  { account: text() },
  {
    en: "The balance of {account} would be too large to be exact.",
    sv: "Saldot på {account} skulle bli för stort för att vara exakt.",
  },
  422,
)
export type BalanceOutOfRange = RefusalOf<typeof BalanceOutOfRange>

/** What an entry is to say of its account. */
export interface Posting {
  readonly number: number
  readonly moved: number
  readonly balanceAfter: number
}

/** The next entry of an account; whether the balance may move so far is for the ledger to decide. */
export const postingOf = (account: LedgerAccount, moved: number): Posting => ({
  number: account.entryCount + 1,
  moved,
  balanceAfter: account.balance + moved,
})

/** Refuses what counts in a closed period with `PeriodClosed`; null if nothing is in the way. */
export const closedFor = (account: LedgerAccount, effectiveOn: LocalDate): PeriodClosed | null =>
  account.closedThrough !== null && effectiveOn <= account.closedThrough
    ? new PeriodClosed({ account: account.name, effectiveOn, closedThrough: account.closedThrough })
    : null

/**
 * Refuses a balance that would not be exact with `BalanceOutOfRange`, as its way down to the floor; null if nothing is in
 * the way. `moved` is in the account's unit: seconds, or minor units of its currency.
 *
 * @example outOfRangeFor(account, 3_600) ?? postingOf(account, 3_600)
 */
export const outOfRangeFor = (account: LedgerAccount, moved: number): BalanceOutOfRange | null => {
  const balance = account.balance + moved
  const isExact = Number.isSafeInteger(balance) && Number.isSafeInteger(balance - (account.floor ?? 0))
  return isExact ? null : new BalanceOutOfRange({ account: account.name })
}

/** Refuses a second reversal, and one of a reversal, with `AlreadyReversed`; null if nothing is in the way. */
export const reversedBefore = (entry: {
  readonly id: string
  readonly kind: string
  readonly isReversed: boolean
}): AlreadyReversed | null =>
  entry.isReversed || entry.kind === "reversal" ? new AlreadyReversed({ entry: entry.id }) : null

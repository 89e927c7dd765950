/** Movements of a time bank: pure decisions about an account that the caller has locked and read. */
import { type RefusalOf, refusal } from "../../kernel/errors.ts"
import { integer, json, text } from "../../kernel/field.ts"

/**
 * The account takes no entries.
 *
 * Open another account, or ask whoever closed it; a frozen account takes entries again once it is open.
 */
export const AccountClosed = refusal(
  "AccountClosed",
  { account: text(), status: text() },
  { en: "The time bank {account} is {status}.", sv: "Tidbanken {account} är {status}." },
)
export type AccountClosed = RefusalOf<typeof AccountClosed>

/**
 * The debit would take the balance below its floor; no numbers for who may not see the balance.
 *
 * Top up the account, or debit at most what is available.
 */
export const InsufficientBalance = refusal(
  "InsufficientBalance",
  { account: text(), requestedSeconds: json<number | null>(), availableSeconds: json<number | null>() },
  {
    en: ({ account, requestedSeconds, availableSeconds }) =>
      availableSeconds === null
        ? `The time bank ${account} has less than that.`
        : `The time bank ${account} has ${availableSeconds} s, not ${requestedSeconds} s.`,
    sv: ({ account, requestedSeconds, availableSeconds }) =>
      availableSeconds === null
        ? `Tidbanken ${account} har mindre än så.`
        : `Tidbanken ${account} har ${availableSeconds} s, inte ${requestedSeconds} s.`,
  },
)
export type InsufficientBalance = RefusalOf<typeof InsufficientBalance>

/**
 * A movement needs time: none, or less than none, was given.
 *
 * Give more than 0 seconds; a movement in the other direction is another command.
 */
export const NoTime = refusal(
  "NoTime",
  { givenSeconds: integer() },
  { en: "A movement of {givenSeconds} s is none.", sv: "En rörelse på {givenSeconds} s är ingen." },
  422,
)
export type NoTime = RefusalOf<typeof NoTime>

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

/** What a movement must know of its account. */
export interface AccountFacts {
  readonly name: string
  readonly status: "open" | "frozen" | "closed"
  readonly floorSeconds: number
  readonly roundUpMinutes: number
  readonly balanceSeconds: number
}

/** A movement that may be posted. */
export interface Movement {
  readonly movedSeconds: number
  readonly balanceAfterSeconds: number
}

/** What a reversal must know of the entry that it undoes. */
export interface EntryFacts {
  readonly id: string
  readonly kind: "topUp" | "debit" | "reversal"
  readonly movedSeconds: number
  readonly isReversed: boolean
}

/** Time into the bank; refuses with `AccountClosed` and `NoTime`. */
export const topUpOf = (account: AccountFacts, givenSeconds: number): Movement | AccountClosed | NoTime => {
  if (account.status !== "open") return new AccountClosed({ account: account.name, status: account.status })
  if (givenSeconds <= 0) return new NoTime({ givenSeconds })
  return { movedSeconds: givenSeconds, balanceAfterSeconds: account.balanceSeconds + givenSeconds }
}

/**
 * Time out of the bank, rounded up to the account's step; refuses with `AccountClosed`, `NoTime` and
 * `InsufficientBalance`.
 *
 * @example debitOf({ ...account, roundUpMinutes: 15, balanceSeconds: 7200 }, 3960) // moves -4500 s, leaves 2700 s
 */
export const debitOf = (
  account: AccountFacts,
  givenSeconds: number,
): Movement | AccountClosed | NoTime | InsufficientBalance => {
  if (account.status !== "open") return new AccountClosed({ account: account.name, status: account.status })
  if (givenSeconds <= 0) return new NoTime({ givenSeconds })
  const stepSeconds = account.roundUpMinutes * 60
  const requestedSeconds =
    account.roundUpMinutes === 1 ? givenSeconds : Math.ceil(givenSeconds / stepSeconds) * stepSeconds
  const balanceAfterSeconds = account.balanceSeconds - requestedSeconds
  if (balanceAfterSeconds < account.floorSeconds) {
    const availableSeconds = account.balanceSeconds - account.floorSeconds
    return new InsufficientBalance({ account: account.name, requestedSeconds, availableSeconds })
  }
  return { movedSeconds: -requestedSeconds, balanceAfterSeconds }
}

/**
 * The movement that undoes an entry; a frozen account takes it, since a mistake must be put right.
 *
 * Refuses with `AccountClosed`, `AlreadyReversed` and, if the time of a top-up is spent, `InsufficientBalance`.
 */
export const reversalOf = (
  account: AccountFacts,
  entry: EntryFacts,
): Movement | AccountClosed | AlreadyReversed | InsufficientBalance => {
  if (account.status === "closed") return new AccountClosed({ account: account.name, status: account.status })
  if (entry.isReversed || entry.kind === "reversal") return new AlreadyReversed({ entry: entry.id })
  const movedSeconds = -entry.movedSeconds
  const balanceAfterSeconds = account.balanceSeconds + movedSeconds
  if (movedSeconds < 0 && balanceAfterSeconds < account.floorSeconds) {
    const availableSeconds = account.balanceSeconds - account.floorSeconds
    return new InsufficientBalance({ account: account.name, requestedSeconds: entry.movedSeconds, availableSeconds })
  }
  return { movedSeconds, balanceAfterSeconds }
}

/** Why a time bank refuses. */
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
 * The account counts something else than what was given: seconds or an amount in its currency.
 *
 * Give `seconds` for an account in seconds, and `amount` in its currency for one in money.
 */
export const WrongUnit = refusal(
  "WrongUnit",
  { account: text(), unit: text() },
  { en: "The time bank {account} counts {unit}.", sv: "Tidbanken {account} räknas i {unit}." },
  422,
)
export type WrongUnit = RefusalOf<typeof WrongUnit>

/**
 * A movement needs something to move: none, or less than none, was given.
 *
 * Give more than 0; a movement in the other direction is another command.
 */
export const NothingMoved = refusal(
  "NothingMoved",
  { given: integer() },
  { en: "A movement of {given} is none.", sv: "En rörelse på {given} är ingen." },
  422,
)
export type NothingMoved = RefusalOf<typeof NothingMoved>

/**
 * The debit would take the balance below its floor; no numbers for who may not see the balance.
 *
 * Top up the account, or debit at most what is available.
 */
export const InsufficientBalance = refusal(
  "InsufficientBalance",
  { account: text(), unit: text(), requested: json<number | null>(), available: json<number | null>() },
  {
    en: ({ account, unit, requested, available }) =>
      available === null
        ? `The time bank ${account} has less than that.`
        : `The time bank ${account} has ${available} ${unit}, not ${requested}.`,
    sv: ({ account, unit, requested, available }) =>
      available === null
        ? `Tidbanken ${account} har mindre än så.`
        : `Tidbanken ${account} har ${available} ${unit === "seconds" ? "sekunder" : unit}, inte ${requested}.`,
  },
)
export type InsufficientBalance = RefusalOf<typeof InsufficientBalance>

/**
 * The entry is one half of a transfer, which is reversed as a whole.
 *
 * Reverse the transfer: `timeBank.reverseTransfer`.
 */
export const PartOfTransfer = refusal(
  "PartOfTransfer",
  { entry: text(), transfer: text() },
  {
    en: "The entry {entry} is half of the transfer {transfer}.",
    sv: "Posten {entry} är ena halvan av överföringen {transfer}.",
  },
)
export type PartOfTransfer = RefusalOf<typeof PartOfTransfer>

/**
 * The account still holds something, or owes something.
 *
 * Debit, transfer or top up what is left; an account is closed at a balance of 0.
 */
export const BalanceLeft = refusal(
  "BalanceLeft",
  { account: text() },
  { en: "The time bank {account} is not at 0.", sv: "Tidbanken {account} står inte på 0." },
)
export type BalanceLeft = RefusalOf<typeof BalanceLeft>

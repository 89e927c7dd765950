/** Time banks: prepaid hours of a customer, as an account and a ledger of entries that are never changed. */
import { entity, type Rooted, type RowOf } from "../../kernel/entity.ts"
import { choice, date, defaulted, duration, instant, integer, money, optional, ref, text } from "../../kernel/field.ts"
import { Company } from "../parties/entities.ts"

/** An account of prepaid hours. Its balance is written with each entry, so that it can be locked and checked. */
export const TimeBankAccount = entity("timeBankAccount", {
  name: text(),
  customer: ref(Company),
  status: choice(["open", "frozen", "closed"]),
  /** How far below zero the balance may go, as a negative number or zero. */
  floorSeconds: defaulted(integer({ max: 0 }), 0),
  /** A debit is rounded up to a multiple of this; 1 for none. */
  roundUpMinutes: defaulted(integer({ min: 1, max: 480 }), 1),
  balanceSeconds: duration(),
})
export interface TimeBankAccount extends RowOf<typeof TimeBankAccount.fields>, Rooted<"timeBankAccount"> {}

/** A movement of an account: a top-up, a debit, or the reversal of one. */
export const TimeBankEntry = entity(
  "timeBankEntry",
  {
    account: ref(TimeBankAccount),
    kind: choice(["topUp", "debit", "reversal"]),
    effectiveOn: date(),
    postedAt: instant(),
    /** Positive into the bank, negative out of it. */
    movedSeconds: duration(),
    balanceAfterSeconds: duration(),
    /** What an hour of a top-up was sold for. */
    hourPrice: optional(money()),
    /** The entry that this one reverses: at most one does. */
    reverses: optional(ref((): { readonly name: "timeBankEntry" } => TimeBankEntry, { unique: true })),
    note: optional(text()),
  },
  { ledger: true },
)
export interface TimeBankEntry extends RowOf<typeof TimeBankEntry.fields>, Rooted<"timeBankEntry"> {}

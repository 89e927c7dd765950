/** Time banks: prepaid hours or prepaid money of a customer, as an account, its lots, and entries that never change. */
import type { LotDraw } from "@anbud/pricing"
import { entity, type Rooted, type RowOf } from "../../kernel/entity.ts"
import {
  choice,
  currency,
  date,
  defaulted,
  instant,
  integer,
  json,
  money,
  optional,
  ref,
  stored,
  text,
} from "../../kernel/field.ts"
import { accountFields, entryFields } from "../../kernel/ledger/account.ts"
import { Company } from "../parties/entities.ts"

/** What an account counts: seconds of work, or minor units of its currency. */
export const UNITS = ["seconds", "money"] as const

/** An account of prepaid work. Its balance is written with each entry, so that it can be locked and checked. */
export const TimeBankAccount = entity("timeBankAccount", {
  name: text(),
  customer: ref(Company),
  status: choice(["open", "frozen", "closed"]),
  unit: choice(UNITS),
  /** Of a lot's price, and of the account itself if it counts money. */
  currency: currency(),
  /** A debit of seconds is rounded up to a multiple of this; 1 for none. */
  roundUpMinutes: defaulted(integer({ min: 1, max: 480 }), 1),
  /** What becomes of a debit beyond the floor: it is refused, or takes what there is and spills the rest. */
  overdraft: defaulted(choice(["block", "spill"]), "block"),
  /** How long a top-up lasts, unless it says otherwise; for ever without. */
  expiryMonths: optional(integer({ min: 1, max: 1200 })),
  ...accountFields(),
})
export interface TimeBankAccount extends RowOf<typeof TimeBankAccount.fields>, Rooted<"timeBankAccount"> {}

/** Prepaid work or money that moves from one account to another: an entry in each. */
export const TimeBankTransfer = entity(
  "timeBankTransfer",
  {
    from: ref(TimeBankAccount),
    to: ref(TimeBankAccount),
    moved: integer({ min: 1 }),
    effectiveOn: date(),
    postedAt: instant(),
    /** The transfer that this one undoes: at most one does. */
    reverses: optional(ref((): { readonly name: "timeBankTransfer" } => TimeBankTransfer, { unique: true })),
    note: optional(text()),
  },
  { ledger: true },
)
export interface TimeBankTransfer extends RowOf<typeof TimeBankTransfer.fields>, Rooted<"timeBankTransfer"> {}

/** A movement of an account: positive into it, negative out of it, in the account's unit. */
export const TimeBankEntry = entity(
  "timeBankEntry",
  {
    account: ref(TimeBankAccount),
    kind: choice(["topUp", "debit", "expiry", "transferOut", "transferIn", "reversal"]),
    ...entryFields(),
    /** What an hour of a top-up was sold for. */
    hourPrice: optional(money()),
    /** What a debit wanted beyond the floor, in the account's unit: to be billed as work that nobody has paid for. */
    spilled: defaulted(integer({ min: 0 }), 0),
    /** What it took of which lots, and what that was worth; of a reversal, what it gave back. */
    draws: json<readonly LotDraw[]>(),
    /** The entry that this one reverses: at most one does. */
    reverses: optional(ref((): { readonly name: "timeBankEntry" } => TimeBankEntry, { unique: true })),
    transfer: optional(ref(TimeBankTransfer)),
  },
  { ledger: true },
)
export interface TimeBankEntry extends RowOf<typeof TimeBankEntry.fields>, Rooted<"timeBankEntry"> {}

/** What one entry has brought, and how much of it is left; the earliest to expire is drawn first. */
export const TimeBankLot = entity("timeBankLot", {
  account: ref(TimeBankAccount),
  /** The entry that brought it. */
  entry: ref(TimeBankEntry),
  boughtOn: date(),
  /** The last day of work for which it can be drawn. */
  expiresOn: optional(date()),
  size: integer({ min: 1 }),
  drawn: integer({ min: 0 }),
  left: stored(integer({ min: 0, enforced: true }), ({ size, drawn }) => Number(size) - Number(drawn)),
  currency: currency(),
  price: money({ currency: "currency" }),
  /** The part of the price that was earned by what was drawn. */
  recognised: money({ currency: "currency" }),
})
export interface TimeBankLot extends RowOf<typeof TimeBankLot.fields>, Rooted<"timeBankLot"> {}

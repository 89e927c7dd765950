/**
 * Ledgers: the pieces that every ledger of the engine is made of. An account is a record that holds a balance, in
 * seconds or in minor units; an entry is a record of a ledger that moves it and is never changed. Whoever posts has
 * locked the account, so that each entry has a number and says which balance it leaves.
 */
import {
  date,
  defaulted,
  type Field,
  type Instant,
  instant,
  integer,
  type LocalDate,
  optional,
  stored,
  text,
} from "../field.ts"

/** How an account stands, as its holder has locked and read it. */
export interface LedgerAccount {
  readonly name: string
  readonly balance: number
  /** The least that the balance may be; null if it may be anything. */
  readonly floor: number | null
  /** How many entries it has. */
  readonly entryCount: number
  /** The last day of which nothing can be posted any more. */
  readonly closedThrough: LocalDate | null
}

/** The fields that make an entity an account whose balance may be anything. Only commands write them. */
export interface OpenAccountFields {
  readonly balance: Field<number, "required">
  readonly entryCount: Field<number, "required">
  readonly closedThrough: Field<LocalDate, "optional">
}

/** The fields of an account whose balance may be anything. */
export const openAccountFields = (): OpenAccountFields => ({
  balance: integer(),
  entryCount: integer({ min: 0 }),
  closedThrough: optional(date()),
})

/** The same with a floor, above which the database too keeps the balance. */
export interface AccountFields extends OpenAccountFields {
  readonly floor: Field<number, "defaulted">
  readonly headroom: Field<number, "stored">
}

/** The fields of an account whose balance never falls below a floor of zero or less. */
export const accountFields = (): AccountFields => ({
  ...openAccountFields(),
  floor: defaulted(integer({ max: 0 }), 0),
  // A constraint of the table as well: what a bug writes past the decision is refused by the database.
  headroom: stored(integer({ min: 0, enforced: true }), ({ balance, floor }) => Number(balance) - Number(floor)),
})

/** What a new account begins with. */
export const EMPTY_ACCOUNT = { balance: 0, entryCount: 0, closedThrough: null } as const

/** The fields that make an entity an entry of an account. */
export interface EntryFields {
  readonly number: Field<number, "required">
  readonly effectiveOn: Field<LocalDate, "required">
  readonly postedAt: Field<Instant, "required">
  readonly moved: Field<number, "required">
  readonly balanceAfter: Field<number, "required">
  readonly source: Field<string, "optional">
  readonly note: Field<string, "optional">
}

/** The fields of an entry: its number in the account, from 1, what it moved, and what it left. */
export const entryFields = (): EntryFields => ({
  number: integer({ min: 1 }),
  effectiveOn: date(),
  postedAt: instant(),
  moved: integer(),
  balanceAfter: integer(),
  /** What it was posted for, such as `timeEntry/ID`: nothing is posted twice for the same. */
  source: optional(text({ unique: true, maxLength: 200 })),
  note: optional(text()),
})

/**
 * The entries that a balance is the sum of: those that count on a day, and of these the ones that were known at an
 * instant, so that an entry that came late does not rewrite an old statement.
 */
export const entriesUntil = ({
  asOf,
  knownAt,
}: {
  readonly asOf: LocalDate | null
  readonly knownAt: Instant | null
}): { readonly effectiveOn?: { readonly lte: LocalDate }; readonly postedAt?: { readonly lte: Instant } } => ({
  ...(asOf === null ? {} : { effectiveOn: { lte: asOf } }),
  ...(knownAt === null ? {} : { postedAt: { lte: knownAt } }),
})

/**
 * The customer ledger: what the host's finance has posted for a customer, line by line as it comes, in any order and
 * however often. What is open of an invoice is the sum of its entries.
 */
import { type Change, create, patch } from "../../kernel/changes.ts"
import { type CommandContext, command, lock, type QueryContext, query } from "../../kernel/command.ts"
import { isRefusal } from "../../kernel/errors.ts"
import {
  choice,
  currency,
  date,
  type Id,
  instant,
  integer,
  type LocalDate,
  money,
  optional,
  text,
} from "../../kernel/field.ts"
import { EMPTY_ACCOUNT, entriesUntil, type LedgerAccount } from "../../kernel/ledger/account.ts"
import {
  AlreadyPosted,
  AlreadyReversed,
  BalanceOutOfRange,
  closedFor,
  outOfRangeFor,
  PeriodClosed,
  postingOf,
  reversedBefore,
} from "../../kernel/ledger/posting.ts"
import { reconciled } from "../../kernel/ledger/reconcile.ts"
import { forbidden, NotFound } from "../../kernel/refusals.ts"
import { Company } from "../parties/entities.ts"
import { CustomerAccount, CustomerEntry } from "./entities.ts"
import { openItemsOf } from "./openItems.ts"

const KINDS = ["invoice", "payment", "credit", "adjust", "interest"] as const

/**
 * Takes a line of a voucher. The same line again changes nothing and gives the entry; another one under the same
 * voucher and line is refused with `AlreadyPosted`.
 */
export const ingestVoucher = command({
  input: {
    customer: Company.id,
    voucher: text({ maxLength: 100 }),
    line: integer({ min: 1, max: 100_000 }),
    kind: choice(KINDS),
    effectiveOn: date(),
    dueOn: optional(date()),
    amount: money(),
    invoiceNumber: optional(text({ maxLength: 60 })),
    note: optional(text()),
  },
  refuses: [AlreadyPosted, PeriodClosed, BalanceOutOfRange],
  // The first line of a customer makes its account: the customer is what all of them wait for.
  locks: (input) => [lock(Company, input.customer)],
  decide: async (ctx, input) => {
    const { customer, voucher, line, amount, ...said } = input
    const source = `voucher/${voucher}/${line}`
    const before = await ctx.read.one(CustomerEntry, { source })
    if (before) {
      const of = await ctx.read.get(CustomerAccount, before.account)
      const isSame =
        of.owner === ownerOf(customer, amount.currency) &&
        before.moved === amount.minor &&
        FACTS.every((name) => before[name] === said[name])
      return isSame ? { changes: [], outcome: { entry: before.id } } : new AlreadyPosted({ source, entry: before.id })
    }
    const account = await accountFor(ctx, customer, amount.currency)
    const posting = posted(ctx, account, amount.minor, { ...said, source })
    return isRefusal(posting) ? posting : { changes: posting.changes, outcome: { entry: posting.entry } }
  },
  answer: (read, { entry }) => read.get(CustomerEntry, entry),
})

const FACTS = ["kind", "effectiveOn", "dueOn", "invoiceNumber"] as const

/** Undoes an entry, at most once, on the day that it counted for. */
export const reverseVoucher = command({
  input: { customer: Company.id, entry: CustomerEntry.id, note: text() },
  refuses: [AlreadyReversed, PeriodClosed, BalanceOutOfRange],
  locks: (input) => [lock(Company, input.customer)],
  decide: async (ctx, { customer, entry: id, note }) => {
    const entry = await ctx.read.get(CustomerEntry, id)
    const row = await ctx.read.get(CustomerAccount, entry.account)
    if (row.customer !== customer) throw new NotFound({ entity: CustomerEntry.name, id })
    const isReversed = (await ctx.read.count(CustomerEntry, { reverses: id })) > 0
    const refused = reversedBefore({ id, kind: entry.kind, isReversed })
    if (refused) return refused
    const { effectiveOn, dueOn, invoiceNumber } = entry
    const said = { kind: "reversal", effectiveOn, dueOn, invoiceNumber, note, source: null, reverses: id } as const
    const posting = posted(ctx, { row, isNew: false }, -entry.moved, said)
    return isRefusal(posting) ? posting : { changes: posting.changes, outcome: { entry: posting.entry } }
  },
  answer: (read, { entry }) => read.get(CustomerEntry, entry),
})

/** Closes a customer's books in a currency through a day; they never open again. */
export const closeLedger = command({
  input: { customer: Company.id, currency: currency(), through: date() },
  refuses: [],
  locks: (input) => [lock(Company, input.customer)],
  decide: async (ctx, { customer, currency: of, through }) => {
    const { row, isNew } = await accountFor(ctx, customer, of)
    const isLater = row.closedThrough === null || row.closedThrough < through
    const { id, version: _, ...values } = row
    if (isNew)
      return { changes: [create(CustomerAccount, id, { ...values, closedThrough: through })], outcome: { account: id } }
    const changes = isLater ? [patch(CustomerAccount, row, { closedThrough: through })] : []
    return { changes, outcome: { account: id } }
  },
  answer: (read, { account }) => read.get(CustomerAccount, account),
})

interface Account {
  readonly row: CustomerAccount
  readonly isNew: boolean
}

const ownerOf = (customer: string, of: string): string => `${customer}/${of}`

/** The customer's account in a currency; a new one is still to be written. */
const accountFor = async (ctx: CommandContext, customer: Id<"company">, of: string): Promise<Account> => {
  const owner = ownerOf(customer, of)
  const found = await ctx.read.one(CustomerAccount, { owner })
  if (found) return { row: found, isNew: false }
  const id = ctx.newId(CustomerAccount)
  return { row: { id, version: 0, customer, currency: of, owner, ...EMPTY_ACCOUNT }, isNew: true }
}

const ledgerOf = ({ owner, balance, entryCount, closedThrough }: CustomerAccount): LedgerAccount => ({
  name: owner,
  balance,
  floor: null,
  entryCount,
  closedThrough,
})

type Said = Pick<CustomerEntry, "kind" | "effectiveOn" | "dueOn" | "invoiceNumber" | "note" | "source"> & {
  readonly reverses?: CustomerEntry["id"]
}

const posted = (
  ctx: CommandContext,
  { row, isNew }: Account,
  moved: number,
  said: Said,
): PeriodClosed | BalanceOutOfRange | { readonly changes: readonly Change[]; readonly entry: CustomerEntry["id"] } => {
  const refused = closedFor(ledgerOf(row), said.effectiveOn) ?? outOfRangeFor(ledgerOf(row), moved)
  if (refused) return refused
  const posting = postingOf(ledgerOf(row), moved)
  const now = { balance: posting.balanceAfter, entryCount: posting.number }
  const { id, version: _, ...values } = row
  const entry = ctx.newId(CustomerEntry)
  return {
    changes: [
      isNew ? create(CustomerAccount, id, { ...values, ...now }) : patch(CustomerAccount, row, now),
      create(CustomerEntry, entry, { account: id, postedAt: ctx.now, ...posting, ...said }),
    ],
    entry,
  }
}

/** The accounts of a customer, if the actor may see their amounts. */
const seenAccounts = async (ctx: QueryContext, customer: Id<"company">): Promise<readonly CustomerAccount[]> => {
  await ctx.read.get(Company, customer)
  if (!ctx.sees(CustomerAccount, "balance")) throw forbidden("invoicing.customerAccounts.read", ["balance"])
  if (!ctx.sees(CustomerEntry, "moved")) throw forbidden("invoicing.customerEntries.read", ["moved"])
  return ctx.read.find(CustomerAccount, { customer }, { order: ["currency"] })
}

/**
 * What a customer owes in each currency on a day: the balance, what is open of which invoice, and how long overdue;
 * of what is known now, or was known at an instant.
 */
export const customerLedger = query({
  input: { customer: Company.id, asOf: optional(date()), knownAt: optional(instant()) },
  refuses: [],
  answer: async (ctx, { customer, asOf, knownAt }) => {
    const on: LocalDate = asOf ?? ctx.today
    const accounts = await seenAccounts(ctx, customer)
    const currencies = []
    for (const { id, currency: of } of accounts) {
      const until = entriesUntil({ asOf: on, knownAt })
      const entries = await ctx.facts.find(CustomerEntry, { account: id, ...until }, { order: ["number"] })
      currencies.push({ account: id, currency: of, ...openItemsOf(entries, on) })
    }
    return { customer, asOf: on, currencies }
  },
})

/** Compares a customer's accounts with their entries, one by one. */
export const reconcileLedger = query({
  input: { customer: Company.id },
  refuses: [],
  answer: async (ctx, { customer }) => {
    const accounts = []
    for (const { id } of await seenAccounts(ctx, customer)) {
      const row = await ctx.facts.get(CustomerAccount, id)
      const entries = await ctx.facts.find(CustomerEntry, { account: id }, { order: ["number"] })
      accounts.push({ account: id, currency: row.currency, ...reconciled(ledgerOf(row), entries) })
    }
    return { customer, holds: accounts.every(({ holds }) => holds), accounts }
  },
})

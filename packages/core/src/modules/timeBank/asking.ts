/** Asking: the balance of a day, as it is known now or was known then; whether an account is what its entries say. */
import { type QueryContext, query } from "../../kernel/command.ts"
import { date, type Id, instant, optional } from "../../kernel/field.ts"
import { entriesUntil } from "../../kernel/ledger/account.ts"
import { type ReconciledEntry, reconciled } from "../../kernel/ledger/reconcile.ts"
import { forbidden } from "../../kernel/refusals.ts"
import { TimeBankAccount, TimeBankEntry, TimeBankLot } from "./entities.ts"

const READ_ACCOUNT = "timeBank.accounts.read"

/** The account, if the actor may see its balance: who sees that sees the sum of its entries, which are its own. */
const seenAccount = async (ctx: QueryContext, id: Id<"timeBankAccount">): Promise<TimeBankAccount> => {
  const account = await ctx.read.get(TimeBankAccount, id)
  if (!ctx.sees(TimeBankAccount, "balance")) throw forbidden(READ_ACCOUNT, ["balance"])
  return account
}

/**
 * The balance in the account's unit: of all entries, of those that count until a day, and of what was known of them at
 * an instant.
 */
export const balance = query({
  input: { account: TimeBankAccount.id, asOf: optional(date()), knownAt: optional(instant()) },
  refuses: [],
  answer: async (ctx, { account: id, asOf, knownAt }) => {
    const { unit, currency } = await seenAccount(ctx, id)
    const until = entriesUntil({ asOf, knownAt })
    const sum = await ctx.facts.sum(TimeBankEntry, "moved", { account: id, ...until })
    return { account: id, asOf: asOf ?? ctx.today, knownAt: knownAt ?? ctx.now, unit, currency, balance: sum }
  },
})

const ENTRIES_PER_READ = 1_000

/** Compares an account with its entries and its lots, one by one. */
export const reconcile = query({
  input: { account: TimeBankAccount.id },
  refuses: [],
  answer: async (ctx, { account: id }) => {
    const account = await seenAccount(ctx, id)
    if (!ctx.sees(TimeBankEntry, "moved")) throw forbidden("timeBank.entries.read", ["moved"])
    if (!ctx.sees(TimeBankLot, "left")) throw forbidden("timeBank.lots.read", ["left"])
    const entries: ReconciledEntry[] = []
    for (;;) {
      const where = { account: id, number: { gt: entries.at(-1)?.number ?? 0 } }
      const page = await ctx.facts.find(TimeBankEntry, where, { order: ["number"], limit: ENTRIES_PER_READ })
      entries.push(...page)
      if (page.length < ENTRIES_PER_READ) break
    }
    const whole = { ...account, ...(await wholeOf(ctx, id)) }
    const found = reconciled(whole, entries)
    const left = await ctx.facts.sum(TimeBankLot, "left", { account: id })
    const overdraft = left - whole.balance
    const isCovered = overdraft >= 0
    const findings = isCovered ? found.findings : [...found.findings, `the lots hold ${left}, less than the balance`]
    return { account: id, ...found, holds: found.holds && isCovered, findings, leftInLots: left, overdraft }
  },
})

/** The account's numbers as they are, whatever of them the actor may see. */
const wholeOf = async (ctx: QueryContext, id: Id<"timeBankAccount">) => {
  const { name, balance: now, floor, entryCount, closedThrough } = await ctx.facts.get(TimeBankAccount, id)
  return { name, balance: now, floor, entryCount, closedThrough }
}

/** Keeping an account: what expires, which periods are closed, and whether it takes entries at all. */
import { patch } from "../../kernel/changes.ts"
import { command, lock } from "../../kernel/command.ts"
import { choice, date } from "../../kernel/field.ts"
import { daysAfter } from "../../kernel/localDate.ts"
import { daily } from "../../kernel/work/job.ts"
import { TimeBankAccount, TimeBankEntry, TimeBankLot } from "./entities.ts"
import { heldBy, posted } from "./holding.ts"
import { expiriesOf, expiryOf, inTurn } from "./movement.ts"
import { AccountClosed, BalanceLeft } from "./refusals.ts"

/**
 * Takes out what lots hold whose last day is before a date and over by now, an entry for each lot, dated on its last day
 * or on the first day that is not closed. Again it finds nothing more.
 */
export const expire = command({
  input: { account: TimeBankAccount.id, asOf: date() },
  refuses: [],
  locks: (input) => [lock(TimeBankAccount, input.account)],
  decide: async (ctx, { account: id, asOf }) => {
    const held = await heldBy(ctx, id)
    const { closedThrough } = held.account
    const firstOpen = closedThrough === null ? null : daysAfter(closedThrough, 1)
    const until = asOf < ctx.today ? asOf : ctx.today
    const { steps } = inTurn(held, expiriesOf(held, until), ({ expiresOn, lot, draw }, at) => {
      const effectiveOn = firstOpen !== null && expiresOn < firstOpen ? firstOpen : expiresOn
      const said = { kind: "expiry" as const, effectiveOn, note: null }
      return { entry: ctx.newId(TimeBankEntry), movement: expiryOf(at.account, lot, draw), said }
    })
    return { changes: posted(ctx, held, steps), outcome: { account: id, expired: steps.length } }
  },
  answer: async (read, { account, expired }) => ({ account: await read.get(TimeBankAccount, account), expired }),
})

/** Every night what expired the day before is taken out of every account that has some of it left. */
export const expireUnused = daily("expireUnused", async (ctx, { dueOn }) => {
  const lots = await ctx.read.find(TimeBankLot, { expiresOn: { lt: dueOn }, left: { gt: 0 } })
  for (const account of new Set(lots.map((lot) => lot.account))) {
    ctx.signal.throwIfAborted()
    await ctx.call(expire, { account, asOf: dueOn }, account)
  }
})

/** Closes an account's books through a day: nothing that counts until then is posted any more. It only ever moves on. */
export const closePeriod = command({
  input: { account: TimeBankAccount.id, through: date() },
  refuses: [],
  locks: (input) => [lock(TimeBankAccount, input.account)],
  decide: async (ctx, { account: id, through }) => {
    const account = await ctx.read.get(TimeBankAccount, id)
    const isLater = account.closedThrough === null || account.closedThrough < through
    const changes = isLater ? [patch(TimeBankAccount, account, { closedThrough: through })] : []
    return { changes, outcome: { account: id } }
  },
  answer: (read, { account }) => read.get(TimeBankAccount, account),
})

/** Freezes an account, opens it again, or closes it for good once nothing is left on it. */
export const setStatus = command({
  input: { account: TimeBankAccount.id, status: choice(["open", "frozen", "closed"]) },
  refuses: [AccountClosed, BalanceLeft],
  locks: (input) => [lock(TimeBankAccount, input.account)],
  decide: async (ctx, { account: id, status }) => {
    const account = await ctx.read.get(TimeBankAccount, id)
    if (account.status === status) return { changes: [], outcome: { account: id } }
    if (account.status === "closed") return new AccountClosed({ account: account.name, status: account.status })
    if (status === "closed" && account.balance !== 0) return new BalanceLeft({ account: account.name })
    return { changes: [patch(TimeBankAccount, account, { status })], outcome: { account: id } }
  },
  answer: (read, { account }) => read.get(TimeBankAccount, account),
})

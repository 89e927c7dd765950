/** Time bank: open, top up, debit, transfer, reverse, expire; the balance as of any day and as it was known. */
import { type FaceOf, type Plugin, plugin } from "../../kernel/plugin.ts"
import { balance, reconcile } from "./asking.ts"
import { TimeBankAccount, TimeBankEntry, TimeBankLot, TimeBankTransfer } from "./entities.ts"
import { closePeriod, expire, expireUnused, setStatus } from "./keeping.ts"
import { debit, open, reverse, topUp } from "./moving.ts"
import { reverseTransfer, transfer } from "./transferring.ts"

/** The commands of the time bank, for hooks to point at and for commands to call. */
export const TimeBank = { open, topUp, debit, reverse, transfer, reverseTransfer, expire, closePeriod, setStatus }

const spec = plugin("timeBank", {
  needs: ["parties"],
  entities: [TimeBankAccount, TimeBankTransfer, TimeBankEntry, TimeBankLot],
  reads: { accounts: TimeBankAccount, transfers: TimeBankTransfer, entries: TimeBankEntry, lots: TimeBankLot },
  commands: TimeBank,
  queries: { balance, reconcile },
  jobs: [expireUnused],
})

/** The calls of the time bank. */
export interface TimeBank extends FaceOf<typeof spec> {}
/** The plugin timeBank. */
export interface TimeBankPlugin extends Plugin<"timeBank", TimeBank> {}
/** Prepaid hours or money: a customer buys in advance, and work draws it down. */
export const timeBank: TimeBankPlugin = spec

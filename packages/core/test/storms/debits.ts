/** A storm of debits: many workers draw one time bank down at once, far beyond what is in it, and undo some of it. */
import { count, newAccount, type Office, type Outcomes } from "./office.ts"

/** What a storm left behind. */
export interface Storm {
  readonly outcomes: Outcomes
  /** Whether the account's balance, the sum of its entries and the model are the same, and no lot is overdrawn. */
  readonly isBalanced: boolean
  readonly overdraft: number
}

const DEBIT_SECONDS = 7
/** Every so many debits of a worker are undone again. */
const DEBITS_PER_REVERSAL = 10

/** How many debit how often from how much. */
export interface DebitStorm {
  readonly workers: number
  readonly debits: number
  readonly seconds: number
}

/** Lets all of them debit at once. */
export const debitStorm = async (office: Office, { workers, debits, seconds }: DebitStorm): Promise<Storm> => {
  const account = await newAccount(office, seconds)
  const outcomes: Outcomes = {}
  const work = async (worker: number): Promise<number> => {
    const { timeBank } = office.session(worker)
    let taken = 0
    for (let turn = 0; turn < debits; turn += 1) {
      const moved = { account, effectiveOn: "2025-03-10", seconds: DEBIT_SECONDS } as const
      const debit = await timeBank.debit(moved).result()
      count(outcomes, debit.ok ? "done" : debit.error._tag)
      if (!debit.ok) continue
      taken += DEBIT_SECONDS
      if (turn % DEBITS_PER_REVERSAL !== 0) continue
      const undone = await timeBank.reverse({ account, entry: debit.value.id, note: "Storm" }).result()
      count(outcomes, undone.ok ? "undone" : undone.error._tag)
      if (undone.ok) taken -= DEBIT_SECONDS
    }
    return taken
  }
  const taken = await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)))
  const model = seconds - taken.reduce((sum, each) => sum + each, 0)
  const { timeBank } = office.session(0)
  const { balance } = await timeBank.balance({ account })
  const found = await timeBank.reconcile({ account })
  return {
    outcomes,
    isBalanced: balance === model && found.holds && found.leftInLots === model,
    overdraft: Math.max(0, -model),
  }
}

/** Reconciling: whether an account is what its entries say. Pure. */
import type { LedgerAccount } from "./account.ts"

/** An entry, as reconciling needs it. */
export interface ReconciledEntry {
  readonly id: string
  readonly kind: string
  readonly number: number
  readonly moved: number
  readonly balanceAfter: number
  readonly reverses: string | null
}

/** What was found. */
export interface Reconciliation {
  /** Whether nothing is wrong. */
  readonly holds: boolean
  readonly balance: number
  readonly sumOfEntries: number
  readonly entries: number
  /** What is wrong, in plain words; the first hundred. */
  readonly findings: readonly string[]
}

const MOST_FINDINGS = 100

/**
 * Compares an account with its entries, by their numbers: each goes on from the balance that the one before left, the
 * last leaves the account's, the sum of all is the account's, it is not below its floor, and each entry is reversed at
 * most once, by as much as it moved.
 *
 * @example reconciled(account, entries).holds // true
 */
export const reconciled = (account: LedgerAccount, entries: readonly ReconciledEntry[]): Reconciliation => {
  const findings: string[] = []
  let sum = 0
  for (const [index, entry] of entries.entries()) {
    if (entry.number !== index + 1) findings.push(`entry ${index + 1} has the number ${entry.number}`)
    sum += entry.moved
    if (entry.balanceAfter !== sum)
      findings.push(`entry ${entry.number} says that it leaves ${entry.balanceAfter}, but the entries come to ${sum}`)
  }
  if (sum !== account.balance) findings.push(`the balance is ${account.balance}, but the entries come to ${sum}`)
  if (account.floor !== null && account.balance < account.floor)
    findings.push(`the balance ${account.balance} is below ${account.floor}`)
  if (account.entryCount !== entries.length)
    findings.push(`the account counts ${account.entryCount} entries and has ${entries.length}`)
  findings.push(...reversalFindings(entries))
  return {
    holds: findings.length === 0,
    balance: account.balance,
    sumOfEntries: sum,
    entries: entries.length,
    findings: findings.slice(0, MOST_FINDINGS),
  }
}

const reversalFindings = (entries: readonly ReconciledEntry[]): readonly string[] => {
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  const reversed = new Set<string>()
  return entries.flatMap(({ number, reverses, moved }) => {
    if (reverses === null) return []
    const before = byId.get(reverses)
    if (!before) return [`entry ${number} reverses one that is not of this account`]
    const isSecond = reversed.has(reverses)
    reversed.add(reverses)
    return [
      ...(isSecond ? [`entry ${before.number} is reversed more than once`] : []),
      ...(before.moved + moved === 0 ? [] : [`entry ${number} does not undo what entry ${before.number} moved`]),
    ]
  })
}

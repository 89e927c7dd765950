/** All storms on one database, in sizes that the tests and the proof choose. */
import type { Store } from "@anbud/core"
import { FIRM } from "../crash/business.ts"
import { acceptAtOnce } from "./accepts.ts"
import { debitStorm } from "./debits.ts"
import { type Fed, feedUnderLoad } from "./feed.ts"
import { type Outcomes, openOffice } from "./office.ts"
import { type Retried, retrySchedules } from "./retries.ts"

/** How much of everything. */
export interface StormingOptions {
  readonly newStore: () => Store
  readonly storms: number
  readonly workers: number
  readonly debits: number
  /** How much is in the bank that they draw down. */
  readonly seconds: number
  readonly quotes: number
  readonly accepts: number
  readonly schedules: number
  readonly feedSeconds: number
  readonly writers: number
  readonly readers: number
  /** A number from 0 to 1, the same in every run of one seed. */
  readonly random: () => number
}

/** What came of it. */
export interface Stormed {
  readonly debits: Outcomes
  readonly unbalanced: number
  readonly overdraft: number
  readonly accepts: Outcomes
  readonly retries: Retried
  readonly feed: Fed
  readonly isJournalWhole: boolean
}

const ENGINES = 2

/** Runs the storms, one kind after the other. */
export const storming = async (options: StormingOptions): Promise<Stormed> => {
  const office = await openOffice(options.newStore, ENGINES)
  try {
    const debits: Outcomes = {}
    let unbalanced = 0
    let overdraft = 0
    for (let storm = 0; storm < options.storms; storm += 1) {
      const found = await debitStorm(office, options)
      addTo(debits, found.outcomes)
      if (!found.isBalanced) unbalanced += 1
      overdraft += found.overdraft
    }
    const accepts: Outcomes = {}
    for (let quote = 0; quote < options.quotes; quote += 1)
      addTo(accepts, await acceptAtOnce(office, quote, options.accepts))
    const retries = await retrySchedules(office, options.schedules, options.random)
    const { feedSeconds: seconds, writers, readers } = options
    const feed = await feedUnderLoad(office, { writers, readers, seconds, name: "F" })
    const { broken } = await office.journal.verify({ tenant: FIRM.id })
    return { debits, unbalanced, overdraft, accepts, retries, feed, isJournalWhole: broken === null }
  } finally {
    await office.close()
  }
}

const addTo = (sum: Outcomes, more: Outcomes): void => {
  for (const [what, times] of Object.entries(more)) sum[what] = (sum[what] ?? 0) + times
}

/** What is wrong with what came of the storms; empty where nothing is. */
export const faultsOf = (
  found: Stormed,
  { quotes, accepts }: Pick<StormingOptions, "quotes" | "accepts">,
): string[] => {
  const { debits, unbalanced, overdraft, retries, feed, isJournalWhole } = found
  const losers = quotes * (accepts - 1)
  const won = { done: quotes, AlreadyDecided: losers, "orders 1": quotes }
  const strange = (outcomes: Outcomes, known: readonly string[]): string[] =>
    Object.keys(outcomes).filter((what) => !known.includes(what))
  const checks: readonly (readonly [boolean, string])[] = [
    [unbalanced + overdraft === 0, `${unbalanced} accounts do not balance, ${overdraft} s overdrawn`],
    [JSON.stringify(sorted(found.accepts)) === JSON.stringify(sorted(won)), "a quote has not one winner and one order"],
    [retries.effects === retries.keys, `${retries.effects} effects of ${retries.keys} keys`],
    [retries.disagreeing === 0, `${retries.disagreeing} keys with more than one answer`],
    [feed.missed === 0, `${feed.missed} changes missed`],
    [isJournalWhole, "the journal is broken"],
  ]
  return [
    ...checks.flatMap(([holds, says]) => (holds ? [] : [says])),
    ...strange(debits, ["done", "undone", "InsufficientBalance"]).map((tag) => `a debit heard ${tag}`),
    ...strange(retries.outcomes, ["done", "replayed", "dropped", "IdempotencyMismatch"]).map(
      (t) => `a retry heard ${t}`,
    ),
    ...strange(feed.outcomes, ["done"]).map((tag) => `a writer heard ${tag}`),
  ]
}

const sorted = (outcomes: Outcomes) => Object.entries(outcomes).sort(([a], [b]) => (a < b ? -1 : 1))

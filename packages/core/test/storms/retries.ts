/** Retries of one key: answers are dropped, repeated, reordered and asked for in parallel, and there is one effect. */
import { setTimeout as pause } from "node:timers/promises"
import { count, newAccount, type Office, type Outcomes } from "./office.ts"

/** What the schedules left behind. */
export interface Retried {
  readonly outcomes: Outcomes
  readonly keys: number
  /** Entries in the ledger: as many as keys, or something was done twice or never. */
  readonly effects: number
  /** Keys whose answers differ. */
  readonly disagreeing: number
}

const KEYS_AT_ONCE = 20
const MOST_SENDS = 4
const MOST_MILLISECONDS = 8

/** Sends so many commands, each by a schedule of its own that follows from `random`. */
export const retrySchedules = async (office: Office, keys: number, random: () => number): Promise<Retried> => {
  const account = await newAccount(office, 0)
  const outcomes: Outcomes = {}
  let disagreeing = 0
  for (let first = 0; first < keys; first += KEYS_AT_ONCE) {
    const batch = Array.from({ length: Math.min(KEYS_AT_ONCE, keys - first) }, (_, index) =>
      oneSchedule(office, { account, key: `retry ${first + index}`, outcomes, random }),
    )
    for (const answers of await Promise.all(batch)) if (answers.size !== 1) disagreeing += 1
  }
  const { timeBank } = office.session(0)
  const { balance } = await timeBank.balance({ account })
  return { outcomes, keys, effects: balance, disagreeing }
}

interface Schedule {
  readonly account: string
  readonly key: string
  readonly outcomes: Outcomes
  readonly random: () => number
}

/** Some sends at random moments, the last of them until there is an answer; gives all different answers. */
const oneSchedule = async (office: Office, { account, key, outcomes, random }: Schedule): Promise<Set<string>> => {
  const answers = new Set<string>()
  const topUp = { account, effectiveOn: "2025-03-10", seconds: 1 } as const
  const send = async (signal?: AbortSignal): Promise<boolean> => {
    const { timeBank } = office.session(Math.floor(random() * 8))
    const options = { idempotencyKey: key, ...(signal ? { signal } : {}) }
    try {
      const outcome = await timeBank.topUp(topUp, options).result()
      count(outcomes, outcome.ok ? (outcome.replayed ? "replayed" : "done") : outcome.error._tag)
      if (outcome.ok) answers.add(`${outcome.value.id} ${outcome.seq}`)
      return outcome.ok
    } catch (error) {
      if (!signal?.aborted) throw error
      count(outcomes, "dropped")
      return false
    }
  }
  const sends = Array.from({ length: Math.floor(random() * MOST_SENDS) }, async () => {
    await pause(random() * MOST_MILLISECONDS)
    // A caller who goes home before the answer: the command is done or not, and nobody knows.
    await send(random() < 0.5 ? AbortSignal.timeout(Math.ceil(random() * MOST_MILLISECONDS)) : undefined)
  })
  if (random() < 0.5) await Promise.all(sends)
  while (!(await send())) await pause(random() * MOST_MILLISECONDS)
  await Promise.all(sends)
  // The same key for something else is refused, whatever came before.
  if (random() < 0.2) {
    const other = { ...topUp, seconds: 2 }
    const outcome = await office.session(0).timeBank.topUp(other, { idempotencyKey: key }).result()
    count(outcomes, outcome.ok ? "mismatch accepted" : outcome.error._tag)
  }
  return answers
}

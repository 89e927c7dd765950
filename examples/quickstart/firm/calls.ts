/** Calls: sends commands under keys that repeat from run to run, and counts which of them had been done before. */
import type { Pending, Refusal } from "@anbud/core"

/** How many commands were sent, and how many of them an earlier run had done. */
export interface Tally {
  sent: number
  replayed: number
}

/** Waits for a command, counts it, and gives its value; a refusal is thrown. */
export const counted =
  (tally: Tally) =>
  async <V, R extends Refusal>(call: Pending<V, R>): Promise<V> => {
    const outcome = await call.result()
    if (!outcome.ok) throw outcome.error
    tally.sent += 1
    if (outcome.replayed) tally.replayed += 1
    return outcome.value
  }

/** What `counted` gives. */
export type Send = ReturnType<typeof counted>

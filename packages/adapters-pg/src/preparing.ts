/**
 * Prepared statements: one that comes again is sent under a name, so that the server reads and checks its text once per
 * connection and not each time. Its plan is made anew all the same, for the values and the tables as they are.
 *
 * Only on connections of the server itself: behind a pooler of transactions, each may be on another one. A pooler shows
 * in the number of the server's process, which is not the one that the connection was greeted with.
 */
import { createHash } from "node:crypto"

/** The names of a store's statements. */
export interface Preparing {
  /** The name to send a statement under, undefined where it is sent as it is. */
  nameOf(sql: string): string | undefined
  /** Ends it for good: something on the way to the server forgets what it was told. */
  stop(): void
}

/** How often a statement comes before it gets a name: what comes once or twice is not worth keeping. */
const USES = 5
/** The server keeps so many for each connection, in tens of kilobytes each. */
const MAX_NAMES = 256
const MAX_COUNTED = 1_000

/** Statements by name, in the order in which they have come often enough. */
export const preparing = (): Preparing => {
  const names = new Map<string, string>()
  const uses = new Map<string, number>()
  let hasStopped = false
  return {
    nameOf: (sql) => {
      const known = names.get(sql)
      if (known !== undefined || hasStopped || names.size === MAX_NAMES) return known
      const count = (uses.get(sql) ?? 0) + 1
      if (count < USES) {
        if (uses.size === MAX_COUNTED) uses.clear()
        uses.set(sql, count)
        return undefined
      }
      uses.delete(sql)
      const name = nameFor(sql)
      names.set(sql, name)
      return name
    },
    stop: () => {
      hasStopped = true
      names.clear()
    },
  }
}

/** Stores that share a pool share its statements, so a name says which text it stands for. */
const nameFor = (sql: string): string => `anbud_${createHash("sha256").update(sql).digest("base64url").slice(0, 24)}`

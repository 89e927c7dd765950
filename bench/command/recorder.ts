/** A recorder of what better-sqlite3 runs: each statement that reads or writes rows, with its values. */
import Database from "better-sqlite3"

/** A statement that ran, and its values. */
export interface Ran {
  readonly sql: string
  readonly values: readonly unknown[]
}

const probe = new Database(":memory:")
const prototype = Object.getPrototypeOf(probe.prepare("select 1")) as Record<string, (...args: unknown[]) => unknown>
probe.close()

const ROWS = /^\s*(?:select|insert|update|delete|with)/i
const WRITES = /^\s*(?:insert|update|delete|with\b[\s\S]*\b(?:insert|update|delete)\b)/i

/** Whether a statement writes. */
export const isWrite = ({ sql }: Ran): boolean => WRITES.test(sql)

/** Records until it is stopped; one at a time. */
export const recorder = (): { stop(): readonly Ran[] } => {
  const ran: Ran[] = []
  const originals = new Map(["run", "get", "all"].map((name) => [name, prototype[name]]))
  for (const [name, original] of originals) {
    prototype[name] = function (this: { readonly source: string }, ...values: unknown[]) {
      if (ROWS.test(this.source)) ran.push({ sql: this.source, values })
      return original?.apply(this, values)
    } as (...args: unknown[]) => unknown
  }
  return {
    stop: () => {
      for (const [name, original] of originals) if (original) prototype[name] = original
      return ran
    },
  }
}

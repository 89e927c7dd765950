/** A recorder of what better-sqlite3 writes: each statement that changes rows, with its values. */
import Database from "better-sqlite3"

/** A statement that wrote, and its values. */
export interface Written {
  readonly sql: string
  readonly values: readonly unknown[]
}

const probe = new Database(":memory:")
const prototype = Object.getPrototypeOf(probe.prepare("select 1")) as Record<string, (...args: unknown[]) => unknown>
probe.close()

const WRITES = /^\s*(?:insert|update|delete|with)/i

/** Records until it is stopped; one at a time. */
export const recorder = (): { stop(): readonly Written[] } => {
  const written: Written[] = []
  const originals = new Map(["run", "get", "all"].map((name) => [name, prototype[name]]))
  for (const [name, original] of originals) {
    prototype[name] = function (this: { readonly source: string }, ...values: unknown[]) {
      if (WRITES.test(this.source)) written.push({ sql: this.source, values })
      return original?.apply(this, values)
    } as (...args: unknown[]) => unknown
  }
  return {
    stop: () => {
      for (const [name, original] of originals) if (original) prototype[name] = original
      return written
    },
  }
}

/**
 * A run of the story that kills itself with SIGKILL before its n-th statement: started by the proof, in a process of
 * its own. Without a number it runs to the end and lists its statements.
 *
 * Statements are counted at the driver's own methods, below everything of ours.
 */
import { sqlite } from "@anbud/adapter-sqlite"
import Database from "better-sqlite3"
import { playStory } from "../../story.ts"

const [file, data, killAt] = process.argv.slice(2)
if (file === undefined || data === undefined) throw new Error("usage: child.ts FILE DATA [STATEMENT]")

const verbs: string[] = []
const limit = killAt === undefined ? Number.POSITIVE_INFINITY : Number(killAt)

const before = (sql: string): void => {
  if (verbs.length === limit) process.kill(process.pid, "SIGKILL")
  verbs.push(/^\s*(\w+)/.exec(sql)?.[1]?.toLowerCase() ?? "?")
}

/** Counts each call of a method of the driver. */
const countCalls = (
  prototype: Record<string, unknown>,
  name: string,
  sqlOf: (self: never, first: never) => string,
): void => {
  const original = prototype[name] as (...args: unknown[]) => unknown
  prototype[name] = function (this: unknown, ...args: unknown[]) {
    before(sqlOf(this as never, args[0] as never))
    return original.apply(this, args)
  }
}

const probe = new Database(":memory:")
const statement = Object.getPrototypeOf(probe.prepare("select 1")) as Record<string, unknown>
const connection = Object.getPrototypeOf(probe) as Record<string, unknown>
probe.close()
for (const name of ["run", "get", "all", "iterate"])
  countCalls(statement, name, (self: { readonly source: string }) => self.source)
countCalls(connection, "exec", (_: never, sql: string) => sql)

const ending = await playStory({
  store: sqlite({ file }),
  folder: { path: data },
  out: null,
  print: () => undefined,
})
process.stdout.write(JSON.stringify({ ...ending, verbs }))

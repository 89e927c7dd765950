/**
 * The ERP's server in a process that kills itself with SIGKILL at its n-th statement: before it is sent, or when it has
 * been sent and nobody has heard what came of it. Statements of the ERP and of the engine are counted together, at the
 * drivers' own methods, below everything of ours.
 */
import { writeSync } from "node:fs"
import Database from "better-sqlite3"
import pg from "pg"
import { openErp } from "../../erp.ts"
import { onPostgres } from "../../onPostgres.ts"
import { onSqlite } from "../../onSqlite.ts"
import { listen } from "../../server.ts"
import type { KillPoint, Place } from "./place.ts"

const [place, point] = process.argv.slice(2).map((text) => JSON.parse(text)) as [Place, KillPoint]
let count = 0
let isCounting = point.from === "start"

const verbOf = (sql: string): string => /^\s*(\w+)/.exec(sql)?.[1]?.toLowerCase() ?? "?"

const die = (moment: KillPoint["moment"], verb: string): void => {
  if (count !== point.number || moment !== point.moment) return
  writeSync(1, `${verb}\n`)
  process.kill(process.pid, "SIGKILL")
}

/** Counts each call of a method of a driver. */
const countCalls = (prototype: Record<string, unknown>, name: string, sqlOf: (self: never, given: never) => string) => {
  const original = prototype[name] as (...given: unknown[]) => unknown
  prototype[name] = function (this: unknown, ...given: unknown[]) {
    const verb = verbOf(sqlOf(this as never, given[0] as never))
    if (!isCounting || (point.of === "commits" && verb !== "commit")) return original.apply(this, given)
    count += 1
    die("before", verb)
    const result = original.apply(this, given)
    die("sent", verb)
    return result
  }
}

const probe = new Database(":memory:")
const prepared = Object.getPrototypeOf(probe.prepare("select 1")) as Record<string, unknown>
countCalls(Object.getPrototypeOf(probe) as Record<string, unknown>, "exec", (_: never, sql: string) => sql)
for (const name of ["run", "get", "all", "iterate"])
  countCalls(prepared, name, ({ source }: { readonly source: string }) => source)
countCalls(
  pg.Client.prototype as unknown as Record<string, unknown>,
  "query",
  (_: never, given: string | { readonly text: string }) => (typeof given === "string" ? given : given.text),
)

const database = place.kind === "sqlite" ? onSqlite(place.file) : onPostgres(place.url, place.schema)
const server = await listen(await openErp(database), { isWorking: false })
isCounting = true
writeSync(1, `${server.url}\n`)

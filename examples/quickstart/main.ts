/**
 * Runs the quickstart's story on a SQLite file, or with `--postgres postgres://user:password@host/database` on
 * PostgreSQL: `npm run quickstart -- --fresh` starts over.
 */
import { join, relative } from "node:path"
import { parseArgs } from "node:util"
import { isRefusal } from "@anbud/core"
import { inFile, inPostgres } from "./stores.ts"
import { playStory } from "./story.ts"

const here = import.meta.dirname
const { values } = parseArgs({
  options: {
    file: { type: "string", default: join(here, "out", "firm.db") },
    postgres: { type: "string" },
    data: { type: "string", default: join(here, "data") },
    out: { type: "string", default: join(here, "out") },
    fresh: { type: "boolean", default: false },
  },
})

try {
  const print = (text: string): void => void process.stdout.write(text)
  const { file, fresh, postgres } = values
  const store = postgres === undefined ? inFile(file, fresh) : await inPostgres(postgres, fresh)
  const ending = await playStory({ store, folder: { path: values.data }, out: values.out, print })
  const folder = relative(process.cwd(), values.out)
  print(`\n  Written to ${folder}: quote.html, quote-internal.html, margin-waterfall.svg, capacity-by-week.svg\n`)
  if (!ending.verified) process.exitCode = 1
} catch (error) {
  if (!isRefusal(error)) throw error
  process.stderr.write(`\n${error.code}: ${error.message}\n`)
  process.exitCode = 1
}

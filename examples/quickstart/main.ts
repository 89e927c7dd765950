/** Runs the quickstart's story on a SQLite file: `npm run quickstart -- --fresh` starts over. */
import { mkdirSync, rmSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { parseArgs } from "node:util"
import { isRefusal } from "@anbud/core"
import { playStory } from "./story.ts"

const here = import.meta.dirname
const { values } = parseArgs({
  options: {
    file: { type: "string", default: join(here, "out", "firm.db") },
    data: { type: "string", default: join(here, "data") },
    out: { type: "string", default: join(here, "out") },
    fresh: { type: "boolean", default: false },
  },
})

mkdirSync(dirname(values.file), { recursive: true })
if (values.fresh) for (const tail of ["", "-wal", "-shm"]) rmSync(`${values.file}${tail}`, { force: true })

try {
  const print = (text: string): void => void process.stdout.write(text)
  const ending = await playStory({ file: values.file, folder: { path: values.data }, out: values.out, print })
  const folder = relative(process.cwd(), values.out)
  print(`\n  Written to ${folder}: quote.html, quote-internal.html, margin-waterfall.svg, capacity-by-week.svg\n`)
  if (!ending.verified) process.exitCode = 1
} catch (error) {
  if (!isRefusal(error)) throw error
  process.stderr.write(`\n${error.code}: ${error.message}\n`)
  process.exitCode = 1
}

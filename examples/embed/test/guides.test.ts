/** The snippets of the guides are lines of this example, and it prints what is committed. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const EXAMPLE = join(import.meta.dirname, "..")
const ROOT = join(EXAMPLE, "..", "..")

test.each([
  ["docs/guides/embed.md", 8],
  ["docs/guides/leave.md", 2],
  ["docs/guides/rights.md", 3],
  ["docs/guides/queries.md", 4],
  ["docs/guides/journal.md", 4],
])("every snippet of %s stands word for word in the example", (guide, count) => {
  const text = readFileSync(join(ROOT, guide), "utf8")
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)\n```/g)].map(([, code]) => code ?? "")
  const example = ["onSqlite.ts", "server.ts", "records.ts"]
    .map((name) => readFileSync(join(EXAMPLE, name), "utf8"))
    .join("\n")
  expect(blocks).toHaveLength(count)
  expect(blocks.filter((block) => !example.includes(block))).toEqual([])
})

test.each([
  ["main.ts", "output.txt"],
  ["records.ts", "records.txt"],
])("%s prints what is committed in %s", (script, output) => {
  const args = ["--import", "tsx", "--conditions=@anbud/source", join(EXAMPLE, script)]
  expect(execFileSync(process.execPath, args, { encoding: "utf8", cwd: ROOT })).toBe(
    readFileSync(join(EXAMPLE, output), "utf8"),
  )
})

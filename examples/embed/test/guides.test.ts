/** The snippets of the guides are lines of this example, and it prints what is committed. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const EXAMPLE = join(import.meta.dirname, "..")
const ROOT = join(EXAMPLE, "..", "..")

test.each([
  ["docs/guides/embed.md", 7],
  ["docs/guides/leave.md", 2],
])("every snippet of %s stands word for word in the example", (guide, count) => {
  const text = readFileSync(join(ROOT, guide), "utf8")
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)\n```/g)].map(([, code]) => code ?? "")
  const example = ["main.ts", "server.ts"].map((name) => readFileSync(join(EXAMPLE, name), "utf8")).join("\n")
  expect(blocks).toHaveLength(count)
  expect(blocks.filter((block) => !example.includes(block))).toEqual([])
})

test("the example prints what is committed", () => {
  const args = ["--import", "tsx", "--conditions=@anbud/source", join(EXAMPLE, "main.ts")]
  expect(execFileSync(process.execPath, args, { encoding: "utf8", cwd: ROOT })).toBe(
    readFileSync(join(EXAMPLE, "output.txt"), "utf8"),
  )
})

/** The example prints what is committed, and the snippets of its guide are lines of it. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const EXAMPLE = join(import.meta.dirname, "..")
const ROOT = join(EXAMPLE, "..", "..")

test("the example prints what is committed", () => {
  const args = ["--import", "tsx", "--conditions=@anbud/source", join(EXAMPLE, "main.ts")]
  expect(execFileSync(process.execPath, args, { encoding: "utf8", cwd: ROOT })).toBe(
    readFileSync(join(EXAMPLE, "output.txt"), "utf8"),
  )
})

test("every snippet of the guide stands word for word in the example", () => {
  const text = readFileSync(join(ROOT, "docs/guides/jobs-and-events.md"), "utf8")
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)\n```/g)].map(([, code]) => code ?? "")
  const example = ["main.ts", "courtesy.ts"].map((name) => readFileSync(join(EXAMPLE, name), "utf8")).join("\n")
  expect(blocks).toHaveLength(6)
  expect(blocks.filter((block) => !example.includes(block))).toEqual([])
})

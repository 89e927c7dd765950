/** The example prints what is committed, and the module stays short enough to read in one go. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const EXAMPLE = join(import.meta.dirname, "..")
const GUIDE = join(EXAMPLE, "../../docs/guides/write-a-plugin.md")

test("the example prints what is committed", () => {
  const args = ["--import", "tsx", "--conditions=@anbud/source", join(EXAMPLE, "main.ts")]
  expect(execFileSync(process.execPath, args, { encoding: "utf8" })).toBe(
    readFileSync(join(EXAMPLE, "output.txt"), "utf8"),
  )
})

test("every snippet of the guide stands word for word in the example", () => {
  const blocks = [...readFileSync(GUIDE, "utf8").matchAll(/```ts\n([\s\S]*?)\n```/g)].map(([, code]) => code ?? "")
  const example = ["warranty.ts", "main.ts", "test/contract.test.ts"]
    .map((name) => readFileSync(join(EXAMPLE, name), "utf8"))
    .join("\n")
  expect(blocks.length).toBeGreaterThan(6)
  expect(blocks.filter((block) => !example.includes(block))).toEqual([])
})

test("a module of one's own takes less than a hundred lines", () => {
  expect(readFileSync(join(EXAMPLE, "warranty.ts"), "utf8").split("\n").length).toBeLessThan(100)
})

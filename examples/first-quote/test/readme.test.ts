/** The snippets of the READMEs are lines of the examples, and this example prints what is committed. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const EXAMPLE = join(import.meta.dirname, "..")
const ROOT = join(EXAMPLE, "..", "..")

/** The blocks of TypeScript in a document. */
const blocksOf = (document: string): readonly string[] =>
  [...readFileSync(join(ROOT, document), "utf8").matchAll(/```ts\n([\s\S]*?)\n```/g)].map(([, code]) => code ?? "")

test.each([
  ["README.md", 2],
  ["packages/core/README.md", 1],
])("every snippet of %s stands word for word in an example that runs", (document, count) => {
  const blocks = blocksOf(document)
  const examples = ["first-quote/open.ts", "custom-module/main.ts"]
    .map((name) => readFileSync(join(ROOT, "examples", name), "utf8"))
    .join("\n")
  expect(blocks).toHaveLength(count)
  for (const block of blocks) expect(examples).toContain(block)
})

test("the first lines run, and the example prints what is committed", () => {
  const printed = (name: string) => {
    const args = ["--import", "tsx", "--conditions=@anbud/source", join(EXAMPLE, name)]
    return execFileSync(process.execPath, args, { encoding: "utf8", cwd: ROOT })
  }
  expect(printed("open.ts")).toBe("ada\n")
  expect(printed("main.ts")).toBe(readFileSync(join(EXAMPLE, "output.txt"), "utf8"))
})

/** The README's first lines are the first lines of this example, and the example prints what is committed. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const EXAMPLE = join(import.meta.dirname, "..")
const ROOT = join(EXAMPLE, "..", "..")

test("the README begins as the example does", () => {
  const code = readFileSync(join(EXAMPLE, "main.ts"), "utf8").split("\n").slice(1, 7).join("\n")
  expect(code).toContain("engine.as(")
  expect(readFileSync(join(ROOT, "README.md"), "utf8")).toContain(`\`\`\`ts\n${code}\n\`\`\``)
})

test("the example prints what is committed", () => {
  const args = ["--import", "tsx", "--conditions=@anbud/source", join(EXAMPLE, "main.ts")]
  expect(execFileSync(process.execPath, args, { encoding: "utf8", cwd: ROOT })).toBe(
    readFileSync(join(EXAMPLE, "output.txt"), "utf8"),
  )
})

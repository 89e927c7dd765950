/** `npm test` in a small repository: which steps run, where it stops, and its last line, which CI reads. */
import { execFile } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, expect, test } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const place = mkdtempSync(join(tmpdir(), "anbud-test-test-"))
/** Stands in for a check of `npm test`: fails while a file with its name lies in the repository. */
const standIn = (name: string): string =>
  `#!/usr/bin/env node\nprocess.exitCode = require("node:fs").existsSync("${name}-fails") ? 1 : 0\n`

const files: Record<string, string> = {
  "package.json": `{ "type": "module" }\n`,
  "vitest.config.mjs": `export default { test: { include: ["packages/**/*.test.ts"] } }\n`,
  "packages/a/passing.test.ts": `import { test } from "vitest"\n\ntest("one", () => {})\ntest("two", () => {})\n`,
}

beforeAll(() => {
  for (const [file, text] of Object.entries(files)) write(file, text)
  mkdirSync(join(place, "tools"))
  cpSync(join(root, "tools/test.mjs"), join(place, "tools/test.mjs"))
  mkdirSync(join(place, "node_modules/.bin"), { recursive: true })
  writeFileSync(join(place, "node_modules/package.json"), `{ "type": "commonjs" }\n`)
  for (const name of ["biome", "depcruise", "tsc"])
    writeFileSync(join(place, "node_modules/.bin", name), standIn(name), { mode: 0o755 })
  for (const path of ["vitest", ".bin/vitest"])
    symlinkSync(join(root, "node_modules", path), join(place, "node_modules", path))
})

afterAll(() => rmSync(place, { recursive: true, force: true }))

const failing = `import { test } from "vitest"\n\ntest("bad", () => {\n  throw new Error("bad")\n})\n`

const broken = { "packages/b/b.test.ts": failing, "packages/c/c.test.ts": 'import "./none.ts"\n' }

// The checks are stood in for, since every run of `npm test` proves that they are called; vitest and its report are real.
test.each`
  because                            | planted                      | args            | last                    | stopped
  ${"the chosen tests pass"}         | ${broken}                    | ${"packages/a"} | ${"2 passed, 0 failed"} | ${undefined}
  ${"one fails, a file cannot load"} | ${broken}                    | ${""}           | ${"2 passed, 2 failed"} | ${"tests"}
  ${"a type is wrong"}               | ${{ "tsc-fails": "" }}       | ${""}           | ${"0 passed, 1 failed"} | ${"types"}
  ${"imports go in a circle"}        | ${{ "depcruise-fails": "" }} | ${""}           | ${"0 passed, 1 failed"} | ${"imports"}
  ${"a file is badly formatted"}     | ${{ "biome-fails": "" }}     | ${""}           | ${"0 passed, 1 failed"} | ${"style"}
`("$because → $last", async ({ planted, args, last, stopped }) => {
  for (const [file, text] of Object.entries<string>(planted)) write(file, text)
  const { code, output } = await run(...(args ? [args] : []))
  for (const file of Object.keys(planted)) restore(file)
  const found = { last: output.trimEnd().split("\n").at(-1), stopped: /▸ (\w+): FAILED/.exec(output)?.[1], code }
  expect(found, output).toEqual({ last, stopped, code: stopped === undefined ? 0 : 1 })
})

const run = (...args: readonly string[]): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    // The outer vitest must not reach the inner one, nor colours the last line.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST")))
    const options = { cwd: place, env: { ...env, NO_COLOR: "1" } }
    execFile(process.execPath, ["tools/test.mjs", ...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, output: stderr + stdout })
    })
  })

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(place, file)), { recursive: true })
  writeFileSync(join(place, file), text)
}

const restore = (file: string): void => {
  const text = files[file]
  if (text === undefined) rmSync(join(place, file))
  else write(file, text)
}

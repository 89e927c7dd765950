/** What would be published: each tarball's files, and an empty project that installs them all. */
import { execFile } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"
import { prove } from "./prove/pack.ts"
import { packages, root } from "./workspace.ts"

const run = promisify(execFile)

interface Tarball {
  readonly name: string
  readonly files: readonly { readonly path: string }[]
}

describe("a tarball", async () => {
  const names = packages().flatMap(({ name }) => ["--workspace", name])
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", ...names], { cwd: root, maxBuffer: 1e8 })
  const tarballs = JSON.parse(stdout) as readonly Tarball[]

  test.each(packages())("of $name holds sources, what was built from them, and nothing else", ({ name, entries }) => {
    const files = tarballs.find((tarball) => tarball.name === name)?.files.map(({ path }) => path) ?? []
    expect(
      files.filter((path) => !/^(src|dist|bin)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path)),
    ).toEqual([])
    expect(files.filter((path) => /\.test\.|(^|\/)(test|prove)\//.test(path))).toEqual([])
    expect(files).toEqual(expect.arrayContaining([...entries.map(({ source }) => source), "package.json", "LICENSE"]))
  })
})

test.each(packages())("the build of $name makes every entry that it exports", ({ folder, entries }) => {
  const config = readFileSync(join(root, folder, "tsup.config.ts"), "utf8")
  for (const { source } of entries) expect(config).toContain(`"${source}"`)
})

test("every entry loads in plain Node", async () => {
  const ready = packages().flatMap(({ folder, entries }) => {
    return entries.filter(({ source }) => existsSync(join(root, folder, source))).map(({ specifier }) => specifier)
  })
  const script = `for (const entry of ${JSON.stringify(ready)}) await import(entry)`
  const flags = ["--import", "tsx", "--conditions=@anbud/source", "--input-type=module", "--eval", script]
  await expect(run(process.execPath, flags, { cwd: join(root, "tools") })).resolves.toMatchObject({ stderr: "" })
})

test(
  "from its tarball every package works in an empty project outside the workspace",
  { timeout: 900_000 },
  async () => {
    expect(await prove()).toMatchObject({
      ...{ esm: "ok", require: "ok", types: "ok", story: "ok", readme: "ok", alone: "ok" },
      reached: true,
    })
  },
)

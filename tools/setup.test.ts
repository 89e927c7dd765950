/**
 * Setup in small repositories of their own: a lock file with two local packages, one of them called better-sqlite3,
 * whose native build is a file that its install script writes. npm itself is the real one.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeEach, describe, expect, test } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const places: string[] = []
let place = ""

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "anbud-setup-test-"))
  places.push(place)
  for (const path of ["tools/setup.mjs", "tools/setup"])
    cpSync(join(root, path), join(place, path), { recursive: true })
  writeRepository({ dependency: "1.0.0" })
})

afterAll(() => {
  for (const folder of places) rmSync(folder, { recursive: true, force: true })
})

describe("a fresh clone", () => {
  test("installs, builds, says so, and is silent from then on", async () => {
    const first = await setup()
    expect(first.output).toMatch(/Installing the packages of package-lock.json \(npm ci\) …\n {2}\d+ s\n/)
    expect(first.output).toMatch(/Compiling better-sqlite3 for Node .* …\n {2}\d+ s\nSetup finished after \d+ s\.\n$/)
    expect(first.code).toBe(0)
    expect(existsSync(join(place, "vendor/better-sqlite3/built"))).toBe(true)
    expect(await setup()).toEqual({ code: 0, output: "" })
  })

  test("two at once: one installs, the other waits, both succeed", async () => {
    const both = await Promise.all([setup(), setup()])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    const outputs = both.map(({ output }) => output)
    expect(outputs.filter((output) => output.includes("Installing"))).toHaveLength(1)
    expect(outputs.filter((output) => /Another setup \(process \d+\) is running/.test(output))).toHaveLength(1)
  })

  test("a lock left by a process that died is taken over", async () => {
    const options = { cwd: place, env: environment(), stdio: "ignore", detached: true } as const
    const dying = spawn(process.execPath, [...nodeWithApi(9), "tools/setup.mjs"], options)
    while (locks().length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    process.kill(-Number(dying.pid), "SIGKILL")
    await new Promise((resolve) => dying.once("close", resolve))
    expect(locks()).toHaveLength(1)
    const { code } = await setup()
    expect(code).toBe(0)
    expect(locks()).toEqual([])
  })
})

describe("later", () => {
  test("another lock file: installs anew", async () => {
    await setup()
    writeRepository({ dependency: "2.0.0" })
    const second = await setup()
    expect(second.output).toContain("Installing the packages")
    expect(second.code).toBe(0)
    expect(await setup()).toEqual({ code: 0, output: "" })
  })

  test("the stamp is gone but npm's record fits: nothing is installed again", async () => {
    await setup()
    rmSync(join(place, "node_modules/.anbud-setup"))
    expect(await setup()).toEqual({ code: 0, output: "" })
    expect(existsSync(join(place, "node_modules/.anbud-setup"))).toBe(true)
  })

  test("the native build does not load: only that is built again", async () => {
    await setup()
    writeFileSync(join(place, "vendor/better-sqlite3/built"), "for another Node")
    const again = await setup()
    expect(again.output).toContain("Compiling better-sqlite3")
    expect(again.output).not.toContain("Installing")
    expect(again.code).toBe(0)
  })
})

describe("a Node with Node-API 10 has a driver of its own", () => {
  const driver = (): unknown =>
    JSON.parse(readFileSync(join(place, "node_modules/better-sqlite3/package.json"), "utf8"))

  test("it comes ready-made, and going back to an older Node brings the older one back", async () => {
    const newer = await setup({}, nodeWithApi(10))
    expect(newer.output).not.toContain("Compiling")
    expect(newer.code).toBe(0)
    expect(driver()).toMatchObject({ version: "13.0.0" })
    expect(await setup({}, nodeWithApi(10))).toEqual({ code: 0, output: "" })
    const older = await setup({}, nodeWithApi(9))
    expect(older.output).toContain("Compiling")
    expect(older.code).toBe(0)
    expect(driver()).toMatchObject({ version: "12.0.0" })
  })

  test("npm has put the older one back: it is replaced without installing anything", async () => {
    await setup({}, nodeWithApi(10))
    const manifest = { ...(driver() as object), version: "12.0.0" }
    writeFileSync(join(place, "node_modules/better-sqlite3/package.json"), JSON.stringify(manifest))
    const again = await setup({}, nodeWithApi(10))
    expect(again.output).toMatch(/^Setup finished/)
    expect(driver()).toMatchObject({ version: "13.0.0" })
  })
})

describe("what it cannot put right it explains", () => {
  test("npm was told to leave out optional packages: the driver for this Node is one", async () => {
    const { code, output } = await setup({ npm_config_omit: "optional" }, nodeWithApi(10))
    expect(output).toContain("Setup failed: npm has left out better-sqlite3-napi")
    expect(code).toBe(1)
    expect((await setup({}, nodeWithApi(10))).code).toBe(0)
  })

  test("no compiler: names what to install, before trying", async () => {
    const { code, output } = await setup({ PATH: "", CXX: "", MAKE: "", PYTHON: "", npm_config_python: "" })
    expect(output).toContain("better-sqlite3 must be compiled here. python3, make, g++ are not installed")
    expect(output).toMatch(/Debian, Ubuntu {3}sudo apt-get install -y python3 make g\+\+/)
    expect(output).not.toContain("Compiling")
    expect(code).toBe(1)
  })

  test("a build that breaks: its last lines and the remedy", async () => {
    const { code, output } = await setup({ BUILD_BREAKS: "1" })
    expect(output).toContain("better_sqlite3.cpp:1: out of memory")
    expect(output).toContain("Setup failed: better-sqlite3 did not compile")
    expect(code).toBe(1)
  })

  test("package.json and the lock file disagree", async () => {
    const manifest = JSON.parse(readFileSync(join(place, "package.json"), "utf8")) as object
    const dependencies = { "better-sqlite3": "file:vendor/better-sqlite3", more: "file:vendor/dependency" }
    writeFileSync(join(place, "package.json"), JSON.stringify({ ...manifest, dependencies }))
    const { code, output } = await setup()
    expect(output).toContain("package.json and package-lock.json disagree: run `npm install`")
    expect(code).toBe(1)
  })

  test("no lock file", async () => {
    rmSync(join(place, "package-lock.json"))
    const { code, output } = await setup()
    expect(output).toContain("Setup failed: package-lock.json is missing")
    expect(code).toBe(1)
  })

  test.each(["18.20.8", "20.18.3", "16.20.2"])("Node %s: which one to install", async (version) => {
    const older = join(place, "older.cjs")
    const versions = `Object.assign({}, process.versions, { node: "${version}" })`
    writeFileSync(older, `Object.defineProperty(process, "versions", { value: ${versions} })`)
    const { code, output } = await setup({}, ["--require", older])
    expect(output).toContain(`Anbud needs Node.js 20.19 or newer; this is ${version}`)
    expect(code).toBe(1)
  })
})

interface Outcome {
  readonly code: number | null
  readonly output: string
}

/** Runs setup without a terminal, as CI does, on a Node that compiles its driver. */
const setup = (env: NodeJS.ProcessEnv = {}, flags: readonly string[] = nodeWithApi(9)): Promise<Outcome> => {
  const child = spawn(process.execPath, [...flags, "tools/setup.mjs"], {
    cwd: place,
    env: { ...environment(), ...env },
  })
  return collect(child)
}

/** Flags that make Node say that it has this version of Node-API. */
const nodeWithApi = (api: number): readonly string[] => {
  const file = join(place, `api${api}.cjs`)
  const versions = `Object.assign({}, process.versions, { napi: "${api}" })`
  writeFileSync(file, `Object.defineProperty(process, "versions", { value: ${versions} })`)
  return ["--require", file]
}

/** The lock goes into the repository's own folder, so that no test meets another's. */
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  TMPDIR: place,
  npm_execpath: process.env["npm_execpath"] ?? findNpm(),
})

const locks = (): readonly string[] => readdirSync(place).filter((name) => name.endsWith(".lock"))

const collect = (child: ChildProcess): Promise<Outcome> => {
  let output = ""
  const keep = (chunk: Buffer): void => {
    output += chunk.toString()
  }
  child.stdout?.on("data", keep)
  child.stderr?.on("data", keep)
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })))
}

/** npm's own script, which `npm run` would name: a PATH without a compiler has no npm either. */
const findNpm = (): string => {
  const prefixes = (process.env["PATH"] ?? "").split(":").map(dirname)
  const scripts = prefixes.map((prefix) => join(prefix, "lib/node_modules/npm/bin/npm-cli.js"))
  const found = scripts.find((script) => existsSync(script))
  if (found === undefined) throw new Error(`npm is in none of ${scripts.join(", ")}`)
  return found
}

const writeRepository = ({ dependency }: { readonly dependency: string }): void => {
  const dependencies = { "better-sqlite3": "file:vendor/better-sqlite3", dependency: "file:vendor/dependency" }
  const optionalDependencies = { "better-sqlite3-napi": "file:vendor/better-sqlite3-napi" }
  const sqlite = { name: "better-sqlite3", version: "12.0.0", scripts: { install: "node build.cjs" } }
  const manifest = { name: "small", version: "1.0.0", dependencies, optionalDependencies }
  write("package.json", { ...manifest, allowScripts: { "better-sqlite3": true } })
  write("vendor/dependency/package.json", { name: "dependency", version: dependency })
  write("vendor/better-sqlite3/package.json", sqlite)
  write("vendor/better-sqlite3-napi/package.json", { name: "better-sqlite3", version: "13.0.0" })
  write("package-lock.json", {
    name: "small",
    version: "1.0.0",
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": manifest,
      "node_modules/better-sqlite3": { resolved: "vendor/better-sqlite3", link: true },
      "node_modules/better-sqlite3-napi": { resolved: "vendor/better-sqlite3-napi", link: true, optional: true },
      "node_modules/dependency": { resolved: "vendor/dependency", link: true },
      "vendor/better-sqlite3": { version: "12.0.0", hasInstallScript: true },
      "vendor/better-sqlite3-napi": { name: "better-sqlite3", version: "13.0.0", optional: true },
      "vendor/dependency": { version: dependency },
    },
  })
  writeFileSync(join(place, "vendor/better-sqlite3/build.cjs"), build)
  writeFileSync(join(place, "vendor/better-sqlite3/index.js"), load)
  writeFileSync(join(place, "vendor/better-sqlite3-napi/index.js"), "module.exports = class Database { close() {} }")
}

const build = `
if (process.env.BUILD_BREAKS) { console.error("better_sqlite3.cpp:1: out of memory"); process.exit(1) }
require("node:fs").writeFileSync(__dirname + "/built", process.versions.modules)
`
const load = `
const abi = require("node:fs").readFileSync(__dirname + "/built", "utf8")
if (abi !== process.versions.modules) throw new Error("built for another Node")
module.exports = class Database { close() {} }
`

const write = (file: string, content: object): void => {
  mkdirSync(dirname(join(place, file)), { recursive: true })
  writeFileSync(join(place, file), JSON.stringify(content, null, 2))
}

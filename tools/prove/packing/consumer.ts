/**
 * The consumer: an empty project outside the workspace that installs our tarballs, as a user would.
 *
 * Third-party packages come from the registry in the versions that the workspace has. Only a native build of
 * better-sqlite3 12 is copied from the workspace: compiling it takes minutes and proves nothing about our tarballs.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../../workspace.ts"
import { run } from "./run.ts"
import type { Tarball } from "./tarball.ts"

/** "ok", or what went wrong. */
export type Outcome = string

export interface Consumer {
  readonly imports: (entries: readonly string[]) => Promise<Outcome>
  readonly requires: (entries: readonly string[]) => Promise<Outcome>
  readonly typeChecks: (entries: readonly string[]) => Promise<Outcome>
  readonly tellsStory: () => Promise<Outcome>
  /** The README's first lines of host code, as they stand there. */
  readonly runsReadme: () => Promise<Outcome>
}

const PEERS = ["effect", "better-sqlite3", "typescript"]

export const createConsumer = async (scratch: string, tarballs: readonly Tarball[]): Promise<Consumer> => {
  const folder = join(scratch, "consumer")
  mkdirSync(folder)
  const ours = tarballs.map(({ name, file }) => [name, `file:${file}`])
  const peers = [...PEERS, "@types/node"].map((name) => [name, installedVersion(name)])
  const dependencies = Object.fromEntries([...ours, ...peers])
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, dependencies }))
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], folder)
  const build = "node_modules/better-sqlite3/build/Release/better_sqlite3.node"
  if (existsSync(join(root, build))) cpSync(join(root, build), join(folder, build))
  return {
    imports: (entries) => outcome(() => runScript(folder, "esm.mjs", entries.map(importing))),
    requires: (entries) => outcome(() => runScript(folder, "required.cjs", entries.map(requiring))),
    typeChecks: (entries) => outcome(() => typeCheck(folder, entries)),
    tellsStory: () => outcome(() => runScript(folder, STORY, [story])),
    runsReadme: () => outcome(() => runScript(folder, "readme.mjs", [firstLines(), "await engine.close()"])),
  }
}

/** What else a project gets that installs nothing but this tarball. */
export const companyOf = async (scratch: string, { name, file }: Tarball): Promise<readonly string[]> => {
  const folder = join(scratch, "alone")
  mkdirSync(folder)
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, dependencies: { [name]: `file:${file}` } }),
  )
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], folder)
  const packed = readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8")
  const { packages } = JSON.parse(packed) as { readonly packages: Readonly<Record<string, unknown>> }
  return Object.keys(packages).filter((path) => path !== `node_modules/${name}`)
}

const firstLines = (): string => {
  const [, lines] = /^```ts\n([\s\S]*?)^```/m.exec(readFileSync(join(root, "README.md"), "utf8")) ?? []
  if (lines === undefined) throw new Error("README.md shows no host code")
  return lines
}

const installedVersion = (name: string): string => {
  const manifest = readFileSync(join(root, "node_modules", name, "package.json"), "utf8")
  return (JSON.parse(manifest) as { version: string }).version
}

const importing = (entry: string): string => `await import(${JSON.stringify(entry)})`
const requiring = (entry: string): string => `require(${JSON.stringify(entry)})`

const STORY = "story.mjs"
const story = readFileSync(new URL(STORY, import.meta.url), "utf8")

const runScript = async (folder: string, name: string, lines: readonly string[]): Promise<void> => {
  writeFileSync(join(folder, name), `${lines.join("\n")}\n`)
  await run(process.execPath, [name], folder)
}

/** The strictest consumer: its compiler reads our declarations too (`skipLibCheck` is off). */
const typeCheck = async (folder: string, entries: readonly string[]): Promise<void> => {
  const uses = entries.map((entry, index) => `import * as entry${index} from "${entry}"\nvoid entry${index}`)
  writeFileSync(join(folder, "uses.mts"), `${uses.join("\n")}\n`)
  writeFileSync(join(folder, STORY), story)
  const compilerOptions = {
    module: "nodenext",
    moduleResolution: "nodenext",
    target: "es2022",
    lib: ["es2023", "dom", "dom.iterable"],
    types: ["node"],
    strict: true,
    noEmit: true,
    checkJs: true,
    skipLibCheck: false,
  }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["uses.mts", STORY] }))
  await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--project", "."], folder)
}

const outcome = async (action: () => Promise<void>): Promise<Outcome> => {
  try {
    await action()
    return "ok"
  } catch (error) {
    console.error((error as Error).message)
    return (error as Error).message.trim().split("\n").slice(0, 5).join("\n")
  }
}

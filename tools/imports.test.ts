/**
 * The import table has teeth: every rule of .dependency-cruiser.cjs finds a violation planted for it,
 * and leaves alone the imports that the table allows.
 *
 * The plants live in a small workspace of their own, laid out like ours and judged by a copy of our rules.
 */
import { execFile } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, expect, test } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const src = "packages/core/src"

/** file → its text: each of these breaks exactly the rule it is listed under. */
const plants: Record<string, Record<string, string>> = {
  "pricing-is-alone": { "packages/pricing/src/planted.ts": `import "node:fs"` },
  "scheduling-is-alone": { "packages/scheduling/src/planted.ts": `import "@anbud/pricing"` },
  "kernel-knows-no-business": { [`${src}/kernel/planted.ts`]: `import "../modules/quotes/quote.ts"` },
  "facets-derive-from-the-kernel": { [`${src}/facets/planted.ts`]: `import "../modules/quotes/quote.ts"` },
  "modules-meet-at-their-public-files": { [`${src}/modules/orders/planted.ts`]: `import "../quotes/private.ts"` },
  "decisions-are-pure": { [`${src}/flows/planted/decision.ts`]: `import "effect/Effect"` },
  "flows-stand-alone": { [`${src}/flows/other/command.ts`]: `import "../acceptQuote/command.ts"` },
  "testkit-takes-the-runner-as-an-argument": { [`${src}/testkit/planted.ts`]: `import "vitest"` },
  "adapter-sql-knows-core-and-kysely": { "packages/adapters-sql/src/planted.ts": `import "better-sqlite3"` },
  "adapter-sqlite-is-a-list-of-differences": { "packages/adapters-sqlite/src/planted.ts": `import "@anbud/pricing"` },
  "adapter-pg-is-a-list-of-differences": { "packages/adapters-pg/src/planted.ts": `import "@anbud/adapter-sqlite"` },
  "cli-is-a-user": { "packages/cli/src/planted.ts": `import "@anbud/adapter-sqlite"` },
  "public-entries-only": {
    "packages/adapters-sqlite/test/planted.test.ts": `import "../../core/src/kernel/errors.ts"`,
    "packages/plugins/esign/src/planted.ts": `import "../../../core/src/kernel/errors.ts"`,
  },
  "users-see-public-entries-only": { "examples/story/main.ts": `import "../../packages/core/src/kernel/errors.ts"` },
  "nothing-imports-tests": { "packages/plugins/esign/src/fixture.ts": `import "../test/fixture.ts"` },
  "testkit-is-an-entry-of-its-own": { [`${src}/modules/orders/tested.ts`]: `import "../../testkit/index.ts"` },
  "declared-dependencies-only": { "packages/plugins/esign/src/undeclared.ts": `import "kysely"` },
  "effect-by-subpath": { [`${src}/kernel/barrel.ts`]: `import "effect"` },
  resolvable: { "packages/pricing/src/dangling.ts": `import "./nowhere.ts"` },
  "no-circular": { "packages/scheduling/src/snake.ts": `import "./tail.ts"` },
  "no-dead-file": { "packages/pricing/src/dead.ts": `import "./index.ts"` },
  "no-orphans": { "packages/pricing/src/orphan.ts": "export {}" },
}

/** Imports that the table allows, in the same workspace: none of these files may be named by a layer's rule. */
const allowed: Record<string, string> = {
  "packages/pricing/src/index.ts": "export const money = 1",
  "packages/scheduling/src/index.ts": `import "./tail.ts"`,
  "packages/scheduling/src/tail.ts": `import "./snake.ts"`,
  [`${src}/index.ts`]: `export * from "./flows/acceptQuote/command.ts"\nexport * from "./modules/orders/order.ts"`,
  [`${src}/kernel/errors.ts`]: "export const refusal = 1",
  [`${src}/kernel/entity.ts`]: `import "effect/Effect"\nimport "@anbud/pricing"\nimport "node:crypto"\nexport const entity = (name: string): string => name`,
  [`${src}/facets/codec.ts`]: `import "../kernel/entity.ts"`,
  [`${src}/facets/imports.ts`]: `import "csv-parse"\nimport "../kernel/entity.ts"`,
  [`${src}/modules/quotes/quote.ts`]: `import { entity } from "../../kernel/entity.ts"\nimport "../../facets/imports.ts"\nimport "../../facets/codec.ts"\nexport const Quote = entity("quote")`,
  [`${src}/modules/quotes/private.ts`]: "export {}",
  [`${src}/modules/quotes/quotes.ts`]: `import "./private.ts"\nimport "./quote.ts"`,
  [`${src}/modules/orders/order.ts`]: `import "../quotes/quote.ts"\nimport "../quotes/quotes.ts"\nimport "@anbud/scheduling"`,
  [`${src}/flows/acceptQuote/decision.ts`]: `import "../../kernel/errors.ts"\nimport type {} from "../../kernel/entity.ts"\nimport "../../modules/quotes/private.ts"\nimport "@anbud/pricing"`,
  [`${src}/flows/acceptQuote/command.ts`]: `import "./decision.ts"\nimport "../../kernel/entity.ts"\nimport "effect/Effect"`,
  [`${src}/testkit/index.ts`]: `import "../index.ts"\nimport "node:assert/strict"`,
  "packages/adapters-sql/src/index.ts": `import "@anbud/core"\nimport "kysely"\nimport "effect/Effect"`,
  "packages/adapters-sqlite/src/index.ts": `import "@anbud/adapter-sql"\nimport "better-sqlite3"`,
  "packages/adapters-sqlite/test/store.test.ts": `import "@anbud/core/testkit"\nimport "../src/index.ts"\nimport "vitest"`,
  "packages/adapters-pg/src/index.ts": `import "@anbud/adapter-sql"`,
  "packages/cli/src/index.ts": `import "@anbud/core"\nimport "node:util"`,
  "packages/plugins/esign/src/index.ts": `import "@anbud/core"`,
  "packages/plugins/esign/test/fixture.ts": `import "@anbud/core/testkit"`,
  "examples/story/story.ts": `import "@anbud/core"\nimport "@anbud/adapter-sqlite"`,
}

const entry = { "@anbud/source": "./src/index.ts" }
const packages: Record<string, { name: string; exports: Record<string, unknown>; peerDependencies?: object }> = {
  "packages/pricing": { name: "@anbud/pricing", exports: { ".": entry } },
  "packages/scheduling": { name: "@anbud/scheduling", exports: { ".": entry } },
  "packages/core": {
    name: "@anbud/core",
    exports: { ".": entry, "./testkit": { "@anbud/source": "./src/testkit/index.ts" } },
    peerDependencies: { effect: "1", "csv-parse": "1", "@anbud/pricing": "1", "@anbud/scheduling": "1" },
  },
  "packages/adapters-sql": {
    name: "@anbud/adapter-sql",
    exports: { ".": entry },
    peerDependencies: { "@anbud/core": "1", kysely: "1", effect: "1" },
  },
  "packages/adapters-sqlite": {
    name: "@anbud/adapter-sqlite",
    exports: { ".": entry },
    peerDependencies: { "@anbud/adapter-sql": "1", "better-sqlite3": "1" },
  },
  "packages/adapters-pg": {
    name: "@anbud/adapter-pg",
    exports: { ".": entry },
    peerDependencies: { "@anbud/adapter-sql": "1" },
  },
  "packages/cli": {
    name: "@anbud/cli",
    exports: { ".": entry },
    peerDependencies: { "@anbud/core": "1", "@anbud/adapter-sqlite": "1" },
  },
  "packages/plugins/esign": {
    name: "@anbud/plugin-esign",
    exports: { ".": entry },
    peerDependencies: { "@anbud/core": "1" },
  },
}

interface Violation {
  readonly from: string
  readonly to: string
  readonly rule: { readonly name: string }
}

const workspace = mkdtempSync(join(tmpdir(), "anbud-imports-"))
let violations: readonly Violation[] = []

beforeAll(async () => {
  layOut()
  const bin = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs")
  const args = [bin, "packages", "examples", "--config", ".dependency-cruiser.cjs", "--output-type", "json"]
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: workspace, maxBuffer: 1e8 }, (_error, stdout) => resolve(stdout))
  })
  violations = (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations
})

afterAll(() => rmSync(workspace, { recursive: true, force: true }))

test.each(Object.keys(plants))("the rule %s finds what was planted for it", (rule) => {
  const found = violations.filter((violation) => violation.rule.name === rule).map((violation) => violation.from)
  expect(found).toEqual(expect.arrayContaining(Object.keys(plants[rule] ?? {})))
})

test("imports that the table allows are left alone", () => {
  const files = new Set(Object.keys(allowed))
  expect(violations.filter((violation) => files.has(violation.from))).toEqual([])
})

test("every rule has a plant", async () => {
  const rules = (await import("../.dependency-cruiser.cjs" as string)) as {
    default: { forbidden: readonly { name: string }[] }
  }
  expect(rules.default.forbidden.map((rule) => rule.name).sort()).toEqual(Object.keys(plants).sort())
})

const layOut = (): void => {
  for (const file of [".dependency-cruiser.cjs", "tsconfig.base.json"]) cpSync(join(root, file), join(workspace, file))
  write("package.json", JSON.stringify({ name: "planted", workspaces: ["packages/*", "packages/plugins/*"] }))
  for (const [folder, manifest] of Object.entries(packages)) {
    write(`${folder}/package.json`, JSON.stringify({ type: "module", version: "1.0.0", ...manifest }))
    link(`node_modules/${manifest.name}`, folder)
  }
  const effect = { ".": "./dist/index.js", "./*": "./dist/*.js" }
  install("effect", effect, ["dist/index.js", "dist/Effect.js"])
  for (const name of ["csv-parse", "kysely", "better-sqlite3", "vitest"]) install(name, "./index.js", ["index.js"])
  const files = [...Object.entries(allowed), ...Object.values(plants).flatMap((plant) => Object.entries(plant))]
  for (const [file, text] of files) write(file, `${text}\n`)
}

const install = (name: string, exports: unknown, files: readonly string[]): void => {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", type: "module", exports }))
  for (const file of files) write(`node_modules/${name}/${file}`, "export {}\n")
}

const write = (file: string, text: string): void => {
  const path = join(workspace, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

const link = (from: string, to: string): void => {
  mkdirSync(dirname(join(workspace, from)), { recursive: true })
  symlinkSync(join(workspace, to), join(workspace, from))
}

/**
 * The house's rules, kept by the machine: a rule that is not checked is a wish.
 *
 * The first half judges the repository; the second plants a violation for each rule, so that none goes blind.
 * Exceptions are in `tidy/exceptions.ts`, each with its reason.
 */
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { exceptions, judge } from "./tidy/exceptions.ts"
import { FILE_LINES, FUNCTION_LINES } from "./tidy/length.ts"
import { rules } from "./tidy/rules.ts"
import { type Finding, readSources, type Source } from "./tidy/source.ts"

const repository = readSources(fileURLToPath(new URL("..", import.meta.url)))

describe("the repository keeps", () => {
  test.each(Object.keys(rules))("%s", (name) => {
    const own = exceptions.filter((exception) => exception.check === name)
    expect(judge(found(name, repository), own).map(asLine)).toEqual([])
  })

  test("every exception belongs to a rule and gives a reason", () => {
    for (const { check, reason } of exceptions) {
      expect(Object.keys(rules)).toContain(check)
      expect(reason.length).toBeGreaterThan(10)
    }
  })
})

const lines = (count: number): string => "// line\n".repeat(count)
const src = "packages/pricing/src/planted.ts"
const core = "packages/core/src"

/** rule | file | text | what must be found in it, or nothing */
const plants: readonly (readonly [rule: string, path: string, text: string, message: string | undefined])[] = [
  ["fileLength", src, lines(FILE_LINES + 1), `${FILE_LINES + 1} lines`],
  ["fileLength", src, lines(FILE_LINES), undefined],
  [
    "functionLength",
    src,
    `const f = () => {\n${lines(FUNCTION_LINES - 1)}}`,
    `function of ${FUNCTION_LINES + 1} lines`,
  ],
  ["functionLength", src, `const f = () => {\n${lines(FUNCTION_LINES - 2)}}`, undefined],
  ["functionLength", src, `class A { go() {\n${lines(FUNCTION_LINES)}} }`, "function of"],
  ["functionLength", "tools/a.test.ts", `describe("a", () => {\n${lines(FUNCTION_LINES)}})`, undefined],
  ["functionLength", "tools/a.test.ts", `test("a", () => {\n${lines(FUNCTION_LINES)}})`, "function of"],
  ["fileNames", "packages/core/src/utils.ts", "", "“utils” says nothing"],
  ["fileNames", "packages/core/src/dateHelpers.test.ts", "", "“dateHelpers” says nothing"],
  ["fileNames", "packages/core/src/common/money.ts", "", "“common” says nothing"],
  ["fileNames", "packages/core/src/commonGround.ts", "", undefined],
  ["returnTypes", src, "export const f = (a: number) => a", "f does not state what it returns"],
  ["returnTypes", src, "export function f(a: number) { return a }", "f does not state what it returns"],
  ["returnTypes", src, "const f = () => 1\nexport { f as g }", "f does not state what it returns"],
  ["returnTypes", src, "export const f = (a: number): number => a", undefined],
  ["returnTypes", src, "export const f: Rule = (a) => a", undefined],
  ["returnTypes", src, "const f = () => 1", undefined],
  ["returnTypes", "examples/quickstart/main.ts", "export const f = () => 1", undefined],
  ["docstrings", src, "export const f = (): number => 1", "f is exported without a docstring"],
  ["docstrings", src, "/* one star */\nexport const f = (): number => 1", "f is exported without a docstring"],
  ["docstrings", src, "/** One. */\nexport const f = (): number => 1", undefined],
  ["docstrings", src, "/** A. */\nexport interface Id { a: 1 }\nexport const Id = (): number => 1", undefined],
  ["docstrings", src, "export interface Inner { a: 1 }", undefined],
  ["docstrings", "packages/pricing/src/index.ts", "export interface Price { a: 1 }", "Price is exported without"],
  ["noAny", src, "const f = (a: any): void => {}", "turns the compiler off"],
  ["noAny", src, "const a = 1 as any", "turns the compiler off"],
  ["noAny", src, "// @ts-ignore\nconst a = 1", "silences the compiler"],
  ["noAny", src, 'const any = "any"', undefined],
  ["noLeftovers", "docs/guide.md", "Sending: TODO", "TODO: do it"],
  ["noLeftovers", src, "// FIXME later", "FIXME: do it"],
  ["noLeftovers", src, "const todos = 1 // all that is to do", undefined],
  ["noMachinePaths", "docs/guide.md", "see /home/ada/anbud", "/home/ada exists on one machine only"],
  ["noMachinePaths", src, 'const file = "/Users/ada"', "/Users/ada exists on one machine only"],
  ["noMachinePaths", "docs/guide.md", "see https://example.org/home/ada and docs/home/ada.md", undefined],
  ["deterministic", src, "const at = Date.now()", "Date.now depends on when and where"],
  ["deterministic", src, "const at = new Date()", "new Date() depends"],
  ["deterministic", src, "const at = Math.random()", "Math.random depends"],
  ["deterministic", src, "const text = amount.toLocaleString()", ".toLocaleString depends"],
  ["deterministic", src, "const order = a.localeCompare(b)", ".localeCompare depends"],
  ["deterministic", src, "const day = date.getDate()", ".getDate depends"],
  ["deterministic", src, "const format = new Intl.NumberFormat()", "Intl depends"],
  ["deterministic", `${core}/flows/acceptQuote/decision.ts`, "const at = Date.now()", "Date.now depends"],
  ["deterministic", `${core}/flows/acceptQuote/command.ts`, "const at = Date.now()", undefined],
  ["deterministic", src, "const at = new Date(instant).getUTCDate()", undefined],
  ["testedTags", `${core}/a.ts`, 'const A = refusal("TooLate", {})', "no test mentions TooLate"],
  ["testedTags", src, 'interface A { readonly _tag: "NoPrice" }', "no test mentions NoPrice"],
  ["testedTags", `${core}/a.ts`, 'interface A { readonly _tag: "Stored" }', undefined],
  ["testedTags", `${core}/a.ts`, 'const A = refusal("Tested", {})', undefined],
  ["testedFeatures", "README.md", "It does PO-41.", "PO-41 is claimed here"],
  ["testedFeatures", "docs/guides/time.md", "PO-40 and SV-07", "SV-07 is claimed here"],
  ["testedFeatures", "docs/guides/time.md", "PO-40", undefined],
  ["testedFeatures", "docs/decisions/0099-a.md", "PO-41 comes later", undefined],
  ["manifests", "packages/esign/package.json", '{ "license": "GPL" }', 'license must be "MIT"'],
  ["decisions", "docs/decisions/0099-a.md", "# A\n\n## Question\n\n## Why\n", "lacks the section “## Choice”"],
  ["decisions", "docs/decisions/0099-a.md", "# A\n\n## Question\n", "is not in docs/decisions/README.md"],
  ["decisions", "docs/decisions/notes.md", "# A\n", "must be called NNNN-title.md"],
]

describe("a planted violation is found", () => {
  const tests = { path: "packages/core/test/a.test.ts", text: 'test("PO-40 debit: Tested", () => {})' }

  test.each(plants)("%s: %s: %j → %s", (rule, path, text, message) => {
    const own = found(rule, [{ path, text }, tests]).filter((finding) => finding.path === path)
    if (message === undefined) expect(own).toEqual([])
    else expect(own.map((finding) => finding.message).join("\n")).toContain(message)
  })

  test("every rule has a plant", () => {
    expect([...new Set(plants.map(([rule]) => rule))].sort()).toEqual(Object.keys(rules).sort())
  })
})

describe("manifests", () => {
  const good = {
    name: "@anbud/esign",
    version: "1.2.3",
    description: "Signing of quotes",
    license: "MIT",
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.19.0" },
    files: ["dist", "src"],
    exports: {
      ".": { "@anbud/source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./package.json": "./package.json",
    },
  }
  const entry = good.exports["."]
  const reversed = { default: entry.default, types: entry.types, "@anbud/source": entry["@anbud/source"] }

  test.each`
    change                                              | problem
    ${{}}                                               | ${undefined}
    ${{ private: true }}                                | ${"private must not be set"}
    ${{ files: ["dist"] }}                              | ${"files must list dist and src"}
    ${{ type: "commonjs" }}                             | ${'type must be "module"'}
    ${{ engines: { node: ">=18" } }}                    | ${"engines.node must be"}
    ${{ exports: { ...good.exports, ".": reversed } }}  | ${"in this order"}
    ${{ exports: { ...good.exports, "./no": entry } }}  | ${undefined}
    ${{ exports: { ".": entry } }}                      | ${'exports must have "./package.json"'}
    ${{ dependencies: { "@anbud/esign": "^1.0.0" } }}   | ${"is at 1.2.3, but ^1.0.0 is wanted"}
    ${{ exports: { ".": { ...entry, types: "./x" } } }} | ${"must point types and default"}
  `("$change → $problem", ({ change, problem }) => {
    const manifest = { path: "packages/esign/package.json", text: JSON.stringify({ ...good, ...change }) }
    const messages = found("manifests", [manifest, { path: "packages/esign/src/index.ts", text: "" }])
    if (problem === undefined) expect(messages).toEqual([])
    else expect(messages.map(({ message }) => message).join("\n")).toContain(problem)
  })
})

describe("the public names of a package", () => {
  const entryOf = (text: string): Source => ({ path: "packages/pricing/src/index.ts", text })
  const price: Source = { path: src, text: "export interface Price { a: 1 }\nexport interface Cost { a: 1 }" }

  test.each`
    entry                                              | undocumented
    ${'export * from "./planted.ts"'}                  | ${["Price", "Cost"]}
    ${'export type { Price } from "./planted.ts"'}     | ${["Price"]}
    ${'export type { Cost as C } from "./planted.ts"'} | ${["Cost"]}
    ${'import "./planted.ts"'}                         | ${[]}
  `("$entry shows $undocumented", ({ entry, undocumented }) => {
    const messages = found("docstrings", [entryOf(entry), price]).map(({ message }) => message.split(" ")[0])
    expect(messages).toEqual(undocumented)
  })
})

test("an exception excuses its own finding, and one that excuses nothing is reported", () => {
  const finding: Finding = { check: "fileLength", path: src, line: 0, message: "500 lines" }
  const excuse = { check: "fileLength", path: src, reason: "a table of currencies" }
  expect(judge([finding], [excuse])).toEqual([])
  expect(judge([finding], [{ ...excuse, about: "600" }]).map(({ message }) => message)).toEqual([
    "500 lines",
    "an exception about 600 that excuses nothing: remove it from exceptions.ts",
  ])
})

function found(rule: string, sources: readonly Source[]): readonly Finding[] {
  return rules[rule]?.(sources) ?? []
}

function asLine({ path, line, message }: Finding): string {
  return `${path}:${line} ${message}`
}

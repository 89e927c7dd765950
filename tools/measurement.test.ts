/** The two commands that measure: names, arguments, the JSON line, the exit code. */
import { execFile } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const place = mkdtempSync(join(tmpdir(), "anbud-measurement-"))

const files: Record<string, string> = {
  "packages/core/prove/crash.ts": `export const prove = (options: object) => {
    console.log("on its way")
    return { goal: "nothing is lost", reached: true, points: 50, ...options, big: 10n, worst: Infinity }
  }`,
  "packages/core/prove/shared/load.ts": "export {}",
  "examples/story/prove/kill.ts": `export const prove = async () => ({ goal: "it survives", reached: false })`,
  "tools/prove/broken.ts": `export const prove = () => { throw new Error("out of paper") }`,
  "tools/prove/empty.ts": "export {}",
  "bench/pricing/run.ts": `export const bench = () => ({ goal: "twice as quick", reached: true, ratio: 2.4 })`,
  "bench/notes.md": "not a benchmark",
}

beforeAll(() => {
  for (const file of ["tools/measurement.ts", "tools/prove.ts", "bench/run.ts"]) write(file)
  for (const [file, text] of Object.entries(files)) write(file, text)
  write("package.json", `{ "type": "module" }`)
  symlinkSync(join(root, "node_modules"), join(place, "node_modules"))
})

afterAll(() => rmSync(place, { recursive: true, force: true }))

describe("the last line is one JSON object and the exit code follows `reached`", () => {
  test.each`
    command    | name         | reached  | exit
    ${"prove"} | ${"crash"}   | ${true}  | ${0}
    ${"prove"} | ${"kill"}    | ${false} | ${1}
    ${"prove"} | ${"broken"}  | ${false} | ${1}
    ${"prove"} | ${"empty"}   | ${false} | ${1}
    ${"bench"} | ${"pricing"} | ${true}  | ${0}
  `("$command $name → $reached, exit $exit", async ({ command, name, reached, exit }) => {
    const { code, lines } = await call(command, name)
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
      name,
      goal: expect.any(String),
      reached,
      seconds: expect.any(Number),
      load: [expect.any(Number), expect.any(Number), expect.any(Number)],
      cpus: expect.any(Number),
      node: process.version,
    })
    expect(code).toBe(exit)
  })
})

test("options reach the measurement, and figures that JSON lacks become text", async () => {
  const { lines } = await call("prove", "crash", "--seed", "7", "--budget", "2.5", "--full")
  const figures = { points: 50, seed: 7, budgetSeconds: 2.5, full: true, big: "10", worst: "Infinity" }
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject(figures)
  expect(lines[0]).toBe("on its way")
})

test("a measurement that breaks says why", async () => {
  const { errors, lines } = await call("prove", "broken")
  expect(errors).toContain("out of paper")
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ error: "Error: out of paper" })
})

describe("what cannot be run is answered with the names that can", () => {
  test.each`
    args                              | problem
    ${[]}                             | ${"npm run prove -- NAME"}
    ${["load"]}                       | ${"There is no “load”."}
    ${["crash", "kill"]}              | ${"One name at a time; “kill” is too much."}
    ${["crash", "--seed", "1.5"]}     | ${"--seed takes an integer, not “1.5”."}
    ${["crash", "--budget", "short"]} | ${"--budget takes seconds, not “short”."}
    ${["crash", "--speed", "9"]}      | ${"Unknown option '--speed'"}
  `("$args → $problem", async ({ args, problem }) => {
    const { code, errors } = await call("prove", ...args)
    expect(errors).toContain(problem)
    expect(errors).toMatch(/^ {2}crash {3}packages\/core\/prove\/crash\.ts$/m)
    expect(errors).toMatch(/^ {2}kill {4}examples\/story\/prove\/kill\.ts$/m)
    expect(code).toBe(1)
  })
})

test("two measurements of one name are refused", async () => {
  write("packages/pricing/prove/kill.ts", "export {}")
  const { code, errors } = await call("prove", "crash")
  rmSync(join(place, "packages/pricing"), { recursive: true })
  expect(errors).toContain("Two measurements are called kill")
  expect(code).toBe(1)
})

interface Outcome {
  readonly code: number
  readonly lines: readonly string[]
  readonly errors: string
}

const call = (command: "prove" | "bench", ...args: readonly string[]): Promise<Outcome> => {
  const script = command === "prove" ? "tools/prove.ts" : "bench/run.ts"
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", script, ...args], { cwd: place }, (error, stdout, errors) => {
      resolve({ code: error ? Number(error.code) : 0, lines: stdout.trimEnd().split("\n"), errors })
    })
  })
}

const write = (file: string, text?: string): void => {
  mkdirSync(dirname(join(place, file)), { recursive: true })
  if (text === undefined) cpSync(join(root, file), join(place, file))
  else writeFileSync(join(place, file), text)
}

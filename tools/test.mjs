/**
 * `npm test`: style, import directions and types, side by side; then, if they are well, the tests.
 *
 * Each step says how long it took. The last line, alone, is `N passed, N failed`: the tests' own totals, or
 * `0 passed, 1 failed` when a step before the tests failed. Arguments go to vitest: `npm test -- packages/pricing`
 * runs the tests of one package (after the same three checks).
 */
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), "anbud-test-"))
const reportFile = join(scratch, "report.json")

const checks = [
  ["style", "biome", ["check", "."]],
  ["imports", "depcruise", ["packages", "examples", "bench", "tools", "--config", ".dependency-cruiser.cjs"]],
  ["types", "tsc", ["-b"]],
]
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`]
const tests = ["tests", "vitest", ["run", ...reporters, ...process.argv.slice(2)]]

/** Runs one step; its output comes as it is made, or for a quiet one when it ends. Gives whether it succeeded. */
const passes = ([title, program, args], isQuiet) =>
  new Promise((resolve) => {
    const heading = `\n▸ ${title}: ${program} ${args.filter((arg) => !reporters.includes(arg)).join(" ")}\n`
    const started = Date.now()
    const isWindows = process.platform === "win32"
    const bin = join(root, "node_modules", ".bin", isWindows ? `${program}.cmd` : program)
    const stdio = isQuiet ? "pipe" : "inherit"
    if (!isQuiet) process.stdout.write(heading)
    const child = spawn(bin, args, { cwd: root, stdio, shell: isWindows })
    const output = []
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => output.push(chunk))
    child.on("error", (error) => output.push(Buffer.from(`${error.message}\n`)))
    child.on("close", (status) => {
      if (isQuiet) process.stdout.write(heading)
      process.stdout.write(Buffer.concat(output))
      const seconds = ((Date.now() - started) / 1000).toFixed(1)
      console.log(`▸ ${title}: ${status === 0 ? "ok" : "FAILED"} after ${seconds} s`)
      resolve(status === 0)
    })
  })

/** The tests' totals. A file that cannot be loaded holds no test but is a failure, and so is a run that ended badly. */
const totals = (endedWell) => {
  const report = readReport()
  const broken = report.testResults.filter(isBroken).length
  const failed = report.numFailedTests + broken
  return { passed: report.numPassedTests, failed: endedWell ? failed : Math.max(failed, 1) }
}

const isBroken = (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed")

const readReport = () => {
  try {
    return JSON.parse(readFileSync(reportFile, "utf8"))
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] }
  }
}

const started = Date.now()
const checked = await Promise.all(checks.map((check) => passes(check, true)))
const { passed, failed } = checked.every(Boolean) ? totals(await passes(tests, false)) : { passed: 0, failed: 1 }
rmSync(scratch, { recursive: true, force: true })
console.log(`\nAll of it took ${((Date.now() - started) / 1000).toFixed(0)} s.`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

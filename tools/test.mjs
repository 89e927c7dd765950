/**
 * `npm test`: style, import directions, types, tests, in this order, stopping at the first step that fails.
 *
 * Each step says how long it took. The last line, alone, is `N passed, N failed`: the tests' own totals, or
 * `0 passed, 1 failed` when a step before the tests failed. Arguments go to vitest: `npm test -- packages/pricing`
 * runs the tests of one package (after the same three checks).
 */
import { spawnSync } from "node:child_process"
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

/** Runs one step with its output shown as it comes; true when it succeeded. */
const passes = ([title, program, args]) => {
  console.log(`\n▸ ${title}: ${program} ${args.filter((arg) => !reporters.includes(arg)).join(" ")}`)
  const started = Date.now()
  const isWindows = process.platform === "win32"
  const bin = join(root, "node_modules", ".bin", isWindows ? `${program}.cmd` : program)
  const { status, error } = spawnSync(bin, args, { cwd: root, stdio: "inherit", shell: isWindows })
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  if (error) console.error(error.message)
  console.log(`▸ ${title}: ${status === 0 ? "ok" : "FAILED"} after ${seconds} s`)
  return status === 0
}

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
const { passed, failed } = checks.every(passes) ? totals(passes(tests)) : { passed: 0, failed: 1 }
rmSync(scratch, { recursive: true, force: true })
console.log(`\nAll of it took ${((Date.now() - started) / 1000).toFixed(0)} s.`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

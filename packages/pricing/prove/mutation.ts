/**
 * Mutation testing: Stryker changes allocation, spreads, the solver and instalments in every small way it knows, and the
 * tests must notice.
 *
 * Stryker is declared beside its configuration and installed there on demand, never with the repository.
 */
import { execFileSync, spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Measurement, MeasurementOptions } from "../../../tools/measurement.ts"

const home = fileURLToPath(new URL("./mutation/", import.meta.url))
const root = fileURLToPath(new URL("../", import.meta.url))
const report = `${home}out/mutation.json`
const goalPercent = 85

interface Mutant {
  readonly status: string
  readonly mutatorName: string
  readonly replacement?: string
  readonly location: { readonly start: { readonly line: number } }
}

/**
 * Runs Stryker to its end, or (unless `full`) stops it after the budget without a score; prints every mutant that
 * survived. A mutant that runs on without end is found; one that no test reaches is not.
 *
 * @example npm run prove -- mutation --budget 1500
 */
export const prove = async ({ budgetSeconds, full }: MeasurementOptions): Promise<Measurement> => {
  if (!existsSync(`${home}node_modules`)) {
    const install = ["install", "--prefix", home, "--no-audit", "--no-fund", "--legacy-peer-deps", "--ignore-scripts"]
    execFileSync("npm", install, { stdio: "inherit" })
  }
  const isFinished = await runStryker(full ? undefined : budgetSeconds)
  const goal = `Stryker on allocation, spreads, solver and instalments: at least ${goalPercent} % of the mutants found`
  if (!isFinished) return { goal, reached: false, isFinished }
  const { files } = JSON.parse(readFileSync(report, "utf8")) as {
    readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>
  }
  const scores: Record<string, number> = {}
  const all = { found: 0, missed: 0 }
  for (const [file, { mutants }] of Object.entries(files)) {
    const found = mutants.filter(({ status }) => status === "Killed" || status === "Timeout").length
    const missed = mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage")
    for (const { location, mutatorName, replacement, status } of missed) {
      console.log(`${status} ${file}:${location.start.line} ${mutatorName} ${(replacement ?? "").slice(0, 80)}`)
    }
    scores[file] = percent(found, missed.length)
    all.found += found
    all.missed += missed.length
  }
  const score = percent(all.found, all.missed)
  return { goal, reached: score >= goalPercent, isFinished, score, ...all, scores }
}

const percent = (found: number, missed: number): number => Math.round((found / Math.max(found + missed, 1)) * 1e4) / 100

/** Whether it came to its end. */
const runStryker = async (seconds: number | undefined): Promise<boolean> => {
  const args = [`${home}node_modules/@stryker-mutator/core/bin/stryker.js`, "run", `${home}stryker.config.json`]
  const stryker = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] })
  const limit = seconds === undefined ? undefined : setTimeout(() => stryker.kill("SIGTERM"), seconds * 1000)
  return new Promise((resolve) => {
    stryker.on("exit", (code) => {
      clearTimeout(limit)
      resolve(code === 0)
    })
  })
}

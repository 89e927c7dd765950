/**
 * A test runner for Stryker that stays in one process: vitest starts a worker and imports the suite anew for each of two
 * thousand mutants, which takes ten times as long as the tests.
 */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { INSTRUMENTER_CONSTANTS } from "@stryker-mutator/api/core"
import { declareFactoryPlugin, PluginKind, tokens } from "@stryker-mutator/api/plugin"
import { DryRunStatus, determineHitLimitReached, TestStatus, toMutantRunResult } from "@stryker-mutator/api/test-runner"
import { build } from "esbuild"

const shim = fileURLToPath(new URL("./vitestInProcess.mjs", import.meta.url))

/** They take long or say little about a changed line; the promises come with fewer cases from this folder. */
const leftOut = ["promises", "mutants", "examples", "largeQuotes", "sameBytes"].map((name) => `${name}.test.ts`)

/** The sandbox is the working directory: its `src` holds the mutants. */
const bundleSuite = async () => {
  const tests = readdirSync("test").filter((file) => file.endsWith(".test.ts") && !leftOut.includes(file))
  const files = [...tests.map((file) => `./test/${file}`), "./prove/mutation/promises.test.ts"]
  const outfile = join(process.cwd(), "suite.mjs")
  await build({
    stdin: {
      contents: [...files.map((file) => `import "${file}"`), `export { collected } from "vitest"`].join("\n"),
      resolveDir: process.cwd(),
    },
    alias: { vitest: shim, "@anbud/pricing": join(process.cwd(), "src/index.ts") },
    external: ["fast-check", "@vitest/expect"],
    // The package says that its files have no side effects; its tests have.
    ignoreAnnotations: true,
    tsconfigRaw: {},
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
  })
  return outfile
}

const createRunner = () => {
  const stryker = globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ?? {}
  globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] = stryker
  let suite = []

  const runTests = async (isWanted, stopsAtFailure) => {
    const tests = []
    for (const { id, run } of suite) {
      if (!isWanted(id)) continue
      stryker.currentTestId = id
      const started = performance.now()
      const failure = await outcomeOf(run)
      const test = { id, name: id, timeSpentMs: performance.now() - started }
      tests.push(
        failure === undefined
          ? { ...test, status: TestStatus.Success }
          : { ...test, status: TestStatus.Failed, failureMessage: failure },
      )
      if (failure !== undefined && stopsAtFailure) break
    }
    stryker.currentTestId = undefined
    return { status: DryRunStatus.Complete, tests }
  }

  return {
    capabilities: () => ({ reloadEnvironment: false }),
    init: async () => {
      ;({ collected: suite } = await import(pathToFileURL(await bundleSuite()).href))
    },
    dryRun: async () => {
      stryker.activeMutant = undefined
      const result = await runTests(() => true, false)
      return { ...result, mutantCoverage: stryker.mutantCoverage }
    },
    mutantRun: async ({ activeMutant, testFilter, hitLimit }) => {
      stryker.activeMutant = activeMutant.id
      stryker.hitCount = hitLimit === undefined ? undefined : 0
      stryker.hitLimit = hitLimit
      const wanted = testFilter === undefined ? undefined : new Set(testFilter)
      const result = await runTests((id) => wanted?.has(id) ?? true, true)
      return toMutantRunResult(determineHitLimitReached(stryker.hitCount, hitLimit) ?? result)
    },
  }
}
createRunner.inject = tokens()

const outcomeOf = async (run) => {
  try {
    await run()
    return undefined
  } catch (error) {
    return String(error)
  }
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "inProcess", createRunner)]
export const strykerValidationSchema = {}

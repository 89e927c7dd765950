/** The contract is not blind: each broken plugin fails in exactly one case, for the reason that is its own. */
import { customFields } from "@anbud/core"
import { brokenPlugins, pluginCases, subjectOf } from "@anbud/core/testkit"
import { expect, test } from "vitest"
import { organisation } from "../../src/modules/organisation/organisation.ts"
import { sqliteFile } from "./sqliteFile.ts"

const failuresOf = async (plugin: Parameters<typeof subjectOf>[0]) => {
  const subject = subjectOf(plugin, { plugins: { organisation } }, sqliteFile)
  const failures: (readonly [string, string])[] = []
  for (const { name, run } of pluginCases) {
    // What does not compile cannot be tried any further.
    if (failures.some(([failed]) => failed === "definition")) break
    const problems = await run(subject)
    if (problems.length > 0) failures.push([name, problems.join("; ")])
  }
  return failures
}

test("there are at least five broken plugins, and each fails in another case", () => {
  const cases = Object.values(brokenPlugins).map(({ fails }) => fails)
  expect(cases.length).toBeGreaterThanOrEqual(5)
  expect(new Set(cases).size).toBe(cases.length)
})

test.each(Object.entries(brokenPlugins))("%s", async (_, { plugin, fails, because }) => {
  const failures = await failuresOf(plugin)
  expect(failures.map(([name]) => name)).toEqual([fails])
  expect(failures[0]?.[1]).toContain(because)
})

test("a sound plugin fails in none", async () => {
  expect(await failuresOf(customFields)).toEqual([])
})

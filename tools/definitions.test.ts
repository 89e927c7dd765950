/** What is generated from the definitions is committed as it is, and a change of the schema is announced. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { RELEASE } from "@anbud/core"
import { describe, expect, test } from "vitest"
import { references } from "./reference/definitions.ts"
import { root } from "./workspace.ts"

const read = (path: string): string => (existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : "")

describe("is as the definitions say; if not, `npm run reference` writes it", () => {
  test.each(references().map(({ path, text }) => [path, text]))("%s", (path, text) => {
    expect(read(path)).toBe(text)
  })
})

test("the release that a store remembers is the version of the package", () => {
  expect(RELEASE).toBe((JSON.parse(read("packages/core/package.json")) as { readonly version: string }).version)
})

/** A release is out once the changelog has a date for it; its schema is then kept for ever. */
const isOut = (version: string): boolean =>
  new RegExp(`^## ${version.replaceAll(".", "\\.")} (?!\\(not yet)`, "m").test(read("CHANGELOG.md"))

test("the schema of a release that is out belongs to it for ever; a later one has a snapshot and a changeset of its own", () => {
  const snapshots = readdirSync(join(root, "packages/core/schema")).map((name) => name.replace(/\.json$/, ""))
  expect(snapshots).toContain(RELEASE)
  const unreleased = snapshots.filter((version) => !isOut(version))
  expect(unreleased.length).toBeLessThanOrEqual(1)
  const changesets = readdirSync(join(root, ".changeset")).filter(
    (name) => name.endsWith(".md") && name !== "README.md",
  )
  const announced = changesets.filter((name) => read(`.changeset/${name}`).includes('"@anbud/core": minor'))
  if (unreleased.length > 0) expect(announced.length).toBeGreaterThan(0)
})

/** The examples run on either database by one option, and print on PostgreSQL what is committed; two of them here. */
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, inject, test } from "vitest"

const EXAMPLES = join(import.meta.dirname, "..", "..")

/** What is another line on PostgreSQL: a dump of the database has the engine's tables too. */
const BACKUP = ["backed up: true", "backed up: with everything else in the database"] as const

test.each([
  ["embed", "main.ts", "output.txt"],
  ["jobs-and-events", "main.ts", "output.txt"],
])("%s/%s --postgres URL prints %s", async (example, script, output) => {
  const folder = join(EXAMPLES, example)
  const args = ["--import", "tsx", "--conditions=@anbud/source", join(folder, script)]
  const { stdout } = await promisify(execFile)(process.execPath, [...args, "--postgres", inject("databaseUrl")])
  expect(stdout).toBe(readFileSync(join(folder, output), "utf8").replace(...BACKUP))
})

/** Temporary files of a test, removed when it ends. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"

/** A path in a new folder that is removed when the test ends. */
export const temporaryFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-sqlite-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, "store.db")
}

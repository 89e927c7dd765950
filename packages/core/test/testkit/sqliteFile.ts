/** A SQLite file that a contract opens as often as it likes. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import type { PluginStore } from "@anbud/core/testkit"

/** A new file in a folder that goes away at the end. */
export const sqliteFile = async (): Promise<PluginStore> => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-plugin-"))
  return {
    open: (schema) => sqlite({ file: join(folder, "firm.db"), schema }),
    dispose: async () => rmSync(folder, { recursive: true }),
  }
}

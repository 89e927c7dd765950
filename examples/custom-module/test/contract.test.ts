/** The module keeps the contract that every plugin keeps. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import { standard } from "@anbud/core"
import { type PluginStore, pluginContract } from "@anbud/core/testkit"
import typescript from "typescript"
import { describe, expect, it } from "vitest"
import { warranty } from "../warranty.ts"
import { acceptedQuote } from "./acceptedQuote.ts"

/** A file of its own for each case, which the case opens as often as it likes. */
const sqliteFile = async (): Promise<PluginStore> => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-warranty-"))
  return {
    open: (schema) => sqlite({ file: join(folder, "firm.db"), schema }),
    dispose: async () => rmSync(folder, { recursive: true }),
  }
}
const types = {
  typescript,
  folder: join(import.meta.dirname, ".."),
  statement: 'import { warranty } from "./warranty.ts"',
}

pluginContract({ describe, it, expect }, warranty, {
  plugins: standard,
  stores: { sqlite: sqliteFile },
  prepare: acceptedQuote,
  types,
})

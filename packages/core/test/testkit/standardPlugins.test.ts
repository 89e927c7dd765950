/** The plugins of core keep the contract that every plugin keeps. */
import { standard } from "@anbud/core"
import { pluginContract } from "@anbud/core/testkit"
import { describe, expect, it } from "vitest"
import { sqliteFile } from "./sqliteFile.ts"
import { inputs, prepare, samples, untold } from "./standardPlugins.ts"

for (const plugin of Object.values(standard))
  pluginContract({ describe, it, expect }, plugin, {
    plugins: standard,
    stores: { sqlite: sqliteFile },
    samples,
    prepare,
    inputs,
    untold,
  })

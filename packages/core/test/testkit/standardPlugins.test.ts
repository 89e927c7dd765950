/** The plugins of core keep the contract that every plugin keeps. */
import { pluginContract, standardPlugins } from "@anbud/core/testkit"
import { describe, expect, it } from "vitest"
import { sqliteFile } from "./sqliteFile.ts"

for (const plugin of Object.values(standardPlugins.plugins))
  pluginContract({ describe, it, expect }, plugin, { ...standardPlugins, stores: { sqlite: sqliteFile } })

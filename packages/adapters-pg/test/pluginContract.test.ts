/** The plugins of core keep the contract on PostgreSQL too. */
import { type PluginStore, pluginContract, standardPlugins } from "@anbud/core/testkit"
import pg from "pg"
import { describe, expect, it } from "vitest"
import { postgres } from "../src/index.ts"
import { asOwner, databaseUrl, schemaName } from "./temporarySchema.ts"

/** A schema of its own for each case. */
const postgresSchema = async (): Promise<PluginStore> => {
  const schema = schemaName("contract")
  const pool = new pg.Pool({ connectionString: databaseUrl(), max: 2 })
  return {
    open: (mode) => postgres({ pool, schema, mode }),
    dispose: async () => {
      await pool.end()
      await asOwner(`drop schema if exists "${schema}" cascade`)
    },
  }
}

/** What depends on the database; the rest is tried on SQLite. */
const STORED = ["upgrade", "rollback"]

for (const plugin of Object.values(standardPlugins.plugins))
  pluginContract({ describe, it, expect }, plugin, {
    ...standardPlugins,
    stores: { postgresql: postgresSchema },
    ...(plugin.id === "customFields" ? {} : { only: STORED }),
  })

/** Plugins of core keep the contract on PostgreSQL too. */
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

/** Those with the most tables, and with fields that come while it runs. What depends on no database is tried on SQLite. */
const { quotes, customFields } = standardPlugins.plugins
const stores = { postgresql: postgresSchema }

pluginContract({ describe, it, expect }, quotes, { ...standardPlugins, stores, only: ["upgrade", "rollback"] })
pluginContract({ describe, it, expect }, customFields, { ...standardPlugins, stores })

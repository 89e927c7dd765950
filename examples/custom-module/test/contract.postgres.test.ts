/** The module keeps the contract on PostgreSQL too. */
import { postgres } from "@anbud/adapter-pg"
import { standard } from "@anbud/core"
import { type PluginStore, pluginContract } from "@anbud/core/testkit"
import pg from "pg"
import { describe, expect, inject, it } from "vitest"
import { warranty } from "../warranty.ts"
import { acceptedQuote } from "./acceptedQuote.ts"

let schemas = 0

/** A schema of its own for each case. */
const postgresSchema = async (): Promise<PluginStore> => {
  schemas += 1
  const schema = `warranty_${schemas}`
  const pool = new pg.Pool({ connectionString: inject("databaseUrl"), max: 2 })
  return {
    open: (mode) => postgres({ pool, schema, mode }),
    dispose: async () => {
      await pool.query(`drop schema if exists "${schema}" cascade`)
      await pool.end()
    },
  }
}

pluginContract({ describe, it, expect }, warranty, {
  plugins: standard,
  stores: { postgresql: postgresSchema },
  prepare: acceptedQuote,
})

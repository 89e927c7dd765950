import { postgres } from "@anbud/adapter-pg"
import { jobsContract } from "@anbud/core/testkit"
import { describe, expect, it } from "vitest"
import { databaseUrl, schemaName } from "./temporarySchema.ts"

const runner = { describe, it, expect }

jobsContract(runner, "PostgreSQL", async () => ({
  store: postgres({ connectionString: databaseUrl(), schema: schemaName(), maxConnections: 3 }),
}))

/** Search on PostgreSQL: the same cases, each with a tenant of its own in one schema. */
import { postgres } from "@anbud/adapter-pg"
import { inject } from "vitest"
import { searchCases } from "./searchCases.ts"

searchCases(() => postgres({ connectionString: inject("databaseUrl"), schema: `search_${process.pid}` }))

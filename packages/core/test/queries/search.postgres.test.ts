/** Search on PostgreSQL: the same cases, each with a tenant of its own in one schema. */
import { postgres } from "@anbud/adapter-pg"
import { inject } from "vitest"
import { filtersByWords } from "./filtersByWords.ts"
import { searchCases } from "./searchCases.ts"

const openStore = () => postgres({ connectionString: inject("databaseUrl"), schema: `search_${process.pid}` })

searchCases(openStore)
filtersByWords(openStore)

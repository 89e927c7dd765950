/** Search on SQLite. */
import { sqlite } from "@anbud/adapter-sqlite"
import { searchCases } from "./searchCases.ts"

searchCases(() => sqlite({ file: ":memory:" }))

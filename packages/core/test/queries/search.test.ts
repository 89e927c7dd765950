/** Search on SQLite. */
import { sqlite } from "@anbud/adapter-sqlite"
import { filtersByWords } from "./filtersByWords.ts"
import { searchCases } from "./searchCases.ts"

const openStore = () => sqlite({ file: ":memory:" })

searchCases(openStore)
filtersByWords(openStore)

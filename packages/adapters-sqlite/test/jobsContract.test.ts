import { sqlite } from "@anbud/adapter-sqlite"
import { jobsContract } from "@anbud/core/testkit"
import { describe, expect, it } from "vitest"
import { temporaryFile } from "./temporaryFile.ts"

const runner = { describe, it, expect }

jobsContract(runner, "a SQLite file", async () => ({ store: sqlite({ file: temporaryFile() }) }))
jobsContract(runner, "SQLite in memory", async () => ({ store: sqlite({ file: ":memory:" }) }))

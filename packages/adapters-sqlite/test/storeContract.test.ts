import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlStore } from "@anbud/adapter-sql"
import { sqlite } from "@anbud/adapter-sqlite"
import { storeContract } from "@anbud/core/testkit"
import { describe, expect, it } from "vitest"
import { sqliteDifferences } from "../src/sqlite.ts"
import { jsonRowSets } from "./jsonRowSets.ts"

const runner = { describe, it, expect }
const writeTimeoutMilliseconds = 1_000

storeContract(runner, "a SQLite file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "anbud-contract-"))
  return {
    store: sqlite({ file: join(folder, "store.db"), writeTimeoutMilliseconds }),
    dispose: () => rm(folder, { recursive: true }),
  }
})

storeContract(runner, "SQLite in memory", async () => ({
  store: sqlite({ file: ":memory:", writeTimeoutMilliseconds }),
}))

// The shared half writes sets of rows where a statement travels to the database; this runs that half without one.
storeContract(runner, "SQLite in memory, written in sets", async () => ({
  store: sqlStore({ ...sqliteDifferences({ file: ":memory:", writeTimeoutMilliseconds }), rowSets: jsonRowSets }),
}))

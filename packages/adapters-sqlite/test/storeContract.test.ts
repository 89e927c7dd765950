import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "@anbud/adapter-sqlite"
import { storeContract } from "@anbud/core/testkit"
import { describe, expect, it } from "vitest"

const runner = { describe, it, expect }

storeContract(runner, "a SQLite file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "anbud-contract-"))
  return {
    store: sqlite({ file: join(folder, "store.db"), writeTimeoutMilliseconds: 300 }),
    dispose: () => rm(folder, { recursive: true }),
  }
})

storeContract(runner, "SQLite in memory", async () => ({
  store: sqlite({ file: ":memory:", writeTimeoutMilliseconds: 300 }),
}))

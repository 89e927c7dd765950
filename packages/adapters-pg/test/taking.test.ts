import { postgres } from "@anbud/adapter-pg"
import { CONTRACT_TABLES } from "@anbud/core/testkit"
import { expect, onTestFinished, test } from "vitest"
import { databaseUrl, schemaName } from "./temporarySchema.ts"

const WORKERS = 4
const ROWS = 40

test("four transactions that are open at once take different rows, and none waits for another", async () => {
  const store = postgres({ connectionString: databaseUrl(), schema: schemaName() })
  onTestFinished(() => store.close())
  await store.open(CONTRACT_TABLES)
  const rows = Array.from({ length: ROWS }, (_, index) => ({
    id: `c${index}`,
    version: 1,
    number: `${index}`,
    rank: 1,
    is_active: 1,
    kind: "customer",
  }))
  await store.write((tx) => tx.insert("company", "acme", rows))
  let inside = 0
  let open = (): void => undefined
  const allHoldTheirs = new Promise<void>((resolve) => {
    open = resolve
  })
  const taken = await Promise.all(
    Array.from({ length: WORKERS }, () =>
      store.write(async (tx) => {
        const found = await tx.take({ table: "company", tenant: "acme", limit: ROWS / WORKERS })
        inside += 1
        if (inside === WORKERS) open()
        await allHoldTheirs
        return found.map((row) => String(row["id"]))
      }),
    ),
  )
  expect(taken.map((ids) => ids.length)).toEqual([10, 10, 10, 10])
  expect(new Set(taken.flat()).size).toBe(ROWS)
})

import { expect, test } from "vitest"
import { type Counts, shareOf } from "./differential/compare.ts"
import { compareEngines } from "./differential/compareEngines.ts"
import { compareStores } from "./differential/compareStores.ts"
import { databaseUrl } from "./temporarySchema.ts"

// A small budget; `npm run prove -- differential` runs as long as it is given.
const OPERATIONS = 120

test.each<readonly [string, (url: string, seed: number, operations: number) => Promise<Counts>]>([
  ["on a store give the same rows", compareStores],
  ["on an engine give the same answers, the same journal", compareEngines],
])("the same random operations %s and the same refusals on SQLite and PostgreSQL", async (_, compared) => {
  const counts = await compared(databaseUrl(), 1, OPERATIONS)
  const share = shareOf(counts)
  console.log(JSON.stringify({ ...share, counts }))
  expect(share.operations).toBe(OPERATIONS)
  expect(share.succeededShare).toBeGreaterThanOrEqual(0.6)
})

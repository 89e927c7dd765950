import { expect, test } from "vitest"
import { shareOf } from "./differential/compare.ts"
import { compareStores } from "./differential/compareStores.ts"
import { databaseUrl } from "./temporarySchema.ts"

test("the same random operations on a store give the same rows and the same refusals on SQLite and PostgreSQL", async () => {
  const counts = await compareStores(databaseUrl(), 1, 400)
  console.log(JSON.stringify({ ...shareOf(counts), counts }))
  expect(shareOf(counts).succeededShare).toBeGreaterThanOrEqual(0.6)
})

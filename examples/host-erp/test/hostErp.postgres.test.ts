/** The ERP on PostgreSQL. */
import { expect, inject, test } from "vitest"
import { onPostgres } from "../onPostgres.ts"
import { proveAt } from "../prove/host.ts"
import { httpCases } from "./httpCases.ts"

let schemas = 0

httpCases(async () => {
  schemas += 1
  return onPostgres(inject("databaseUrl"), `host_erp_${schemas}`)
})

test("killed at two statements, the ERP and the engine agree: `npm run prove -- host` kills at 300", async () => {
  const place = { kind: "postgresql", url: inject("databaseUrl"), schema: "host_proof" } as const
  const found = await proveAt(place, { kills: 2, seed: 1 })
  expect(found).toMatchObject({ problems: [], kills: 2 })
  expect(found.orders).toBeGreaterThanOrEqual(found.answered)
})

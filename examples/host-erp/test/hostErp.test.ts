/** The ERP on a SQLite file. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { onSqlite } from "../onSqlite.ts"
import { proveAt } from "../prove/host.ts"
import { httpCases } from "./httpCases.ts"

const folder = mkdtempSync(join(tmpdir(), "anbud-host-erp-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const temporaryFile = (): string => {
  files += 1
  return join(folder, `${files}.db`)
}

httpCases(async () => onSqlite(temporaryFile()))

test("killed at two statements, the ERP and the engine agree: `npm run prove -- host` kills at 300", async () => {
  const found = await proveAt({ kind: "sqlite", file: temporaryFile() }, { kills: 2, seed: 1 })
  expect(found).toMatchObject({ problems: [], kills: 2 })
  expect(found.orders).toBeGreaterThanOrEqual(found.answered)
})

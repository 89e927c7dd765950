/** What is answered is on the disk, whatever the host has set for itself. */
import { expect, onTestFinished, test } from "vitest"
import { connections } from "../src/connections.ts"
import { databaseUrl } from "./temporarySchema.ts"

test.each([
  ["off", "local"],
  ["local", "local"],
  ["on", "on"],
  ["remote_apply", "remote_apply"],
])("a role with synchronous_commit %s writes with %s", async (given, expected) => {
  const url = new URL(databaseUrl())
  url.searchParams.set("options", `-c synchronous_commit=${given}`)
  const opened = connections({ pool: { connectionString: url.href, max: 1 }, waitMilliseconds: 5_000 })
  await opened.open()
  onTestFinished(() => opened.close())
  const ask = async (mode: "read" | "write"): Promise<unknown> => {
    const transaction = await opened.begin(mode)
    const [row] = await transaction.run("select pg_catalog.current_setting('synchronous_commit') as found", [])
    await transaction.rollback()
    return row?.["found"]
  }
  expect(await ask("write")).toBe(expected)
  // It ends with the transaction: the host finds its own setting on the connection.
  expect(await ask("read")).toBe(given)
})
